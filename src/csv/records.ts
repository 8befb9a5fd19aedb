/**
 * Cuts text into the rows and cells of RFC 4180: cells in quotes may hold delimiters, line ends, and quotes written twice. Strict: a quote
 * elsewhere is refused. Knows no columns and no source.
 *
 * Written here rather than left to csv-parse, which is the twin that tests compare it with: this one takes a quarter of its time, because
 * rows without quotes are cut by `split` (bench/csv.ts), and a page would fetch 122 KB of csv-parse and the Buffer that it brings.
 */

/** Most cells in a row: the widest network. */
export const MAX_COLUMNS = 2 ** 20;
/** Most characters in a row: enough for that many numbers, and a limit where a quote is never closed. */
export const MAX_CHARACTERS = 2 ** 25;

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Why a text is not CSV. Its reader makes an error of it that names the source. */
export class Fault extends Error {
  /** The line in which the row begins, from 1. */
  readonly line: number;
  /** Whether a row is too long rather than wrong. */
  readonly isLong: boolean;

  constructor(message: string, line: number, isLong: boolean) {
    super(message);
    this.line = line;
    this.isLong = isLong;
  }
}

/** Rows that had quotes: few, in most tables. */
const quotedRows = new WeakSet<readonly string[]>();

/** Whether a row that a cutter gave had quotes. The text of one that had none is its cells, with delimiters between them. */
export function hadQuotes(row: readonly string[]): boolean {
  return quotedRows.has(row);
}

/** Cuts a text that comes in pieces. Empty lines are left out; an empty cell in quotes is a cell. */
export class RecordCutter {
  readonly #delimiter: string;
  /** The beginning of a row whose end has not come yet. */
  #rest = '';
  /** Length of `#rest` at which it is looked at again: twice the one before, so that a long row is not gone through for every piece. */
  #due = 0;
  /** Line ends before `#rest`. */
  #lines: number;

  /** `lines` stand before the text. */
  constructor(delimiter: string, lines = 0) {
    this.#delimiter = delimiter;
    this.#lines = lines;
  }

  /** The rows that are complete with this piece. Throws Fault. */
  add(piece: string): string[][] {
    this.#rest += piece;
    const { length } = this.#rest;
    return length < this.#due && length <= MAX_CHARACTERS ? [] : this.#cut(false);
  }

  /** The rows at the end of the text, where the last line end may lack. Throws Fault. */
  finish(): string[][] {
    return this.#cut(true);
  }

  #cut(isEnd: boolean): string[][] {
    const text = this.#rest;
    const scan = new Scan(text, this.#delimiter, isEnd, this.#lines);
    const rows = scan.rows();
    this.#rest = text.slice(scan.at);
    if (this.#rest.length > MAX_CHARACTERS) throw scan.fault(`${MAX_CHARACTERS} characters`, true);
    this.#due = scan.at === 0 ? 2 * text.length : 0;
    this.#lines += lineEnds(text, scan.at);
    return rows;
  }
}

/** The next place of one character. Remembers it, so that a text is searched once whatever the order of the questions. */
class Finder {
  readonly #text: string;
  readonly #character: string;
  #found = -1;

  constructor(text: string, character: string) {
    this.#text = text;
    this.#character = character;
  }

  /** Its first place from `from` on; the length of the text where there is none. Ask with rising `from`. */
  next(from: number): number {
    if (this.#found < from) {
      const found = this.#text.indexOf(this.#character, from);
      this.#found = found === -1 ? this.#text.length : found;
    }
    return this.#found;
  }
}

/** One pass over a text that begins with a row. */
class Scan {
  /** Where the first row begins that is not complete. */
  at = 0;
  readonly #text: string;
  readonly #delimiter: string;
  /** Whether the end of the text is the end of its last row. */
  readonly #isEnd: boolean;
  readonly #linesBefore: number;
  readonly #feeds: Finder;
  readonly #returns: Finder;
  readonly #quotes: Finder;
  readonly #delimiters: Finder;

