/** The samples of a search: kept once on each thread, and chosen by their numbers. Knows no splits. */
import type { Samples } from '../data/samples.js';
import { areSparse, type SparseRows } from '../data/sparse-rows.js';
import { chooseEntries } from '../data/sparse-values.js';
import type { Labels } from '../data/targets.js';
import { isTyped } from '../foundation/checks.js';
import { float32, sliceOf, uint32, withinMemory } from '../foundation/memory.js';
import { canShareMemory } from '../foundation/workers.js';

/** What goes to other threads: plain data. */
export interface StudyData {
  readonly count: number;
  /** (count, width) row-major; sparse rows; or rows: arrays of numbers, or records of a table. */
  readonly inputs: Float32Array | SparseRows | readonly unknown[];
  /** Of packed inputs, numbers in a row. */
  readonly width: number;
  /** As `fit` takes them: one or more for each sample, or undefined where rows have them. */
  readonly targets: ArrayLike<unknown> | SparseRows | undefined;
  /** The class of each sample, where samples have one. */
  readonly classes: Uint32Array | undefined;
}

/** Samples as `fit` and `report` take them. */
export interface ChosenSamples {
  readonly inputs: Samples;
  readonly targets: Samples | Labels;
}

/**
 * Copies of a user's samples as plain data: they may be changed afterwards, watched by a library, or have their cells in a class. `names` are
 * the columns that are read. What is no array at all stays as it is, to be refused by those who check samples.
 */
export function copiedSamples({ inputs, targets }: ChosenSamples, names: readonly string[]): ChosenSamples {
  return { inputs: copiedRows(inputs, names) as Samples, targets: copiedRows(targets, []) as Labels };
}

function copiedRows(rows: unknown, names: readonly string[]): unknown {
  if (Array.isArray(rows)) return rows.map((row) => copiedRow(row, names));
  if (!isSparse(rows)) return copiedTyped(rows);
  const { starts, columns, values } = rows;
  // Where its buffer was transferred away, it is empty, and refused as that; so is a part that sparse rows do not have.
  return {
    ...rows,
    starts: starts.length > 0 ? copiedTyped(starts) : uint32(0),
    columns: copiedTyped(columns),
    values: copiedTyped(values),
  };
}

/** Whether they are sparse rows, right or wrong ones: a record of a table may have a column called starts. */
export function isSparse(samples: unknown): samples is SparseRows {
  return areSparse(samples) && isTyped(samples.starts, 'Uint32Array');
}

/** A copy of a typed array; what is none as it is. */
function copiedTyped(values: unknown): unknown {
  // One whose buffer was transferred away has no length, and nothing to copy; nor has a DataView.
  return ArrayBuffer.isView(values) && (values as Float32Array).length > 0 ? sliceOf(values as Float32Array) : values;
}

function copiedRow(row: unknown, names: readonly string[]): unknown {
  if (Array.isArray(row)) return Array.from(row);
  if (ArrayBuffer.isView(row)) return copiedTyped(row);
  if (typeof row !== 'object' || row === null) return row;
  const cells = row as Record<string, unknown>;
  const copy: [name: string, cell: unknown][] = [];
  for (const name of new Set([...Object.keys(cells), ...names])) {
    const cell = cells[name];
    // What no column takes would not go to another thread.
    if (!/^(function|symbol|bigint)$/.test(typeof cell) || names.includes(name)) copy.push([name, copiedCell(cell)]);
  }
  // Assigned to, a column called __proto__ would be the prototype.
  return Object.fromEntries(copy);
}

function copiedCell(cell: unknown): unknown {
  if (typeof cell === 'function' || typeof cell === 'symbol' || typeof cell === 'bigint') return String(cell);
  if (typeof cell !== 'object' || cell === null) return cell;
  try {
    return structuredClone(cell);
  } catch {
    // It is watched by a library, or has what does not go to other threads. Columns read lists of words, and no other objects.
    return Array.isArray(cell) ? Array.from(cell, copiedWord) : {};
  }
}

function copiedWord(word: unknown): unknown {
  return typeof word === 'symbol' || Object(word) === word ? {} : word;
}

/**
 * Data of samples that are copies. Rows of numbers that float32 holds exactly become packed ones, which travel and are chosen fastest: no
 * bit depends on it.
 */
