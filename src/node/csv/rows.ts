/** Rows of a file as text, by csv-parse, of which memory holds few at a time. Knows no columns and no numbers. */
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { codedError } from '../../errors.js';
import { checkFile, notRead, quoted } from '../disk.js';
import type { Origin } from './columns.js';

/** Characters in a row: those of 2^20 numbers, and an end to a quote that nothing closes. */
const MOST_CHARACTERS = 2 ** 25;
const CHUNK_BYTES = 2 ** 16;

/** The file is opened when the first row is asked for, and closed however the iteration ends. */
export async function* readRows(origin: Origin, delimiter: string): AsyncGenerator<string[], void, undefined> {
  // Not above: whoever reads no CSV does not load it.
  const { CsvError, parse } = await import('csv-parse');
  const { call, file } = origin;
  await checkFile(call, file);
  const handle = await open(file, 'r').catch((cause) => {
    throw notRead(origin.call, origin.file, cause);
  });
  try {
    const parser = parse({
      bom: true,
      delimiter,
      max_record_size: MOST_CHARACTERS,
      record_delimiter: ['\r\n', '\n', '\r'],
      // Widths are checked where names of columns are known.
      relax_column_count: true,
      // Those with nothing in them: a cell in quotes is one, empty too.
      skip_empty_lines: true,
    });
    // Errors come out of the parser.
    pipeline(chunks(origin, handle), parser, () => undefined);
    for await (const row of parser) yield row as string[];
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const other = `where ${JSON.stringify(delimiter)} is not what stands between cells, give the delimiter`;
    const mend = `Close each quote, and write a quote within quotes twice; ${other}.`;
    throw codedError('ERR_INVALID_TYPE', `${call}: ${quoted(file)} is no CSV: ${cause.message}. ${mend}`, { cause });
  } finally {
    await handle.close().catch(() => undefined);
  }
}

async function* chunks(origin: Origin, handle: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  for (let begins = true; ; begins = false) {
    // A new one each time: the parser keeps what it has not read yet.
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES)).catch((cause) => {
      throw notRead(origin.call, origin.file, cause);
    });
    if (bytesRead === 0) return;
    if (begins && buffer[0] === 0x1f && buffer[1] === 0x8b && bytesRead > 1) {
      const came = `${origin.call}: ${quoted(origin.file)} is gzipped`;
      throw codedError('ERR_INVALID_TYPE', `${came}. Unpack it first: gunzip does.`);
    }
    // The parser would read it, and take halves of two characters for a line break.
    if (begins && bytesRead > 1 && ['fffe', 'feff'].includes(buffer.toString('hex', 0, 2))) {
      const came = `${origin.call}: ${quoted(origin.file)} is UTF-16`;
      throw codedError('ERR_INVALID_TYPE', `${came}. Save the file as UTF-8.`);
    }
    yield buffer.subarray(0, bytesRead);
  }
}
