/** Saves a network to a file, in the state that it has when saveFile is called. How a file is replaced is up to replace-file.ts. */
import { sep } from 'node:path';
import { checkBoolean, checkObject, explained } from '../foundation/checks.js';
import { codedError, describe } from '../foundation/errors.js';
import { Network } from '../network.js';
import { checkPath, type FilePath, quoted } from './disk.js';
import { replaceFile, resolveTarget } from './replace-file.js';

export interface SaveOptions {
  /** Also writes what training resumes from, as `saveCheckpoint` does. Default false. */
  checkpoint?: boolean | undefined;
}

/** The last save to each file, while it runs. The key is the file itself: several paths, URLs and links may name it. */
const under = new Map<string, Promise<void>>();
/** Done when the paths of all saves so far are resolved. This happens one by one, so that saves run in the order of their calls. */
let resolving: Promise<unknown> = Promise.resolve();

/**
 * Writes a network to a file, completely or not at all: a reader finds the old file or the new one, even after a crash. Where several
 * saves to one file run at once, by whatever paths, the file of the last call stays.
 *
 * A symbolic link stays a link, and the file that it leads to is replaced. Permissions stay, and so does the owner where the system
 * allows it. A hard link to the old file keeps the old bytes.
 *
 * Rejects with ERR_IO and leaves the old file as it was: no such folder, a write-protected file, a full disk. One error comes too late
 * for that: the new file is in place, but the system could not confirm that it survives a power failure. The message says so.
 */
export async function saveFile(network: Network, path: FilePath, options?: SaveOptions): Promise<void> {
  await explained(() => save(network, path, options));
}

async function save(network: Network, path: FilePath, options: SaveOptions | undefined): Promise<void> {
  if (!(network instanceof Network)) {
    const { save } = Object(network) as { save?: unknown };
    // An ensemble, or a network of another copy of this library.
    const mend = typeof save === 'function' ? ' Write what its save() returns by writeFile of node:fs/promises.' : '';
    throw codedError('ERR_INVALID_TYPE', `saveFile: network is ${describe(network)}, expected a Network.${mend}`);
  }
  const file = checkPath('saveFile', path);
  if (file.endsWith('/') || file.endsWith(sep)) {
    const came = `saveFile: path is ${quoted(file)}, which names a folder`;
    throw codedError('ERR_INVALID_OPTION', `${came}. Name a file in it.`);
  }
  const { checkpoint = false } = checkObject('saveFile: options', options === undefined ? {} : options, ['checkpoint']);
  const bytes = checkBoolean('saveFile: checkpoint', checkpoint) ? network.saveCheckpoint() : network.save();
  const resolved = resolving.then(() => resolveTarget('saveFile', file));
  resolving = resolved.catch(() => undefined);
  const target = await resolved;
  const before = under.get(target);
  const saved = (async () => {
    await before?.catch(() => undefined);
    await replaceFile('saveFile', file, target, bytes);
  })();
  under.set(target, saved);
  try {
    await saved;
  } finally {
    if (under.get(target) === saved) under.delete(target);
  }
}
