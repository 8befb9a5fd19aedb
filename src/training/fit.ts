/**
 * Runs the epochs of one fit: every part of an epoch in slices, then validation, early stopping and reports. Knows neither where the
 * samples come from nor in which thread it runs.
 */
import type { LoadedSamples, Totals } from '../engine/engine.js';
import type { Metric } from '../options/losses.js';
import { turnWhenDue } from './event-loop.js';
import { bestEpochOf, type EpochResult, type Hint, type History } from './history.js';
import type { FitRun } from './run.js';
import type { EpochPart, SampleSource } from './samples.js';
import { type DivergedSlice, Slicer } from './slices.js';

const PROGRESS_MILLISECONDS = 100;

/** Runs a fit, and releases its samples however it ends. */
export async function runFit(run: Promise<FitRun> | FitRun, source: SampleSource): Promise<History> {
  try {
    return await new Fit(await run, source).run();
  } finally {
    source.release();
  }
}

class Fit {
  readonly #run: FitRun;
  readonly #source: SampleSource;
  readonly #slicer: Slicer;
  readonly #epochsBefore: number;
  readonly #started = performance.now();
  #reported = performance.now();
  /** Of the last part: as many rows as the engine has room for. */
  #batchSize = 1;

  constructor(run: FitRun, source: SampleSource) {
    this.#run = run;
    this.#source = source;
    this.#slicer = new Slicer(run.engine);
    this.#epochsBefore = run.state.epochs;
  }

