/** Chooses the reader for a call. Each reader is a chunk of its own: a page loads only the one that it uses. */
import { isTyped } from '../foundation/checks.js';
import { codedError, describe } from '../foundation/errors.js';
import { withinMemory } from '../foundation/memory.js';
import type { Bytes } from './bytes.js';
import type { Restored } from './saved-model.js';

/** The calls that read a network. */
export type ReadingCall = 'load' | 'fromONNX' | 'fromBrain' | 'fromTensorFlow' | 'fromScikitLearn';

/** Reads `model`; a model of TensorFlow.js comes with its `weights`. Rejects with the errors that `call` documents. */
export async function readNetwork(call: ReadingCall, model: unknown, weights?: unknown): Promise<Restored> {
  if (call === 'load') {
    const file = copyOfFile(call, model, 'network.save() returned');
    return (await import('./safetensors/read-model.js')).readModel(file);
  }
  if (call === 'fromONNX') {
    const file = copyOfFile(call, model, 'an ONNX file holds');
    return (await import('./onnx/read-onnx.js')).readONNX(file);
  }
  return (await import('./import/libraries.js')).readForeign(call, model, weights);
}

/** Copies the bytes of a file at once: a reader is loaded first, and until it runs the caller may change them. */
function copyOfFile(call: ReadingCall, model: unknown, from: string): Bytes {
  if (!isTyped(model, 'Uint8Array')) {
    const expected = `a Uint8Array with the bytes that ${from}`;
    throw codedError('ERR_INVALID_TYPE', `${call}: model is ${describe(model)}, expected ${expected}.`);
  }
  const bytes = model as Uint8Array;
  // Not slice(), which copies nothing of a Buffer. An array whose buffer was transferred has length 0, and copying it would throw.
  return withinMemory('the model', () => new Uint8Array(bytes.length === 0 ? [] : bytes));
}
