/** Reads CSV files: a whole file at once, or batch by batch for fitStream. */
import { joinFloat32 } from '../../foundation/more-memory.js';
import { checkPath, type FilePath } from '../disk.js';
import { type CsvBatch, readBatches } from './batches.js';
import { type CsvOptions, type CsvStreamOptions, resolveStream, resolveTable } from './options.js';

/** A table without targets. */
export interface CsvTable {
  /** (rows, columns) row-major, as `predict` and `fit` take it. */
  inputs: Float32Array;
  /** Names of the input columns, in order; without a header, their places. */
  columns: string[];
  rows: number;
}

/** Targets that may be numbers or names. TypeScript iterates them as either. */
export type CsvTargets = (Float32Array | string[]) & Iterable<number | string>;

/** A table with targets: numbers, (rows, target columns) row-major, or names. Default: names where the target column is not numeric. */
export interface CsvSamples<T extends Float32Array | string[] = CsvTargets> extends CsvTable {
  targets: T;
}

/**
 * Reads the rows of a CSV file as packed numbers. RFC 4180; LF, CRLF or CR; UTF-8, with or without a byte order mark. Blanks around a
 * cell are ignored, and empty lines are skipped. Messages count rows from 0, without the header.
 *
 * Rejects with ERR_IO where the file cannot be read, ERR_INVALID_TYPE for a cell that is empty or not a number and for a broken quote,
 * ERR_NON_FINITE for NaN, Infinity and what float32 cannot hold, ERR_SHAPE for ragged rows and for a file without rows,
 * ERR_INVALID_OPTION for columns that the file does not have.
 */
export function readCsv(
  path: FilePath,
  options: CsvOptions & Pick<CsvStreamOptions, 'target'> & { names: true },
): Promise<CsvSamples<string[]>>;
export function readCsv(
  path: FilePath,
  options: CsvOptions & Pick<CsvStreamOptions, 'target'> & { names: false },
): Promise<CsvSamples<Float32Array>>;
export function readCsv(path: FilePath, options: CsvOptions & Pick<CsvStreamOptions, 'target'>): Promise<CsvSamples>;
export function readCsv(path: FilePath, options?: CsvOptions): Promise<CsvTable>;
export async function readCsv(path: FilePath, options?: CsvOptions): Promise<CsvTable> {
  const file = checkPath('readCsv', path);
  const spec = resolveTable('readCsv', options);
  const batches: CsvBatch[] = [];
  for await (const batch of readBatches({ call: 'readCsv', file }, spec)) batches.push(batch);
  const { columns } = batches[0] as CsvBatch;
  const table: CsvTable & { targets?: Float32Array | string[] } = {
    inputs: joinFloat32(batches.map(({ inputs }) => inputs)),
    columns: [...columns],
    rows: batches.reduce((sum, { rows }) => sum + rows, 0),
  };
  const targets = batches.map((batch) => batch.targets);
  if (Array.isArray(targets[0])) table.targets = (targets as string[][]).flat();
  else if (targets[0] !== undefined) table.targets = joinFloat32(targets as Float32Array[]);
  return table;
}

/**
 * Makes the function that `fitStream` takes. It is called once per epoch, opens the file again and reads it batch by batch, so memory
 * holds only one batch. The file is closed when the iteration ends, even if it ends early. Wrong options throw at once. Other errors are
 * those of `readCsv`; they reject when reading comes to them.
 */
export function streamCsv(
  path: FilePath,
  options: CsvStreamOptions,
): () => AsyncGenerator<Pick<CsvSamples, 'inputs' | 'targets'>, void, undefined> {
  const file = checkPath('streamCsv', path);
  const spec = resolveStream('streamCsv', options);
  return async function* batches() {
    for await (const { inputs, targets } of readBatches({ call: 'streamCsv', file }, spec)) {
      yield { inputs, targets: targets as CsvTargets };
    }
  };
}
