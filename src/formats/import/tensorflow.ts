/**
 * Reads a layers model of TensorFlow.js whose layers are one chain, saved by TensorFlow.js or converted from Keras. Written for the
 * formats of TensorFlow.js 1 to 4 and of Keras 2 and 3. Does not look at keras_version: it checks the class of every layer instead.
 */
import { describe } from '../../foundation/errors.js';
import type { Restored } from '../saved-model.js';
import { restoredOf } from './foreign-network.js';
import { Part, type Reading } from './part.js';
import { chainOf } from './tensorflow-chain.js';
import { Stack } from './tensorflow-layers.js';
import { bytesOf, Tensors } from './tensorflow-weights.js';

const MEND =
  'Give the model.json of a TensorFlow.js layers model, and all bytes of its .bin files in the order of its manifest.';

export function readTensorFlow(reading: Reading, model: unknown, weights: unknown): Restored {
  const origin = { ...reading, mend: MEND };
  const file = Part.of(origin, 'model', model);
  const bytes = bytesOf(origin, weights);
  const topology = topologyOf(file);
  const stack = new Stack(file, new Tensors(file, bytes));
  for (const layer of chainOf(topology)) stack.add(layer);
  return restoredOf(file, stack.end());
}

/** The part with a model's class_name and config. */
function topologyOf(file: Part): Part {
  const format = file.get('format');
  const given = file.get('modelTopology');
  // A graph model has nodes instead of layers. The first versions of the converter wrote no format.
  const isGraph = format.value === 'graph-model' || (!given.missing && !given.get('node').missing);
  if (isGraph || (!format.missing && format.value !== 'layers-model')) {
    const mend = 'Save the model from Keras, and convert that with --output_format tfjs_layers_model.';
    throw file.refused(
      'ERR_UNSUPPORTED',
      `is a ${isGraph ? 'graph-model' : describe(format.value)}, not a layers-model`,
      mend,
    );
  }
  const inside = given.get('model_config');
  return inside.missing ? given : inside;
}
