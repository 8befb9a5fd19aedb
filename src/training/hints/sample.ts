/** Copies of some samples, spread over all of them: what hints are measured on. Sparse rows stay sparse. Knows no network. */

import { writtenOut } from '../../data/sparse-rows.js';
import { entriesOf, SparseValues, select } from '../../data/sparse-values.js';
import type { EngineInputs, EngineSamples, SparseEntries } from '../../engine/engine.js';
import { float32, uint32 } from '../../foundation/memory.js';
import { joinFloat32 } from '../../foundation/more-memory.js';

type SparseInputs = Float32Array & SparseEntries;

const MOST_SAMPLES = 512;
/** The most numbers that are copied: 4 MB. Samples with more than 2048 numbers each are fewer. */
const MOST_NUMBERS = 2 ** 20;
/** The golden ratio without its 1: its multiples fall into no pattern, whatever period the samples have. */
const GOLDEN = 0.618034;

/** At most `most` of the samples, about evenly spread. All of them if there are no more. */
export function sampleOf(samples: EngineSamples, most = MOST_SAMPLES): EngineSamples {
  const { count, inputs, targets } = samples;
  const room = Math.floor(MOST_NUMBERS / Math.max(inputs.length / count, targets.length / count));
  const rows = Math.max(1, Math.min(count, most, MOST_SAMPLES, room));
  // Samples are often sorted, or go round in turn: so one out of each stretch, at another place each time, and none twice.
  const start = (n: number): number => Math.floor((n * count) / rows);
  const indexOf = (n: number): number => start(n) + Math.floor(((n * GOLDEN) % 1) * (start(n + 1) - start(n)));
  return chosen(samples, indexesBy(indexOf, rows));
}

/** `count` indexes. By map, an array for which there is no memory would have no code. */
export function indexesBy(indexOf: (n: number) => number, count: number): Uint32Array {
  const indexes = uint32(count);
  for (let n = 0; n < count; n++) indexes[n] = indexOf(n);
  return indexes;
}

/** Copies of the samples of these indexes, in their order. */
export function chosen(
  { count, inputs, targets, metric, weights }: EngineSamples,
  indexes: Uint32Array,
): EngineSamples {
  const pick = <T extends Float32Array | Uint32Array>(values: T): T => {
    const width = values.length / count;
    const length = indexes.length * width;
    const picked = (values instanceof Float32Array ? float32(length) : uint32(length)) as T;
    indexes.forEach((row, n) => {
      // Without views, of which there would be thousands.
      for (let i = 0; i < width; i++) picked[n * width + i] = values[row * width + i] as number;
    });
    return picked;
  };
  return {
    count: indexes.length,
    metric,
    inputs: (select(inputs, indexes) ?? pick(inputs)) as EngineInputs,
    targets: pick(targets),
    weights: weights && pick(weights),
  };
}

/** The inputs of all batches, end to end: written out where those of some are. */
export function joinInputs(batches: readonly EngineSamples[], width: number): EngineInputs {
  if (batches.some(({ inputs }) => inputs.starts === undefined)) {
    return joinFloat32(batches.map((batch) => numbersOf(batch, width)));
  }
  const sparse = batches.map(({ inputs }) => inputs as SparseInputs);
  const values = float32(sparse.reduce((sum, { length }) => sum + length, 0));
  const [starts, columns] = [uint32(batches.reduce((sum, { count }) => sum + count, 1)), uint32(values.length)];
  let [row, at] = [0, 0];
  for (const inputs of sparse) {
    values.set(inputs, at);
    columns.set(inputs.columns, at);
    for (const start of inputs.starts) starts[row++] = at + start;
    // The end of the last row is the start of the next batch's first.
    row--;
    at += inputs.length;
  }
  return new SparseValues(values, { starts, columns });
}

/** Inputs of `width` numbers a row: sparse ones with their zeros. */
export function numbersOf({ inputs }: EngineSamples, width: number): Float32Array {
  const entries = entriesOf(inputs);
  if (entries === undefined) return inputs;
  return writtenOut({ call: 'fit', name: 'inputs', width }, { ...entries, values: inputs });
}
