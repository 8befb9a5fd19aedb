/** Models into files: the state of a network as it is when saveFile is called. How a file is replaced, replace.ts knows. */
import { sep } from 'node:path';
import { checkBoolean, checkObject } from '../checks.js';
import { codedError, describe } from '../errors.js';
import { Network } from '../network.js';
import { checkPath, type FilePath, quoted } from './disk.js';
import { replaceFile, resolveTarget } from './replace.js';

export interface SaveOptions {
  /** What training goes on from is written too, as by `saveCheckpoint`. Default false. */
  checkpoint?: boolean;
}

/** The last save to each file that is under way. By the file itself, which paths, URLs and links may name differently. */
const under = new Map<string, Promise<void>>();
/** Until the paths of all saves so far are resolved, one after the other: saves wait in the order of their calls. */
let resolving: Promise<unknown> = Promise.resolve();

/**
 * Writes a network to a file, whole or not at all: whoever reads the path finds the file that was there or the new one, even
 * after a crash. Of several saves to one file under way, by whatever paths, the one called last stays.
 *
 * A symbolic link stays one, and the file that it leads to is replaced; permissions stay, and the owner where the system
 * allows it. A hard link to the old file keeps the old bytes. Rejects with ERR_IO, the old file as it was: no such folder, a file
 * that is write-protected, a full disk. One fault comes too late for that: the new file is in place, but the system fails
 * to say that it would outlast a power failure. The message tells.
 */
export async function saveFile(network: Network, path: FilePath, options?: SaveOptions): Promise<void> {
  if (!(network instanceof Network)) {
    throw codedError('ERR_INVALID_TYPE', `saveFile: network is ${describe(network)}, expected a Network.`);
  }
  const file = checkPath('saveFile', path);
  if (file.endsWith('/') || file.endsWith(sep)) {
    const came = `saveFile: path is ${quoted(file)}, which names a folder`;
    throw codedError('ERR_INVALID_OPTION', `${came}. Name a file in it.`);
  }
  const { checkpoint = false } = checkObject('saveFile: options', options ?? {}, ['checkpoint']);
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
