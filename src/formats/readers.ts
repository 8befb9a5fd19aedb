/** Which reader makes a network of what a call was given. Each reader is a chunk: a page loads the one that it uses. */
import { isTyped } from '../checks.js';
import { codedError, describe } from '../errors.js';
import { withinMemory } from '../memory.js';
import type { Bytes } from './bytes.js';
import type { Restored } from './model.js';

/** The calls that read a network. */
export type ReadingCall = 'load' | 'fromONNX' | 'fromBrain' | 'fromTensorFlow' | 'fromScikitLearn';

/** Reads `model`, of TensorFlow.js with its `weights`. Rejects as the call that it is for says. */
export async function readNetwork(call: ReadingCall, model: unknown, weights?: unknown): Promise<Restored> {
  if (call === 'load') {
    const file = copyOfFile(call, model, 'network.save() returned');
    return (await import('./read-model.js')).readModel(file);
  }
  if (call === 'fromONNX') {
    const file = copyOfFile(call, model, 'an ONNX file holds');
    return (await import('./onnx/read-onnx.js')).readONNX(file);
  }
  return (await import('./import.js')).readForeign(call, model, weights);
}

/** A copy of a file's bytes, made at once: they are read after a wait, and the caller may change them meanwhile. */
function copyOfFile(call: ReadingCall, model: unknown, from: string): Bytes {
  if (!isTyped(model, 'Uint8Array')) {
    const expected = `a Uint8Array with the bytes that ${from}`;
    throw codedError('ERR_INVALID_TYPE', `${call}: model is ${describe(model)}, expected ${expected}.`);
  }
  const bytes = model as Uint8Array;
  // Not by slice, which of a Buffer copies nothing. One that was transferred away has no bytes.
  return withinMemory('the model', () => new Uint8Array(bytes.length === 0 ? [] : bytes));
}
