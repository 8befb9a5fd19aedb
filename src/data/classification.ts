/** From outputs to answers: rows, and the most likely class of a row. Knows no engine. */
import { sliceOf } from '../foundation/memory.js';
import { answersProbabilities } from '../options/activations.js';
import type { LayerSpec, NetworkSpec } from '../options/spec.js';
import type { Shape } from './samples.js';

/** The most likely class of a sample. */
export interface Classification {
  /** Index of the class: the largest output, or 0 and 1 by a single sigmoid output. */
  index: number;
  /** Its name, where the network has labels. */
  label?: string;
  /** The network's probability for it, from 0 to 1. */
  probability: number;
}

/** Cuts rows that lie end to end into copies of each. */
export function rowsOf(values: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: values.length / width }, (_, row) => sliceOf(values, row * width, (row + 1) * width));
}

/** The class of the `width` outputs from `start`: the largest one, of equal ones the first. A single one is the probability of class 1. */
export function classAt(values: Float32Array, start: number, width: number): number {
  if (width === 1) return Number((values[start] as number) >= 0.5);
  let largest = 0;
  for (let i = 1; i < width; i++) {
    if ((values[start + i] as number) > (values[start + largest] as number)) largest = i;
  }
  return largest;
}

/** The classes of outputs that lie end to end: one answer for one sample, an array for several and for rows. */
export function classificationsOf(
  { values, shape }: { readonly values: Float32Array; readonly shape: Shape },
  { outputs, labels }: NetworkSpec,
): Classification | Classification[] {
  const answers = rowsOf(values, outputs).map((row) => classificationOf(row, labels));
  return shape === 'rows' || answers.length > 1 ? answers : (answers[0] as Classification);
}

function classificationOf(outputs: Float32Array, labels: readonly string[] | undefined): Classification {
  const index = classAt(outputs, 0, outputs.length);
  const isSingle = outputs.length === 1;
  const output = outputs[isSingle ? 0 : index] as number;
  const probability = isSingle && index === 0 ? 1 - output : output;
  const label = labels?.[index];
  return label === undefined ? { index, probability } : { index, label, probability };
}

/** Whether a sample may have several classes: each of several outputs is a probability by itself. */
export function isMultiLabel(spec: NetworkSpec): boolean {
  const { activation } = spec.layers[spec.layers.length - 1] as LayerSpec;
  return spec.outputs > 1 && activation !== 'softmax' && answersProbabilities(spec);
}
