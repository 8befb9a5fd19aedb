/** A BatchNormalization as factors and offsets of columns, and how these become part of a dense layer. Knows no file. */
import { float32 } from '../../foundation/memory.js';
import { MAX_WIDTH } from '../../options/plain.js';
import { type KerasLayer, unsupported } from './tensorflow-chain.js';
import { expectValue } from './tensorflow-settings.js';
import type { Tensors } from './tensorflow-weights.js';

/** x factor + offset, column by column. */
export interface Normalization {
  readonly layer: KerasLayer;
  readonly factors: readonly number[];
  readonly offsets: readonly number[];
}

/** Parameters of a layer, which folding changes. */
interface Folded {
  readonly layer: KerasLayer;
  readonly inputs: number;
  readonly units: number;
  /** (units, inputs) row-major. */
  readonly weights: Float32Array;
  biases: Float32Array;
  bias: boolean;
}

/** `width` is that of the rows, where it is known. */
export function normalizationOf(layer: KerasLayer, tensors: Tensors, width: number | undefined): Normalization {
  const { config, name } = layer;
  const axis = config.get('axis');
  const given = axis.isArray ? axis.items(1)[0]?.value : axis.value;
  if (!axis.missing && given !== -1 && given !== 1)
    throw unsupported(layer, 'whose axis is not the last', 'Use axis=-1.');
  expectValue(layer, 'renorm', false, false);
  const columns = width ?? tensors.shape(name, 'moving_mean')[0] ?? 0;
  if (columns > MAX_WIDTH) {
    throw layer.part.refused('ERR_MODEL_LIMIT', `normalizes ${columns} columns`, 'Use a smaller network.');
  }
  const read = (key: string): Float32Array => tensors.take(name, key, [columns], (i) => i);
  const [mean, variance] = [read('moving_mean'), read('moving_variance')];
  const gamma = config.get('scale').boolean(true) ? read('gamma') : undefined;
  const beta = config.get('center').boolean(true) ? read('beta') : undefined;
  const epsilon = config.get('epsilon').number(1e-3);
  const factors = Array.from(variance, (each, i) => (gamma?.[i] ?? 1) / Math.sqrt(each + epsilon));
  if (!factors.every(Number.isFinite)) {
    throw layer.part.refused('ERR_MODEL_FORMAT', `divides by the square root of a variance of 0 or less`);
  }
  const offsets = factors.map((factor, i) => (beta?.[i] ?? 0) - (mean[i] as number) * factor);
  return { layer, factors, offsets };
}

/** f (W x + b) + c */
export function foldSums(dense: Folded, { factors, offsets }: Normalization): void {
  const { inputs, units, weights } = dense;
  const biases = float32(units);
  for (let o = 0; o < units; o++) {
    const factor = factors[o] as number;
    for (let i = o * inputs; i < (o + 1) * inputs; i++) weights[i] = factor * (weights[i] as number);
    biases[o] = factor * (dense.biases[o] ?? 0) + (offsets[o] as number);
  }
  finish(dense, biases);
}

/** W (f x + c) + b */
export function foldInputs(dense: Folded, { layer, factors, offsets }: Normalization): void {
  const { inputs, units, weights } = dense;
  if (factors.length !== inputs) {
    throw layer.part.refused('ERR_MODEL_FORMAT', `normalizes ${factors.length} columns, expected ${inputs}`);
  }
  const biases = float32(units);
  for (let o = 0; o < units; o++) {
    let sum = dense.biases[o] ?? 0;
    for (let i = 0, at = o * inputs; i < inputs; i++, at++) {
      sum += (weights[at] as number) * (offsets[i] as number);
      weights[at] = (weights[at] as number) * (factors[i] as number);
    }
    biases[o] = sum;
  }
  finish(dense, biases);
}

function finish(dense: Folded, biases: Float32Array): void {
  dense.biases = biases;
  dense.bias = true;
  if (biases.every(Number.isFinite) && dense.weights.every(Number.isFinite)) return;
  throw unsupported(dense.layer, 'whose weights are not finite once it is normalized', 'Train with smaller weights.');
}
