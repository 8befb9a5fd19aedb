/**
 * Takes targets from the rows of a table: numbers, yes or no, classes by name or index, lists of names. Whether a network can reach them is
 * checked where all targets are. Knows no samples and no engine.
 */
import { withinMemory } from '../foundation/memory.js';
import { int32 } from '../foundation/more-memory.js';
import { answersProbabilities } from '../options/activations.js';
import type { LayerSpec, NetworkSpec } from '../options/spec.js';
import { booleanOf, isBlank, lacksNumber, numberOf, saysMissing, textOf } from './cells.js';
import { blank, cellError, type Fault, listed } from './faults.js';
import type { RowSource } from './rows.js';

/** Numbers or class indexes, one per row; of several outputs numbers end to end, rows of numbers, or lists of names. */
export type RowTargets =
  | readonly number[]
  | Int32Array
  | readonly (readonly string[])[]
  | readonly (readonly number[])[];

type Read<T> = (cell: unknown) => { readonly value: T } | { readonly fault: Fault };

const MEND_BLANK = 'A row without an answer trains and judges nothing: leave it out.';

/** The targets of all rows, from the columns that the network has as `target`. `isMulti`: whether a sample may have several classes. */
export function targetsOf(where: string, rows: RowSource, spec: NetworkSpec, isMulti: boolean): RowTargets {
  const { target, labels, outputs, layers } = spec;
  const names = Array.isArray(target) ? (target as readonly string[]) : [target as string];
  const { activation } = layers[layers.length - 1] as LayerSpec;
  const isProbable = answersProbabilities(spec);
  const column = (read: Read<unknown>) => columnOf(where, rows, names[0] as string, read) as never;
  if (names.length > 1) return numbersOf(where, rows, names, numberReader(isProbable));
  if (labels !== undefined && isMulti) return column(listReader(labels));
  if (labels !== undefined && (isProbable || outputs > 1))
    return classesOf(where, rows, names[0] as string, nameReader(labels));
  if (outputs === 1) return numbersOf(where, rows, names, numberReader(isProbable));
  return activation === 'softmax'
    ? classesOf(where, rows, names[0] as string, indexReader(outputs))
    : column(rowReader(outputs));
}

function columnOf<T>(where: string, rows: RowSource, name: string, read: Read<T>): T[] {
  const cellOf = rows.reader(name);
  return withinMemory(`${rows.count} targets`, () =>
    Array.from({ length: rows.count }, (_, row) => taken(where, rows, row, name, read(cellOf(rows.row(row))))),
  );
}

function classesOf(where: string, rows: RowSource, name: string, read: Read<number>): Int32Array {
  const classes = int32(rows.count);
  const cellOf = rows.reader(name);
  for (let row = 0; row < rows.count; row++) {
    classes[row] = taken(where, rows, row, name, read(cellOf(rows.row(row))));
  }
  return classes;
}

/** Row by row, end to end. */
function numbersOf(where: string, rows: RowSource, names: readonly string[], read: Read<number>): number[] {
  const readers = names.map((name) => rows.reader(name));
  return withinMemory(`${rows.count} targets`, () => {
    const numbers: number[] = [];
    for (let row = 0; row < rows.count; row++) {
      const record = rows.row(row);
      readers.forEach((cellOf, i) => {
        numbers.push(taken(where, rows, row, names[i] as string, read(cellOf(record))));
      });
    }
    return numbers;
  });
}

function taken<T>(where: string, rows: RowSource, row: number, name: string, result: ReturnType<Read<T>>): T {
  if ('fault' in result) throw cellError(where, rows, row, name, result.fault);
  return result.value;
}

/** Numbers; of outputs that are probabilities yes and no too. */
function numberReader(isProbable: boolean): Read<number> {
  const expected = isProbable ? 'yes or no, or a number from 0 to 1' : 'a number';
  return (cell) => {
    const number = numberOf(cell) ?? (isProbable ? Number(booleanOf(cell) ?? Number.NaN) : Number.NaN);
    if (Number.isFinite(number)) return { value: number };
    if (lacksNumber(cell)) return { fault: blank(cell, expected, MEND_BLANK) };
    if (!Number.isNaN(number))
      return { fault: { code: 'ERR_NON_FINITE', cell, expected: 'a finite number', mend: MEND_BLANK } };
    const mend =
      'For names of classes, create the network with labels and one output per class (or one sigmoid output for two).';
    return { fault: { code: 'ERR_INVALID_TYPE', cell, expected, mend } };
  };
}

function indexReader(outputs: number): Read<number> {
  const expected = `a class from 0 to ${outputs - 1}`;
  return (cell) => {
    const number = numberOf(cell) ?? Number.NaN;
    if (Number.isInteger(number) && number >= 0 && number < outputs) return { value: number };
    if (lacksNumber(cell)) return { fault: blank(cell, expected, MEND_BLANK) };
    const mend = 'For names, create the network with labels.';
    const code = Number.isNaN(number) ? 'ERR_INVALID_TYPE' : 'ERR_INVALID_OPTION';
    return { fault: { code, cell, expected, mend } };
  };
}

/** Names as text, also of numbers and booleans. Blanks around them do not count, unless a label has them. */
function nameReader(labels: readonly string[]): Read<number> {
  const indexes = new Map(labels.map((label, index) => [label.trim(), index]));
  for (const [index, label] of labels.entries()) indexes.set(label, index);
  return (cell) => {
    const text = textOf(cell);
    const index =
      (typeof cell === 'string' ? indexes.get(cell) : undefined) ??
      (text === undefined ? undefined : indexes.get(text));
    return index === undefined ? { fault: faultOfName(cell, text, labels) } : { value: index };
  };
}

function faultOfName(cell: unknown, text: string | undefined, labels: readonly string[]): Fault {
  const expected = `one of the labels ${listed(labels)}`;
  if (isBlank(cell)) return blank(cell, expected, MEND_BLANK);
  if (text === undefined) return { code: 'ERR_INVALID_TYPE', cell, expected, mend: 'Give the name of its class.' };
  const mend = saysMissing(text) ? MEND_BLANK : 'Create the network with this label too, or correct the row.';
  return { code: 'ERR_UNKNOWN_VALUE', cell, expected, mend, known: labels };
}

/** Lists of names; a text is a list of one. */
function listReader(labels: readonly string[]): Read<readonly string[]> {
  const read = nameReader(labels);
  return (cell) => {
    const list: readonly unknown[] = Array.isArray(cell) ? cell : [cell];
    const names: string[] = [];
    for (const name of list) {
      const result = read(name);
      if ('fault' in result) return result;
      names.push(labels[result.value] as string);
    }
    return { value: names };
  };
}

/** Rows of numbers, for several outputs. */
function rowReader(outputs: number): Read<unknown> {
  const expected = `a list of ${outputs} numbers`;
  return (cell) => {
    if (Array.isArray(cell) || ArrayBuffer.isView(cell)) return { value: cell };
    if (isBlank(cell)) return { fault: blank(cell, expected, MEND_BLANK) };
    const mend = `Name ${outputs} columns as target, one per output.`;
    return { fault: { code: 'ERR_INVALID_TYPE', cell, expected, mend } };
  };
}
