/** wasmlp/csv: reads tables in every host, from text, files of a page, answers of servers and streams. Knows no module of a host. */
import { explained } from '../foundation/checks.js';
import { type CsvFormat, type CsvOptions, resolveRows, resolveTable } from './options.js';
import { type Rows, readAllRows } from './rows.js';
import { type CsvSource, openSource } from './source.js';
import { type CsvSamples, type CsvTable, readTable } from './tables.js';

export type { Row } from '../columns/types.js';
export type { CsvColumn, CsvFormat, CsvOptions } from './options.js';
export type { Rows } from './rows.js';
export type { CsvSource } from './source.js';
export type { CsvSamples, CsvTable, CsvTargets } from './tables.js';

type Target = { target: NonNullable<CsvOptions['target']> };

/**
 * Reads the rows of a table as packed numbers. RFC 4180; LF, CRLF or CR; UTF-8 unless `encoding` says otherwise, with or without a byte
 * order mark. Blanks around a cell are ignored, and empty lines are left out. Messages count rows from 0, without the header.
 *
 * Rejects with ERR_IO where the source fails or a Response has no success, ERR_INVALID_TYPE for what is no source, a cell that is empty or
 * not a number and a broken quote, ERR_NON_FINITE for NaN, Infinity and what float32 cannot hold, ERR_SHAPE for ragged rows and for a
 * table without rows, ERR_INVALID_OPTION for columns that the table does not have and for a stream that somebody reads.
 */
export function parseCsv(
  source: CsvSource,
  options: CsvOptions & Target & { names: true },
): Promise<CsvSamples<string[]>>;
export function parseCsv(
  source: CsvSource,
  options: CsvOptions & Target & { names: false },
): Promise<CsvSamples<Float32Array>>;
export function parseCsv(source: CsvSource, options: CsvOptions & Target): Promise<CsvSamples>;
export function parseCsv(source: CsvSource, options?: CsvOptions): Promise<CsvTable>;
export async function parseCsv(source: CsvSource, options?: CsvOptions): Promise<CsvTable> {
  return await explained(async () => {
    const spec = resolveTable('parseCsv', options);
    const { name, pieces } = openSource('parseCsv', source);
    const origin = { call: 'parseCsv', name };
    return await readTable(origin, pieces(origin), spec);
  });
}

/**
 * Reads the rows of a table as records of trimmed text, by the names of the columns: what networks with columns and `inferColumns` take.
 * A name that comes twice, or not at all, becomes one of its own, as in pandas: `b`, `b.1`, `Unnamed: 3`. With `missing: 'skip'` rows that
 * lack a cell are left out, and the array has their number as `skipped`. With `decimal: ','` the cell 3,5 becomes 3.5.
 *
 * Rejects as `parseCsv` does, but cells may be any text. ERR_INVALID_TYPE where bytes are not of the encoding.
 */
export async function parseRows(source: CsvSource, options?: CsvFormat): Promise<Rows> {
  return await explained(async () => {
    const spec = resolveRows('parseRows', options);
    const { name, pieces } = openSource('parseRows', source);
    const origin = { call: 'parseRows', name };
    return await readAllRows(origin, pieces(origin), spec);
  });
}
