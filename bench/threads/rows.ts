/** The trainings that threads are measured with, and how fast several threads must be at least. Plain data. */
import type { NetworkOptions } from 'wasmlp';
import { CASES, type Case, withManySamples } from '../cases.js';
import { RELAXED, RELAXED_WIDE, trainingJob, WASM, WIDE } from '../contenders.js';

/** How many threads a network asks for. */
export type Threads = number | 'auto';

export interface ThreadsRow {
  /** The name of the row: `784-128-10, batch 32, adam`. */
  readonly work: string;
  readonly case: Case;
  readonly batchSize: number;
  readonly create?: Partial<NetworkOptions>;
  /** Beside one thread. */
  readonly threads: readonly Threads[];
  /** The least speed with each of them, as a multiple of the speed with one. */
  readonly atLeast: number;
}

/** The builds of the kernel, by the names of the contenders that run them. */
export const BUILDS = [WASM, RELAXED, WIDE, RELAXED_WIDE] as const;

/** On a busy machine. */
const AT_LEAST_BUSY = 0.5;

function rowOf(widths: string, batchSize: number, atLeast: number, threads: readonly Threads[] = [2]): ThreadsRow {
  const benchCase = withManySamples(CASES.find((candidate) => candidate.widths.join('-') === widths) as Case);
  return { work: trainingJob(benchCase, batchSize).work, case: benchCase, batchSize, threads, atLeast };
}

function withAdam(row: ThreadsRow): ThreadsRow {
  return { ...row, work: `${row.work}, adam`, create: { optimizer: 'adam' } };
}

/** The limits are for two free cores and the default build. */
export const LARGE: readonly ThreadsRow[] = [
  rowOf('784-512-256-10', 256, 1.8),
  rowOf('784-512-256-10', 32, 1.7),
  rowOf('784-128-10', 256, 1.8),
  rowOf('784-128-10', 32, 1.6),
  rowOf('784-128-10', 1, 1.35),
  withAdam(rowOf('784-128-10', 32, 1.6)),
];

/** Too small for two threads: asking for them must cost nothing. Measured on the default build: no other has a say in that. */
export const SMALL: readonly ThreadsRow[] = [
  rowOf('64-32-10', 32, 0.97, [2, 'auto']),
  rowOf('64-32-10', 1, 0.97, [2, 'auto']),
  rowOf('2-2-1', 32, 0.97, [2, 'auto']),
  rowOf('2-2-1', 1, 0.97, [2, 'auto']),
];

export const ROWS: readonly ThreadsRow[] = [...LARGE, ...SMALL];

/** The rows of a build whose names contain all the words. `more`: numbers of threads that every row is measured with too. */
export function rowsOf(
  build: string,
  words: readonly string[],
  more: readonly number[],
  isBusy: boolean,
): ThreadsRow[] {
  const rows = build === WASM ? ROWS : LARGE;
  return rows
    .filter(({ work }) => words.every((word) => work.includes(word)))
    .map((row) => ({
      ...row,
      threads: [...row.threads, ...more],
      atLeast: isBusy ? Math.min(row.atLeast, AT_LEAST_BUSY) : row.atLeast,
    }));
}

/** 4, 8 ... below `most`, and `most`: the numbers of threads to measure beyond two. */
export function moreThreads(most: number): number[] {
  const doublings = Array.from({ length: 6 }, (_, i) => 4 * 2 ** i).filter((threads) => threads < most);
  return most > 2 ? [...doublings, most] : [];
}

export function nameOfThreads(threads: Threads): string {
  return threads === 1 ? '1 thread' : typeof threads === 'number' ? `${threads} threads` : `'${threads}'`;
}
