/**
 * What a fit that diverged does last: goes back to the last good weights, and says where that was. A chunk of its own: only fits that
 * diverge load it.
 */

import type { EngineNetwork } from '../engine/engine.js';
import { sliceOf } from '../foundation/memory.js';
import type { FitRun } from './run.js';
import { type DivergedSlice, divergedError } from './slices.js';

/** The error of a fit that diverged, which has taken the network back to its last good weights. */
export function takenBack(run: FitRun, slice: DivergedSlice, epoch: number, batchesBefore: number): Error {
  const { spec, engine, stop } = run;
  // While this chunk was loading, the network may have been disposed of.
  stop.check();
  const batch = batchesBefore + takeBack(engine, slice) + 1;
  return divergedError(spec, stop.call, slice.step.learningRate, epoch, batch);
}

/**
 * Goes through the slice again to the last good weights: those are finite, and so are their outputs for the batch trained on last. It
 * takes the same steps as training: whole multiples, and of the one that fails as many batches as stay good. So the bits do not depend on
 * slices. Returns the number of the batch that failed, counted from 0.
 */
function takeBack(engine: EngineNetwork, { samples, from, count, step, snapshot: first }: DivergedSlice): number {
  const { batchSize } = step;
  const multiple = engine.sliceMultiple(step);
  /** Where the current multiple begins, and the networks at the beginning of the one before and of this one. */
  let start = from;
  let before: Float32Array = sliceOf(first);
  let snapshot = first;
  const lengthOf = (batches: number): number => Math.min(batches * batchSize, from + count - start);
  /** Goes to the network after so many batches of this multiple. False if a number stops being finite on the way. */
  const goTo = (batches: number): boolean => {
    engine.restore(snapshot);
    const ignored = { loss: 0, correct: 0 };
    const finite = batches === 0 || engine.train(samples, start, lengthOf(batches), step, ignored);
    return engine.isFinite() && finite;
  };
  let batches = multiple / batchSize;
  while (goTo(batches) && start + multiple < from + count) {
    start += multiple;
    [before, snapshot] = [snapshot, engine.snapshot(before)];
  }
  while (!goTo(batches) && batches > 0) batches--;
  const end = start + lengthOf(batches);
  const last = Math.floor((end - 1) / batchSize) * batchSize;
  // The weights at the beginning of a slice are good.
  if (end > from && !engine.givesFinite(samples, last, end - last)) {
    if (batches === 0) {
      start -= multiple;
      snapshot = before;
      batches = multiple / batchSize;
    }
    // The last of these batches may be shorter.
    batches = Math.ceil(lengthOf(batches) / batchSize) - 1;
    goTo(batches);
  }
  return start / batchSize + Math.ceil(lengthOf(batches) / batchSize);
}
