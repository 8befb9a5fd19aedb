/** Inputs and targets far from the scale that first weights and learning rates are made for: about 1. */

import type { EngineSamples } from '../../engine/engine.js';
import { float32, float64, sliceOf, uint32 } from '../../foundation/memory.js';
import { LOSS_TRAITS } from '../../options/losses.js';
import type { LayerSpec } from '../../options/spec.js';
import type { Hint } from '../history.js';
import type { Evidence } from './evidence.js';
import { targetOf } from './explained.js';
import { type Column, columnNamed, columnOf, figure, hint } from './hint.js';

/** Root mean square of all inputs. The digits, whose pixels go up to 16, have 7.8; iris in centimetres has 4. */
const LARGE_INPUTS = 5;
/** The same of one column. */
const LARGE_COLUMN = 10;
const LARGE_TARGETS = 10;
/** Columns that all lie within such a range look the same to a network. */
const NARROW = 0.05;

export function unscaledInputs({ run: { spec }, sample }: Evidence): Hint | undefined {
  if (spec.normalize !== false && spec.normalize !== 'medians') return undefined;
  const width = spec.inputs;
  const columns = columnsOf(width, sample);
  const sizes = columns.map(sizeOf);
  const size = Math.sqrt(sizes.reduce((sum, value) => sum + value ** 2, 0) / width);
  const largest = indexOfGreatest(sizes);
  const widest = widestOf(columns);
  const mend = "Create the network with normalize: 'standard', or scale the inputs to around 1.";
  if (size > LARGE_INPUTS || (sizes[largest] as number) > LARGE_COLUMN) {
    const { lowest, highest, mean } = columns[largest] as Column;
    const where = `${columnNamed(spec, largest)} reaches from ${figure(lowest)} to ${figure(highest)}, around ${figure(mean)}`;
    const why = 'Numbers so far from 1 make steps too large and units saturate or die';
    return hint('UNSCALED_INPUTS', `The inputs are not scaled: ${where}. ${why}. ${mend}`);
  }
  if (widest > 0 && widest < NARROW) {
    const where = `no column of them spans more than ${figure(widest)}`;
    return hint(
      'UNSCALED_INPUTS',
      `The inputs are not scaled: ${where}, so that they look the same to the network. ${mend}`,
    );
  }
  return undefined;
}

export function unscaledTargets({ run: { spec }, sample, outputs }: Evidence): Hint | undefined {
  if (spec.normalizeTargets !== false || LOSS_TRAITS[spec.loss].metric !== 'none') return undefined;
  const width = spec.outputs;
  const columns = Array.from({ length: width }, (_, column) =>
    columnOf(sample.count, (row) => targetOf(sample, row, column, width)),
  );
  const sizes = columns.map(sizeOf);
  const widest = widestOf(columns);
  const { activation } = spec.layers[spec.layers.length - 1] as LayerSpec;
  const bounded = activation === 'sigmoid' || activation === 'tanh' || activation === 'softmax';
  const column = indexOfGreatest(sizes);
  const isLarge = (sizes[column] as number) > LARGE_TARGETS;
  if (bounded || (!isLarge && (widest === 0 || widest > NARROW))) return undefined;
  const { mean, lowest, highest } = columns[column] as Column;
  const answers = columnOf(sample.count, (row) => outputs[row * width + column] as number);
  const which = width === 1 ? '' : ` of output ${column} (counted from 0)`;
  const [from, to] = [figure(lowest), figure(highest)];
  const came = `The targets are not scaled: those${which} reach from ${from} to ${to}, around ${figure(mean)}`;
  const are = `the answers from ${figure(answers.lowest)} to ${figure(answers.highest)}`;
  const linear = activation === 'linear' ? '' : " and activation: 'linear' in its last layer";
  const mend = `Create the network with normalizeTargets: 'standard'${linear}: predict still answers in the unit of the targets.`;
  return hint('UNSCALED_TARGETS', `${came}, ${are}. ${mend}`);
}

/** All columns, in one pass: columnOf, with a call for each number, takes several times as long. */
function columnsOf(width: number, { count, inputs: values }: EngineSamples): Column[] {
  const { columns } = values;
  // What is summed are differences to the first row, so that columns far from 0 keep their digits. Most of a sparse column is 0.
  const first = columns === undefined ? sliceOf(values, 0, width) : float32(width);
  const [sums, squares] = [float64(width), float64(width)];
  const lowest = float32(width).fill(Number.POSITIVE_INFINITY);
  const highest = float32(width).fill(Number.NEGATIVE_INFINITY);
  const seen = uint32(width);
  for (let at = 0, next = 0; at < values.length; at++) {
    const column = columns === undefined ? next : (columns[at] as number);
    next = next + 1 === width ? 0 : next + 1;
    const value = values[at] as number;
    const difference = value - (first[column] as number);
    sums[column] = (sums[column] as number) + difference;
    squares[column] = (squares[column] as number) + difference * difference;
    if (value < (lowest[column] as number)) lowest[column] = value;
    if (value > (highest[column] as number)) highest[column] = value;
    seen[column] = (seen[column] as number) + 1;
  }
  return Array.from({ length: width }, (_, column) => {
    const mean = (sums[column] as number) / count;
    const deviation = Math.sqrt(Math.max(0, (squares[column] as number) / count - mean * mean));
    const [low, high] = [lowest[column] as number, highest[column] as number];
    const hasZeros = (seen[column] as number) < count;
    return {
      mean: (first[column] as number) + mean,
      deviation,
      lowest: hasZeros ? Math.min(low, 0) : low,
      highest: hasZeros ? Math.max(high, 0) : high,
    };
  });
}

/** Root mean square. */
function sizeOf({ mean, deviation }: Column): number {
  return Math.sqrt(mean ** 2 + deviation ** 2);
}

function widestOf(columns: readonly Column[]): number {
  return columns.reduce((widest, { lowest, highest }) => Math.max(widest, highest - lowest), 0);
}

function indexOfGreatest(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] as number) ? index : best), 0);
}
