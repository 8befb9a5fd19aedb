/** Turns targets (numbers, class indexes, class names) into what an engine takes, and checks them against the network. */

import { isTyped } from '../foundation/checks.js';
import { COUNTED, codedError, counted, describe } from '../foundation/errors.js';
import { float32From, uint32 } from '../foundation/memory.js';
import { OUTPUT_RANGES } from '../options/activations.js';
import type { Metric } from '../options/losses.js';
import { LOSS_TRAITS } from '../options/losses.js';
import type { LayerSpec, NetworkSpec } from '../options/spec.js';
import { classAt, isMultiLabel } from './classification.js';
import { isFloat32, type Numbers, type PackedSamples, packSamples, type Samples } from './samples.js';

/** The class of each sample: an index, or a name where the network has `labels`. */
export type SingleLabels = Uint8Array | Int32Array | readonly number[] | readonly string[];

/** The class of each sample, or, where several sigmoid outputs have labels, a list with the names of all its classes. */
export type Labels = SingleLabels | readonly (readonly string[])[];

export interface PackedTargets<N extends Numbers = Float32Array> {
  /** (count, outputs) row-major, or a Uint32Array with one class index per sample. */
  readonly values: N | Uint32Array;
  readonly count: number;
  readonly metric: Metric;
  /** The class of each sample, where the targets are classes: stratified splits need it. */
  readonly classes: Uint32Array | undefined;
}

const CLASSES_HINT = 'Class indexes go in a Uint8Array; for labels, give readCsv names: true.';

/** How far from 1 the targets of a categorical row may sum. */
export const SUM_TOLERANCE = 1e-3;

/** From about this size on, targets are too large for a linear output to learn them well unscaled. */
const LARGE_TARGET = 10;

/** Reads targets that may be any numbers: numbers.ts, which only networks with such targets load. */
export interface NumberTargets {
  /** Refuses classes where the network cannot take them. `where` is for messages. */
  checkClasses(where: string, spec: NetworkSpec): void;
  /** Targets that will be scaled keep their doubles, and only their scaling tells whether they can be reached. */
  packNumbers(
    call: string,
    name: string,
    targets: unknown,
    spec: NetworkSpec,
    willScale: boolean,
  ): PackedTargets<Numbers>;
}

/**
 * Checks the kind, the shape, the numbers, and whether the output layer can reach them. `call` and `prefix` are for messages: `fit`,
 * `validation.`. `numbers` is undefined where targets are always classes or probabilities.
 */
export function packTargets(
  call: string,
  prefix: string,
  targets: Samples | SingleLabels,
  spec: NetworkSpec,
  samples: number,
  numbers: NumberTargets | undefined,
  willScale = false,
): PackedTargets<Numbers> {
  const name = `${prefix}targets`;
  const packed = isLabels(targets, spec, samples)
    ? packLabels(call, name, targets, spec, numbers)
    : (numbers?.packNumbers(call, name, targets, spec, willScale) ?? packProbabilities(call, name, targets, spec));
  if (packed.count !== samples) {
    const [came, expected] = [counted(packed.count, 'sample'), counted(samples, 'sample')];
    const mend = 'Give every row of inputs its target.';
    throw codedError('ERR_SHAPE', `${call}: ${name} has ${came}, ${prefix}inputs has ${expected}. ${mend}`);
  }
  return packed;
}

/** Whether targets are classes. One whole number per sample is a class where a sample has several outputs. */
function isLabels(targets: Samples | SingleLabels, { outputs }: NetworkSpec, samples: number): targets is SingleLabels {
  if (isTyped(targets, 'Uint8Array') || isTyped(targets, 'Int32Array')) return true;
  if (!Array.isArray(targets)) return false;
  return (
    typeof targets[0] === 'string' || (outputs > 1 && targets.length === samples && targets.every(Number.isInteger))
  );
}

