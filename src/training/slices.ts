/**
 * Trains on samples in slices of a few milliseconds, and looks after what may go wrong between them: aborts, disposal, numbers
 * that stop being finite.
 *
 * A slice is a whole number of batches and where it ends changes no number: aborts, progress and predictions in between
 * always see the weights after a whole batch.
 */
import type { EngineNetwork, LoadedSamples, StepOptions, Totals } from '../engine/engine.js';
import { WasmlpError } from '../errors.js';
import { turnWhenDue } from './event-loop.js';

/** A slice is made longer below the first and shorter above the second. */
const SLICE_MILLISECONDS = { low: 2, high: 6 };
/** Calls of evaluate take a multiple of this many samples. */
const EVALUATION_ROWS = 256;

/** Where in the training a call of `train` is, for errors. */
export interface Place {
  readonly call: string;
  readonly epoch: number;
  /** Batches of the epoch that came before. */
  readonly batches: number;
}

export class Slices {
  readonly #engine: EngineNetwork;
  readonly #beforeSlice: () => void;
  /** Samples in the next slice; found by measuring. */
  #samples = 1;
  #snapshot: Float32Array | undefined;
  /** Trained on so far, and in which time. */
  samplesDone = 0;
  milliseconds = 0;

  /** `beforeSlice` throws where training must not go on. It is called after every wait and before the engine is touched. */
  constructor(engine: EngineNetwork, beforeSlice: () => void) {
    this.#engine = engine;
    this.#beforeSlice = beforeSlice;
  }

  get samplesPerSecond(): number {
    return this.samplesDone / Math.max(this.milliseconds / 1000, 1e-9);
  }

  /** Trains on all the samples in their order. `afterSlice` is told how many of them are done, and awaited. */
  async train(
    samples: LoadedSamples,
    step: StepOptions,
    place: Place,
    totals: Totals,
    afterSlice: (done: number) => Promise<void> | undefined,
  ): Promise<void> {
    for (let from = 0; from < samples.count; ) {
      await turnWhenDue();
      this.#beforeSlice();
      const multiple = this.#engine.sliceMultiple(step);
      const slice = Math.max(1, Math.floor(this.#samples / multiple)) * multiple;
      const count = Math.min(slice, samples.count - from);
      this.#trainSlice(samples, from, count, step, place, totals);
      from += count;
      await afterSlice(from);
    }
  }

  async evaluate(samples: LoadedSamples): Promise<Totals> {
    const totals: Totals = { loss: 0, correct: 0 };
    for (let from = 0; from < samples.count; ) {
      await turnWhenDue();
      this.#beforeSlice();
      const slice = Math.ceil(this.#samples / EVALUATION_ROWS) * EVALUATION_ROWS;
      const count = Math.min(slice, samples.count - from);
      this.#engine.evaluate(samples, from, count, totals);
      from += count;
    }
    return totals;
  }

  #trainSlice(
    samples: LoadedSamples,
    from: number,
    count: number,
    step: StepOptions,
    place: Place,
    totals: Totals,
  ): void {
    const engine = this.#engine;
    this.#snapshot = engine.snapshot(this.#snapshot);
    const started = performance.now();
    const trained = engine.train(samples, from, count, step, totals);
    const milliseconds = performance.now() - started;
    if (!trained || !engine.isFinite()) this.#diverged(samples, from, count, step, place);
    this.samplesDone += count;
    this.milliseconds += milliseconds;
    if (milliseconds < SLICE_MILLISECONDS.low) {
      if (count >= this.#samples) this.#samples *= 2;
    } else if (milliseconds > SLICE_MILLISECONDS.high) {
      this.#samples = Math.max(1, this.#samples / 2);
    }
  }

  /**
   * Goes through the slice again to the last weights that were finite; then says where that was. In the same steps as training:
   * whole multiples, and of the one that fails as many batches as stay finite, so that the bits do not depend on slices.
   */
  #diverged(samples: LoadedSamples, from: number, count: number, step: StepOptions, place: Place): never {
    const engine = this.#engine;
    const { batchSize, learningRate } = step;
    const multiple = engine.sliceMultiple(step);
    let offset = 0;
    /** Trains from the last snapshot on; false where that goes beyond finite numbers. */
    const advance = (number: number): boolean => {
      engine.restore(this.#snapshot as Float32Array);
      const ignored: Totals = { loss: 0, correct: 0 };
      const finite = engine.train(samples, from + offset, number, step, ignored);
      if (!finite || !engine.isFinite()) return false;
      offset += number;
      return true;
    };
    while (offset < count && advance(Math.min(multiple, count - offset))) {
      this.#snapshot = engine.snapshot(this.#snapshot);
    }
    let batches = Math.ceil(Math.min(multiple, count - offset) / batchSize) - 1;
    while (batches > 0 && !advance(batches * batchSize)) batches--;
    if (batches <= 0) engine.restore(this.#snapshot as Float32Array);
    const batch = place.batches + Math.floor((from + offset) / batchSize) + 1;
    throw divergedError(place.call, learningRate, place.epoch, batch);
  }
}

/** ERR_DIVERGED with where it happened, in the message and as properties. */
export function divergedError(call: string, learningRate: number, epoch: number, batch: number): WasmlpError {
  const where = `${call}: the loss or a weight stopped being finite in epoch ${epoch}, batch ${batch}`;
  const mend =
    'The last finite weights are restored. Use a smaller learningRate, or scale inputs and targets to around 1.';
  const error = new WasmlpError('ERR_DIVERGED', `${where}, at learning rate ${learningRate}. ${mend}`);
  return Object.assign(error, { epoch, batch, learningRate });
}
