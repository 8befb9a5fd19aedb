/** Predicts how long a batch takes on any number of cores, from what one or two can measure. Plain arithmetic: measures nothing. */
import type { Phase } from './course.js';

/** What this machine costs. Seconds, and bytes per second. */
export interface Machine {
  /** A phase without work, shared by two threads: from the leader's word to its knowledge that all is done. */
  readonly boundary: number;
  /** A cache line on its way to another core: every thread more makes the leader wait that much longer. */
  readonly hop: number;
  /** Bytes per second that a core reads from another's cache, beyond what its own would take. */
  readonly bandwidth: number;
}

/** What is measured of one training, cut for some number of cores. Seconds are for a course (course.ts): a batch or a block. */
export interface Share {
  readonly phases: readonly Phase[];
  /** What only the leader does, and the largest share of each phase: all of it done by one core, which waits for nobody. */
  readonly own: number;
  /** What JavaScript does for a course: epochs begin and end. */
  readonly around: number;
  readonly samples: number;
}

/** The numbers of cores that are predicted. */
export const CORES = [1, 2, 4, 8, 16, 32, 64] as const;
/** Twice the cores must give at least this. */
export const LEAST_GAIN = 1.1;

/** Seconds per course: what the busiest thread does, the waiting at the end of every shared phase, and what travels between caches. */
export function secondsOf({ phases, own, around }: Share, machine: Machine): number {
  const shared = phases.filter(({ threads }) => threads > 1);
  const waiting = shared.map(({ threads }) => machine.boundary + (threads - 2) * machine.hop);
  const travelling = phases.map(({ received }) => received / machine.bandwidth);
  return [own, around, ...waiting, ...travelling].reduce((sum, seconds) => sum + seconds, 0);
}

export function rateOf(share: Share, machine: Machine): number {
  return share.samples / secondsOf(share, machine);
}

/** The first number of cores whose doubling gains less than LEAST_GAIN; undefined if every doubling pays. */
export function stopsPaying(rates: readonly number[]): number | undefined {
  const index = rates.findIndex((rate, i) => i + 1 < rates.length && (rates[i + 1] as number) < rate * LEAST_GAIN);
  return index < 0 ? undefined : CORES[index];
}

/** By how many percent a prediction is too high. */
export function errorOf(predicted: number, measured: number): number {
  return (predicted / measured - 1) * 100;
}
