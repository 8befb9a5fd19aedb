/** Copies what a network is read from: until its reader is loaded, the caller may change the original. Knows no format. */
import { isTyped } from '../foundation/checks.js';
import { tagOf } from '../foundation/errors.js';
import { uint8From } from '../foundation/memory.js';
import type { Bytes } from './bytes.js';

/** The calls that read a network. */
export type ReadingCall = 'load' | 'fromONNX' | 'fromSafetensors' | 'fromBrain' | 'fromTensorFlow' | 'fromScikitLearn';

/**
 * What a call was given to read, for its reader to check: of bytes a copy, of an object for load its text; all else as it is, since text
 * and Blobs never change. Objects of other libraries are not copied.
 */
export function givenFile(call: ReadingCall, model: unknown): unknown {
  const isBytes = isTyped(model, 'Uint8Array');
  const tag = tagOf(model);
  if (isBytes || tag === 'ArrayBuffer') {
    // Not slice(), which copies nothing of a Buffer. What was transferred away has no bytes, and copying it would throw.
    const bytes = model as Bytes;
    return uint8From(bytes.byteLength === 0 ? [] : isBytes ? bytes : new Uint8Array(model as ArrayBuffer));
  }
  if (call !== 'load') return model;
  try {
    return tag === 'Object' || tag === 'Network' ? JSON.stringify(model) : model;
  } catch {
    return model;
  }
}
