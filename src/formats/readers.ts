/** Chooses the reader for a call. Each reader is a chunk of its own: a page loads only the one that it uses. */
import { checkObject, isTyped } from '../foundation/checks.js';
import { codedError, describe, tagOf } from '../foundation/errors.js';
import { uint8From } from '../foundation/memory.js';
import { ENGINE_KEYS, type EngineSpec, resolveEngine } from '../options/engine.js';
import type { Bytes } from './bytes.js';
import type { ForeignCall } from './import/libraries.js';
import type { Restored } from './saved-model.js';

/** The calls that read a network. */
export type ReadingCall = 'load' | 'fromONNX' | 'fromSafetensors' | 'fromBrain' | 'fromTensorFlow' | 'fromScikitLearn';

/** Options of networks that other libraries made: how to train on, and names of classes. */
const TRAINING_KEYS = ['loss', 'optimizer', 'labels', 'seed', ...ENGINE_KEYS];
const KEYS: Readonly<Record<ReadingCall, readonly string[]>> = {
  load: ENGINE_KEYS,
  fromONNX: [...TRAINING_KEYS, 'output', 'externalData'],
  fromSafetensors: ['layers', 'names', ...TRAINING_KEYS],
  fromBrain: TRAINING_KEYS,
  fromTensorFlow: TRAINING_KEYS,
  fromScikitLearn: TRAINING_KEYS,
};

/** What reads a network, and the engine that it is for. */
interface Reader {
  readonly engine: EngineSpec;
  read(): Promise<Restored>;
}

/**
 * What reads `model`; a model of TensorFlow.js comes with its `weights`. The bytes of a file are copied at once, before anything else of
 * the caller's is looked at, and then the options. The reader rejects with the errors that `call` documents.
 */
export function readerOf(call: ReadingCall, model: unknown, options: unknown, weights?: unknown): Reader {
  const copy = call === 'load' ? copyOfModel(model) : undefined;
  const what = FILES[call];
  const file = what === undefined ? undefined : copyOfFile(call, model, what);
  const given = checkObject(`${call}: options`, options === undefined ? {} : options, KEYS[call]);
  const engine = resolveEngine(call, given);
  const read = async (): Promise<Restored> => {
    switch (call) {
      case 'load':
        return (await import('./read-any.js')).readAny(copy as Bytes | string | Blob);
      case 'fromONNX':
        return (await import('./onnx/read-onnx.js')).readONNX(file as Bytes, given);
      case 'fromSafetensors':
        return (await import('./safetensors/read-state.js')).readState(file as Bytes, given);
      default:
        return (await import('./import/libraries.js')).readForeign(call satisfies ForeignCall, given, model, weights);
    }
  };
  return { engine, read };
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

/** What the bytes hold, of calls that take bytes alone. */
const FILES: Readonly<Partial<Record<ReadingCall, string>>> = {
  fromONNX: 'an ONNX file holds',
  fromSafetensors: 'a safetensors file holds',
};

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
