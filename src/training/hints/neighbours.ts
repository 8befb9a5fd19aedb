/**
 * What a simple method makes of the same samples: the mean of each sample's nearest neighbours. Where it explains much more than the
 * network does, the data have something to learn and the network has a fault. Where it does not, the data may just be noisy.
 */

import type { EngineSamples } from '../../engine/engine.js';
import { float64 } from '../../foundation/memory.js';
import { explained, targetOf } from './explained.js';
import { columnOf } from './hint.js';
import { numbersOf, sampleOf } from './sample.js';

const NEIGHBOURS = 5;
/** With too few samples for that, a network should learn more than half: it may learn them by heart. */
const FEW_SAMPLES = 0.6;
/**
 * How much of the targets the neighbours explain, as `explained` says it. 0 where that would take too many `differences` of inputs to
 * find out.
 */
export function neighboursExplain(width: number, samples: EngineSamples, power: number, differences: number): number {
  const sample = sampleOf(samples, Math.floor(Math.sqrt(differences / width)));
  const { count } = sample;
  if (count <= 2 * NEIGHBOURS) return count < samples.count ? 0 : FEW_SAMPLES;
  const scaled = standardized(numbersOf(sample, width), width, count);
  const outputs =
    sample.targets instanceof Float32Array ? sample.targets.length / count : 1 + Math.max(...sample.targets);
  const answers = float64(count * outputs);
  const distances = float64(count);
  for (let row = 0; row < count; row++) {
    for (let other = 0; other < count; other++) {
      let sum = 0;
      for (let i = 0; i < width; i++) {
        const difference = (scaled[row * width + i] as number) - (scaled[other * width + i] as number);
        sum += difference * difference;
      }
      distances[other] = other === row ? Number.POSITIVE_INFINITY : sum;
    }
    for (const near of nearest(distances)) {
      for (let column = 0; column < outputs; column++) {
        const at = row * outputs + column;
        answers[at] = (answers[at] as number) + targetOf(sample, near, column, outputs) / NEIGHBOURS;
      }
    }
  }
  return explained(sample, answers, power);
}

function nearest(distances: Float64Array): number[] {
  const found: number[] = [];
  for (let n = 0; n < NEIGHBOURS; n++) {
    let best = -1;
    for (let i = 0; i < distances.length; i++) {
      if (best < 0 || (distances[i] as number) < (distances[best] as number)) best = i;
    }
    distances[best] = Number.POSITIVE_INFINITY;
    found.push(best);
  }
  return found;
}

/** Every column with mean 0 and deviation 1. */
function standardized(inputs: Float32Array, width: number, count: number): Float64Array {
  const scaled = float64(inputs.length);
  for (let column = 0; column < width; column++) {
    const { mean, deviation } = columnOf(count, (row) => inputs[row * width + column] as number);
    for (let at = column; at < inputs.length; at += width) {
      scaled[at] = ((inputs[at] as number) - mean) / (deviation || 1);
    }
  }
  return scaled;
}
