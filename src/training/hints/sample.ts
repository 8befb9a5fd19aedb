/** Copies of some samples, spread over all of them: what hints are measured on. Sparse rows stay sparse. Knows no network. */

import { chooseEntries, SparseValues } from '../../data/sparse-values.js';
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
  return chosen(samples, rows, (n) => start(n) + Math.floor(((n * GOLDEN) % 1) * (start(n + 1) - start(n))));
}

/** Copies of `rows` of the samples: number n is `rowOf(n)` of the given ones. */
export function chosen(samples: EngineSamples, rows: number, rowOf: (n: number) => number): EngineSamples {
  const { count, inputs, targets, metric, weights } = samples;
  const pick = <T extends Float32Array | Uint32Array>(values: T): T => {
    const width = values.length / count;
    const picked = (values instanceof Float32Array ? float32(rows * width) : uint32(rows * width)) as T;
    for (let n = 0; n < rows; n++) {
      const from = rowOf(n) * width;
      // Without views, of which there would be thousands.
      for (let i = 0; i < width; i++) picked[n * width + i] = values[from + i] as number;
    }
    return picked;
  };
  const chosenInputs = (sparse: SparseInputs): EngineInputs => {
    const { values, ...entries } = chooseEntries(
      sparse,
      sparse as Float32Array,
      uint32(rows).map((_, n) => rowOf(n)),
    );
    return new SparseValues(values, entries);
  };
  const picked = inputs.starts === undefined ? pick(inputs as Float32Array) : chosenInputs(inputs as SparseInputs);
  return { count: rows, metric, inputs: picked, targets: pick(targets), weights: weights && pick(weights) };
}

/** The inputs of all batches, end to end: written out where those of some are. */
export function joinInputs(batches: readonly EngineSamples[], width: number): EngineInputs {
  if (batches.some(({ inputs }) => inputs.starts === undefined)) {
    return joinFloat32(batches.map((batch) => writtenOut(batch, width)));
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
export function writtenOut({ count, inputs }: EngineSamples, width: number): Float32Array {
  const { starts, columns } = inputs;
  if (starts === undefined || columns === undefined) return inputs;
  const written = float32(count * width);
  for (let row = 0; row < count; row++) {
    for (let at = starts[row] as number; at < (starts[row + 1] as number); at++) {
      written[row * width + (columns[at] as number)] = inputs[at] as number;
    }
  }
  return written;
}
