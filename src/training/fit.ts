/** Runs the epochs of one fit: learning rates, validation, early stopping, reports. What an epoch trains on is its source's to say. */
import type { EngineNetwork, LoadedSamples, Metric, StepOptions, Totals } from '../engine/engine.js';
import type { Patience, Watched } from './early.js';
import { type EpochResult, type FitSpec, type History, type LearningRate, scoreOf } from './options.js';
import { Slices } from './slices.js';

const PROGRESS_MILLISECONDS = 100;

export interface FitRun {
  /** The public call, for errors. */
  readonly call: string;
  readonly engine: EngineNetwork;
  readonly spec: FitSpec;
  /** For early stopping. */
  readonly watched: Watched;
  readonly learningRate: LearningRate;
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

/** Trains as the options say. */
export async function runFit(
  run: FitRun,
  source: EpochSource,
  validation: LoadedSamples | undefined,
): Promise<History> {
  const { earlyStopping } = run.spec;
  if (earlyStopping === undefined) {
    // What an interrupted fit waited for ends with the weights it had.
    run.watched.patience = undefined;
    return await new Fit(run, source, validation, undefined).run();
  }
  const { Patience } = await import('./early.js');
  return await new Fit(run, source, validation, new Patience(earlyStopping, run.watched)).run();
}

class Fit {
  readonly #run: FitRun;
  readonly #source: EpochSource;
  readonly #validation: LoadedSamples | undefined;
  readonly #patience: Patience | undefined;
  readonly #slices: Slices;
  readonly #started = performance.now();
  #reported = performance.now();

  constructor(run: FitRun, source: EpochSource, validation: LoadedSamples | undefined, patience: Patience | undefined) {
    this.#run = run;
    this.#source = source;
    this.#validation = validation;
    this.#patience = patience;
    this.#slices = new Slices(run.engine, run.checkAlive);
  }

  async run(): Promise<History> {
    const { spec, epochsBefore, onEpochDone } = this.#run;
    const patience = this.#patience;
    const epochs: EpochResult[] = [];
    let stopped: History['stopped'] = 'completed';
    this.#run.checkAlive();
    for (let e = 1; e <= spec.epochs; e++) {
      const result = await this.#epoch(epochsBefore + e, e - 1);
      epochs.push(result);
      onEpochDone(result.epoch);
      const over = patience?.isOver(result) ?? false;
      // Before the callback, which may dispose of the network, or abort too late.
      if (over || e === spec.epochs) patience?.end();
      await this.#orStopped(spec.onEpoch?.({ ...result }));
      if (over) {
        stopped = 'earlyStopping';
        break;
      }
    }
    await this.#report(epochsBefore + epochs.length);
    const seconds = (performance.now() - this.#started) / 1000;
    const { samplesPerSecond } = this.#slices;
    return { epochs, bestEpoch: bestEpoch(epochs), stopped, seconds, samplesPerSecond };
  }

  async #epoch(epoch: number, done: number): Promise<EpochResult> {
    const { spec } = this.#run;
    const started = performance.now();
    const learningRate = this.#run.learningRate(epoch);
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
    await this.#orStopped(this.#run.spec.onProgress?.(progress));
  }

  /** Waits for what a callback returned, unless the fit is stopped meanwhile: a promise may never resolve. */
  async #orStopped(returned: unknown): Promise<void> {
    if (returned !== undefined) await Promise.race([returned, this.#run.stopped]);
  }
}

function bestEpoch(epochs: readonly EpochResult[]): number {
  return epochs.reduce((best, next) => (scoreOf(next) < scoreOf(best) ? next : best)).epoch;
}