function packLabels(
  call: string,
  name: string,
  labels: SingleLabels,
  spec: NetworkSpec,
  numbers: NumberTargets | undefined,
): PackedTargets {
  numbers?.checkClasses(`${call}: ${name}`, spec);
  const binary = spec.outputs === 1;
  if (labels.length === 0) throw codedError('ERR_SHAPE', `${call}: ${name} is empty. Give every sample its class.`);
  const number = binary ? 2 : spec.outputs;
  const classes = uint32(labels.length);
  for (let i = 0; i < classes.length; i++) {
    const index = labels[i] as unknown;
    if (typeof index === 'string') {
      // Where there are labels, named-classes.ts has made indexes of them.
      const mend = 'Create the network with labels: [...], or give class indexes in a Uint8Array.';
      const came = `${call}: ${name}[${i}] is ${describe(index)}, but the network has no labels`;
      throw codedError('ERR_INVALID_OPTION', `${came}. ${mend}`);
    }
    if (!((index as number) >= 0 && (index as number) < number)) {
      const came = `${call}: ${name}[${i}] is class ${describe(index)}`;
      const mend = spec.labels && Array.isArray(labels) ? ' Or give names: targets.map(String).' : '';
      throw codedError('ERR_INVALID_OPTION', `${came}, expected 0 to ${number - 1}.${mend}`);
    }
    classes[i] = index as number;
  }
  const values = binary ? float32From(classes) : classes;
  return { values, count: classes.length, metric: binary ? 'threshold' : 'argmax', classes };
}

/** Targets of a network whose outputs are probabilities. */
function packProbabilities(call: string, name: string, targets: unknown, spec: NetworkSpec): PackedTargets {
  const { outputs, loss } = spec;
  const { values, count } = packRows(call, name, targets, spec, false) as PackedSamples;
  checkReach(call, name, values, spec, `a probability from 0 to 1 for ${loss}. ${CLASSES_HINT}`);
  const { metric } = LOSS_TRAITS[loss];
  if (metric === 'argmax') checkSums(call, name, values, spec);
  return { values, count, metric, classes: isMultiLabel(spec) ? undefined : classesOf(values, outputs) };
}

/** Rows of numbers, one for each output. */
export function packRows(
  call: string,
  name: string,
  targets: unknown,
  { outputs }: NetworkSpec,
  keepsDoubles: boolean,
): PackedSamples<Numbers> {
  if (ArrayBuffer.isView(targets) && !isFloat32(targets)) {
    const message = `${call}: ${name} is ${describe(targets)}, expected numbers in a Float32Array. ${CLASSES_HINT}`;
    throw codedError('ERR_INVALID_TYPE', message);
  }
  const widthIs = "the network's outputs";
  const subject = { call, name, width: outputs, widthIs, option: 'a last layer of units', hint: CLASSES_HINT };
  return packSamples(subject, targets, keepsDoubles);
}

/** The class that each row gives most. */
function classesOf(values: Float32Array, width: number): Uint32Array {
  const classes = uint32(values.length / width);
  for (let row = 0; row < classes.length; row++) classes[row] = classAt(values, row * width, width);
  return classes;
}

/**
 * Checks that the output layer can reach the targets. No training would bring it nearer than the end of its range. `expected` is for the
 * message.
 */
export function checkReach(
  call: string,
  name: string,
  values: Float32Array,
  { outputs, layers }: NetworkSpec,
  expected: string,
): void {
  const [lowest, highest] = OUTPUT_RANGES[(layers[layers.length - 1] as LayerSpec).activation];
  for (let i = 0; i < values.length; i++) {
    const target = values[i] as number;
    // float32, as the targets are.
    if (target >= Math.fround(lowest) && target <= highest) continue;
    const came = `${call}: ${name}, row ${Math.floor(i / outputs)}, column ${i % outputs} is ${target}`;
    const isLarge = values.some((value) => Math.abs(value) > LARGE_TARGET);
    const scaling = isLarge ? ', and the network normalizeTargets: "standard", because these are large' : '';
    const mend = `To predict numbers, give the output layer activation: "linear"${scaling}.`;
    throw codedError('ERR_INVALID_OPTION', `${came}, expected ${expected} ${mend} ${COUNTED}`);
  }
}

/** Checks that the rows are distributions. */
function checkSums(call: string, name: string, values: Float32Array, { outputs, loss }: NetworkSpec): void {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const target = values[i] as number;
    sum = i % outputs === 0 ? target : sum + target;
    if (i % outputs === outputs - 1 && Math.abs(sum - 1) > SUM_TOLERANCE) {
      const mend = 'Give each row one 1 and zeros, probabilities of sum 1, or class indexes in a Uint8Array.';
      throw codedError(
        'ERR_INVALID_OPTION',
        `${call}: ${name}, row ${Math.floor(i / outputs)} sums to ${sum}, expected 1 for ${loss}. ${mend} ${COUNTED}`,
      );
    }
  }
}
