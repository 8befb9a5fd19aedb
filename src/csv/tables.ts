/** Tables of packed numbers, whole. Knows no source: pieces come from source.ts, or from a file of wasmlp/node. */
import { joinFloat32 } from '../foundation/more-memory.js';
import { type CsvBatch, readBatches } from './batches.js';
import type { CsvSpec } from './options.js';
import type { Origin } from './source.js';

/** A table without targets. */
export interface CsvTable {
  /** (rows, columns) row-major, as `predict` and `fit` take it. */
  inputs: Float32Array;
  /** Names of the input columns, in order; without a header, their places. */
  columns: string[];
  rows: number;
  /** Rows that `missing: 'skip'` left out. There only where it left out some. */
  skipped?: number;
}

/** Targets that may be numbers or names. TypeScript iterates them as either. */
export type CsvTargets = (Float32Array | string[]) & Iterable<number | string>;

/** A table with targets: numbers, (rows, target columns) row-major, or names. Default: names where the target column is not numeric. */
export interface CsvSamples<T extends Float32Array | string[] = CsvTargets> extends CsvTable {
  targets: T;
}

/** Reads all batches of a table and joins them. */
export async function readTable(origin: Origin, pieces: AsyncIterable<unknown>, spec: CsvSpec): Promise<CsvTable> {
  const batches: CsvBatch[] = [];
  for await (const batch of readBatches(origin, pieces, spec)) batches.push(batch);
  const { columns } = batches[0] as CsvBatch;
  const { skipped } = batches.at(-1) as CsvBatch;
  const table: CsvTable & { targets?: Float32Array | string[] } = {
    inputs: joinFloat32(batches.map(({ inputs }) => inputs)),
    columns: [...columns],
    rows: batches.reduce((sum, { rows }) => sum + rows, 0),
  };
  if (skipped > 0) table.skipped = skipped;
  const targets = batches.map((batch) => batch.targets);
  if (Array.isArray(targets[0])) table.targets = (targets as string[][]).flat();
  else if (targets[0] !== undefined) table.targets = joinFloat32(targets as Float32Array[]);
  return table;
}
