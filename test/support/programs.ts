/** Runs programs of this repository in their own Node, as a user would, and finds programs that the machine may have. */
import { execFile, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs Node with these arguments, and resolves to all that it prints. Rejects with its messages if it fails. */
export async function runNode(...args: string[]): Promise<string> {
  return await runNodeIn(root, ...args);
}

/** The same in a folder. Only folders of this repository find wasmlp by its name. */
export async function runNodeIn(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  return stdout;
}

/** The numbers in the first group of a pattern, one for each match: `84.2%` and `1,234` give 84.2 and 1234. */
export function numbersIn(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map(([, number]) => Number(number?.replaceAll(',', '')));
}

/** The one number that a pattern finds. */
export function numberIn(text: string, pattern: RegExp): number {
  const numbers = numbersIn(text, new RegExp(pattern, 'g'));
  if (numbers.length !== 1) throw new Error(`${pattern} matches ${numbers.length} times in:\n${text}`);
  return numbers[0] as number;
}

/** The first of these programs that is on the path; undefined if none is. */
export function executable(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A Python that has a module, or why there is none. */
export function findPython(module: string): { python: string } | { missing: string } {
  const asks = `import importlib.util, sys; sys.exit(importlib.util.find_spec("${module}") is None and "no module ${module}")`;
  const reasons: string[] = [];
  for (const python of ['python3', '/usr/bin/python3', 'python']) {
    const { status, error, stderr } = spawnSync(python, ['-c', asks], { encoding: 'utf8' });
    if (status === 0) return { python };
    reasons.push(`${python}: ${error?.message ?? stderr.trim()}`);
  }
  return { missing: reasons.join('; ') };
}
