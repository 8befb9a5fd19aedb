/**
 * Packs the package as npm would publish it, and installs it in build/package. `npm run check:package` and the tests of the package use
 * it. Node finds its dependencies in the folders above, so this needs no network.
 */
import { execFileSync, execSync } from 'node:child_process';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = path.join(root, 'build/package');

await rm(folder, { recursive: true, force: true });
await mkdir(path.join(folder, 'node_modules'), { recursive: true });
// Through a shell, because npm is a script whose name depends on the platform.
execSync('npm pack --ignore-scripts --silent --pack-destination build/package', { cwd: root, stdio: 'ignore' });
const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
await rename(path.join(folder, String(tarball)), path.join(folder, 'wasmlp.tgz'));
execFileSync('tar', ['-xzf', 'wasmlp.tgz'], { cwd: folder });
await rename(path.join(folder, 'package'), path.join(folder, 'node_modules/wasmlp'));
// Without its own package.json, the name wasmlp would mean the repository here.
await writeFile(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
