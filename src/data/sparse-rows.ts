/** Sparse rows as users give them: what they are, their check, and rows written out of them. Knows no network and no engine. */
import { isTyped } from '../foundation/checks.js';
import { codedError, describe } from '../foundation/errors.js';
import { float32 } from '../foundation/memory.js';
import type { Subject } from './samples.js';

/**
 * Rows of which most numbers are 0, as SciPy's csr_matrix has them: row r has `values[starts[r]]` to `values[starts[r + 1] - 1]` in these
 * columns, which ascend in each row. Without values, all are 1.
 */
export interface SparseRows {
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values?: Float32Array | undefined;
}

export function areSparse(samples: unknown): samples is SparseRows {
  return Object(samples).starts !== undefined;
}

/** Throws for the first part that is wrong: ERR_INVALID_TYPE or ERR_SHAPE. Values may still be no finite numbers. */
export function checkSparse({ call, name, width }: Subject, rows: SparseRows): void {
  const { starts, columns, values = columns } = rows;
  const fail = (code: 'ERR_INVALID_TYPE' | 'ERR_SHAPE', part: string, came: unknown, expected: string): never => {
    throw codedError(code, `${call}: ${name}.${part} is ${describe(came)}, expected ${expected}.`);
  };
  for (const [part, kind] of Object.entries({
    starts: 'Uint32Array',
    columns: 'Uint32Array',
    values: 'Float32Array',
  })) {
    const given = rows[part as keyof SparseRows];
    if (!isTyped(given, kind) && (part !== 'values' || given !== undefined))
      fail('ERR_INVALID_TYPE', part, given, `a ${kind}`);
  }
  const count = starts.length - 1;
  const { length } = columns;
  if (count < 1) fail('ERR_SHAPE', 'starts.length', count + 1, 'one more than there are rows, at least 2');
  if (values.length !== length) fail('ERR_SHAPE', 'values.length', values.length, `${length}, as many as columns`);
  for (let row = 0, from = 0; row <= count; row++) {
    const start = starts[row] as number;
    const end = row === 0 ? 0 : length;
    if (start < from || start > end || (row === count && start < end))
      fail(
        'ERR_SHAPE',
        `starts[${row}]`,
        start,
        `starts from 0 to ${length}, the number of columns, that never descend`,
      );
    for (let at = from, before = -1; at < start; at++) {
      const column = columns[at] as number;
      if (column <= before || column >= width)
        fail('ERR_SHAPE', `columns[${at}]`, column, `columns that ascend in each row, to at most ${width - 1}`);
      before = column;
    }
    from = start;
  }
}

/** The rows with their zeros, end to end. */
export function writtenOut(subject: Subject, { starts, columns, values }: SparseRows): Float32Array {
  checkSparse(subject, { starts, columns, values });
  const count = starts.length - 1;
  const written = float32(count * subject.width);
  for (let row = 0; row < count; row++) {
    for (let at = starts[row] as number; at < (starts[row + 1] as number); at++) {
      written[row * subject.width + (columns[at] as number)] = values === undefined ? 1 : (values[at] as number);
    }
  }
  return written;
}
