/** What a study needs of the host: files, paths, processes. Asks for Node's modules by their names: pages load this package too. */
import { codedError } from '../foundation/errors.js';

/** The parts of node:fs that studies need. */
export interface Files {
  readFileSync(path: string): Uint8Array;
  openSync(path: string, flags: string): number;
  ftruncateSync(file: number, bytes: number): void;
  writeSync(file: number, bytes: Uint8Array, from: number, count: number, at: number): number;
  fsyncSync(file: number): void;
  fstatSync(file: number): { readonly size: number };
  closeSync(file: number): void;
  mkdirSync(path: string, options: { recursive: true }): void;
  writeFileSync(path: string, bytes: Uint8Array): void;
  renameSync(from: string, to: string): void;
  rmSync(path: string, options: { force: true }): void;
  rmdirSync(path: string): void;
  readdirSync(path: string): string[];
  realpathSync(path: string): string;
  readlinkSync(path: string): string;
  statSync(path: string): { readonly mtimeMs: number; isFile(): boolean };
  utimesSync(path: string, accessed: Date, changed: Date): void;
}

interface Paths {
  basename(path: string): string;
  dirname(path: string): string;
  join(...parts: string[]): string;
  resolve(...parts: string[]): string;
}

export interface HostProcess {
  readonly pid: number;
  kill(pid: number, signal: 0): void;
  emitWarning(text: string): void;
  getBuiltinModule?(name: 'node:fs'): Files | undefined;
  getBuiltinModule?(name: 'node:path'): Paths;
  getBuiltinModule?(name: 'node:os'): { hostname(): string };
}

/** A host that has files. */
export interface StudyHost {
  readonly process: HostProcess;
  readonly files: Files;
  readonly paths: Paths;
  readonly name: string;
}

/** Throws ERR_UNSUPPORTED where there are no files. */
export function checkHasFiles(): StudyHost {
  const host = studyHost();
  if (host !== undefined) return host;
  const why = 'study is a file, and this host has none, as pages have none';
  throw codedError('ERR_UNSUPPORTED', `search: ${why}. Leave study out.`);
}

/** Undefined where there are no files. */
export function studyHost(): StudyHost | undefined {
  const { process } = globalThis as { process?: HostProcess };
  const files = process?.getBuiltinModule?.('node:fs');
  if (process?.getBuiltinModule === undefined || files === undefined) return undefined;
  return {
    process,
    files,
    paths: process.getBuiltinModule('node:path'),
    name: nameOf(process),
  };
}

/** Empty where this program may not ask for it, as in Deno. */
function nameOf(process: HostProcess): string {
  try {
    return process.getBuiltinModule?.('node:os').hostname() ?? '';
  } catch {
    return '';
  }
}

/** What an error of the system is: 'ENOENT'. */
export function codeOf(error: unknown): unknown {
  return (Object(error) as { code?: unknown }).code;
}

export function isThere({ statSync }: Files, path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** The file itself, behind all links and whatever folder the program goes to later. It need not be there yet. */
export function realPath(host: StudyHost, path: string): string {
  const { files, paths } = host;
  try {
    return files.realpathSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const place = paths.join(files.realpathSync(paths.dirname(path)), paths.basename(path));
  let link: string;
  try {
    link = files.readlinkSync(place);
  } catch {
    return place;
  }
  return realPath(host, paths.resolve(paths.dirname(place), link));
}

/** Resolves after so many milliseconds. Rejects with the signal's reason when that aborts. */
export function pauseFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
  });
}
