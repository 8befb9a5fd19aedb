/** Reads CSV files: a whole file at once, or batch by batch for fitStream. */
import { readBatches } from '../../csv/batches.js';
import { type CsvOptions, type CsvStreamOptions, resolveStream, resolveTable } from '../../csv/options.js';
import { type CsvSamples, type CsvTable, type CsvTargets, readTable } from '../../csv/tables.js';
import { explained } from '../../foundation/checks.js';
import { checkPath, type FilePath } from '../disk.js';
import { bytesOf, originOf } from './file.js';

/**
 * Reads the rows of a CSV file as packed numbers. RFC 4180; LF, CRLF or CR; UTF-8 unless `encoding` says otherwise, with or
 * without a byte order mark. Blanks around a cell are ignored, and empty lines are left out. Messages count rows from 0, without the header.
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
  return await explained(() => read(path, options));
}

async function read(path: FilePath, options: CsvOptions | undefined): Promise<CsvTable> {
  const file = checkPath('readCsv', path);
  const spec = resolveTable('readCsv', options);
  return await readTable(originOf('readCsv', file), bytesOf('readCsv', file), spec);
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
  const call = 'streamCsv';
  const file = checkPath(call, path);
  const spec = resolveStream(call, options);
  return async function* batches() {
    for await (const { inputs, targets } of readBatches(originOf(call, file), bytesOf(call, file), spec)) {
      yield { inputs, targets: targets as CsvTargets };
    }
  };
}
