/**
 * Whether another learning rate would do better, by trying it: a second network trains for some steps on half of the sample, and is
 * judged on the other half, beside the network that the fit left. The first rate that does much better ends the search.
 */

import type { EngineNetwork, EngineSamples, LayerParameters } from '../../engine/engine.js';
import { float32 } from '../../foundation/memory.js';
import { initializerOf } from '../../model/first-weights.js';
import { resolveOptimizer } from '../../options/resolve-optimizer.js';
import { turnWhenDue } from '../event-loop.js';
import type { Hint } from '../history.js';
import type { Evidence } from './evidence.js';
import { figure, hint } from './hint.js';
import { chosen, indexesBy } from './sample.js';

/** In fewer epochs the loss has no course. */
const FEWEST_EPOCHS = 3;
/** Fewer steps prove nothing. */
const FEWEST_STEPS = 5;
/** Many small steps show more than a few large ones. */
const BATCH = 8;
/** Samples between two turns of the event loop, if it is due. */
const SLICE = 64;
/** Samples are judged apart from those that a trial trains on, if there are so many. */
const ENOUGH_TO_HALVE = 32;
/** Rates within this factor of each other count as the same. */
const ALIKE = 3;
/** A network that explains less of its targets hardly learned. A larger rate is tried only then, or where the loss hardly fell. */
const HARDLY = 0.3;
/** A loss that stays above this share of the first one hardly fell. */
const FELL = 0.9;
/** So many times the loss of first weights is worse than these. */
const WORSE = 1.2;
/** A trial has to bring the loss below this share of what the fit left. */
const BETTER = 0.75;

interface Trial {
  readonly rate: number;
  /** Whether it goes on from the weights that the fit left. Otherwise from first weights. */
  readonly goesOn: boolean;
}

/** `share` is how much of the targets the network explains. */
export async function unsuitedRate(evidence: Evidence, share: number): Promise<Hint | undefined> {
  const { run, epochs } = evidence;
  const { spec } = run;
  const rate = epochs.reduce((most, { learningRate }) => Math.max(most, learningRate), 0);
  if (epochs.length < FEWEST_EPOCHS || rate === 0) return undefined;
  const usual = resolveOptimizer(spec.optimizer.type).learningRate;
  const fresh = [usual, 10 * usual, 0.1 * usual].map((other) => ({ rate: other, goesOn: false }));
  const larger = [...fresh.filter((other) => other.rate > ALIKE * rate), { rate: rate * 10, goesOn: true }];
  const smaller = [{ rate: rate / 10, goesOn: true }, ...fresh.filter((other) => rate > ALIKE * other.rate)];
  const [first, last] = [epochs[0], epochs[epochs.length - 1]];
  const fell = first !== undefined && last !== undefined && last.loss < FELL * first.loss;
  // A network that has learned half of it and still learns needs more epochs: that is no fault.
  const both = rate > ALIKE * usual ? [...smaller, ...larger] : [...larger, ...smaller];
  const trials: Trial[] = share < HARDLY || !fell ? both : smaller;
  const batch = Math.min(BATCH, evidence.sample.count);
  const steps = Math.floor(evidence.budget.trialSamples / batch);
  if (steps < FEWEST_STEPS) return undefined;
  const bench = await Workbench.create(evidence);
  try {
    for (const trial of trials) {
      // Where training made the network worse than its first weights, the rate was not too small.
      if (trial.rate > rate && bench.leftLoss > WORSE * bench.firstLoss) continue;
      const loss = await bench.lossAfter(trial, steps);
      if (loss < BETTER * bench.leftLoss) return hintOf(evidence, rate, trial, steps, bench.leftLoss, loss);
    }
    return undefined;
  } finally {
    bench.dispose();
  }
}

function hintOf(
  { epochs }: Evidence,
  rate: number,
  { rate: other, goesOn }: Trial,
  steps: number,
  left: number,
  loss: number,
): Hint {
  const start = goesOn ? 'from there' : 'from first weights';
  const [first, last] = [epochs[0]?.loss ?? 0, epochs[epochs.length - 1]?.loss ?? 0];
  const course = `The loss was ${figure(first)} in the first epoch and ${figure(last)} in the last at learning rate ${figure(rate)}`;
  const tried = `a second network took ${steps} steps ${start} at learning rate ${figure(other)}, and comes to ${figure(loss)}`;
  const measured = `${course}. On a sample it is ${figure(left)}; ${tried}`;
  if (other > rate) {
    return hint('RATE_TOO_SMALL', `${measured}. Use learningRate: ${figure(other)}, or train for more epochs.`);
  }
  const anew = goesOn ? '' : ', in a new network';
  return hint('RATE_TOO_LARGE', `${measured}. Use learningRate: ${figure(other)}${anew}.`);
}

