/** The rows of a table, a block at a time: as many as its source gave at once. Knows no columns and no numbers. */
import { codedError, describe } from '../foundation/errors.js';
import { outOfMemory } from '../foundation/memory.js';
import { findDelimiter, SAMPLE_CHARACTERS, saidDelimiter } from './delimiter.js';
import type { FormatSpec } from './options.js';
import { Fault, RecordCutter } from './records.js';
import type { Origin } from './source.js';
import { textsOf } from './text.js';

/** Rows of a table, all of one width, each an array of cells as they stand in the file, blanks around them too. */
export interface Block {
  /** The first row of the table: its header, or without one its first row of data, which is in a block too. */
  readonly first: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The number of the first of `rows`, counted from 0 without the header. */
  readonly at: number;
  readonly delimiter: string;
  /** Whether the text so far has characters that stand for bytes of another encoding. */
  readonly isBroken: boolean;
}

/** Rows as the parser gives them, of any width. */
interface Cut {
  readonly rows: string[][];
  readonly delimiter: string;
  readonly isBroken: boolean;
}

/**
 * The first block has no rows: who reads can look for columns before any of them is checked. `rows` says what was expected of an empty
 * source. Throws ERR_SHAPE where rows differ in their width, and where there is none.
 */
export async function* readBlocks(
  origin: Origin,
  pieces: AsyncIterable<unknown>,
  spec: FormatSpec,
  expected: string,
): AsyncGenerator<Block, void, undefined> {
  const { call, name } = origin;
  let first: string[] | undefined;
  let at = 0;
  for await (const { rows: cut, ...block } of cutRows(origin, pieces, spec)) {
    let rows = cut;
    const begins = first === undefined;
    if (first === undefined) {
      rows = cut.slice(leadingBlanks(cut));
      first = rows[0];
      if (first === undefined) continue;
      yield { ...block, first, rows: [], at };
    }
    // The cutter leaves out empty lines. A line of blanks is left out too, unless rows have only one cell.
    if (first.length > 1) rows = rows.filter((row) => !isBlankLine(row));
    if (begins && spec.header !== false) rows = rows.slice(1);
    checkWidths(origin, rows, first.length, at);
    if (rows.length > 0) yield { ...block, first, rows, at };
    at += rows.length;
  }
  if (at > 0) return;
  const came = first === undefined ? 'is empty' : 'has a header and no rows';
  throw codedError('ERR_SHAPE', `${call}: ${name} ${came}, expected ${expected}. Give a file with data.`);
}

function leadingBlanks(rows: readonly string[][]): number {
  const first = rows.findIndex((row) => !isBlankLine(row));
  return first === -1 ? rows.length : first;
}

function isBlankLine(row: readonly string[]): boolean {
  return row.length === 1 && (row[0] as string).trim() === '';
}

function checkWidths({ call, name }: Origin, rows: readonly string[][], width: number, at: number): void {
  const wrong = rows.findIndex((row) => row.length !== width);
  if (wrong === -1) return;
  const cells = rows[wrong]?.length;
  const came = `${call}: row ${at + wrong} (counted from 0) of ${name} has ${cells} cells, expected ${width}`;
  const mend = 'Give every row the same number of cells, and put quotes around a cell that has a delimiter in it';
  throw codedError('ERR_SHAPE', `${came} (those of the first row). ${mend}.`);
}

/** Cuts the text of a source, and finds its delimiter in the first pieces. */
async function* cutRows(
  origin: Origin,
  pieces: AsyncIterable<unknown>,
  spec: FormatSpec,
): AsyncGenerator<Cut, void, undefined> {
  let sample = '';
  let cutter: RecordCutter | undefined;
  let delimiter = spec.delimiter ?? ',';
  let isBroken = false;
  const begin = (isEnd: boolean): RecordCutter => {
    checkText(origin, sample);
    const said = saidDelimiter(sample);
    if (said !== undefined) sample = sample.slice(said.length);
    delimiter = spec.delimiter ?? said?.delimiter ?? findDelimiter(sample, isEnd, spec.decimal);
    return new RecordCutter(delimiter, said === undefined ? 0 : 1);
  };
  try {
    for await (const { text, ...state } of textsOf(origin, pieces, spec.encoding)) {
      isBroken = state.isBroken;
      if (cutter !== undefined) yield { rows: cutter.add(text), delimiter, isBroken };
      else {
        sample += text;
        if (sample.length < SAMPLE_CHARACTERS) continue;
        cutter = begin(false);
        yield { rows: cutter.add(sample), delimiter, isBroken };
        sample = '';
      }
    }
    cutter ??= begin(true);
    yield { rows: cutter.add(sample), delimiter, isBroken };
    yield { rows: cutter.finish(), delimiter, isBroken };
  } catch (error) {
    throw error instanceof Fault ? notCsv(origin, error, delimiter) : outOfMemory(`the rows of ${origin.name}`, error);
  }
}

/** Refuses what servers and programs give in place of a table. */
function checkText({ call, name }: Origin, sample: string): void {
  if (!/^\s*<(?:!doctype|html|\?xml)/i.test(sample)) return;
  const came = `${call}: ${name} begins with ${describe(sample.trim().slice(0, 20))}, as a page does, expected CSV`;
  throw codedError('ERR_INVALID_TYPE', `${came}. Correct the address, or the path.`);
}

function notCsv({ call, name }: Origin, fault: Fault, delimiter: string): Error {
  const { message, line, isLong } = fault;
  if (isLong) {
    const came = `${call}: a row of ${name} has more than ${message}`;
    const quote = message.endsWith('cells') ? '' : `, close each quote (the row begins in line ${line})`;
    return codedError('ERR_SHAPE', `${came}. Correct the delimiter${quote}, or give a file with fewer columns.`);
  }
  const came = `${call}: ${name} is not CSV: ${message}, in the row that begins in line ${line}`;
  const other = `if cells are not separated by ${JSON.stringify(delimiter)}, give the delimiter`;
  const mend = `Close each quote, and write a quote within quotes twice; ${other}.`;
  return codedError('ERR_INVALID_TYPE', `${came}. ${mend}`);
}
