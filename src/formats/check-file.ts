/** Refuses what is no file of the call's, once the reader is loaded. Looks at the kind alone. */
import { isTyped } from '../foundation/checks.js';
import { codedError, describe, tagOf } from '../foundation/errors.js';
import type { ReadingCall } from './given-file.js';

/** The bytes of calls that take bytes. */
const BYTES: Readonly<Partial<Record<ReadingCall, string>>> = {
  load: 'network.save() returned, or what toJSON() did',
  fromONNX: 'an ONNX file holds',
  fromSafetensors: 'a safetensors file holds',
};

/** Throws ERR_INVALID_TYPE, or ERR_MODEL_FORMAT for an object that `givenFile` could not make text of. */
export function checkFile(call: ReadingCall, file: unknown): void {
  const bytes = BYTES[call];
  if (bytes === undefined || isTyped(file, 'Uint8Array')) return;
  const tag = tagOf(file);
  if (call === 'load') {
    if (tag === 'String' || tag === 'Blob' || tag === 'File') return;
    if (tag === 'Object' || tag === 'Network') throw noText(file);
  }
  const expected = `a Uint8Array or ArrayBuffer with the bytes that ${bytes}`;
  throw codedError('ERR_INVALID_TYPE', `${call}: model is ${describe(file)}, expected ${expected}.`);
}

function noText(model: unknown): Error {
  let cause: unknown;
  try {
    JSON.stringify(model);
  } catch (error) {
    cause = error;
  }
  const message = 'load: model is an object that JSON cannot hold. Give what toJSON() returned.';
  return codedError('ERR_MODEL_FORMAT', message, { cause });
}
