/** A cross-validation as a table of its folds, and what is to be said of it. Knows no networks. */
import { tableOf } from '../foundation/table.js';
import { meanOf, summaryOf } from './scores.js';
import type { FoldResult, Scores } from './types.js';

/** The figures of the table, which has room in 80 columns. */
const SHOWN = ['loss', 'accuracy', 'balancedAccuracy', 'macroF1', 'rocAuc', 'r2', 'rmse', 'mae'] as const;

/** The figures of each fold, their mean, their deviation, and those of the simplest answer; then hints. `isScaled`: targets were scaled. */
export function validationText(folds: readonly FoldResult[], scores: readonly Scores[], isScaled: boolean): string {
  const { mean, deviation } = summaryOf(scores);
  const names = SHOWN.filter((name) => mean[name] !== undefined);
  const cells = (figures: Partial<Scores>): string[] => names.map((name) => textOf(figures[name]));
  const several = folds.some(({ repeat }) => repeat > 0);
  const rows = folds.map(({ repeat, fold }, i) => [
    several ? `${repeat}.${fold}` : `${fold}`,
    ...cells(scores[i] as Scores),
  ]);
  const last = [
    ['mean', ...cells(mean)],
    ['deviation', ...cells(deviation)],
    ['baseline', ...cells(baselineOf(folds))],
  ];
  const scaled = isScaled ? ['The loss is of scaled targets, the other figures are of the targets themselves.'] : [];
  return [...tableOf([['fold', ...names], ...rows, ...last], 1), ...scaled, ...hintsOf(folds)].join('\n');
}

/** As reports print figures. */
function textOf(value: number | undefined): string {
  return value === undefined ? '' : `${Number(value.toPrecision(4))}`;
}

/** What reports say of the simplest answer: the mean over the folds. */
function baselineOf(folds: readonly FoldResult[]): Partial<Scores> {
  const reports = folds.map(({ report }) => report);
  const classes = reports.filter((report) => report.kind === 'classes');
  if (classes.length > 0) return { accuracy: meanOf(classes.map(({ baseline }) => baseline.accuracy)) };
  const numbers = reports.filter((report) => report.kind === 'numbers');
  const mean = (figure: 'rmse' | 'mae'): number =>
    meanOf(numbers.map(({ outputs }) => meanOf(outputs.map(({ baseline }) => baseline[figure]))));
  return { rmse: mean('rmse'), mae: mean('mae') };
}

/** A line for each hint: in how many folds it is, and the message of the first of them. */
function hintsOf(folds: readonly FoldResult[]): string[] {
  const all = folds.flatMap(({ history }) => history.hints);
  return [...new Set(all.map(({ code }) => code))].map((code) => {
    const [first, ...others] = all.filter((hint) => hint.code === code);
    const count = others.length + 1;
    return `${code} in ${count} of ${folds.length} folds: ${first?.message}`;
  });
}
