/**
 * Calls of one row, for networks so small that the call would take most of the time: nothing is made but the answer. Only what is right goes
 * this way. All else is undefined here: the general way then answers, or says what is wrong. A chunk of its own.
 */
import { isFloat32, type Samples } from '../data/samples.js';
import { SUM_TOLERANCE } from '../data/targets.js';
import type { EngineNetwork, LoadedSamples } from '../engine/engine.js';
import { float32 } from '../foundation/memory.js';
import { OUTPUT_RANGES } from '../options/activations.js';
import { LOSS_TRAITS } from '../options/losses.js';
import type { LayerSpec, NetworkSpec } from '../options/spec.js';
import { checkInto, type PredictOptions } from './predict-options.js';

/** What these calls ask of a network's state: model.ts imports this file. */
interface RowModel {
  readonly spec: NetworkSpec;
  readonly engine: EngineNetwork;
  readonly isDisposed: boolean;
  check(call: string, need: 'idle'): void;
  /** The row of the last step that took one. */
  row: LoadedSamples | undefined;
}

/**
 * The last row that was read, then its targets. All networks share it: an engine copies it before the next one is read. Made by the first call,
 * since a chunk that finds no memory when it is loaded could never be loaded again.
 */
let numbers: Float32Array | undefined;
/** Counts what is read: a getter in the caller's array may make a call that reads another row meanwhile. */
let reads = 0;

/** The outputs for one row of numbers, as `predict` gives them. */
export function answerRow(model: RowModel, inputs: unknown, options: unknown): Float32Array | undefined {
  const { spec, engine } = model;
  const into = onlyInto(options);
  if (options !== undefined && into === undefined) return undefined;
  const row = readRow(spec, inputs);
  if (row === undefined || model.isDisposed) return undefined;
  if (into !== undefined && (into.length !== spec.outputs || !Array.isArray(inputs)))
    checkInto(into, spec.outputs, inputs as Samples);
  const outputs = engine.predictRow(row, into);
  // Not allFinite, which is made for long arrays: with it, the call takes a tenth more.
  let sum = 0;
  for (let i = 0; i < outputs.length; i++) sum += outputs[i] as number;
  return sum - sum === 0 ? outputs : undefined;
}

/** One row of numbers with its targets, for a step. It holds until the next call for the same model. */
export function loadRow(
  model: RowModel,
  inputs: unknown,
  targets: unknown,
  sampleWeights: unknown,
): LoadedSamples | undefined {
  if (sampleWeights !== undefined) return undefined;
  const { spec, engine } = model;
  const { inputs: I, outputs: O } = spec;
  const row = readRow(spec, onlyRow(inputs), onlyRow(targets), O);
  if (row === undefined || !isReached(row, spec)) return undefined;
  model.check('trainOnBatch', 'idle');
  model.row ??= engine.load({ count: 1, inputs: float32(I), targets: float32(O), metric: 'none' });
  model.row.write(row);
  return model.row;
}

/** The row of an array that has one, else what is given. For steps alone: `predict` answers an array of rows by an array. */
function onlyRow(given: unknown): unknown {
  return Array.isArray(given) && given.length === 1 && typeof given[0] === 'object' ? given[0] : given;
}

/** What `into` is, where it is the only option, and a Float32Array. To read options in general takes longer than the rest of such a call. */
function onlyInto(options: unknown): Float32Array | undefined {
  if (options?.constructor !== Object) return undefined;
  for (const key in options) if (key !== 'into') return undefined;
  const { into } = options as PredictOptions;
  // As isFloat32 for arrays of this realm: with its call, `predict` of 2-2-1 takes 5 ns more. A Proxy is no view.
  const isOwn = into instanceof Float32Array && ArrayBuffer.isView(into);
  return isOwn && into !== (Object.prototype as PredictOptions).into ? into : undefined;
}

/**
 * Returns an array that begins with the inputs, then `O` targets. Undefined where they are no plain rows of so many finite numbers, or the
 * network scales them or has columns.
 */
function readRow(
  { inputs: I, columns, normalize, normalizeTargets }: NetworkSpec,
  inputs: unknown,
  targets?: unknown,
  O = 0,
): Float32Array | undefined {
  if (columns !== undefined || normalize !== false || normalizeTargets !== false) return undefined;
  if (numbers === undefined || numbers.length < I + O) numbers = float32(I + O);
  const row = numbers;
  // A whole number for ever: of other ones V8 makes an object each time.
  reads = (reads + 1) | 0;
  const read = reads;
  return copyRow(inputs, row, 0, I) && (O === 0 || copyRow(targets, row, I, O)) && read === reads ? row : undefined;
}

function copyRow(given: unknown, row: Float32Array, offset: number, length: number): boolean {
  if (!Array.isArray(given) && !isFloat32(given)) return false;
  if (given.length !== length) return false;
  // Stays 0 as long as all numbers are finite in float32.
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const value = given[i];
    if (typeof value !== 'number') return false;
    const stored = Math.fround(value);
    row[offset + i] = stored;
    sum += stored - stored;
  }
  return sum === 0;
}

/** Whether the output layer can reach the targets, which come after the inputs: checkReach and checkSums of targets.ts would let them through. */
function isReached(row: Float32Array, { inputs: start, outputs, layers, loss }: NetworkSpec): boolean {
  const [lowest, highest] = OUTPUT_RANGES[(layers[layers.length - 1] as LayerSpec).activation];
  let sum = 0;
  for (let i = start; i < start + outputs; i++) {
    const target = row[i] as number;
    if (!(target >= Math.fround(lowest) && target <= highest)) return false;
    sum += target;
  }
  return LOSS_TRAITS[loss].metric !== 'argmax' || Math.abs(sum - 1) <= SUM_TOLERANCE;
}
