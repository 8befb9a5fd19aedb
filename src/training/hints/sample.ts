/** Copies of some samples, spread over all of them: what hints are measured on. Knows no network. */

import type { EngineSamples } from '../../engine/engine.js';
import { float32, uint32 } from '../../foundation/memory.js';

const MOST_SAMPLES = 512;
/** The most numbers that are copied: 4 MB. Samples wider than 2048 are fewer. */
const MOST_NUMBERS = 2 ** 20;
/** The golden ratio without its 1: its multiples fall into no pattern, whatever period the samples have. */
const GOLDEN = 0.618034;

/** At most `most` of the samples, of `width` inputs, about evenly spread. All of them if there are no more. Sparse ones are written out. */
export function sampleOf(
  { count, inputs, targets, metric, weights }: EngineSamples,
  most = MOST_SAMPLES,
  width = inputs.length / count,
): EngineSamples {
  const room = Math.floor(MOST_NUMBERS / Math.max(width, targets.length / count));
  const rows = Math.max(1, Math.min(count, most, MOST_SAMPLES, room));
  // Samples are often sorted, or go round in turn: so one out of each stretch, at another place each time, and none twice.
  const start = (n: number): number => Math.floor((n * count) / rows);
  const rowOf = (n: number): number => start(n) + Math.floor(((n * GOLDEN) % 1) * (start(n + 1) - start(n)));
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
  const written = (starts: Uint32Array, columns: Uint32Array): Float32Array => {
    const picked = float32(rows * width);
    for (let n = 0; n < rows; n++) {
      const row = rowOf(n);
      for (let at = starts[row] as number; at < (starts[row + 1] as number); at++) {
        picked[n * width + (columns[at] as number)] = inputs[at] as number;
      }
    }
    return picked;
  };
  const { starts, columns } = inputs;
  const picked = starts && columns ? written(starts, columns) : pick(inputs as Float32Array);
  return { count: rows, metric, inputs: picked, targets: pick(targets), weights: weights && pick(weights) };
}
