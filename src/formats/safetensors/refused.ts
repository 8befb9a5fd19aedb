/** The error for a model file that is refused. */
import { codedError } from '../../foundation/errors.js';

/** ERR_MODEL_FORMAT. `what` says what is wrong with the file. */
export function bad(what: string, cause?: unknown): Error {
  const mend = 'Give all of what network.save() or network.toJSON() returned.';
  return codedError(
    'ERR_MODEL_FORMAT',
    `load: this is not a wasmlp model: ${what}. ${mend}`,
    cause === undefined ? {} : { cause },
  );
}
