/**
 * Whether a fit gains by several threads. The kernel decides for each phase how many threads share it (assembly/train/team/course.ts), by the
 * same figure; this file only asks whether any phase is large enough. Where none is, the fit runs as with one thread: the smallest networks
 * lose nothing.
 */
import * as abi from '../../../../assembly/abi.js';
import type { LayerSpec, NetworkSpec } from '../../../options/spec.js';
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

/** Batches as `fit` has them by default. */
const DEFAULT_BATCH = 32;

/** The units of a pair of panels: no thread takes fewer. As PAIR_UNITS of the kernel. */
const PAIR_UNITS = 2 * abi.PANEL;

/** Whether two threads would share some phase of a fit with these options. */
export function paysOff(spec: NetworkSpec, call: string, options: FitPlan['options']): boolean {
  const first = spec.layers.find(({ trainable }) => trainable);
  // Nobody knows how large the batches of a stream are.
  const { batchSize = call === 'fit' ? DEFAULT_BATCH : abi.MAX_PASS_ROWS } = options;
  if (isPlain(spec, options) && first !== undefined) {
    const block = blockRows(spec, batchSize);
    if (batchSize === 1 || block > batchSize) return sharesUnits(first, block);
  }
  const rows = Math.min(batchSize, abi.MAX_PASS_ROWS);
  return sharesForward(spec, rows) || sharesStep(spec, rows);
}

/** By units, or else by rows. The way back has less to do by rows. */
function sharesForward({ inputs, layers }: NetworkSpec, rows: number): boolean {
  if (layers.some((layer) => sharesUnits(layer, rows))) return true;
  const row = layers.reduce((sum, layer) => sum + (layer.inputs + abi.WORK_OF_ACTIVATION) * layer.units, 0);
  return rows > abi.TILE_ROWS && rows * (row + abi.WORK_OF_COPY * inputs) >= 2 * LEAST_WORK;
}

/** All layers that learn are one phase. */
function sharesStep({ layers }: NetworkSpec, rows: number): boolean {
  const learning = layers.filter(({ trainable }) => trainable);
  const weights = learning.reduce((sum, { inputs, units }) => sum + inputs * units, 0);
  return learning.some(({ units }) => units > PAIR_UNITS) && weights * (rows + abi.WORK_OF_STEP) >= 2 * LEAST_WORK;
}

function sharesUnits({ inputs, units }: LayerSpec, rows: number): boolean {
  return units > PAIR_UNITS && rows * inputs * units >= 2 * LEAST_WORK;
}

/** Whether some fit of the network gains by several threads. */
export function mayPayOff(spec: NetworkSpec): boolean {
  return [1, abi.MAX_PASS_ROWS].some((batchSize) => paysOff(spec, 'fit', { batchSize }));
}
