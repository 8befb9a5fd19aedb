/** What all hints are made of: frozen data, and figures as people write them. */
import { inputNames } from '../../columns/spec.js';
import { describe } from '../../foundation/errors.js';
import type { NetworkSpec } from '../../options/spec.js';
import type { Hint, HintCode } from '../history.js';

export function hint(code: HintCode, message: string): Hint {
  return Object.freeze({ code, message });
}

/** An input in a message: by its name in a table, else by its number. */
export function columnNamed({ columns }: NetworkSpec, input: number): string {
  return columns ? `column ${describe(inputNames(columns)[input])}` : `column ${input} (counted from 0)`;
}

/** Three digits that count: 0.0123, 1230, 8.1e+37. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}

export function percent(share: number): string {
  return `${figure(100 * share)}%`;
}

/** Mean, deviation, lowest and highest of one column of rows that lie end to end. */
export interface Column {
  readonly mean: number;
  readonly deviation: number;
  readonly lowest: number;
  readonly highest: number;
}

/** A column of `count` rows. `at` gives the number of a row. */
export function columnOf(count: number, at: (row: number) => number): Column {
  const first = at(0);
  let sum = 0;
  let squares = 0;
  let lowest = first;
  let highest = first;
  for (let row = 0; row < count; row++) {
    const value = at(row);
    // From the first value: equal values have a deviation of exactly 0.
    sum += value - first;
    squares += (value - first) ** 2;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean ** 2));
  return { mean: first + mean, deviation, lowest, highest };
}
