/** Files that commands write: whole, or not at all. */
import { access, constants, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { codedError } from '../foundation/errors.js';
import { nearestName } from './nearest.js';
import { WrongUse } from './wrong-use.js';

/** Refuses a place that cannot be written, before anything is computed. Throws ERR_IO. */
export async function checkWritable(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory())
    throw ioError(file, 'is a folder', `Name a file in it: ${path.join(file, 'model.safetensors')}.`);
  if (found?.isFile() === false)
    throw ioError(file, 'is no file', 'A device or a pipe would be replaced: choose another place.');
  const folder = path.dirname(file);
  const place = await stat(folder).catch(() => undefined);
  if (!place?.isDirectory())
    throw ioError(file, `cannot be written: there is no folder ${JSON.stringify(folder)}`, 'Create it first.');
  await access(found === undefined ? folder : file, constants.W_OK).catch((cause) => {
    throw ioError(file, 'may not be written', 'Choose another place, or change the permissions.', cause);
  });
}

/** Refuses a file that is not there, with the nearest name in its folder. Throws ERR_IO; what else is wrong with it, its reader says. */
export async function checkThere(file: string): Promise<void> {
  const cause = await stat(file).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  );
  if (cause?.code !== 'ENOENT') return;
  const folder = path.dirname(file);
  const names = await readdir(folder).catch(() => undefined);
  const came = `there is no file ${JSON.stringify(file)}`;
  if (names === undefined) {
    throw codedError('ERR_IO', `${came}: there is no folder ${JSON.stringify(folder)}. Correct the path.`, { cause });
  }
  const mend = nearestName(path.basename(file), names).trim() || 'Correct the path.';
  throw codedError('ERR_IO', `${came}. ${mend}`, { cause });
}

/** Refuses to write over a file that is read. `option` names where the output came from; `-` and undefined are no files. */
export async function checkApart(
  option: string,
  output: string | undefined,
  inputs: readonly (string | undefined)[],
): Promise<void> {
  if (output === undefined || output === '-') return;
  const place = await realpath(output).catch(() => undefined);
  if (place === undefined) return;
  for (const input of inputs) {
    if (input === undefined || input === '-' || (await realpath(input).catch(() => undefined)) !== place) continue;
    throw new WrongUse(`${option} is ${JSON.stringify(output)}, which is read. Name another file.`);
  }
}

/** Writes a file beside its place, then puts it there. Throws ERR_IO, and the old file stays. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const { target, temporary, mode } = await placeOf(file);
  try {
    await writeFile(temporary, content, { mode });
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw notWritten(file, cause);
  }
}

/**
 * Where a file is written before it takes its place: beside the file that a link leads to, which stays a link. It has the mode of the file
 * that it replaces.
 */
export async function placeOf(file: string): Promise<{ target: string; temporary: string; mode: number }> {
  const target = await realpath(file).catch(() => file);
  const found = await stat(target).catch(() => undefined);
  return { target, temporary: `${target}.${process.pid}.tmp`, mode: found === undefined ? 0o666 : found.mode & 0o777 };
}

export function notRead(file: string, cause: unknown): Error {
  return ioError(file, `cannot be read: ${(cause as Error).message}`, 'Correct the path.', cause);
}

export function notWritten(file: string, cause: unknown): Error {
  const why = `was not written: ${(cause as Error).message}`;
  return ioError(file, why, 'Look at the path and the disk, then try again.', cause);
}

function ioError(file: string, why: string, mend: string, cause?: unknown): Error {
  return codedError('ERR_IO', `${JSON.stringify(file)} ${why}. ${mend}`, { cause });
}
