/** Chooses the reader for a call. Each reader is a chunk of its own: a page loads only the one that it uses. */
import { isTyped } from '../foundation/checks.js';
import { codedError, describe, tagOf } from '../foundation/errors.js';
import { uint8From } from '../foundation/memory.js';
import type { Bytes } from './bytes.js';
import type { Restored } from './saved-model.js';

/** The calls that read a network. */
export type ReadingCall = 'load' | 'fromONNX' | 'fromBrain' | 'fromTensorFlow' | 'fromScikitLearn';

/**
 * What reads `model`; a model of TensorFlow.js comes with its `weights`. The bytes of a file are copied at once, before anything else of
 * the caller's is looked at. The reader rejects with the errors that `call` documents.
 */
export function readerOf(call: ReadingCall, model: unknown, weights?: unknown): () => Promise<Restored> {
  if (call === 'load') {
    const copy = copyOfModel(model);
    return async () => (await import('./read-any.js')).readAny(copy);
  }
  if (call === 'fromONNX') {
    const file = copyOfFile(call, model, 'an ONNX file holds');
    return async () => (await import('./onnx/read-onnx.js')).readONNX(file);
  }
  return async () => (await import('./import/libraries.js')).readForeign(call, model, weights);
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
