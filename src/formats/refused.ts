/** What is said of a file that is refused. */
import { codedError } from '../errors.js';

/** ERR_MODEL_FORMAT: the file, and what is wrong with it. */
export function bad(what: string, cause?: unknown): Error {
  const mend = 'Give the bytes that network.save() returned, all of them.';
  return codedError(
    'ERR_MODEL_FORMAT',
    `load: this is no model of wasmlp: ${what}. ${mend}`,
    cause === undefined ? {} : { cause },
  );
}
