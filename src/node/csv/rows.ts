/** Reads the rows of a file as text, by csv-parse. Memory holds only a few at a time. Knows no columns and no numbers. */
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { codedError } from '../../foundation/errors.js';
import { outOfMemory } from '../../foundation/memory.js';
import { checkFile, notRead, quoted } from '../disk.js';
import type { Origin } from './columns.js';
import { MAX_COLUMNS } from './options.js';

/** Most characters in a row: enough for 2^20 numbers, and a limit where a quote is never closed. */
const MAX_CHARACTERS = 2 ** 25;
const CHUNK_BYTES = 2 ** 16;

/** Opens the file when the first row is asked for, and closes it however the iteration ends. */
export async function* readRows(origin: Origin, delimiter: string): AsyncGenerator<string[], void, undefined> {
  // Imported here: programs that read no CSV do not load it.
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
      max_record_size: MAX_CHARACTERS,
      record_delimiter: ['\r\n', '\n', '\r'],
      // batches.ts checks widths: it knows the names of columns.
      relax_column_count: true,
      // Only lines with nothing in them: an empty cell in quotes is a cell.
      skip_empty_lines: true,
    });
    // The parser passes errors on to the loop below.
    pipeline(chunks(origin, handle, delimiter), parser, () => undefined);
    for await (const row of parser) yield row as string[];
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw outOfMemory(`the rows of ${quoted(file)}`, cause);
    const other = `if cells are not separated by ${JSON.stringify(delimiter)}, give the delimiter`;
    const mend = `Close each quote, and write a quote within quotes twice; ${other}.`;
    throw codedError('ERR_INVALID_TYPE', `${call}: ${quoted(file)} is not CSV: ${cause.message}. ${mend}`, { cause });
  } finally {
    await handle.close().catch(() => undefined);
  }
}

async function* chunks(
  origin: Origin,
  handle: FileHandle,
  delimiter: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const cells = new CellCounter(origin, delimiter);
  for (let begins = true; ; begins = false) {
    // A new buffer each time: the parser keeps what it has not read yet.
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES)).catch((cause) => {
      throw notRead(origin.call, origin.file, cause);
    });
    if (bytesRead === 0) return;
    if (begins && buffer[0] === 0x1f && buffer[1] === 0x8b && bytesRead > 1) {
      const came = `${origin.call}: ${quoted(origin.file)} is gzipped`;
      throw codedError('ERR_INVALID_TYPE', `${came}. Unpack it first: gunzip does.`);
    }
    // The parser would read UTF-16, and take halves of two characters for a line break.
    if (begins && bytesRead > 1 && ['fffe', 'feff'].includes(buffer.toString('hex', 0, 2))) {
      const came = `${origin.call}: ${quoted(origin.file)} is UTF-16`;
      throw codedError('ERR_INVALID_TYPE', `${came}. Save the file as UTF-8.`);
    }
    const chunk = buffer.subarray(0, bytesRead);
    cells.add(chunk);
    yield chunk;
  }
}

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Counts the cells of rows before the parser has them: it would keep every one of a row, and 300 MB of delimiters are 300 million cells,
 * 2.2 GB. A delimiter that is cut by the end of a chunk is not counted.
 */
class CellCounter {
  readonly #origin: Origin;
  readonly #delimiter: Buffer;
  #cells = 1;
  #isQuoted = false;

  constructor(origin: Origin, delimiter: string) {
    this.#origin = origin;
    this.#delimiter = Buffer.from(delimiter);
  }

  /** Throws ERR_SHAPE where a row has more cells than are read. */
  add(chunk: Buffer): void {
    const [first, ...others] = this.#delimiter;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      if (byte === QUOTE) this.#isQuoted = !this.#isQuoted;
      else if (this.#isQuoted) continue;
      else if (byte === LINE_FEED || byte === CARRIAGE_RETURN) this.#cells = 1;
      else if (byte === first && others.every((other, at) => chunk[i + 1 + at] === other)) {
        if (++this.#cells > MAX_COLUMNS) throw this.#tooMany();
      }
    }
  }

  #tooMany(): Error {
    const came = `${this.#origin.call}: a row of ${quoted(this.#origin.file)} has more than ${MAX_COLUMNS} cells`;
    return codedError('ERR_SHAPE', `${came}. Correct the delimiter, or give a file with fewer columns.`);
  }
}
