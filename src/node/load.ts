/** Models from files. Which bytes are a model, Network.load knows. */
import { codedError, type ErrorCode } from '../errors.js';
import { Network } from '../index.js';
import type { EngineOptions } from '../options/types.js';
import { checkPath, type FilePath, quoted, readWhole } from './disk.js';

/** The largest checkpoint: 2^28 parameters, two moments of each and the best ones of early stopping, in 4 bytes, and a header. */
const LIMIT_BYTES = 4 * 2 ** 28 * 4 + 2 ** 21;

/**
 * The network in a file of `saveFile`, or of the bytes that `save` and `saveCheckpoint` return.
 *
 * Rejects with ERR_IO where the file cannot be read, ERR_MODEL_LIMIT before a file is read that is larger than any model, and as
 * `Network.load` does.
 */
export async function loadFile(path: FilePath, options?: EngineOptions): Promise<Network> {
  const file = checkPath('loadFile', path);
  const bytes = await readWhole('loadFile', file, LIMIT_BYTES, (size) =>
    codedError('ERR_MODEL_LIMIT', `loadFile: ${quoted(file)} has ${size} bytes, at most ${LIMIT_BYTES} are read.`),
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
