/** Checks paths, reads whole files, and turns errors of the system into ERR_IO. Knows no format. */
import type { Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { codedError, describe } from '../foundation/errors.js';
import { withinMemory } from '../foundation/memory.js';

/** A path, or a URL that begins with file: */
export type FilePath = string | URL;

/** Checks a path and returns it as text. */
export function checkPath(call: string, path: unknown): string {
  let text = typeof path === 'string' ? path : urlOf(path);
  if (text === undefined) {
    throw codedError('ERR_INVALID_TYPE', `${call}: path is ${describe(path)}, expected a string or a URL.`);
  }
  if (typeof path !== 'string') {
    try {
      text = fileURLToPath(text);
    } catch (cause) {
      const came = `${call}: path is ${describe(text)}, expected a URL of a file`;
      throw codedError('ERR_INVALID_OPTION', `${came}. Begin it with file:, or give a path.`, { cause });
    }
  }
  if (text === '' || text.includes('\0')) {
    throw codedError('ERR_INVALID_OPTION', `${call}: path is ${describe(text)}, expected the name of a file.`);
  }
  return text;
}

/** The text of a URL; undefined for anything else, also for a Proxy of a URL, which instanceof would let pass. */
function urlOf(value: unknown): string | undefined {
  try {
    return URL.prototype.toString.call(value);
  } catch {
    return undefined;
  }
}

/** A path for a message, never shortened. */
export function quoted(path: string): string {
  return JSON.stringify(path);
}

const MENDS: Record<string, string> = {
  ENOENT: 'Correct the path, or create its folder.',
  EACCES: 'Choose a place that this process may use, or change the permissions.',
  EPERM: 'Choose a place that this process may use, or change the permissions.',
  EROFS: 'Choose a place that this process may use.',
  ENOSPC: 'Make room, or choose another disk.',
  EDQUOT: 'Make room, or choose another disk.',
  EISDIR: 'Give the path of a file.',
  ENOTDIR: 'Correct the path: a part of it is not a folder.',
  ELOOP: 'Correct the links, which lead to each other.',
  EMFILE: 'Open fewer files at a time.',
  ENFILE: 'Open fewer files at a time.',
};

/** ERR_IO: `what` failed, and what the system said about it. The system's error is the cause. */
export function ioError(call: string, what: string, cause: unknown): Error {
  const { message, syscall } = cause as NodeJS.ErrnoException;
  // The system repeats the path after the name of its call.
  const said = syscall === undefined ? message : message.split(`, ${syscall}`)[0];
  const mend = MENDS[codeOf(cause) ?? ''] ?? 'Look at the path and the disk, then try again.';
  return codedError('ERR_IO', `${call}: ${what}: ${said}. ${mend}`, { cause });
}

/** The system's code of an error, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** ERR_IO: a file that cannot be read. */
export function notRead(call: string, path: string, cause: unknown): Error {
  return ioError(call, `${quoted(path)} cannot be read`, cause);
}

/** Checks that a path leads to a file. Call it before opening the path: opening a pipe would wait for a writer. */
export async function checkFile(call: string, path: string): Promise<Stats> {
  const stats = await stat(path).catch((cause) => {
    throw notRead(call, path, cause);
  });
  if (!stats.isFile()) throw noFile(call, path);
  return stats;
}

/** Reads all bytes of a file. Throws the error of `tooLarge` for a size above the limit, before it reads a byte. */
export async function readWhole(
  call: string,
  path: string,
  limit: number,
  tooLarge: (size: number) => Error,
): Promise<Uint8Array> {
  const stats = await checkFile(call, path);
  if (stats.size > limit) throw tooLarge(stats.size);
  const bytes = withinMemory(`the ${stats.size} bytes of ${quoted(path)}`, () => new Uint8Array(stats.size));
  let end = 0;
  try {
    const handle = await open(path, 'r');
    try {
      while (end < bytes.length) {
        const { bytesRead } = await handle.read(bytes, end, Math.min(bytes.length - end, 2 ** 30), end);
        if (bytesRead === 0) break;
        end += bytesRead;
      }
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw notRead(call, path, cause);
  }
  // Where the file has shrunk meanwhile, the reader of its format finds it cut.
  return bytes.subarray(0, end);
}

/** ERR_IO for a folder, a device, a pipe. */
export function noFile(call: string, path: string): Error {
  return codedError('ERR_IO', `${call}: ${quoted(path)} is not a file. Give the path of a file.`);
}
