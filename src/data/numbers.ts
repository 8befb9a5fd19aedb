/**
 * What networks need whose targets may be any numbers, as one chunk: the others do not load it. Their losses have outputs that are
 * probabilities.
 */
import { codedError } from '../foundation/errors.js';
import { answersProbabilities, givesProbabilities } from '../options/activations.js';
import { rangeOf } from '../options/ranges.js';
import type { LayerSpec, NetworkSpec } from '../options/spec.js';
import { numbersOf, reportOfNumbers as reportOf } from '../report/numbers.js';
import type { NumberReport } from '../report/report.js';
import type { Numbers, Samples } from './samples.js';
import { areSparse, writtenOut } from './sparse-rows.js';
import { checkReach, type PackedTargets, packRows } from './targets.js';

/** Throws ERR_UNSUPPORTED where outputs are not probabilities. */
export function checkClassifies(call: string, spec: NetworkSpec): void {
  if (answersProbabilities(spec)) return;
  const { activation } = spec.layers[spec.layers.length - 1] as LayerSpec;
  const kind = spec.normalizeTargets === false ? activation : 'scaled';
  const mend = 'Use predict, or give the output layer activation: "softmax" (or "sigmoid"), without normalizeTargets.';
  throw codedError('ERR_UNSUPPORTED', `${call}: a ${kind} output gives no probability. ${mend}`);
}

/** Throws ERR_INVALID_TYPE where the only output, or scaled ones, cannot be classes. `where` is for messages. */
export function checkClasses(where: string, { layers, outputs, normalizeTargets }: NetworkSpec): void {
  const { activation } = layers[layers.length - 1] as LayerSpec;
  const scaled = normalizeTargets !== false;
  if (!scaled && (outputs > 1 || givesProbabilities(activation))) return;
  const why = scaled ? 'normalizes its targets' : `has a single ${activation} output`;
  const mend = `Give numbers in a Float32Array${scaled ? '' : ', or use activation: "sigmoid"'}.`;
  throw codedError('ERR_INVALID_TYPE', `${where} holds classes, but the network ${why}. ${mend}`);
}

/** Numbers, each in the range of its output unless `willScale`: then they keep their doubles, and their scaling tells it. */
export function packNumbers(
  call: string,
  name: string,
  targets: unknown,
  spec: NetworkSpec,
  willScale: boolean,
): PackedTargets<Numbers> {
  const { values, count } = packRows(call, name, targets, spec, willScale);
  const { activation } = spec.layers[spec.layers.length - 1] as LayerSpec;
  // Before the first fit a network that scales its targets does not know yet what they become.
  if (spec.normalizeTargets === false) {
    checkReach(call, name, values as Float32Array, spec, `${rangeOf(activation)}.`);
  }
  return { values, count, metric: 'none', classes: undefined };
}

/** How near outputs of that width are to targets as users give them. */
export function reportOfNumbers(outputs: Float32Array, width: number, targets: Samples): NumberReport {
  const truth = areSparse(targets)
    ? writtenOut({ call: 'report', name: 'targets', width }, targets)
    : numbersOf(targets);
  return reportOf(outputs, width, truth);
}
