/** Figures of trainings: those of a report in one list, their means, and what is better. */
import { codedError, describe } from '../foundation/errors.js';
import { rewritten } from '../report/rewritten.js';
import { copyOfPlain } from './plain.js';
import { ignored } from './promises.js';
import type { TaskResult } from './task.js';
import type { Score, Scores } from './types.js';

/** The figures of one training. A figure that does not exist is left out. */
export function scoresOf({ loss, accuracy, report }: Pick<TaskResult, 'loss' | 'accuracy' | 'report'>): Scores {
  const scores: Scores = { loss, ...(accuracy !== undefined && { accuracy }) };
  if (report?.kind === 'classes') {
    const { balancedAccuracy, macroF1, rocAuc, averagePrecision, logLoss, brier } = report;
    Object.assign(scores, existing({ balancedAccuracy, macroF1, rocAuc, averagePrecision, logLoss, brier }));
  }
  if (report?.kind === 'numbers') {
    const mean = (figure: 'r2' | 'rmse' | 'mae'): number => meanOf(report.outputs.map((output) => output[figure]));
    Object.assign(scores, existing({ r2: mean('r2'), rmse: mean('rmse'), mae: mean('mae') }));
  }
  return scores;
}

function existing(figures: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => !Number.isNaN(value)));
}

/** Of figures that all of them have. */
export function summaryOf(all: readonly Scores[]): { mean: Scores; deviation: Scores } {
  const names = (Object.keys(all[0] as Scores) as (keyof Scores)[]).filter((name) =>
    all.every((scores) => scores[name] !== undefined),
  );
  const each = (figure: (values: readonly number[]) => number): Scores =>
    Object.fromEntries(
      names.map((name) => [name, figure(all.map((scores) => scores[name] as number))]),
    ) as unknown as Scores;
  return { mean: each(meanOf), deviation: each(deviationOf) };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
}

/** The score of one training. NaN where it has none. */
export function scoreOf(score: Score, { loss, accuracy, report }: TaskResult): number {
  if (score === 'loss') return loss;
  if (score === 'accuracy') return accuracy ?? Number.NaN;
  if (report === undefined) return Number.NaN;
  // A copy: the report of the trial is not theirs to change.
  const given: unknown = score(rewritten(copyOfPlain(report)));
  if (typeof given === 'number') return given;
  ignored(given);
  throw codedError('ERR_INVALID_TYPE', `search: score gives ${describe(given)}, expected a number.`);
}

/** Why a training has no score, where that is no finite number. */
export function withoutScore(score: Score, value: number, { report }: Pick<TaskResult, 'report'>): string {
  if (score === 'accuracy') return `search: the trial has no accuracy. ${NO_ACCURACY}`;
  if (typeof score === 'function' && report === undefined) {
    return 'search: samples of several classes each have no report that score could take';
  }
  return `search: the score of the trial is ${value}`;
}

export const NO_ACCURACY =
  'Its targets are numbers, none of which is right or wrong. Use score: "loss", or give classes: names for labels, or indexes in a Uint8Array.';

/** Below 0 if the first score is better. */
export function compareScores(score: Score, a: number, b: number): number {
  return score === 'accuracy' ? b - a : a - b;
}
