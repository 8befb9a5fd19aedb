/**
 * Runs the epochs of one fit: which samples in which order, in slices of a few milliseconds, with reports in between.
 *
 * A slice is a whole number of batches and where it ends changes no number: aborts, progress and predictions in between
 * always see the weights after a whole batch.
 */
import type { EngineNetwork, LoadedSamples, Samples, Totals } from '../engine/engine.js';
import { WasmlpError } from '../errors.js';
import { Random } from '../random.js';
import type { EpochResult, FitSpec, History } from './options.js';
import { turnWhenDue } from './turn.js';

/** A slice is made longer below the first and shorter above the second. */
const SLICE_MILLISECONDS = { low: 2, high: 6 };
const PROGRESS_MILLISECONDS = 100;
/** Calls of evaluate take a multiple of this many samples. */
const EVALUATION_ROWS = 256;

export interface FitRun {
  readonly engine: EngineNetwork;
  readonly spec: FitSpec;
  readonly seed: number;
  /** Epochs trained by earlier fits. */
  readonly epochsBefore: number;
  /**
   * Throws where the fit must not go on: aborted, disposed. Asked after every await and before the engine is touched: while
   * the fit waits, anybody may dispose of the network.
   */
  readonly checkAlive: () => void;
  /** Rejects when the network is disposed of or the signal aborts; else stays pending. */
  readonly stopped: Promise<never>;
  /** Told after each epoch, before onEpoch. */
  readonly onEpochDone: (epoch: number) => void;
}

/** Holds the samples in the engine for as long as the fit takes, however it ends. */
export async function runFit(run: FitRun, training: Samples, validation: Samples | undefined): Promise<History> {
  const { engine } = run;
  const loaded: LoadedSamples[] = [];
  try {
    for (const samples of [training, validation]) if (samples !== undefined) loaded.push(engine.load(samples));
    return await new Fit(run, loaded[0] as LoadedSamples, loaded[1]).run();
  } finally {
    for (const samples of loaded) samples.release();
  }
}

class Fit {
  readonly #run: FitRun;
  readonly #training: LoadedSamples;
  readonly #validation: LoadedSamples | undefined;
  readonly #started = performance.now();
  #reported = performance.now();
  #trainedSamples = 0;
  #trainingMilliseconds = 0;
  /** What a slice is a multiple of. */
  readonly #multiple: number;
  /** Samples in the next slice; found by measuring. */
  #sliceSamples: number;
  #snapshot: Float32Array | undefined;
  readonly #order: Uint32Array;

  constructor(run: FitRun, training: LoadedSamples, validation: LoadedSamples | undefined) {
    this.#run = run;
    this.#training = training;
    this.#validation = validation;
    this.#order = new Uint32Array(training.count);
    this.#multiple = run.engine.sliceMultiple(run.spec.batchSize);
    this.#sliceSamples = this.#multiple;
  }

