/**
 * Runs the epochs of one fit: which samples in which order, in slices of a few milliseconds, with reports in between.
 *
 * A slice is a whole number of batches and where it ends changes no number: aborts, progress and predictions in between
 * always see the weights after a whole batch.
 */
import type { EngineNetwork, LoadedSamples, Totals } from '../engine/engine.js';
import { WasmlpError } from '../errors.js';
import { Random } from '../random.js';
import type { EpochResult, FitSpec, History } from './options.js';
import { nextTurn } from './turn.js';

/** A slice is made longer below the first and shorter above the second. */
const SLICE_MILLISECONDS = { low: 2, high: 6 };
/** Longest stay away from the event loop, besides the slice that crosses it. */
const TURN_MILLISECONDS = 8;
const PROGRESS_MILLISECONDS = 100;

export interface FitRun {
  readonly engine: EngineNetwork;
  readonly spec: FitSpec;
  readonly seed: number;
  readonly training: LoadedSamples;
  readonly validation: LoadedSamples | undefined;
  /** Epochs trained by earlier fits. */
  readonly epochsBefore: number;
  /**
   * Throws where the fit must not go on: aborted, disposed. Asked after every await and before the engine is touched: while
   * the fit waits, anybody may dispose of the network.
   */
  readonly checkAlive: () => void;
  /** Told after each epoch, before onEpoch. */
  readonly onEpochDone: (epoch: number) => void;
}

export function runFit(run: FitRun): Promise<History> {
  return new Fit(run).run();
}

class Fit {
  readonly #run: FitRun;
  readonly #started = performance.now();
  #turned = performance.now();
  #reported = performance.now();
  #trainedSamples = 0;
  #trainingMilliseconds = 0;
  /** What a slice is a multiple of. */
  readonly #multiple: number;
  /** Samples in the next slice; found by measuring. */
  #sliceSamples: number;
  #snapshot: Float32Array | undefined;
  readonly #order: Uint32Array;

  constructor(run: FitRun) {
    this.#run = run;
    this.#order = new Uint32Array(run.training.count);
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
      if (spec.onEpoch !== undefined) await spec.onEpoch({ ...result });
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
    const { spec, seed, training, validation } = this.#run;
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
    let loss = 0;
    let correct = 0;
    for (let from = 0; from < training.count; ) {
      await this.#turnWhenDue();
      this.#run.checkAlive();
      const count = Math.min(this.#sliceSamples, training.count - from);
      const totals = this.#trainSlice(epoch, from, count, learningRate);
      loss += totals.loss;
      correct += totals.correct;
      from += count;
      if (performance.now() - this.#reported >= PROGRESS_MILLISECONDS)
        await this.#report(epoch, done + from / training.count);
    }
    const result: EpochResult = { epoch, loss: loss / training.count, learningRate, seconds: 0 };
    if (training.metric !== 'none') result.accuracy = correct / training.count;
    if (validation !== undefined) {
      const totals = await this.#validate(validation);
      result.validationLoss = totals.loss / validation.count;
      if (validation.metric !== 'none') result.validationAccuracy = totals.correct / validation.count;
    }
    result.seconds = (performance.now() - started) / 1000;
    return result;
  }

  #trainSlice(epoch: number, from: number, count: number, learningRate: number): Totals {
    const { engine, training, spec } = this.#run;
    this.#snapshot = engine.snapshot(this.#snapshot);
    const started = performance.now();
    const totals = engine.train(training, from, count, spec.batchSize, learningRate);
    const milliseconds = performance.now() - started;
    if (totals.samples < count || !engine.isFinite()) this.#diverged(epoch, from, count, learningRate);
    this.#trainedSamples += count;
    this.#trainingMilliseconds += milliseconds;
    if (milliseconds < SLICE_MILLISECONDS.low) {
      if (count === this.#sliceSamples) this.#sliceSamples *= 2;
    } else if (milliseconds > SLICE_MILLISECONDS.high) {
      this.#sliceSamples = Math.max(1, Math.floor(this.#sliceSamples / this.#multiple / 2)) * this.#multiple;
    }
    return totals;
  }

  /** Goes through the slice again, a batch at a time, to the last weights that were finite; then says where that was. */
  #diverged(epoch: number, from: number, count: number, learningRate: number): never {
    const { engine, training, spec } = this.#run;
    engine.restore(this.#snapshot as Float32Array);
    let offset = 0;
    while (offset < count) {
      this.#snapshot = engine.snapshot(this.#snapshot);
      const batch = Math.min(spec.batchSize, count - offset);
      const totals = engine.train(training, from + offset, batch, spec.batchSize, learningRate);
      if (totals.samples < batch || !engine.isFinite()) break;
      offset += batch;
    }
    engine.restore(this.#snapshot as Float32Array);
    throw divergedError('fit', learningRate, epoch, Math.floor((from + offset) / spec.batchSize) + 1);
  }

  async #validate(validation: LoadedSamples): Promise<Totals> {
    const { engine } = this.#run;
    let loss = 0;
    let correct = 0;
    for (let from = 0; from < validation.count; ) {
      await this.#turnWhenDue();
      this.#run.checkAlive();
      const count = Math.min(this.#sliceSamples, validation.count - from);
      const totals = engine.evaluate(validation, from, count);
      loss += totals.loss;
      correct += totals.correct;
      from += count;
    }
    return { loss, correct, samples: validation.count };
  }

  /** Lets the event loop turn when it is time. */
  async #turnWhenDue(): Promise<void> {
    if (performance.now() - this.#turned < TURN_MILLISECONDS) return;
    await nextTurn();
    this.#turned = performance.now();
  }

  #samplesPerSecond(): number {
    return this.#trainedSamples / Math.max(this.#trainingMilliseconds / 1000, 1e-9);
  }

  async #report(epoch: number, epochsDone = this.#run.spec.epochs): Promise<void> {
    this.#reported = performance.now();
    await this.#run.spec.onProgress?.({
      epoch,
      samples: this.#trainedSamples,
      samplesPerSecond: this.#samplesPerSecond(),
      fraction: epochsDone / this.#run.spec.epochs,
    });
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
  const score = (result: EpochResult): number => result.validationLoss ?? result.loss;
  return epochs.reduce((best, next) => (score(next) < score(best) ? next : best)).epoch;
}
