/**
 * Replaces a file atomically: writes a temporary file in the same folder, syncs it, and renames it over the old file. Knows nothing of
 * what the bytes mean.
 *
 *   open folder · write temporary · fsync · close | rename | fsync folder · remove what killed processes left
 *   the old file ---------------------------------|- the new file --------------------------------------------
 */
import type { Stats } from 'node:fs';
import {
  access,
  constants,
  type FileHandle,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import path from 'node:path';
import { codeOf, ioError, noFile, quoted } from './disk.js';

/** Replaces `target`, which resolveTarget found for `file`. Messages name `file`, as the caller gave it. */
export async function replaceFile(call: string, file: string, target: string, bytes: Uint8Array): Promise<void> {
  let written: number;
  let folder: FileHandle | undefined;
  try {
    const existing = await statOf(target);
    if (existing !== undefined) {
      if (!existing.isFile()) throw noFile(call, file);
      // A rename would replace even a write-protected file, and root may write to all.
      await access(target, constants.W_OK);
      if ((existing.mode & 0o222) === 0) throw writeProtected();
    }
    folder = await openFolder(path.dirname(target));
    const temporary = path.join(path.dirname(target), temporaryName());
    const handle = await open(temporary, 'wx', existing === undefined ? 0o666 : 0o600);
    try {
      written = await fill(handle, bytes, existing);
      await rename(temporary, target);
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw cause;
    }
  } catch (cause) {
    await folder?.close().catch(() => undefined);
    throw codeOf(cause) === 'ERR_IO' ? cause : notWritten(call, file, cause);
  }
  await sync(call, file, folder);
  await removeAbandoned(path.dirname(target), written);
}

function writeProtected(): Error {
  return Object.assign(new Error('EACCES: the file is write-protected'), { code: 'EACCES' });
}

/** The file that a path leads to, whether it exists or not. Follows symbolic links, which stay as they are. */
export async function resolveTarget(call: string, file: string): Promise<string> {
  try {
    return await targetOf(file);
  } catch (cause) {
    throw notWritten(call, file, cause);
  }
}

function notWritten(call: string, file: string, cause: unknown): Error {
  return ioError(call, `${quoted(file)} was not written, and what is there stays as it was`, cause);
}

async function targetOf(file: string): Promise<string> {
  let current = file;
  for (let links = 0; links <= 40; links++) {
    const folder = await realpath(path.dirname(current));
    current = path.join(folder, path.basename(current));
    try {
      const link = await readlink(current);
      // Not path.resolve: its `..` would not follow links.
      current = path.isAbsolute(link) ? link : folder + path.sep + link;
    } catch (error) {
      // Windows says UNKNOWN of a file that is not a link.
      if (['ENOENT', 'EINVAL', 'UNKNOWN'].includes(codeOf(error) ?? '')) return current;
      throw error;
    }
  }
  throw Object.assign(new Error('ELOOP: too many symbolic links'), { code: 'ELOOP' });
}

async function statOf(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes all bytes to the disk, with the owner and permissions of the file that they replace. Returns the time by the disk's clock. */
async function fill(handle: FileHandle, bytes: Uint8Array, existing: Stats | undefined): Promise<number> {
  try {
    const { uid, gid, mode, mtimeMs } = await handle.stat();
    if (existing !== undefined) {
      if (uid !== existing.uid || gid !== existing.gid) {
        await handle.chown(existing.uid, existing.gid).catch((error) => {
          // Only root may give files away.
          if (codeOf(error) !== 'EPERM') throw error;
        });
      }
      // Disks without permissions refuse to set them, and give all files the same.
      if (mode !== existing.mode) await handle.chmod(existing.mode & 0o7777);
    }
    await handle.writeFile(bytes);
    await handle.sync();
    return mtimeMs;
  } finally {
    await handle.close();
  }
}

/** Error codes of systems, such as Windows, that cannot sync folders, or only those that they may read. */
const NOT_SYNCED = ['EACCES', 'EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF'];

/** Opens the folder before anything is changed: where too many files are open, the save fails with the old file in place. */
async function openFolder(folder: string): Promise<FileHandle | undefined> {
  try {
    return await open(folder, 'r');
  } catch (error) {
    if (NOT_SYNCED.includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** Brings the rename to the disk too. */
async function sync(call: string, file: string, folder: FileHandle | undefined): Promise<void> {
  if (folder === undefined) return;
  try {
    await folder.sync();
  } catch (cause) {
    if (!NOT_SYNCED.includes(codeOf(cause) ?? '')) {
      throw ioError(call, `${quoted(file)} is the new file, but may not outlast a power failure`, cause);
    }
  } finally {
    await folder.close().catch(() => undefined);
  }
}

const TEMPORARY = /^\.wasmlp-\d+-[0-9a-z]+-\d+\.tmp$/;
/** No save takes this long from its first byte to its last. */
const ABANDONED_MS = 3_600_000;

let saves = 0;

/** A name that no other save ever uses. It has the time in it, because processes on other hosts may have the same number. */
function temporaryName(): string {
  return `.wasmlp-${process.pid}-${process.hrtime.bigint().toString(36)}-${saves++}.tmp`;
}

/** Removes temporary files of processes that ended while they wrote. Goes by age: we cannot see which processes of other hosts live. */
async function removeAbandoned(folder: string, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((found) => TEMPORARY.test(found))) {
    const file = path.join(folder, name);
    const stats = await stat(file).catch(() => undefined);
    if (stats !== undefined && now - stats.mtimeMs > ABANDONED_MS)
      await rm(file, { force: true }).catch(() => undefined);
  }
}
