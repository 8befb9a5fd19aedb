/** Loads models from files. Network.load knows which bytes are a model. */
import { codedError, type ErrorCode } from '../foundation/errors.js';
import { Network } from '../index.js';
import type { EngineOptions } from '../options/types.js';
import { checkPath, type FilePath, quoted, readWhole } from './disk.js';

/** The largest checkpoint: 2^28 parameters, two moments for each, the best parameters of early stopping, 4 bytes each, and a header. */
const MAX_BYTES = 4 * 2 ** 28 * 4 + 2 ** 21;

/**
 * Loads a network from a file that `saveFile` wrote, or that holds the bytes of `save` or `saveCheckpoint`.
 *
 * Rejects with ERR_IO where the file cannot be read, with ERR_MODEL_LIMIT for a file larger than any model, before reading it, and with
 * the errors of `Network.load`.
 */
export async function loadFile(path: FilePath, options?: EngineOptions): Promise<Network> {
  const file = checkPath('loadFile', path);
  const bytes = await readWhole('loadFile', file, MAX_BYTES, (size) =>
    codedError('ERR_MODEL_LIMIT', `loadFile: ${quoted(file)} has ${size} bytes, at most ${MAX_BYTES} are read.`),
  );
  try {
    return await Network.load(bytes, options);
  } catch (cause) {
    const { code, message } = cause as Error & { code?: ErrorCode };
    if (!code?.startsWith('ERR_MODEL_')) throw cause;
    throw codedError(
      code,
      message.replace('load:', () => `loadFile: ${quoted(file)}:`),
      { cause },
    );
  }
}
