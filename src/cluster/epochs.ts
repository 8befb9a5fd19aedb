/** The epochs of a training as columns of numbers: a long history as JSON would take ten times the bytes and keep the event loop busy. */
import { float64From } from '../foundation/memory.js';
import { isObject } from '../foundation/more-checks.js';
import type { EpochResult } from '../training/history.js';
import { malformed } from './job.js';

/** What an epoch may have, in this order. */
const NAMES = ['epoch', 'loss', 'accuracy', 'validationLoss', 'validationAccuracy', 'learningRate', 'seconds'] as const;
const NEEDED: readonly string[] = ['epoch', 'loss', 'learningRate', 'seconds'];

type Columns = Readonly<Record<string, Float64Array>>;

/** One column for each figure that the epochs have: all have the same. */
export function columnsOf(epochs: readonly EpochResult[]): Columns {
  const names = NAMES.filter((name) => epochs[0]?.[name] !== undefined || NEEDED.includes(name));
  return Object.fromEntries(
    names.map((name) => [name, float64From(epochs.map((epoch) => epoch[name] as number))] as const),
  );
}

/** Throws ERR_MODEL_FORMAT for what are no columns of epochs. */
export function epochsOf(given: unknown): EpochResult[] {
  const fail = (): Error => malformed('epochs', 'are none');
  if (!isObject(given)) throw fail();
  const names = NAMES.filter((name) => Object.hasOwn(given, name));
  const columns = names.map((name) => given[name] as Float64Array);
  const count = columns[0]?.length;
  const isWhole =
    names.length === Object.keys(given).length &&
    NEEDED.every((name) => Object.hasOwn(given, name)) &&
    columns.every((column) => Object.prototype.toString.call(column) === '[object Float64Array]') &&
    columns.every(({ length }) => length === count);
  if (!isWhole) throw fail();
  return Array.from({ length: count as number }, (_, i) => {
    const entries = names.map((name, column) => [name, columns[column]?.[i]] as const);
    return Object.fromEntries(entries) as unknown as EpochResult;
  });
}