export function dataOf({ inputs, targets }: ChosenSamples, count: number, classes: Uint32Array | undefined): StudyData {
  const given = targets as ArrayLike<unknown> | SparseRows | undefined;
  const ofTargets = isSparse(given)
    ? sharedRows(given)
    : ArrayBuffer.isView(given)
      ? sharedCopy(given as Float32Array)
      : given;
  const shared = { count, classes, targets: ofTargets };
  if (isSparse(inputs)) return { ...shared, inputs: sharedRows(inputs), width: 0 };
  // A table may be one record.
  const rows: readonly unknown[] = Array.isArray(inputs) ? inputs : [inputs];
  const packed = isTyped(inputs, 'Float32Array') ? (inputs as Float32Array) : exactly(rows);
  if (packed === undefined) return { ...shared, inputs: rows, width: 0 };
  return { ...shared, inputs: sharedCopy(packed), width: packed.length / count };
}

/** Values that are all 1 need not be kept: they are what rows without values have. */
function sharedRows({ starts, columns, values }: SparseRows): SparseRows {
  const kept = values?.every((value) => value === 1) ? undefined : values;
  return { starts: sharedCopy(starts), columns: sharedCopy(columns), values: kept && sharedCopy(kept) };
}

/** A copy in memory that all threads share, where the host allows it. */
function sharedCopy<T extends Float32Array | Uint8Array | Int32Array | Uint32Array>(values: T): T {
  if (!canShareMemory()) return sliceOf(values as Float32Array) as T;
  const Kind = values.constructor as new (buffer: SharedArrayBuffer) => T;
  const copy = withinMemory('samples', () => new Kind(new SharedArrayBuffer(values.byteLength)));
  copy.set(values);
  return copy;
}

/** Rows of numbers end to end; undefined where they are not all numbers that float32 holds. */
function exactly(rows: readonly unknown[]): Float32Array | undefined {
  const [first] = rows;
  // A record may have a column called length.
  if (!(Array.isArray(first) || ArrayBuffer.isView(first))) return undefined;
  const width = (first as ArrayLike<number>).length;
  const packed = float32(rows.length * width);
  let place = 0;
  for (const row of rows) {
    for (let column = 0; column < width; column++) {
      const value = (row as ArrayLike<number>)[column] as number;
      packed[place] = value;
      if (packed[place++] !== value) return undefined;
    }
  }
  return packed;
}

/** Some of the samples, in the order of the indexes. */
export function choose(data: StudyData, indexes: Uint32Array): ChosenSamples {
  const { inputs, targets, count } = data;
  return {
    inputs: chooseRows(inputs, count, indexes) as Samples,
    targets: (targets === undefined ? undefined : chooseRows(targets, count, indexes)) as Samples | Labels,
  };
}

/** Some of so many rows, as many values each, or sparse. */
function chooseRows(rows: ArrayLike<unknown> | SparseRows, count: number, indexes: Uint32Array): unknown {
  if (isSparse(rows)) return chooseEntries(rows, rows.values, indexes);
  const values = rows as ArrayLike<unknown>;
  return chooseFrom(values, values.length / count, indexes);
}

/** About how many bytes the inputs have. Of rows, these are the references to them. */
export function bytesOfInputs({ inputs, count, width }: StudyData): number {
  if (!isSparse(inputs)) return count * (width > 0 ? 4 * width : 8);
  const { starts, columns, values } = inputs;
  return starts.byteLength + columns.byteLength + (values?.byteLength ?? 0);
}

/** All of the samples. */
export function everything({ inputs, targets }: StudyData): ChosenSamples {
  // Networks take memory of their own thread alone.
  return { inputs: copiedTyped(inputs) as Samples, targets: copiedTyped(targets) as Labels };
}

/** Values of so many for each sample, in an array of the same kind. */
export function chooseFrom<T extends ArrayLike<unknown>>(values: T, perSample: number, indexes: Uint32Array): T {
  if (Array.isArray(values)) {
    const all: readonly unknown[] = values;
    if (perSample === 1) return Array.from(indexes, (i) => all[i]) as unknown as T;
    return [...indexes].flatMap((i) => all.slice(i * perSample, (i + 1) * perSample)) as unknown as T;
  }
  const typed = values as unknown as Float32Array;
  const Kind = typed.constructor as new (length: number) => Float32Array;
  const chosen = withinMemory('samples', () => new Kind(indexes.length * perSample));
  indexes.forEach((sample, place) => {
    chosen.set(typed.subarray(sample * perSample, (sample + 1) * perSample), place * perSample);
  });
  return chosen as unknown as T;
}
