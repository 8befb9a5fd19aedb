/**
 * Installs and loads the JavaScript packages of this folder, and tells their versions. Packages are loaded by name at run time, each
 * behind a small interface in the file that uses it, so that types and tests need none of them.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

export const FOLDER = path.resolve('bench/peers');
const require = createRequire(path.join(FOLDER, 'package.json'));

/** Installs the packages of the lock file, unless they are installed already. */
export function installPackages(): void {
  const installed = path.join(FOLDER, 'node_modules/.package-lock.json');
  const lock = path.join(FOLDER, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  const npm = process.env.npm_execpath;
  if (npm === undefined)
    throw new Error('Start this by `npm run bench:peers`, or run `npm ci --prefix bench/peers` first.');
  execFileSync(process.execPath, [npm, 'ci', '--prefix', FOLDER], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Loads a package. T is the part that the caller uses. */
export function load<T>(name: string): T {
  return require(name) as T;
}

export function versionOf(name: string): string {
  const manifest = readFileSync(path.join(FOLDER, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
