/** Whether a network learned: how much of the targets its outputs explain. Knows numbers alone. */
import type { EngineSamples } from '../../engine/engine.js';
import { float64 } from '../../foundation/memory.js';

/** A network that explains this much of its targets has learned: nothing more is measured. */
export const LEARNED = 0.8;

/**
 * How much of the spread of the targets the outputs explain, in the mean over columns: 1 is all of it, 0 as much as the targets' mean
 * (R squared). `power` 1 counts absolute differences. 1 where the targets do not differ: there is nothing to explain.
 */
export function explained(samples: EngineSamples, outputs: ArrayLike<number>, power = 2): number {
  const { count, weights } = samples;
  const width = outputs.length / count;
  const targets = float64(count);
  let sum = 0;
  let columns = 0;
  for (let column = 0; column < width; column++) {
    // Measured from the first target, so that equal targets have a spread of exactly 0.
    const first = targetOf(samples, 0, column, width);
    let mass = 0;
    let mean = 0;
    for (let row = 0; row < count; row++) {
      const weight = weights?.[row] ?? 1;
      const target = targetOf(samples, row, column, width) - first;
      targets[row] = target;
      mass += weight;
      mean += weight * target;
    }
    mean /= mass;
    let spread = 0;
    let error = 0;
    for (let row = 0; row < count; row++) {
      const weight = weights?.[row] ?? 1;
      const target = targets[row] as number;
      const fromMean = Math.abs(target - mean);
      const fromOutput = Math.abs(target + first - (outputs[row * width + column] as number));
      spread += weight * (power === 1 ? fromMean : fromMean * fromMean);
      error += weight * (power === 1 ? fromOutput : fromOutput * fromOutput);
    }
    if (spread > 0) {
      sum += 1 - error / spread;
      columns++;
    }
  }
  return columns === 0 ? 1 : sum / columns;
}

/** The target of an output, for classes too. `width` is the number of outputs. */
export function targetOf({ targets }: EngineSamples, row: number, column: number, width: number): number {
  if (targets instanceof Float32Array) return targets[row * width + column] as number;
  return Number(targets[row] === column);
}
