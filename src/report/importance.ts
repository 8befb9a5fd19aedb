/**
 * How much a network leans on each column: by how much its score drops when the cells of that column are dealt out anew among the samples.
 * L. Breiman, Random Forests, 2001; the figures are those of scikit-learn's permutation_importance. Knows no network: it is given one to ask.
 */
import { checkFunction, checkInteger, checkObject } from '../foundation/checks.js';
import { codedError, describe } from '../foundation/errors.js';
import { float32From } from '../foundation/memory.js';
import { identity, Random } from '../foundation/random.js';
import { afterTurn } from '../foundation/turn.js';
import { type Report, sum } from './report.js';

const CALL = 'permutationImportance';

/** One sample: a row of a table, or the inputs of a network. */
type Sample = Readonly<Record<string, unknown>> | readonly number[] | Float32Array;

/** Which columns there are: names of cells, or for samples of numbers, the inputs that belong together, by the name of their column. */
type ColumnsOf<T> = T extends readonly number[] | Float32Array
  ? Readonly<Record<string, readonly number[]>>
  : readonly string[];

export interface ImportanceOptions {
  /** Default 5. How often each column is dealt out anew, from 1 to 1000. */
  repeats?: number | undefined;
  /** Default 0. How cells are dealt out. */
  seed?: number | undefined;
  /** Stops the work, which rejects with its reason. */
  signal?: AbortSignal | undefined;
  /** Called after each column, with the share of the work that is done, from 0 to 1. */
  onProgress?: ((fraction: number) => void) | undefined;
}

export interface ColumnImportance {
  column: string;
  /** By how much the score drops on average. Near 0, or below: the network does not need the column. */
  mean: number;
  /** The standard deviation over the repeats. */
  deviation: number;
}

export interface Importance {
  /** The score of the samples as they are. */
  score: number;
  /** In the order of the columns that were given. */
  columns: ColumnImportance[];
}

/**
 * The importance of each column. `score` judges samples, and larger is better; it gets as many samples as `samples` has, in the same order,
 * so that the targets go with them. `columns` are the names of cells; for samples of numbers, the indexes of the inputs of each column:
 * `{ age: [0], color: [1, 2, 3] }`, which move together. Nothing that is given is changed. Throws ERR_SHAPE without samples, ERR_INVALID_TYPE
 * for a score that is no number, and ERR_INVALID_OPTION for columns that no sample has and for options that do not exist; what `score` throws comes through.
 */
export async function permutationImportance<T extends Sample>(
  samples: readonly T[],
  columns: ColumnsOf<T>,
  score: (samples: readonly T[]) => number | Promise<number>,
  options: ImportanceOptions = {},
): Promise<Importance> {
  const { repeats, seed, signal, onProgress } = optionsOf(options);
  if (samples.length === 0) {
    throw codedError('ERR_SHAPE', `${CALL}: there are no samples. Give those that the network is judged by.`);
  }
  checkFunction(`${CALL}: score`, score);
  checkColumns(samples, columns);
  const names = Array.isArray(columns) ? (columns as readonly string[]) : Object.keys(columns);
  const dealtOut = (name: string, order: Uint32Array): T[] =>
    samples.map((sample, row) => {
      const other = samples[order[row] as number] as T;
      const inputs = Array.isArray(columns)
        ? undefined
        : (columns as Readonly<Record<string, readonly number[]>>)[name];
      return inputs === undefined ? { ...sample, [name]: other[name as keyof T] } : withInputs(sample, other, inputs);
    });
  const judged = async (these: readonly T[]): Promise<number> => {
    const value: unknown = await score(these);
    if (typeof value === 'number') return value;
    const came = `${CALL}: score returned ${describe(value)}, expected a number`;
    throw codedError('ERR_INVALID_TYPE', `${came}. Return a figure of a report, for instance report.accuracy.`);
  };
  const whole = await judged(samples);
  const found: ColumnImportance[] = [];
  for (const [index, column] of names.entries()) {
    const drops: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      // A page lives meanwhile, and can abort.
      await new Promise<void>(afterTurn);
      signal?.throwIfAborted();
      const order = identity(samples.length);
      // A stream for each column: more repeats, or other columns behind it, do not change what it gets.
      new Random(seed, 'sample', index * 1000 + repeat).shuffle(order);
      drops.push(whole - (await judged(dealtOut(column, order))));
    }
    const mean = sum(drops) / repeats;
    found.push({ column, mean, deviation: Math.sqrt(sum(drops.map((drop) => (drop - mean) ** 2)) / repeats) });
    onProgress?.((index + 1) / names.length);
  }
  return { score: whole, columns: found };
}

/**
 * The score that importance is measured by where you have no better one: for classes the area under the ROC curve, the mean of those that
 * exist, which sees more than accuracy where classes are unbalanced; for numbers R2, the mean of the outputs.
 */
export function scoreOf(report: Report): number {
  const values =
    report.kind === 'classes' ? report.classes.map(({ rocAuc }) => rocAuc) : report.outputs.map(({ r2 }) => r2);
  const found = values.filter((value) => !Number.isNaN(value));
  return sum(found) / found.length;
}

/** Every column is in the samples: a name that no row has would seem not to matter. */
function checkColumns(
  samples: readonly Sample[],
  columns: readonly string[] | Readonly<Record<string, readonly number[]>>,
): void {
  if (!Array.isArray(columns)) {
    const { length = 0 } = samples[0] as ArrayLike<number>;
    for (const [column, inputs] of Object.entries(columns)) {
      for (const index of inputs) checkInteger(`${CALL}: columns, ${describe(column)}`, index, 0, length - 1);
    }
    return;
  }
  for (const column of columns) {
    if (samples.some((sample) => Object.hasOwn(sample, column))) continue;
    const mend = 'Name a cell of the rows; for samples of numbers give inputs by column: { age: [0] }.';
    throw codedError('ERR_INVALID_OPTION', `${CALL}: columns has ${describe(column)}, which no sample has. ${mend}`);
  }
}

/** A sample with these inputs of another one. Numbers stay as exact as they came. */
function withInputs<T extends Sample>(sample: T, other: T, inputs: readonly number[]): T {
  const from = other as ArrayLike<number>;
  const copy = Array.isArray(sample) ? [...sample] : float32From(sample as unknown as Float32Array);
  for (const index of inputs) copy[index] = from[index] as number;
  return copy as unknown as T;
}

function optionsOf(
  options: ImportanceOptions,
): Required<Pick<ImportanceOptions, 'repeats' | 'seed'>> & ImportanceOptions & { repeats: number; seed: number } {
  const given = checkObject(`${CALL}: options`, options, ['repeats', 'seed', 'signal', 'onProgress']);
  const { signal } = given;
  if (signal !== undefined && typeof (signal as Partial<AbortSignal> | null)?.throwIfAborted !== 'function') {
    throw codedError('ERR_INVALID_TYPE', `${CALL}: signal is ${describe(signal)}, expected an AbortSignal.`);
  }
  if (given.onProgress !== undefined) checkFunction(`${CALL}: onProgress`, given.onProgress);
  return {
    repeats: checkInteger(`${CALL}: repeats`, given.repeats ?? 5, 1, 1000),
    seed: checkInteger(`${CALL}: seed`, given.seed ?? 0, 0, 0xffffffff),
    signal: signal as AbortSignal | undefined,
    onProgress: given.onProgress as ImportanceOptions['onProgress'],
  };
}
