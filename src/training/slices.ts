/**
 * Slices: calls of the engine that last a few milliseconds, so that aborts, progress and the event loop have their turn in between.
 *
 * A slice is a whole number of batches, and where it ends changes no bit: whoever looks in between sees the weights after a whole
 * batch. Knows how long a slice may be and what to do where numbers stop being finite; not what happens in between.
 */
import type { EngineNetwork, LoadedSamples, StepOptions, Totals } from '../engine/engine.js';
import { WasmlpError } from '../foundation/errors.js';
import { LOSS_TRAITS } from '../options/losses.js';
import type { NetworkSpec } from '../options/spec.js';

/** The next slice is longer if one took less than `low`, and shorter if it took more than `high`. */
const SLICE_MILLISECONDS = { low: 2, high: 6 };
/** Calls of evaluate take a multiple of this many samples. */
const EVALUATION_ROWS = 256;

/** A slice that diverged: samples order[from] to order[from + count - 1]. */
export interface DivergedSlice {
  readonly samples: LoadedSamples;
  readonly from: number;
  readonly count: number;
  readonly step: StepOptions;
  /** Of the network before it. */
  readonly snapshot: Float32Array;
}

export class Slicer {
  readonly #engine: EngineNetwork;
  /** Samples in the next slice. It follows from how long slices take. */
  #samples = 1;
  #snapshot: Float32Array | undefined;
  #diverged: DivergedSlice | undefined;
  #milliseconds = 0;
  #samplesDone = 0;

  constructor(engine: EngineNetwork) {
    this.#engine = engine;
  }

  /** The slice that diverged, if one did. */
  get diverged(): DivergedSlice | undefined {
    return this.#diverged;
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
    this.#engine.reserve(samples, Math.min(this.#engine.sliceMultiple(step), samples.count), step);
  }

  /**
   * Trains one slice of the samples, from number `from` of their order. Adds to `totals`. Returns how many samples it took, or 0 if
   * numbers stopped being finite: the network is then as before the slice, and `diverged` has more to say.
   *
   * Weights that are finite may give outputs that are not. So the network is judged by the last batch of the slice. If that fails, the
   * slice is longer: after one more batch all may be well, as it would be if the slice ended elsewhere.
   */
  train(samples: LoadedSamples, from: number, step: StepOptions, totals: Totals): number {
    const engine = this.#engine;
    const multiple = engine.sliceMultiple(step);
    this.#snapshot = engine.snapshot(this.#snapshot);
    const started = performance.now();
    let count = 0;
    let slice = Math.ceil(this.#samples / multiple) * multiple;
    for (let isGood = false; !isGood; slice = multiple) {
      const taken = Math.min(slice, samples.count - from - count);
      const finite = taken > 0 && engine.train(samples, from + count, taken, step, totals);
      count += taken;
      if (!finite || !engine.isFinite()) {
        engine.restore(this.#snapshot);
        this.#diverged = { samples, from, count, step, snapshot: this.#snapshot };
        return 0;
      }
      const last = from + Math.floor((count - 1) / step.batchSize) * step.batchSize;
      isGood = engine.givesFinite(samples, last, from + count - last);
    }
    const milliseconds = performance.now() - started;
    this.#samplesDone += count;
    this.#milliseconds += milliseconds;
    if (milliseconds < SLICE_MILLISECONDS.low) {
      // Not after a slice that the end of the epoch cut short.
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
}

/** ERR_DIVERGED with where it happened, in the message and as properties. */
export function divergedError(
  { normalize, normalizeTargets, loss }: NetworkSpec,
  call: string,
  learningRate: number,
  epoch: number,
  batch: number,
): WasmlpError {
  const where = `${call}: the loss or a weight stopped being finite in epoch ${epoch}, batch ${batch}`;
  const scalesTargets = normalizeTargets !== false || LOSS_TRAITS[loss].metric !== 'none';
  const unscaled = [normalize === false && 'normalize', !scalesTargets && 'normalizeTargets'].filter(Boolean);
  const scaling = unscaled.map((option) => `${option}: 'standard'`).join(' and ');
  const mend = scaling ? `Create the network with ${scaling}, or use` : 'Use';
  const error = new WasmlpError(
    'ERR_DIVERGED',
    `${where}, at learning rate ${learningRate}. The last finite weights are restored. ${mend} a smaller learningRate.`,
  );
  return Object.assign(error, { epoch, batch, learningRate });
}
