/** From which probability a yes-or-no answer should be yes. Knows no network. */
import { codedError } from '../foundation/errors.js';
import { checkAnswers, type Positives } from './answers.js';
import type { Numbers } from './report.js';
import { sortedBy } from './sorted.js';

/** A threshold, and what it gives on the samples that it was chosen by. */
export interface Threshold {
  /** The answer is yes where the probability is at least this. */
  threshold: number;
  f1: number;
  precision: number;
  recall: number;
}

/**
 * The probability from which on "yes" has the best F1. `probabilities` has one number from 0 to 1 for each sample, that of the positive
 * class; `positives` has 1 or true for the samples of that class, else 0 or false. The threshold is one of the probabilities, as in
 * scikit-learn's precision_recall_curve; where several are equally good, it is the lowest of them, which finds the most positives. Choose
 * it by samples that the network was not trained on, and judge it by others. Throws ERR_SHAPE for lists of different lengths or without
 * samples, ERR_INVALID_OPTION for numbers that are no probabilities, and where no sample is positive.
 */
export function bestThreshold(probabilities: Numbers, positives: Positives): Threshold {
  checkAnswers('bestThreshold', probabilities, positives);
  const order = sortedBy(probabilities);
  const all = Array.from(positives).reduce((count: number, positive) => count + Number(positive), 0);
  if (all === 0) {
    const mend = 'Without one no threshold is better than another: give samples of both classes.';
    throw codedError('ERR_INVALID_OPTION', `bestThreshold: none of ${order.length} samples is positive. ${mend}`);
  }
  let best = { hits: 0, named: 0, threshold: 0 };
  let hits = 0;
  // From the largest probability down. F1 is 2 hits / (named + all): compared as fractions, so that ties are exact.
  for (let named = 1; named <= order.length; named++) {
    const row = order[order.length - named] as number;
    hits += Number(positives[row]);
    const next = order[order.length - named - 1];
    if (next !== undefined && probabilities[next] === probabilities[row]) continue;
    if (hits * (best.named + all) >= best.hits * (named + all)) {
      best = { hits, named, threshold: probabilities[row] as number };
    }
  }
  return {
    threshold: best.threshold,
    f1: (2 * best.hits) / (best.named + all),
    precision: best.hits / best.named,
    recall: best.hits / all,
  };
}
