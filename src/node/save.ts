/** Models into files: the state of a network as it is when saveFile is called. How a file is replaced, replace.ts knows. */
import { checkBoolean, checkObject } from '../checks.js';
import { codedError, describe } from '../errors.js';
import { Network } from '../network.js';
import { checkPath, type FilePath } from './disk.js';
import { replaceFile } from './replace.js';

export interface SaveOptions {
  /** What training goes on from is written too, as by `saveCheckpoint`. Default false. */
  checkpoint?: boolean;
}

/** The last save of each path that is under way. */
const under = new Map<string, Promise<void>>();

/**
 * Writes a network to a file, whole or not at all: whoever reads the path finds the file that was there or the new one, even
 * after a crash. Of several saves to one path under way, the one called last stays.
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
  const { checkpoint = false } = checkObject('saveFile: options', options ?? {}, ['checkpoint']);
  const bytes = checkBoolean('saveFile: checkpoint', checkpoint) ? network.saveCheckpoint() : network.save();
  const before = under.get(file);
  const saved = (async () => {
    await before?.catch(() => undefined);
    await replaceFile('saveFile', file, bytes);
  })();
  under.set(file, saved);
  try {
    await saved;
  } finally {
    if (under.get(file) === saved) under.delete(file);
  }
}
