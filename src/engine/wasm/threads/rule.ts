/**
 * Whether a fit gains by several threads. Where it does, the kernel decides for each phase of a batch how many threads share it
 * (assembly/train/team/course.ts). Where it does not, it runs as with one thread: the smallest networks lose nothing.
 *
 * Work is counted in multiplications with addition. All figures: sigmoid, sgd; Node 20, two cores of an Intel Xeon (Sapphire Rapids), shared
 * with others, 2026-11-29.
 */
import * as abi from '../../../../assembly/abi.js';
import type { NetworkSpec } from '../../../options/spec.js';
import { type FitPlan, isPlain } from '../../engine.js';
import { momentRows } from '../moments.js';
import { blockRows } from '../plan.js';

/** In a phase: the least work for which a thread more pays. With 25,000 and with 100,000, 784-128-10 in batches of 32 has 0.97 of the speed. */
export const LEAST_WORK = 50_000;

/**
 * In a fit: the least work of a batch on its way through the network, and of a block of samples through the first layer that learns. The speed
 * with two threads divided by that with one:
 *
 *   a batch                  work                  a block                 work
 *   64-32-10, 128         389,000   0.89-0.94     784-32-10, 1         201,000   1.00
 *   64-32-10, 256         778,000   1.02-1.18     256-128-10, 1        262,000   1.20-1.26
 *   64-64-10, 128         758,000   0.94-1.11     512-128-10, 1        524,000   1.26-1.33
 *   64-64-10, 256       1,516,000   1.20-1.37     784-128-10, 1        803,000   1.41-1.53
 *   64-128-10, 128      1,495,000   1.29-1.46     and with momentum
 *   128-128-10, 64      1,272,000   1.20-1.29     128-128-10, 1        262,000   1.29
 *                                                 784-32-10, 1         401,000   1.36
 *                                                 784-128-10, 1      1,606,000   1.54
 */
const LEAST_BATCH_WORK = 800_000;
const LEAST_BLOCK_WORK = 250_000;

/** Batches as `fit` has them by default. */
const DEFAULT_BATCH = 32;

/** Fewer units than these in every layer, and fewer rows, do not come out even. */
const LEAST_UNITS = 32;
const LEAST_ROWS = 16;

/** Whether a fit with these options gains by a second thread. */
export function paysOff(spec: NetworkSpec, call: string, options: FitPlan['options']): boolean {
  const { layers } = spec;
  // Nobody knows how large the batches of a stream are.
  const { batchSize = call === 'fit' ? DEFAULT_BATCH : abi.MAX_PASS_ROWS } = options;
  const isPlainStep = isPlain(spec, options);
  const learning = layers.filter(({ trainable }) => trainable);
  const first = learning[0];
  const block = isPlainStep ? blockRows(spec, batchSize) : momentRows(spec, { ...options, batchSize });
  if (first !== undefined && block > batchSize) {
    // With momentum, velocities are as much work as weights.
    const work = (isPlainStep ? 1 : 2) * block * first.inputs * first.units;
    return first.units >= LEAST_UNITS && work >= LEAST_BLOCK_WORK;
  }
  const rows = Math.min(batchSize, abi.MAX_PASS_ROWS);
  if (rows < LEAST_ROWS && layers.every(({ units }) => units < LEAST_UNITS)) return false;
  const forward = layers.reduce((sum, { inputs, units }) => sum + (inputs + abi.WORK_OF_ACTIVATION) * units, 0);
  const step = isPlainStep ? 0 : learning.reduce((sum, { inputs, units }) => sum + inputs * units, 0);
  return rows * forward + abi.WORK_OF_STEP * step >= LEAST_BATCH_WORK;
}

/** Whether some fit of the network gains by several threads. */
export function mayPayOff(spec: NetworkSpec): boolean {
  return [1, abi.MAX_PASS_ROWS].some((batchSize) => paysOff(spec, 'fit', { batchSize }));
}
