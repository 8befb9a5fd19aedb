/**
 * Slices: calls of the engine that last a few milliseconds, so that aborts, progress and the event loop have their turn in between.
 *
 * A slice is a whole number of batches, and where it ends changes no bit: whoever looks in between sees the weights after a whole
 * batch. Knows how long a slice may be and what to do where numbers stop being finite; not what happens in between.
 */
import type { EngineNetwork, LoadedSamples, StepOptions, Totals } from '../engine/engine.js';
import { WasmlpError } from '../foundation/errors.js';

/** The next slice is longer if one took less than `low`, and shorter if it took more than `high`. */
const SLICE_MILLISECONDS = { low: 2, high: 6 };
/** Calls of evaluate take a multiple of this many samples. */
const EVALUATION_ROWS = 256;

/** Where in the training a slice is, for errors. */
export interface Place {
  readonly call: string;
  readonly epoch: number;
  /** Batches of the epoch that came before these samples. */
  readonly batchesBefore: number;
}

export class Slicer {
  readonly #engine: EngineNetwork;
  /** Samples in the next slice. It follows from how long slices take. */
  #samples = 1;
  #snapshot: Float32Array | undefined;
  #milliseconds = 0;
  #samplesDone = 0;

  constructor(engine: EngineNetwork) {
    this.#engine = engine;
  }

  /** Samples trained on so far. */
  get samplesDone(): number {
    return this.#samplesDone;
  }

  /** Counts only the time inside slices. */
  get samplesPerSecond(): number {
    return this.#samplesDone / Math.max(this.#milliseconds / 1000, 1e-9);
  }

  /** Reserves the memory of the first slice. A fit calls it before its first change, so that one without memory changes nothing. */
  reserve(samples: LoadedSamples, step: StepOptions): void {
    if (this.#snapshot !== undefined) return;
    this.#snapshot = this.#engine.snapshot();
    this.#engine.reserve(Math.min(this.#engine.sliceMultiple(step), samples.count), step);
  }

  /** Trains one slice of the samples, from number `from` of their order. Adds to `totals`. Returns how many samples it took. */
  train(samples: LoadedSamples, from: number, step: StepOptions, place: Place, totals: Totals): number {
    const engine = this.#engine;
    const multiple = engine.sliceMultiple(step);
    const slice = Math.max(1, Math.floor(this.#samples / multiple)) * multiple;
    const count = Math.min(slice, samples.count - from);
    this.#snapshot = engine.snapshot(this.#snapshot);
    const started = performance.now();
    const finite = engine.train(samples, from, count, step, totals);
    const milliseconds = performance.now() - started;
    if (!finite || !engine.isFinite()) this.#diverged(samples, from, count, step, place);
    this.#samplesDone += count;
    this.#milliseconds += milliseconds;
    if (milliseconds < SLICE_MILLISECONDS.low) {
      if (count >= this.#samples) this.#samples *= 2;
    } else if (milliseconds > SLICE_MILLISECONDS.high) {
      this.#samples = Math.max(1, this.#samples / 2);
    }
    return count;
  }

  /** Evaluates one slice of the samples, from `from` on. Adds to `totals`. Returns how many samples it took. */
  evaluate(samples: LoadedSamples, from: number, totals: Totals): number {
    const slice = Math.ceil(this.#samples / EVALUATION_ROWS) * EVALUATION_ROWS;
    const count = Math.min(slice, samples.count - from);
    this.#engine.evaluate(samples, from, count, totals);
    return count;
  }

  /**
   * Goes through the slice again to the last weights that were finite, then says where that was. It takes the same steps as training:
   * whole multiples, and of the one that fails as many batches as stay finite. So the bits do not depend on slices.
   */
  #diverged(samples: LoadedSamples, from: number, count: number, step: StepOptions, place: Place): never {
    const engine = this.#engine;
    const { batchSize, learningRate } = step;
    const multiple = engine.sliceMultiple(step);
    let offset = 0;
    /** Trains from the last snapshot on. False if a number stops being finite. */
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
    const batch = place.batchesBefore + Math.floor((from + offset) / batchSize) + 1;
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
