/** Writes what the model predicts, how far it is off where it can be checked, and what it rests on. */
import { type Measurement, type Row, rate } from '../report.js';
import type { MeasuredTraining } from './measure.js';
import { CORES, errorOf, LEAST_GAIN, type Machine, rateOf, stopsPaying } from './model.js';

/** The contenders are the fits with one thread and with two. */
export interface CoresRow extends Row {
  /** Samples per second on each of CORES. */
  readonly predicted: readonly number[];
  /** Seconds of a batch, or of a block of samples, and what of them is the leader's alone, with two cores. */
  readonly seconds: number;
  readonly serial: number;
}

export const ASSUMPTIONS = [
  'Predictions add, for each batch: the work of the thread with most to do, measured on one core as the threads build cuts it; a phase boundary for each shared phase; what a thread reads of what others wrote, by the bandwidth between two caches; and a share of what JavaScript does in an epoch.',
  'Assumed, since two cores cannot tell: every core is as fast as one alone, with its own first and second-level cache; the clock does not slow down; a boundary takes a hop more for each thread more; all pairs of caches are as near as these two, and transfers do not hinder each other.',
  'Left out: threads that take chunks of others who are late, which helps; invalidations of lines that others read; the start and the end of a fit; memory on other sockets. So figures for 16 cores and more are an upper bound, and more of a guess than those for 4 and 8.',
].join('\n');

export function coresRow(work: string, { shares, serial, fits }: MeasuredTraining, machine: Machine): CoresRow {
  const predicted = shares.map((share) => rateOf(share, machine));
  const seconds = (shares[1]?.samples ?? 0) / (predicted[1] as number);
  return { work, unit: 'samples/s', contenders: fits, predicted, seconds, serial };
}

/** `| 784-128-10, batch 32 | 98,000 | ... | 98,500, -0.5% | 165,000, +2.1% | 3% | 8 |` */
export function coresTable(title: string, rows: readonly CoresRow[]): string {
  const checked = CORES.slice(0, 2).map((cores) => `measured on ${cores}, error`);
  const head = [
    title,
    ...CORES.map((cores) => `${cores} predicted`),
    ...checked,
    'serial part on 2',
    'stops paying at',
  ];
  const lines = [head, ['---', ...head.slice(1).map(() => '---:')], ...rows.map(cellsOf)];
  const note = `"Stops paying": with twice as many cores it would be less than ${LEAST_GAIN.toFixed(1)} times as fast.`;
  return [...lines.map((line) => `| ${line.join(' | ')} |`), '', note].join('\n');
}

function cellsOf({ work, contenders, predicted, seconds, serial }: CoresRow): string[] {
  const measured = (contenders as readonly Measurement[]).map(({ median }, i) => {
    const error = errorOf(predicted[i] as number, median);
    return `${rate(median)}, ${error < 0 ? '' : '+'}${error.toFixed(1)}%`;
  });
  const share = `${((serial / seconds) * 100).toFixed(1)}%`;
  const stop = stopsPaying(predicted);
  return [work, ...predicted.map(rate), ...measured, share, stop === undefined ? 'not up to 64' : String(stop)];
}

export function machineLine({ boundary, hop, bandwidth }: Machine, epoch: number): string {
  const nano = (seconds: number): string => `${(seconds * 1e9).toFixed(0)} ns`;
  const gigabytes = (bandwidth / 1e9).toFixed(1);
  return `A phase boundary of two threads takes ${nano(boundary)}, a cache line to another core ${nano(hop)}; between two caches travel ${gigabytes} GB/s; JavaScript takes ${(epoch * 1e6).toFixed(1)} us for an epoch.`;
}