  async run(): Promise<History> {
    const { options, earlyStopper, stopAt, state, stop } = this.#run;
    const last = this.#epochsBefore + options.epochs;
    const epochs: EpochResult[] = [];
    let stopped: History['stopped'] = 'completed';
    stop.check();
    while (state.epochs < last && stopped === 'completed') {
      const result = await this.#epoch(state.epochs + 1);
      epochs.push(result);
      state.epochs = result.epoch;
      earlyStopper?.record(result);
      if (earlyStopper?.isOver) stopped = 'earlyStopping';
      if (stopAt?.isReachedBy(result) || this.#isOver) stopped = 'stopAt';
      // Before the callback, which may dispose of the network.
      const isLast = stopped !== 'completed' || result.epoch === last;
      if (isLast) earlyStopper?.finish();
      // Not called as a method: `this` would hand out the options.
      const { onEpoch } = options;
      if ((await this.#settled(onEpoch?.({ ...result }))) !== false) continue;
      stopped = 'onEpoch';
      stop.check();
      if (!isLast) earlyStopper?.finish();
    }
    await this.#report(state.epochs, options.epochs);
    const hints = await this.#hints(epochs);
    return {
      epochs,
      bestEpoch: earlyStopper?.bestEpoch || bestEpochOf(epochs),
      stopped,
      seconds: (performance.now() - this.#started) / 1000,
      samplesPerSecond: this.#slicer.samplesPerSecond,
      hints,
    };
  }

  /**
   * A network that learned has every class right, and a tenth of the loss. Of others more is measured, of all that answer with numbers too:
   * their loss falls as far where they learn nothing but the mean.
   */
  async #hints(epochs: readonly EpochResult[]): Promise<readonly Hint[]> {
    const [first, last] = [epochs[0], epochs[epochs.length - 1]] as [EpochResult, EpochResult];
    if (last.validationLoss === undefined && last.accuracy === 1 && last.loss < 0.1 * first.loss) return [];
    // Where a page cannot load it, its fit is no failure.
    const look = await import('./hints/look.js').catch(() => undefined);
    const { samplesDone } = this.#slicer;
    const work = { samplesDone, batchSize: this.#batchSize, isFirst: this.#epochsBefore === 0 };
    return (await look?.hintsOf(this.#run, this.#source, epochs, work)) ?? [];
  }

  async #epoch(epoch: number): Promise<EpochResult> {
    const { rateOfEpoch, stop } = this.#run;
    const { validation } = this.#source;
    const { stopAt } = this.#run;
    const started = performance.now();
    const rate = rateOfEpoch(epoch);
    const learningRate = typeof rate === 'number' ? rate : await rate;
    // A callback may have disposed of the network. The memory of its samples may then belong to another network.
    stop.check();
    const totals: Totals = { loss: 0, correct: 0 };
    let count = 0;
    let metric: Metric | undefined;
    for await (const part of this.#source.parts(epoch)) {
      stop.check();
      stopAt?.check((validation ?? part.samples).metric);
      count += await this.#train(part, epoch, learningRate, totals);
      metric = metric === undefined || metric === part.samples.metric ? part.samples.metric : 'none';
      // The epoch ends here: it is shorter than others.
      if (this.#isOver) break;
    }
    const result: EpochResult = { epoch, loss: totals.loss / count, learningRate, seconds: 0 };
    if (metric !== undefined && metric !== 'none') result.accuracy = totals.correct / count;
    if (validation !== undefined) await this.#validate(validation, result);
    result.seconds = (performance.now() - started) / 1000;
    return result;
  }

  /** Trains on a part, or on the beginning of it if the time of the fit is over. Returns how many samples it took. */
  async #train(part: EpochPart, epoch: number, learningRate: number, totals: Totals): Promise<number> {
    const { samples, batchSize, dropoutKey, samplesBefore, batchesBefore } = part;
    const { options } = this.#run;
    const { clipNorm, clipValue } = options;
    const step = { batchSize, learningRate, dropoutKey, clipNorm, clipValue };
    this.#slicer.reserve(samples, step);
    this.#batchSize = Math.min(batchSize, samples.count);
    let from = 0;
    while (from < samples.count && (from === 0 || !this.#isOver)) {
      // Other promises first. Then, with no wait in between, the event loop, the checks and the slice.
      await undefined;
      const turn = turnWhenDue();
      if (turn !== undefined) await turn;
      this.#checkIn();
      const taken = this.#slicer.train(samples, from, step, totals);
      if (taken === 0) {
        const { takenBack } = await import('./divergence.js');
        throw takenBack(this.#run, this.#slicer.diverged as DivergedSlice, epoch, batchesBefore);
      }
      from += taken;
      if (performance.now() - this.#reported < PROGRESS_MILLISECONDS) continue;
      const fraction = Math.min((samplesBefore + from) / this.#source.samplesPerEpoch, 1);
      const epochsDone = epoch - 1 - this.#epochsBefore + fraction;
      // That all is done is told once, after the last epoch.
      if (epochsDone < options.epochs) await this.#report(epoch, epochsDone);
    }
    return from;
  }

  /** Whether the fit took as long as it may. */
  get #isOver(): boolean {
    return this.#run.stopAt?.isOver(performance.now() - this.#started) ?? false;
  }

  async #validate(validation: LoadedSamples, result: EpochResult): Promise<void> {
    const totals: Totals = { loss: 0, correct: 0 };
    for (let from = 0; from < validation.count; ) {
      // Other promises first. Then, with no wait in between, the event loop, the checks and the slice.
      await undefined;
      const turn = turnWhenDue();
      if (turn !== undefined) await turn;
      this.#checkIn();
      from += this.#slicer.evaluate(validation, from, totals);
    }
    result.validationLoss = totals.loss / validation.count;
    if (validation.metric !== 'none') result.validationAccuracy = totals.correct / validation.count;
  }

  /** Right before a slice, with no wait in between. Otherwise many fits could each take a slice in the same turn of the event loop. */
  #checkIn(): void {
    this.#run.stop.check();
    this.#run.listener.beforeChange();
  }

  async #report(epoch: number, epochsDone: number): Promise<void> {
    const { options } = this.#run;
    const { samplesDone: samples, samplesPerSecond } = this.#slicer;
    this.#reported = performance.now();
    const { onProgress } = options;
    await this.#settled(onProgress?.({ epoch, samples, samplesPerSecond, fraction: epochsDone / options.epochs }));
  }

  /** Waits for what a callback returned, and gives it back, but not longer than until the fit is stopped: the promise may never resolve. */
  async #settled(returned: unknown): Promise<unknown> {
    const { stop } = this.#run;
    return returned !== undefined || stop.isEnded ? await stop.waitFor(returned) : undefined;
  }
}
