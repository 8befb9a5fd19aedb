/** The errors for safetensors files that are refused. */
import { codedError } from '../../foundation/errors.js';

/** Makes an error of what is wrong with a file. */
export type Refuse = (what: string, cause?: unknown) => Error;

/** ERR_MODEL_FORMAT. `what` says what is wrong with the file, and `hint` what else it may be. */
export function bad(what: string, cause?: unknown, hint?: string): Error {
  const mend = ['Give all of what network.save() or network.toJSON() returned.', hint ?? []].flat().join(' ');
  return refusal('load: this is not a wasmlp model', what, mend, cause);
}

/** ERR_MODEL_FORMAT for a file of another library. */
export function badState(what: string, cause?: unknown): Error {
  const mend = 'Give the bytes of a whole .safetensors file.';
  return refusal('fromSafetensors: this is not a state of dense layers', what, mend, cause);
}

function refusal(where: string, what: string, mend: string, cause: unknown): Error {
  return codedError('ERR_MODEL_FORMAT', `${where}: ${what}. ${mend}`, cause === undefined ? {} : { cause });
}