  constructor(text: string, delimiter: string, isEnd: boolean, linesBefore: number) {
    this.#text = text;
    this.#delimiter = delimiter;
    this.#isEnd = isEnd;
    this.#linesBefore = linesBefore;
    this.#feeds = new Finder(text, '\n');
    this.#returns = new Finder(text, '\r');
    this.#quotes = new Finder(text, '"');
    this.#delimiters = new Finder(text, delimiter);
  }

  rows(): string[][] {
    const text = this.#text;
    const rows: string[][] = [];
    while (this.at < text.length) {
      const end = this.#lineEnd(this.at);
      // Of CRLF the line feed is an empty line.
      if (end === this.at) this.at++;
      else if (this.#quotes.next(this.at) < end) {
        const row = this.#quotedRow(this.at);
        if (row === undefined) break;
        quotedRows.add(row);
        rows.push(row);
      } else {
        if (end === text.length && !this.#isEnd) break;
        rows.push(this.#plainRow(this.at, end));
        this.at = end + 1;
      }
    }
    return rows;
  }

  /** `message` says what is wrong, or of what a row has too many. */
  fault(message: string, isLong = false): Fault {
    return new Fault(message, this.#linesBefore + lineEnds(this.#text, this.at) + 1, isLong);
  }

  #plainRow(from: number, end: number): string[] {
    const line = this.#text.slice(from, end);
    if (line.length < MAX_COLUMNS) return line.split(this.#delimiter);
    // 32 million delimiters would be as many cells.
    return this.#counted(line.split(this.#delimiter, MAX_COLUMNS + 1));
  }

  /** A row with quotes in it, cell by cell; undefined where the text ends before it does. */
  #quotedRow(from: number): string[] | undefined {
    const text = this.#text;
    const cells: string[] = [];
    for (let at = from; ; ) {
      const isQuoted = text.charCodeAt(at) === QUOTE;
      const end = isQuoted ? this.#closing(at) : Math.min(this.#lineEnd(at), this.#delimiters.next(at));
      if (end === undefined || (end === text.length && !this.#isEnd)) return undefined;
      cells.push(isQuoted ? unquoted(text.slice(at + 1, end - 1)) : this.#plainCell(at, end));
      this.#counted(cells);
      const after = text.charCodeAt(end);
      at = end + 1;
      if (text[end] === this.#delimiter) continue;
      if (end < text.length && after !== LINE_FEED && after !== CARRIAGE_RETURN) {
        const came = JSON.stringify(String.fromCodePoint(text.codePointAt(end) as number));
        throw this.fault(`Invalid Closing Quote: ${came} comes after the quote that closes a cell`);
      }
      this.at = at;
      return cells;
    }
  }

  /** The place after the quote that closes a cell; undefined where it has not come yet. */
  #closing(opening: number): number | undefined {
    const text = this.#text;
    let at = this.#quotes.next(opening + 1);
    while (at < text.length && text.charCodeAt(at + 1) === QUOTE) at = this.#quotes.next(at + 2);
    if (at < text.length) return at + 1;
    if (this.#isEnd) throw this.fault('Quote Not Closed: a cell has no closing quote');
    return undefined;
  }

  #plainCell(from: number, end: number): string {
    if (this.#quotes.next(from) < end) {
      throw this.fault('Invalid Opening Quote: a quote stands in a cell that does not begin with one');
    }
    return this.#text.slice(from, end);
  }

  #lineEnd(from: number): number {
    return Math.min(this.#feeds.next(from), this.#returns.next(from));
  }

  #counted(cells: string[]): string[] {
    if (cells.length > MAX_COLUMNS) throw this.fault(`${MAX_COLUMNS} cells`, true);
    return cells;
  }
}

function unquoted(cell: string): string {
  return cell.includes('"') ? cell.replaceAll('""', '"') : cell;
}

/** Line ends in the first `end` characters. */
function lineEnds(text: string, end: number): number {
  const mark = text.includes('\n') ? '\n' : '\r';
  let count = 0;
  for (let at = text.indexOf(mark); at !== -1 && at < end; at = text.indexOf(mark, at + 1)) count++;
  return count;
}
