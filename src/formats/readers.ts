/** Checks what a call that reads a network was given, and chooses its reader. Each reader is a chunk of its own. */
import { checkObject } from '../foundation/checks.js';
import { ENGINE_KEYS, type EngineSpec, resolveEngine } from '../options/engine.js';
import type { Bytes } from './bytes.js';
import { checkFile } from './check-file.js';
import type { ReadingCall } from './given-file.js';
import type { ForeignCall } from './import/libraries.js';
import type { Restored } from './saved-model.js';

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
 * What reads `file`, which is what `givenFile` made of the caller's; a model of TensorFlow.js comes with its `weights`. The reader rejects
 * with the errors that `call` documents.
 */
export function readerOf(call: ReadingCall, file: unknown, options: unknown, weights: unknown): Reader {
  checkFile(call, file);
  const given = checkObject(`${call}: options`, options === undefined ? {} : options, KEYS[call]);
  const engine = resolveEngine(call, given);
  const read = async (): Promise<Restored> => {
    switch (call) {
      case 'load':
        return (await import('./read-any.js')).readAny(file as Bytes | string | Blob);
      case 'fromONNX':
        return (await import('./onnx/read-onnx.js')).readONNX(file as Bytes, given);
      case 'fromSafetensors':
        return (await import('./safetensors/read-state.js')).readState(file as Bytes, given);
      default:
        return (await import('./import/libraries.js')).readForeign(call satisfies ForeignCall, given, file, weights);
    }
  };
  return { engine, read };
}
