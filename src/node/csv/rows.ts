/** Reads the rows of CSV files as records: a whole file at once, or batch by batch for fitStream. */
import type { Row } from '../../columns/types.js';
import { type CsvFormat, type RowsStreamOptions, resolveRows, resolveRowsStream } from '../../csv/options.js';
import { type Rows, readAllRows, readRecords } from '../../csv/rows.js';
import { explained } from '../../foundation/checks.js';
import { checkPath, type FilePath } from '../disk.js';
import { bytesOf, originOf } from './file.js';

/**
 * Reads the rows of a CSV file as records of trimmed text, as `parseRows` of wasmlp/csv does: what networks with columns and
 * `inferColumns` take. With `missing: 'skip'` rows that lack a cell are left out, and the array has their number as `skipped`.
 *
 * Rejects with ERR_IO where the file cannot be read, and with the errors of `parseRows`.
 */
export async function readRows(path: FilePath, options?: CsvFormat): Promise<Rows> {
  return await explained(async () => {
    const file = checkPath('readRows', path);
    const spec = resolveRows('readRows', options);
    return await readAllRows(originOf('readRows', file), bytesOf('readRows', file), spec);
  });
}

/**
 * Makes the function that `fitStream` of a network with columns takes: it yields arrays of records. It is called once per epoch, opens the
 * file again and reads it batch by batch, so memory holds only one batch. The file is closed when the iteration ends, even if it ends
 * early. Wrong options throw at once. Other errors are those of `readRows`; they reject when reading comes to them.
 */
export function streamRows(path: FilePath, options?: RowsStreamOptions): () => AsyncGenerator<Row[], void, undefined> {
  const call = 'streamRows';
  const file = checkPath(call, path);
  const spec = resolveRowsStream(call, options);
  return async function* batches() {
    yield* readRecords(originOf(call, file), bytesOf(call, file), spec);
  };
}
