/** Copies what a network is read from: until its reader is loaded, the caller may change the original. Knows no format. */
import { isTyped } from '../foundation/checks.js';
import { codedError, describe, tagOf } from '../foundation/errors.js';
import { uint8From } from '../foundation/memory.js';
import type { Bytes } from './bytes.js';

/** The calls that read a network. */
export type ReadingCall = 'load' | 'fromONNX' | 'fromSafetensors' | 'fromBrain' | 'fromTensorFlow' | 'fromScikitLearn';

/** What the bytes hold, of calls that take bytes alone. */
const FILES: Readonly<Partial<Record<ReadingCall, string>>> = {
  fromONNX: 'an ONNX file holds',
  fromSafetensors: 'a safetensors file holds',
};

/** What `call` was given to read: a copy of bytes, text or a Blob; an object of another library as it is. */
export function givenFile(call: ReadingCall, model: unknown): unknown {
  const what = FILES[call];
  if (what !== undefined) return copyOfFile(call, model, what);
  return call === 'load' ? copyOfModel(model) : model;
}

/** A copy of what load takes. Text and Blobs never change. Of an object, its text: nothing else of it is looked at later. */
function copyOfModel(model: unknown): Bytes | string | Blob {
  const tag = tagOf(model);
  if (tag === 'String' || tag === 'Blob' || tag === 'File') return model as string | Blob;
  if (tag === 'ArrayBuffer') return copyOfFile('load', new Uint8Array(model as ArrayBuffer), '');
  if (tag !== 'Object' && tag !== 'Network')
    return copyOfFile('load', model, 'network.save() returned, or what toJSON() did');
  try {
    return JSON.stringify(model);
  } catch (cause) {
    throw codedError(
      'ERR_MODEL_FORMAT',
      'load: model is an object that JSON cannot hold. Give what toJSON() returned.',
      {
        cause,
      },
    );
  }
}

/** A copy of the bytes of a file: until a reader is loaded, the caller may change the original. */
function copyOfFile(call: ReadingCall, model: unknown, from: string): Bytes {
  if (!isTyped(model, 'Uint8Array')) {
    const expected = `a Uint8Array with the bytes that ${from}`;
    throw codedError('ERR_INVALID_TYPE', `${call}: model is ${describe(model)}, expected ${expected}.`);
  }
  const bytes = model as Uint8Array;
  // Not slice(), which copies nothing of a Buffer. An array whose buffer was transferred has length 0, and copying it would throw.
  return uint8From(bytes.length === 0 ? [] : bytes);
}
