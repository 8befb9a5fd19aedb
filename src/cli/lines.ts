/** Errors that name a row of a file also name its line, as an editor counts it. The file is read again for it. */
import { createReadStream } from 'node:fs';
import type { CsvFormat } from 'wasmlp/csv';

/** A table, as the command was given it. */
export interface TableFile {
  /** `-` for standard input, which cannot be read again. */
  readonly path: string;
  readonly format: CsvFormat;
  /** Rows that were left out before rows were counted: numbers are then not those of the file. */
  readonly skipped?: number | undefined;
}

/** A first line of Excel, which is no row. */
const SAYS_DELIMITER = /^"?sep=[^"\w+.-]"?$/i;

const ROW = /\brow (\d+) \(counted from 0\)/;

/** Does the work. Its error gets the line of the row that it names. */
export async function namingLines<T>(table: TableFile, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await withLine(error, table);
  }
}

/** The error, with the line of its row where that can be found. */
export async function withLine(error: unknown, { path, format, skipped }: TableFile): Promise<unknown> {
  if (!(error instanceof Error) || path === '-' || skipped !== undefined) return error;
  const [, row] = ROW.exec(error.message) ?? [];
  if (row === undefined) return error;
  const line = await lineOf(path, Number(row), format).catch(() => undefined);
  if (line !== undefined) {
    error.message = error.message.replace(ROW, `row ${row} (counted from 0, line ${line} of the file)`);
  }
  return error;
}

/** The line in which a row begins, from 1; undefined where the file ends before it. */
async function lineOf(path: string, row: number, format: CsvFormat): Promise<number | undefined> {
  const finder = new LineFinder(format);
  const rank = format.header === false ? row : row + 1;
  const decoder = new TextDecoder(format.encoding);
  for await (const piece of createReadStream(path)) {
    finder.add(decoder.decode(piece as Buffer, { stream: true }));
    if (finder.begins.length > rank) break;
  }
  finder.add('\n');
  return finder.begins[rank];
}

/** Finds where rows begin, by the rules of the reader: no row is an empty line, nor a line of blanks where rows have several cells. */
class LineFinder {
  /** The line of each row. */
  readonly begins: number[] = [];
  readonly #delimiters: RegExp;
  #line = 1;
  #begin = 1;
  #row = '';
  #isQuoted = false;
  #before = '';
  #isSingle = false;

  constructor({ delimiter }: CsvFormat) {
    this.#delimiters = delimiter === undefined ? /[,;|\t]/ : new RegExp(`[${delimiter === '^' ? '\\^' : delimiter}]`);
  }

  add(text: string): void {
    for (const character of text) {
      const isFeed = character === '\n' && this.#before === '\r';
      this.#before = character;
      if (character === '"') this.#isQuoted = !this.#isQuoted;
      const isEnd = character === '\n' || character === '\r';
      if (isEnd && !isFeed) this.#line++;
      if (!isEnd || this.#isQuoted) this.#row += character;
      else if (!isFeed) this.#finish();
      if (isEnd && !this.#isQuoted) this.#begin = this.#line;
    }
  }

  #finish(): void {
    const row = this.#row;
    this.#row = '';
    if (this.#begin === 1 && SAYS_DELIMITER.test(row)) return;
    if (row.trim() === '' && !(this.#isSingle && row !== '')) return;
    if (this.begins.length === 0) this.#isSingle = !this.#delimiters.test(row);
    this.begins.push(this.#begin);
  }
}
