/**
 * Whether a fit gains by several threads. The kernel decides for each phase how many threads share it (assembly/train/team/course.ts), by the
 * same figure; this file only asks whether any phase is large enough. Where none is, the fit runs as with one thread: the smallest networks
 * lose nothing.
 */
import { MAX_PASS_ROWS } from '../../../../assembly/abi.js';
import type { NetworkSpec } from '../../../options/spec.js';
import { type FitPlan, isPlain } from '../../engine.js';
import { blockRows } from '../plan.js';

/**
 * The least work for which a thread more pays, in multiplications with addition. The speed with two threads divided by that with one, for
 * several such figures (sigmoid, sgd; Node 20, two cores of an Intel Xeon, Sapphire Rapids, 2026-11-29):
 *
 *                          25,000   50,000   100,000   200,000
 *   64-32-10, batch 32       0.77     0.78      0.99      0.99
 *   64-32-10, batch 256      1.17     1.18      1.12      1.02
 *   64-64-10, batch 32       0.91     0.85      1.00      0.99
 *   64-64-10, batch 256      1.36     1.37      1.35      1.24
 *   64-128-10, batch 128     1.46     1.46      1.29      1.27
 */
export const LEAST_WORK = 100_000;

/** What an activation costs. As in the kernel. */
const ACTIVATION_WORK = 16;

/** Batches as `fit` has them by default. */
const DEFAULT_BATCH = 32;

/** Whether two threads would share some phase of a fit with these options. */
export function paysOff(spec: NetworkSpec, call: string, options: FitPlan['options']): boolean {
  const { layers } = spec;
  // Nobody knows how large the batches of a stream are.
  const { batchSize = call === 'fit' ? DEFAULT_BATCH : MAX_PASS_ROWS } = options;
  const block = isPlain(spec, options) ? blockRows(spec, batchSize) : batchSize;
  if (isPlain(spec, options) && (batchSize === 1 || block > batchSize)) {
    const { inputs, units } = layers.find(({ trainable }) => trainable) ?? { inputs: 0, units: 0 };
    return block * inputs * units >= 2 * LEAST_WORK;
  }
  const row = layers.reduce((sum, { inputs, units }) => sum + (inputs + ACTIVATION_WORK) * units, 0);
  return Math.min(batchSize, MAX_PASS_ROWS) * row >= 2 * LEAST_WORK;
}

/** Whether some fit of the network gains by several threads. */
export function mayPayOff(spec: NetworkSpec): boolean {
  return [1, MAX_PASS_ROWS].some((batchSize) => paysOff(spec, 'fit', { batchSize }));
}
