/** Reads networks that other libraries wrote. A chunk of its own: a page that imports none does not load it. */
import { readBrain } from './import/brain.js';
import { readScikitLearn } from './import/scikit-learn.js';
import { readTensorFlow } from './import/tensorflow.js';
import type { Restored } from './model.js';

const READERS = { fromBrain: readBrain, fromTensorFlow: readTensorFlow, fromScikitLearn: readScikitLearn };

/** Each reader validates what it is given, or throws ERR_INVALID_TYPE, ERR_MODEL_FORMAT, ERR_MODEL_LIMIT or ERR_UNSUPPORTED. */
export function readForeign(call: keyof typeof READERS, model: unknown, weights?: unknown): Restored {
  return READERS[call](call, model, weights);
}
