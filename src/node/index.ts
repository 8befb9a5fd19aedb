/** wasmlp/node: saves and loads models as files, and reads data files. Everything that needs Node's own modules is in this folder. */

export { type CsvSamples, type CsvTable, type CsvTargets, readCsv, streamCsv } from './csv/csv.js';
export type { CsvColumn, CsvOptions, CsvStreamOptions } from './csv/options.js';
export type { FilePath } from './disk.js';
export { type IdxArray, readIdx } from './idx.js';
export { loadFile } from './load-file.js';
export { type SaveOptions, saveFile } from './save-file.js';
