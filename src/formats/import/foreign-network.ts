/** Makes a network from the layers and numbers that were found in another library's file. Knows no format. */

import { ColumnScaling } from '../../data/scaling.js';
import { float64From } from '../../foundation/memory.js';
import type { LayerOptions, Normalization } from '../../options/types.js';
import { resolveImported } from '../imported-options.js';
import { MAX_NUMBERS } from '../safetensors/write-safetensors.js';
import type { Restored } from '../saved-model.js';
import type { Part } from './part.js';

/** weights (units, inputs) row-major, biases (units), or empty for a layer without biases. */
export interface ForeignLayer {
  readonly options: LayerOptions;
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

export interface ForeignNetwork {
  readonly inputs: number;
  readonly layers: readonly ForeignLayer[];
  readonly labels?: readonly string[] | undefined;
  readonly scaling?: ForeignScaling | undefined;
}

/** How inputs are scaled, and the name that `normalize` has for it. */
export interface ForeignScaling {
  readonly normalize: Normalization;
  readonly columns: ColumnScaling;
}

/** The network, its options checked as if a caller had given them, with what the caller gave for training and as labels. */
export function restoredOf(file: Part, { inputs, layers, labels, scaling }: ForeignNetwork): Restored {
  const { call, given } = file.origin;
  const found = { inputs, layers: layers.map(({ options }) => options), labels, normalize: scaling?.normalize };
  const spec = resolveImported(call, given, found, (reason) =>
    file.refused('ERR_MODEL_FORMAT', `has a network that is refused (${reason})`),
  );
  const parameters = layers.map(({ weights, biases }) => ({ weights, biases }));
  return { model: { spec, parameters, scaling: scaling && { inputs: scaling.columns, targets: undefined } } };
}

/** The scaling (x - shift) / scale of each column. ERR_UNSUPPORTED where these numbers are not usable. */
export function scalingOf(
  part: Part,
  normalize: Normalization,
  shift: readonly number[],
  scale: readonly number[],
): ForeignScaling {
  const wrong = scale.findIndex((size, i) => !(size > 0 && Number.isFinite(size) && Number.isFinite(shift[i])));
  if (wrong >= 0) {
    const what = `turns column ${wrong} into (x - ${shift[wrong]}) / ${scale[wrong]}`;
    throw part.refused('ERR_UNSUPPORTED', what, 'Only divisors above 0 are read, and numbers within float64.');
  }
  // + 0 turns -0 into 0: JSON, in which scalings are saved, has no -0.
  const columns = new ColumnScaling(float64From(shift.map((value) => value + 0)), float64From(scale));
  return { normalize, columns };
}

/** Counts the numbers of a network as its layers are read. */
export class NumberCount {
  #count = 0;

  /** ERR_MODEL_LIMIT names the part that is too much. */
  add(part: Part, numbers: number): void {
    this.#count += numbers;
    if (this.#count <= MAX_NUMBERS) return;
    const what = `makes ${this.#count} numbers with those before it, and at most ${MAX_NUMBERS} are read`;
    throw part.refused('ERR_MODEL_LIMIT', what, 'Use a smaller network.');
  }
}