/** A second network, with samples to train on and samples to judge by. */
class Workbench {
  readonly #evidence: Evidence;
  readonly #twin: EngineNetwork;
  /** No parameters yet, and an optimizer state as before the first step. */
  readonly #fresh: Float32Array;
  readonly #first: readonly LayerParameters[];
  readonly #left: readonly LayerParameters[];
  readonly #training: EngineSamples;
  readonly #judging: EngineSamples;
  /** The loss of the network that the fit left. */
  readonly leftLoss: number;
  /** The loss of first weights. */
  readonly firstLoss: number;

  static async create(evidence: Evidence): Promise<Workbench> {
    const { spec, engine, stop } = evidence.run;
    const left = spec.layers.map((_, layer) => engine.readParameters(layer));
    const draw = await initializerOf(spec);
    stop.check();
    // Layers that do not learn keep their weights: nobody drew them for this.
    const first = spec.layers.map(({ trainable }, layer) => {
      const parameters = left[layer] as LayerParameters;
      return trainable ? { weights: draw(layer), biases: float32(parameters.biases.length) } : parameters;
    });
    return new Workbench(evidence, first, left);
  }

  private constructor(evidence: Evidence, first: readonly LayerParameters[], left: readonly LayerParameters[]) {
    const { sample, run } = evidence;
    const halves = sample.count >= ENOUGH_TO_HALVE;
    this.#evidence = evidence;
    this.#training = halves ? everySecond(sample, 0) : sample;
    this.#judging = halves ? everySecond(sample, 1) : sample;
    this.#first = first;
    this.#left = left;
    this.#twin = run.engine.twin();
    this.#fresh = this.#twin.snapshot();
    this.#begin(first);
    this.firstLoss = this.#loss();
    this.#begin(left);
    this.leftLoss = this.#loss();
  }

  dispose(): void {
    this.#twin.dispose();
  }

  /** Trains the second network, and returns its loss; Infinity where it diverges. */
  async lossAfter({ rate, goesOn }: Trial, steps: number): Promise<number> {
    const { run } = this.#evidence;
    const { clipNorm, clipValue } = run.options;
    const twin = this.#twin;
    this.#begin(goesOn ? this.#left : this.#first);
    const samples = twin.load(this.#training);
    const batchSize = Math.min(BATCH, samples.count);
    const slice = Math.min(SLICE, samples.count - (samples.count % batchSize));
    try {
      for (let done = 0, from = 0; done < steps * batchSize; done += slice, from += slice) {
        // As a fit does: other promises first, then the event loop, and no wait between that and the slice.
        await undefined;
        const turn = turnWhenDue();
        if (turn !== undefined) await turn;
        run.stop.check();
        if (from + slice > samples.count) from = 0;
        const options = { batchSize, learningRate: rate, dropoutKey: done, clipNorm, clipValue };
        const finite = twin.train(samples, from, slice, options, { loss: 0, correct: 0 });
        if (!finite || !twin.isFinite()) return Number.POSITIVE_INFINITY;
      }
      return this.#loss();
    } finally {
      samples.release();
    }
  }

  /** Sets the parameters, and forgets the optimizer state. */
  #begin(parameters: readonly LayerParameters[]): void {
    this.#twin.restore(this.#fresh);
    parameters.forEach((layer, index) => {
      this.#twin.writeParameters(index, layer);
    });
  }

  #loss(): number {
    const samples = this.#twin.load(this.#judging);
    const totals = { loss: 0, correct: 0 };
    this.#twin.evaluate(samples, 0, samples.count, totals);
    samples.release();
    return totals.loss / samples.count;
  }
}

/** Every second sample, from `start` on. */
function everySecond(sample: EngineSamples, start: number): EngineSamples {
  const indexes = indexesBy((n) => 2 * n + start, Math.floor(sample.count / 2));
  return chosen(sample, indexes);
}
