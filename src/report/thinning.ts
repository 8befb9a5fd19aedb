/** What a chart shows of many samples or epochs: few of them, chosen so that the picture is the same. Knows no chart. */
import { checkInteger, checkObject } from '../foundation/checks.js';
import { checkLengths } from './answers.js';
import type { Numbers } from './report.js';
import { drawn } from './sorted.js';

/** A true number, and what was predicted. */
export interface Point {
  truth: number;
  predicted: number;
}

export interface PointOptions {
  /** Default 500. How many points there are at most. */
  most?: number | undefined;
  /** Default 0. Which samples are drawn where there are more. */
  seed?: number | undefined;
}

/**
 * Points of predicted against true numbers, one number for each sample: all of them, or `most`, drawn by the seed, in the order of the
 * samples. Throws ERR_SHAPE for lists of different lengths or without samples, and ERR_INVALID_OPTION for options that do not exist.
 */
export function predictedAgainstTrue(predicted: Numbers, truth: Numbers, options: PointOptions = {}): Point[] {
  checkLengths('predictedAgainstTrue', predicted, truth, 'numbers that are right');
  const given = checkObject('predictedAgainstTrue: options', options, ['most', 'seed']);
  const most = checkInteger('predictedAgainstTrue: most', given.most ?? 500, 1, 100_000);
  const seed = checkInteger('predictedAgainstTrue: seed', given.seed ?? 0, 0, 0xffffffff);
  return Array.from(drawn(truth.length, most, seed), (row) => ({
    truth: truth[row] as number,
    predicted: predicted[row] as number,
  }));
}

/** An epoch as a loss curve shows it. */
export interface CurvePoint {
  epoch: number;
  loss: number;
  validationLoss?: number | undefined;
}

/**
 * The loss curve of a fit, from `history.epochs`: all epochs, or about `most` (default 400, at least 2) at equal distances, and besides them
 * the last one and the one with the lowest validation loss. Throws ERR_INVALID_OPTION for a `most` that is no such number.
 */
export function lossCurve(epochs: readonly CurvePoint[], most = 400): CurvePoint[] {
  const step = Math.ceil(epochs.length / checkInteger('lossCurve: most', most, 2, 100_000));
  const lowest = epochs.reduce(
    (best, { validationLoss = Number.POSITIVE_INFINITY }, i) =>
      validationLoss < (epochs[best]?.validationLoss ?? Number.POSITIVE_INFINITY) ? i : best,
    0,
  );
  return epochs
    .filter((_, i) => i % step === 0 || i === epochs.length - 1 || i === lowest)
    .map(({ epoch, loss, validationLoss }) => ({
      epoch,
      loss,
      ...(validationLoss === undefined ? {} : { validationLoss }),
    }));
}
