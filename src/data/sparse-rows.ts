/** Sparse rows as users give them: what they are, their check, and rows written out of them. Knows no network and no engine. */
import { isTyped } from '../foundation/checks.js';
import { codedError, describe } from '../foundation/errors.js';
import { float32 } from '../foundation/memory.js';

/**
 * Rows of which most numbers are 0, as SciPy's csr_matrix has them: row r has `values[starts[r]]` to `values[starts[r + 1] - 1]` in these
 * columns, which ascend in each row. Without values, all are 1.
 */
export interface SparseRows {
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values?: Float32Array | undefined;
}

/** What the rows are, for messages, and how many numbers a row has. */
interface Subject {
  readonly call: string;
  readonly name: string;
  readonly width: number;
}

export function areSparse(samples: unknown): samples is SparseRows {
  return Object(samples).starts !== undefined;
}

/**
 * Checks the rows, and writes them with their zeros into `written`, end to end, if that is given. Throws ERR_INVALID_TYPE or ERR_SHAPE for the
 * first part that is wrong; values may still be no finite numbers.
 */
export function readSparse(
  { call, name, width }: Subject,
  { starts, columns, values }: SparseRows,
  written?: Float32Array,
): void {
  const refuse = (part: string, came: unknown): void => {
    // A part as a whole, or a number in it.
    const code = /\W/.test(part) ? 'ERR_SHAPE' : 'ERR_INVALID_TYPE';
    const expected = `Uint32Arrays: starts up to columns.length, columns that ascend in a row, below ${width}`;
    throw codedError(code, `${call}: ${name}.${part} is ${describe(came)}, expected ${expected}.`);
  };
  if (!isTyped(starts, 'Uint32Array')) refuse('starts', starts);
  if (!isTyped(columns, 'Uint32Array')) refuse('columns', columns);
  if (values !== undefined && !isTyped(values, 'Float32Array')) refuse('values', values);
  if (values !== undefined && values.length !== columns.length) refuse('values.length', values.length);
  let at = 0;
  for (let row = 0; row < starts.length; row++) {
    const end = starts[row] as number;
    for (let before = -1; at < end && row > 0; at++) {
      const column = columns[at] as number;
      if (!(column > before && column < width)) refuse(`columns[${at}]`, column);
      if (written) written[(row - 1) * width + column] = values === undefined ? 1 : (values[at] as number);
      before = column;
    }
    if (at !== end) refuse(`starts[${row}]`, end);
  }
  if (at !== columns.length) refuse('columns.length', columns.length);
}

/** The rows with their zeros, end to end. */
export function writtenOut(subject: Subject, rows: SparseRows): Float32Array {
  // Those that are no array are refused below.
  const written = float32(Math.max(rows.starts?.length - 1, 0) * subject.width || 0);
  readSparse(subject, rows, written);
  return written;
}
