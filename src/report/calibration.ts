/**
 * Whether probabilities keep their word: of the samples with a probability near 0.7, are 70% positive? As scikit-learn's calibration_curve.
 * Knows no network.
 */
import { checkInteger, checkObject } from '../foundation/checks.js';
import { float64From } from '../foundation/memory.js';
import { checkName } from '../foundation/more-checks.js';
import { checkAnswers, type Positives } from './answers.js';
import { type Numbers, sum } from './report.js';

export interface CalibrationOptions {
  /** Default 10. How many bins, from 1 to 1000. */
  bins?: number | undefined;
  /** Default `uniform`: bins of equal width. `quantile`: bins of equally many samples. */
  strategy?: 'uniform' | 'quantile' | undefined;
}

/** What is known of the samples whose probabilities are in one bin. */
export interface CalibrationBin {
  /** Their mean probability. */
  predicted: number;
  /** The share of them that is positive. */
  observed: number;
  samples: number;
}

/**
 * The bins that have samples, by ascending probability. `probabilities` has one number from 0 to 1 for each sample, that of the positive
 * class; `positives` has 1 or true for the samples of that class, else 0 or false. A probability on the edge of two bins belongs to the
 * lower one, as in scikit-learn. Throws ERR_SHAPE for lists of different lengths or without samples, ERR_INVALID_OPTION for a number that
 * is no probability, and for options that do not exist.
 */
export function calibration(
  probabilities: Numbers,
  positives: Positives,
  options: CalibrationOptions = {},
): CalibrationBin[] {
  checkAnswers('calibration', probabilities, positives);
  const given = checkObject('calibration: options', options, ['bins', 'strategy']);
  const bins = checkInteger('calibration: bins', given.bins ?? 10, 1, 1000);
  const strategy = checkName('calibration: strategy', given.strategy ?? 'uniform', ['uniform', 'quantile']);
  const edges = edgesOf(probabilities, bins, strategy);
  const found = Array.from({ length: bins }, () => ({ probabilities: [] as number[], positives: 0 }));
  for (let row = 0; row < probabilities.length; row++) {
    const p = probabilities[row] as number;
    const bin = found[firstAtLeast(edges, p)] as (typeof found)[number];
    bin.probabilities.push(p);
    bin.positives += Number(positives[row]);
  }
  return found
    .map((bin) => ({ ...bin, samples: bin.probabilities.length }))
    .filter(({ samples }) => samples > 0)
    .map(({ probabilities, positives, samples }) => ({
      predicted: sum(probabilities) / samples,
      observed: positives / samples,
      samples,
    }));
}

/** The edges between bins, ascending: one fewer than bins. */
function edgesOf(probabilities: Numbers, bins: number, strategy: 'uniform' | 'quantile'): number[] {
  const parts = Array.from({ length: bins - 1 }, (_, i) => (i + 1) * (1 / bins));
  if (strategy === 'uniform') return parts;
  const sorted = float64From(probabilities).sort();
  return parts.map((part) => quantileOf(sorted, (part * 100) / 100));
}

/** As numpy.percentile with its linear method, to the bit: an edge is often one of the numbers, which must not be beside it. */
function quantileOf(sorted: Float64Array, part: number): number {
  const at = (sorted.length - 1) * part;
  const low = Math.floor(at);
  const [a, b] = [sorted[low] as number, sorted[Math.min(low + 1, sorted.length - 1)] as number];
  const t = at - low;
  return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t);
}

/** The index of the first edge that is at least `value`; the number of edges where there is none. */
function firstAtLeast(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
