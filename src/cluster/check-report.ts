/** Whether reports and histories that came from elsewhere have all that those of a training have. Their figures may be NaN. */
import { isObject } from '../foundation/more-checks.js';
import type { History } from '../training/history.js';

function areNumbers(given: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  return names.every((name) => Object.hasOwn(given, name) && typeof given[name] === 'number');
}

function isListOf<T>(given: unknown, isOne: (value: unknown) => value is T): given is readonly T[] {
  return Array.isArray(given) && given.length > 0 && given.every(isOne);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

const FIGURES = ['accuracy', 'balancedAccuracy', 'macroF1', 'weightedF1', 'rocAuc', 'averagePrecision'] as const;
const OF_CLASS = ['precision', 'recall', 'f1', 'support', 'rocAuc', 'averagePrecision'] as const;
const OF_OUTPUT = ['r2', 'rmse', 'mae', 'medianError'] as const;

function isClass(value: unknown): value is object {
  return isObject(value) && isText(value.label) && areNumbers(value, OF_CLASS);
}

function isOutput(value: unknown): value is object {
  return (
    isObject(value) &&
    areNumbers(value, OF_OUTPUT) &&
    isObject(value.baseline) &&
    areNumbers(value.baseline, ['rmse', 'mae'])
  );
}

/** Whether its text can be made again, and every figure of it be read. */
export function isReport(given: unknown): boolean {
  if (!isObject(given) || !areNumbers(given, ['samples']) || Object.hasOwn(given, 'toString')) return false;
  if (given.kind === 'numbers') return isListOf(given.outputs, isOutput);
  const { labels, confusion, classes, baseline } = given;
  if (given.kind !== 'classes' || !isListOf(labels, isText) || !isListOf(classes, isClass)) return false;
  const isRow = (row: unknown): row is readonly number[] =>
    Array.isArray(row) && row.length === labels.length && row.every((count) => typeof count === 'number');
  return (
    classes.length === labels.length &&
    isListOf(confusion, isRow) &&
    confusion.length === labels.length &&
    isObject(baseline) &&
    isText(baseline.label) &&
    areNumbers(baseline, ['accuracy']) &&
    areNumbers(given, [...FIGURES, 'logLoss', 'brier'])
  );
}

const STOPPED: readonly History['stopped'][] = ['completed', 'earlyStopping', 'stopAt', 'onEpoch'];

function isHint(value: unknown): value is object {
  return isObject(value) && isText(value.code) && isText(value.message);
}

/** All of a history but its epochs. */
export function isHistory(given: Readonly<Record<string, unknown>>): boolean {
  const { stopped, hints } = given;
  return (
    areNumbers(given, ['bestEpoch', 'seconds', 'samplesPerSecond']) &&
    STOPPED.includes(stopped as History['stopped']) &&
    Array.isArray(hints) &&
    hints.every(isHint)
  );
}
