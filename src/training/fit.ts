/** Runs the epochs of one fit: learning rates, validation, early stopping, reports. What an epoch trains on is its source's to say. */
import type { EngineNetwork, LoadedSamples, Metric, StepOptions, Totals } from '../engine/engine.js';
import type { Patience } from './early-stopping.js';
import { type EpochResult, type FitSpec, type History, scoreOf } from './fit-options.js';
import { Slices } from './slices.js';
import type { Stop } from './stop.js';

const PROGRESS_MILLISECONDS = 100;

export interface FitRun {
  /** The public call, for errors. */
  readonly call: string;
  readonly engine: EngineNetwork;
  readonly spec: FitSpec;
  readonly learningRate: (epoch: number) => number | Promise<number>;
  /** Where it stops early. */
  readonly patience: Patience | undefined;
  /** Epochs trained by earlier fits. */
  readonly epochsBefore: number;
  /**
   * Throws where the fit must not go on: aborted, disposed. Asked after every await and before the engine is touched: while
   * the fit waits, anybody may dispose of the network.
   */
  readonly checkAlive: () => void;
  /** Ends waits when the network is disposed of or the signal aborts. */
  readonly stop: Stop;
  /** Told after each epoch, before onEpoch. */
  readonly onEpochDone: (epoch: number) => void;
}

/** What an epoch has to say of itself to a source of samples. */
export interface EpochCourse {
  readonly epoch: number;
  /** All but the batch size and the key of dropout, which the source decides. */
  readonly step: Omit<StepOptions, 'batchSize' | 'dropoutKey'>;
  readonly slices: Slices;
  readonly totals: Totals;
  /** To be told after each slice which part of the epoch is done, from 0 to 1; awaited. */
  readonly afterSlice: (fraction: number) => Promise<void> | undefined;
}

/** Samples for epochs: the same ones again, or a stream of them. */
export interface EpochSource {
  /** Trains one epoch. How many samples there were, and when a prediction of them is correct. */
  train(course: EpochCourse): Promise<{ count: number; metric: Metric }>;
}

/** Trains as the options say. `onSlice` is told before each slice, which is the first change of the network. */
export function runFit(
  run: FitRun,
  source: EpochSource,
  validation: LoadedSamples | undefined,
  onSlice: () => void,
): Promise<History> {
  const slices = new Slices(run.engine, () => {
    run.checkAlive();
    onSlice();
  });
  return new Fit(run, source, validation, slices).run();
}

class Fit {
  readonly #run: FitRun;
  readonly #source: EpochSource;
  readonly #validation: LoadedSamples | undefined;
  readonly #slices: Slices;
  readonly #started = performance.now();
  #reported = performance.now();

  constructor(run: FitRun, source: EpochSource, validation: LoadedSamples | undefined, slices: Slices) {
    this.#run = run;
    this.#source = source;
    this.#validation = validation;
    this.#slices = slices;
  }

  async run(): Promise<History> {
    const { spec, patience, epochsBefore, onEpochDone } = this.#run;
    const epochs: EpochResult[] = [];
    let stopped: History['stopped'] = 'completed';
    this.#run.checkAlive();
    for (let e = 1; e <= spec.epochs; e++) {
      const result = await this.#epoch(epochsBefore + e, e - 1);
      epochs.push(result);
      onEpochDone(result.epoch);
      const over = patience?.isOver(result) ?? false;
      // Before the callback, which may dispose of the network.
      if (over || e === spec.epochs) patience?.end();
      // Not as a method: options are nobody's to change.
      const { onEpoch } = spec;
      await this.#orStopped(onEpoch?.({ ...result }));
      if (over) {
        stopped = 'earlyStopping';
        break;
      }
    }
    await this.#report(epochsBefore + epochs.length);
    const seconds = (performance.now() - this.#started) / 1000;
    const { samplesPerSecond } = this.#slices;
    return { epochs, bestEpoch: patience?.bestEpoch || bestEpoch(epochs), stopped, seconds, samplesPerSecond };
  }

  async #epoch(epoch: number, done: number): Promise<EpochResult> {
    const { spec } = this.#run;
    const started = performance.now();
    const rate = this.#run.learningRate(epoch);
    const learningRate = typeof rate === 'number' ? rate : await rate;
    // A callback may have disposed of the network: its samples' memory may belong to another by now.
    this.#run.checkAlive();
    const totals: Totals = { loss: 0, correct: 0 };
    const { count, metric } = await this.#source.train({
      epoch,
      step: { learningRate, clipNorm: spec.clipNorm, clipValue: spec.clipValue },
      slices: this.#slices,
      totals,
      afterSlice: (fraction) =>
        performance.now() - this.#reported >= PROGRESS_MILLISECONDS ? this.#report(epoch, done + fraction) : undefined,
    });
    const result: EpochResult = { epoch, loss: totals.loss / count, learningRate, seconds: 0 };
    if (metric !== 'none') result.accuracy = totals.correct / count;
    const validation = this.#validation;
    if (validation !== undefined) {
      const { loss, correct } = await this.#slices.evaluate(validation);
      result.validationLoss = loss / validation.count;
      if (validation.metric !== 'none') result.validationAccuracy = correct / validation.count;
    }
    result.seconds = (performance.now() - started) / 1000;
    return result;
  }

  async #report(epoch: number, epochsDone = this.#run.spec.epochs): Promise<void> {
    this.#reported = performance.now();
    const progress = {
      epoch,
      samples: this.#slices.samplesDone,
      samplesPerSecond: this.#slices.samplesPerSecond,
      fraction: epochsDone / this.#run.spec.epochs,
    };
    const { onProgress } = this.#run.spec;
    await this.#orStopped(onProgress?.(progress));
  }

  /** Waits for what a callback returned, unless it stopped the fit or that is stopped meanwhile: a promise may never resolve. */
  async #orStopped(returned: unknown): Promise<void> {
    const { stop } = this.#run;
    if (returned !== undefined || stop.ended) await stop.orStopped(returned);
  }
}

function bestEpoch(epochs: readonly EpochResult[]): number {
  return epochs.reduce((best, next) => (scoreOf(next) < scoreOf(best) ? next : best)).epoch;
}
