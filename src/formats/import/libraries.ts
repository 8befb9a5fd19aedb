/** Reads networks that other libraries wrote. A chunk of its own: a page that imports none does not load it. */

import type { GivenOptions } from '../imported-options.js';
import type { Restored } from '../saved-model.js';
import { readBrain } from './brain.js';
import { readScikitLearn } from './scikit-learn.js';
import { readTensorFlow } from './tensorflow.js';

const READERS = { fromBrain: readBrain, fromTensorFlow: readTensorFlow, fromScikitLearn: readScikitLearn };

export type ForeignCall = keyof typeof READERS;

/** Each reader validates what it is given, or throws ERR_INVALID_TYPE, ERR_MODEL_FORMAT, ERR_MODEL_LIMIT or ERR_UNSUPPORTED. */
export function readForeign(call: ForeignCall, given: GivenOptions, model: unknown, weights?: unknown): Restored {
  return READERS[call]({ call, given }, model, weights);
}
