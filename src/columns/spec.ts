/** Checked columns: which inputs of the network each one becomes. Knows no rows. */
import type { ColumnOptions } from './types.js';

/** A column with all options decided. */
export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnOptions['type'];
  /** What its inputs stand for, without blanks around. Empty for numbers and booleans. */
  readonly values: readonly string[];
  readonly other: boolean;
  readonly missing: boolean;
  /** Its first input. Its inputs are: the number, the boolean or one per value; then `other`; then `missing`. */
  readonly first: number;
  /** The number of its inputs. */
  readonly width: number;
}

/** The columns of a table, in the order of the inputs. In JSON they are lists, however many columns there are (saved.ts reads them). */
export type ColumnSpecs = readonly ColumnSpec[];

/** How many inputs columns become. */
export function inputsOf(columns: ColumnSpecs): number {
  return columns.reduce((sum, { width }) => sum + width, 0);
}

/** Whether blanks of the column become its median. */
export function takesMedian({ type, missing }: ColumnSpec): boolean {
  return type === 'number' && missing;
}

/** The names of the inputs: `age`, `age (missing)`, `city=Rome`, `city (other)`. */
export function inputNames(columns: ColumnSpecs): string[] {
  return columns.flatMap(({ name, values, type, other, missing }) => [
    ...(type === 'number' || type === 'boolean' ? [name] : values.map((value) => `${name}=${value}`)),
    ...(other ? [`${name} (other)`] : []),
    ...(missing ? [`${name} (missing)`] : []),
  ]);
}

/** The column that an input belongs to. */
export function columnOf(columns: ColumnSpecs, input: number): ColumnSpec {
  return columns.find(({ first, width }) => input < first + width) as ColumnSpec;
}

/** Whether an input is the number of a number column: only those are scaled. */
export function isNumberInput(columns: ColumnSpecs, input: number): boolean {
  const { type, first } = columnOf(columns, input);
  return type === 'number' && first === input;
}
