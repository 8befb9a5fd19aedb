/** Runs the programs of a page as a reader would: in a folder that has the package installed, and the files that the programs name. */
import { execFile } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { INSTALLED } from '../package/packed.js';
import { ROOT } from './pages.js';

export interface Outcome {
  readonly file: string;
  readonly printed: string;
  readonly error?: string;
}

const RUNNER = fileURLToPath(new URL('run-programs.js', import.meta.url));

/** A new folder in which `wasmlp` is the packed package. */
export async function createFolder(
  name: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const folder = path.join(ROOT, 'build/docs', name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // Without its own package.json, the name wasmlp would mean the repository here.
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  await symlink(path.join(INSTALLED, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  for (const [file, content] of Object.entries(files)) await writeFile(path.join(folder, file), content);
  return folder;
}

/** Runs programs in one Node, in their order, because some read what earlier ones wrote. */
export async function runPrograms(folder: string, programs: readonly string[]): Promise<Outcome[]> {
  const names = programs.map((_, i) => `program-${i + 1}.mjs`);
  await Promise.all(names.map((name, i) => writeFile(path.join(folder, name), programs[i] as string)));
  const { stdout } = await promisify(execFile)(process.execPath, [RUNNER, ...names], { cwd: folder });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome);
}

/** The words of a text with single spaces, so that a page may break long lines. */
export function words(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
