/** wasmlp/node: saves and loads models as files, and reads data files. Everything that needs Node's own modules is in this folder. */

export type { Row } from '../columns/types.js';
export type { CsvColumn, CsvFormat, CsvOptions, CsvStreamOptions, RowsStreamOptions } from '../csv/options.js';
export type { Rows } from '../csv/rows.js';
export type { CsvSamples, CsvTable, CsvTargets } from '../csv/tables.js';
export { readCsv, streamCsv } from './csv/csv.js';
export { readRows, streamRows } from './csv/rows.js';
export type { FilePath } from './disk.js';
export { type IdxArray, readIdx } from './idx.js';
export { loadFile } from './load-file.js';
export { type SaveOptions, saveFile } from './save-file.js';