  async run(): Promise<History> {
    const { spec, epochsBefore, onEpochDone } = this.#run;
    const epochs: EpochResult[] = [];
    for (let e = 1; e <= spec.epochs; e++) {
      const result = await this.#epoch(epochsBefore + e, e - 1);
      epochs.push(result);
      onEpochDone(result.epoch);
      await this.#orStopped(spec.onEpoch?.({ ...result }));
    }
    await this.#report(epochsBefore + spec.epochs);
    const seconds = (performance.now() - this.#started) / 1000;
    return {
      epochs,
      bestEpoch: bestEpoch(epochs),
      stopped: 'completed',
      seconds,
      samplesPerSecond: this.#samplesPerSecond(),
    };
  }

  async #epoch(epoch: number, done: number): Promise<EpochResult> {
    const { spec, seed } = this.#run;
    const training = this.#training;
    const validation = this.#validation;
    const started = performance.now();
    const learningRate = spec.learningRate(epoch);
    // A callback may have disposed of the network: its samples' memory may belong to another by now.
    this.#run.checkAlive();
    if (spec.shuffle) {
      // From the identity each time: the order depends on seed and epoch alone, not on the epochs before.
      for (let i = 0; i < this.#order.length; i++) this.#order[i] = i;
      new Random(seed, 'shuffle', epoch).shuffle(this.#order);
      training.setOrder(this.#order);
    }
    const totals: Totals = { loss: 0, correct: 0 };
    for (let from = 0; from < training.count; ) {
      await turnWhenDue();
      this.#run.checkAlive();
      const count = Math.min(this.#sliceSamples, training.count - from);
      this.#trainSlice(epoch, from, count, learningRate, totals);
      from += count;
      if (performance.now() - this.#reported >= PROGRESS_MILLISECONDS)
        await this.#report(epoch, done + from / training.count);
    }
    const result: EpochResult = { epoch, loss: totals.loss / training.count, learningRate, seconds: 0 };
    if (training.metric !== 'none') result.accuracy = totals.correct / training.count;
    if (validation !== undefined) {
      const { loss, correct } = await this.#validate(validation);
      result.validationLoss = loss / validation.count;
      if (validation.metric !== 'none') result.validationAccuracy = correct / validation.count;
    }
    result.seconds = (performance.now() - started) / 1000;
    return result;
  }

  #trainSlice(epoch: number, from: number, count: number, learningRate: number, totals: Totals): void {
    const { engine, spec } = this.#run;
    const training = this.#training;
    this.#snapshot = engine.snapshot(this.#snapshot);
    const started = performance.now();
    const trained = engine.train(training, from, count, spec.batchSize, learningRate, totals);
    const milliseconds = performance.now() - started;
    if (!trained || !engine.isFinite()) this.#diverged(epoch, from, count, learningRate);
    this.#trainedSamples += count;
    this.#trainingMilliseconds += milliseconds;
    if (milliseconds < SLICE_MILLISECONDS.low) {
      if (count === this.#sliceSamples) this.#sliceSamples *= 2;
    } else if (milliseconds > SLICE_MILLISECONDS.high) {
      this.#sliceSamples = Math.max(1, Math.floor(this.#sliceSamples / this.#multiple / 2)) * this.#multiple;
    }
  }

  /**
   * Goes through the slice again to the last weights that were finite; then says where that was. In the same steps as training:
   * whole multiples, and of the one that fails as many batches as stay finite, so that the bits do not depend on slices.
   */
  #diverged(epoch: number, from: number, count: number, learningRate: number): never {
    const { engine, spec } = this.#run;
    const training = this.#training;
    const { batchSize } = spec;
    let offset = 0;
    /** Trains from the last snapshot on; false where that goes beyond finite numbers. */
    const advance = (samples: number): boolean => {
      engine.restore(this.#snapshot as Float32Array);
      const ignored: Totals = { loss: 0, correct: 0 };
      const finite = engine.train(training, from + offset, samples, batchSize, learningRate, ignored);
      if (!finite || !engine.isFinite()) return false;
      offset += samples;
      return true;
    };
    while (offset < count && advance(Math.min(this.#multiple, count - offset))) {
      this.#snapshot = engine.snapshot(this.#snapshot);
    }
    let batches = Math.ceil(Math.min(this.#multiple, count - offset) / batchSize) - 1;
    while (batches > 0 && !advance(batches * batchSize)) batches--;
    if (batches <= 0) engine.restore(this.#snapshot as Float32Array);
    throw divergedError('fit', learningRate, epoch, Math.floor((from + offset) / batchSize) + 1);
  }

  async #validate(validation: LoadedSamples): Promise<Totals> {
    const { engine } = this.#run;
    const totals: Totals = { loss: 0, correct: 0 };
    for (let from = 0; from < validation.count; ) {
      await turnWhenDue();
      this.#run.checkAlive();
      const slice = Math.ceil(this.#sliceSamples / EVALUATION_ROWS) * EVALUATION_ROWS;
      const count = Math.min(slice, validation.count - from);
      engine.evaluate(validation, from, count, totals);
      from += count;
    }
    return totals;
  }

  #samplesPerSecond(): number {
    return this.#trainedSamples / Math.max(this.#trainingMilliseconds / 1000, 1e-9);
  }

  async #report(epoch: number, epochsDone = this.#run.spec.epochs): Promise<void> {
    this.#reported = performance.now();
    const progress = {
      epoch,
      samples: this.#trainedSamples,
      samplesPerSecond: this.#samplesPerSecond(),
      fraction: epochsDone / this.#run.spec.epochs,
    };
    await this.#orStopped(this.#run.spec.onProgress?.(progress));
  }

  /** Waits for what a callback returned, unless the fit is stopped meanwhile: a promise may never resolve. */
  async #orStopped(returned: unknown): Promise<void> {
    if (returned !== undefined) await Promise.race([returned, this.#run.stopped]);
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

function bestEpoch(epochs: readonly EpochResult[]): number {
  // A validation loss that is not a number, of sums beyond float32, is nobody's best.
  const score = ({ validationLoss, loss }: EpochResult): number => {
    const value = validationLoss ?? loss;
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  };
  return epochs.reduce((best, next) => (score(next) < score(best) ? next : best)).epoch;
}
