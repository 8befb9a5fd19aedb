/** Sparse rows as users give them: what they are, their check, and rows written out of them. Knows no network and no engine. */
import { checkObject, isTyped } from '../foundation/checks.js';
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

const KINDS = { starts: 'Uint32Array', columns: 'Uint32Array', values: 'Float32Array' } as const;

/** Whether they are sparse rows, right or wrong ones: SciPy calls `starts` indptr. */
export function areSparse(samples: unknown): samples is SparseRows {
  const { starts, indptr } = Object(samples);
  return starts !== undefined || indptr !== undefined;
}

/** The parts of sparse rows, not checked yet. Throws ERR_INVALID_OPTION where there are others. */
export function partsOf({ call, name }: Pick<Subject, 'call' | 'name'>, rows: SparseRows): SparseRows {
  return checkObject(`${call}: ${name}`, rows, Object.keys(KINDS)) as unknown as SparseRows;
}

/**
 * Checks the parts, and writes the rows with their zeros into `written`, end to end, if that is given. Throws ERR_INVALID_TYPE or ERR_SHAPE for
 * the first part that is wrong; values may still be no finite numbers.
 */
export function readSparse({ call, name, width }: Subject, rows: SparseRows, written?: Float32Array): void {
  const { starts, columns, values } = rows;
  /** A part that is not what is `expected`, or a number in one. */
  const refuse = (part: string, came: unknown, expected?: string): void => {
    const right = `starts up to columns.length, columns that ascend in a row, below ${width}`;
    const code = expected ? 'ERR_INVALID_TYPE' : 'ERR_SHAPE';
    throw codedError(code, `${call}: ${name}.${part} is ${describe(came)}, expected ${expected || right}.`);
  };
  for (const [part, kind] of Object.entries(KINDS)) {
    const came = rows[part as keyof SparseRows];
    if (!isTyped(came, kind) && (came !== undefined || part !== 'values')) refuse(part, came, `${kind}.from(…)`);
  }
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
  // Without a row they are empty, as those whose buffers were transferred away.
  if (at !== columns.length && starts.length > 1) refuse('columns.length', columns.length);
}

/** The rows with their zeros, end to end. */
export function writtenOut(subject: Subject, given: SparseRows): Float32Array {
  const rows = partsOf(subject, given);
  // Before memory is asked for, which goes by what starts say.
  readSparse(subject, rows);
  const written = float32(Math.max(rows.starts.length - 1, 0) * subject.width);
  readSparse(subject, rows, written);
  return written;
}
