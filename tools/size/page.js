/** Bundles a page that trains a plain network, as a site would, and finds out which of the files it loads. Knows no limit. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Classifies small images, with the defaults. Networks with few inputs and units load a kernel that is 8 KB larger: it has loops for them. */
const PROGRAM = `
import { Network } from 'wasmlp';

const network = await Network.create({ inputs: 64, layers: [{ units: 32 }, { units: 10, activation: 'softmax' }] });
const images = Float32Array.from({ length: 10 * 64 }, (_, i) => Number(i % 64 % 10 === Math.floor(i / 64)));
await network.fit(images, Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), { epochs: 1000 });
globalThis.outcome = network.engine.kind;
`;

/** Pages have no process, by which the package tells them from programs. */
const AS_A_PAGE = 'data:text/javascript,delete globalThis.process';

/**
 * Writes page.js and everything that it may load to a folder, minified.
 * @param {string} folder
 */
export async function bundlePage(folder) {
  await rm(folder, { recursive: true, force: true });
  await build({
    stdin: { contents: PROGRAM, resolveDir: root, sourcefile: 'page.js' },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    outdir: folder,
    entryNames: 'page',
  });
}

/**
 * Runs page.js of a folder, and returns the names of the files that it loaded. Runs it in Node, which records them as for code coverage.
 * A browser loads the same files; a test checks that if there is a browser.
 * @param {string} folder
 */
export async function filesLoadedIn(folder) {
  const records = await mkdtemp(path.join(os.tmpdir(), 'wasmlp-size-'));
  try {
    const env = { ...process.env, NODE_V8_COVERAGE: records };
    const args = ['--import', AS_A_PAGE, path.join(folder, 'page.js')];
    execFileSync(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const [record = ''] = await readdir(records);
    /** @type {{ result: { url: string }[] }} */
    const { result } = JSON.parse(await readFile(path.join(records, record), 'utf8'));
    const scripts = result.filter(({ url }) => url.startsWith('file:')).map(({ url }) => fileURLToPath(url));
    return scripts.filter((file) => path.dirname(file) === path.resolve(folder)).map((file) => path.basename(file));
  } finally {
    await rm(records, { recursive: true, force: true });
  }
}
