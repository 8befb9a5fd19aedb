/**
 * Whether another learning rate would do better, by trying it: a second network trains for some steps on half of the sample, and is
 * judged on the other half, beside the network that the fit left. The trials together take at most as many samples as the fit, or a
 * hundredth of them if that is more.
 */
import type { EngineNetwork, EngineSamples, LayerParameters } from '../../engine/engine.js';
import { initializerOf } from '../../model/first-weights.js';
import { resolveOptimizer } from '../../options/optimizers.js';
import { turnWhenDue } from '../event-loop.js';
import type { Hint } from '../history.js';
import type { Evidence } from './find.js';
import { figure, hint } from './hint.js';

/** What the trials of a short fit may take, in samples, and in samples times parameters: some tens of milliseconds. */
const MOST_SAMPLES = 8192;
const MOST_WORK = 4e7;
const SHARE = 0.01;
/** Fewer steps than this prove nothing. */
const FEWEST_STEPS = 5;
const BATCH = 32;
/** Samples are judged apart from those that a trial trains on, if there are so many. */
const ENOUGH_TO_HALVE = 32;
/** Rates within this factor of each other count as the same. */
const ALIKE = 3;
/** A network that explains less of its targets hardly learned. Only then a larger rate is tried. */
const HARDLY = 0.3;
/** A trial has to bring the loss below this share of what the fit left. */
const BETTER = 0.75;

interface Trial {
  readonly rate: number;
  /** Whether it goes on from the weights that the fit left. Otherwise from first weights. */
  readonly goesOn: boolean;
}

/** `share` is how much of the targets the network explains. */
export async function unsuitedRate(evidence: Evidence, share: number): Promise<Hint | undefined> {
  const { spec, epochs } = evidence;
  const rate = epochs.reduce((most, { learningRate }) => Math.max(most, learningRate), 0);
  if (epochs.length < 2 || rate === 0) return undefined;
  const usual = resolveOptimizer(spec.optimizer.type).learningRate;
  const fresh = [usual, 10 * usual, 0.1 * usual].filter((other) => other > ALIKE * rate || rate > ALIKE * other);
  const all: Trial[] = [
    { rate: rate / 10, goesOn: true },
    { rate: rate * 10, goesOn: true },
    ...fresh.map((other) => ({ rate: other, goesOn: false })),
  ];
  // A loss that has fallen far may still fall slowly: that is no fault.
  const trials = all.filter((trial) => trial.rate < rate || share < HARDLY);
  const steps = Math.floor(samplesFor(evidence) / trials.length / Math.min(BATCH, evidence.sample.count));
  if (steps < FEWEST_STEPS) return undefined;
  const bench = await Workbench.create(evidence);
  try {
    let best: Trial | undefined;
    let lowest = BETTER * bench.leftLoss;
    for (const trial of trials) {
      const loss = await bench.lossAfter(trial, steps);
      if (loss < lowest) [lowest, best] = [loss, trial];
    }
    return best && hintOf(evidence, rate, best, steps, bench.leftLoss, lowest);
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
  const tried = `${steps} steps ${start} at ${figure(other)} bring it to ${figure(loss)}`;
  const [first, last] = [epochs[0]?.loss ?? 0, epochs[epochs.length - 1]?.loss ?? 0];
  const course = `The loss was ${figure(first)} in the first epoch and ${figure(last)} in the last at learning rate ${figure(rate)}`;
  const measured = `On a sample it is ${figure(left)}; ${tried}`;
  if (other < rate) {
    const anew = goesOn ? '' : ', in a new network';
    return hint('RATE_TOO_LARGE', `${course}. ${measured}. Use learningRate: ${figure(other)}${anew}.`);
  }
  return hint(
    'RATE_TOO_SMALL',
    `${course}. ${measured}. Use learningRate: ${figure(other)}, or train for more epochs.`,
  );
}

/** How many samples the trials may train on. */
function samplesFor({ spec, samplesDone }: Evidence): number {
  const parameters = spec.layers.reduce((sum, { inputs, units }) => sum + (inputs + 1) * units, 0);
  return Math.max(SHARE * samplesDone, Math.min(samplesDone, MOST_SAMPLES, MOST_WORK / parameters));
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

  static async create(evidence: Evidence): Promise<Workbench> {
    const { spec, engine, run } = evidence;
    const left = spec.layers.map((_, layer) => engine.readParameters(layer));
    const draw = await initializerOf(spec);
    run.stop.check();
    // Layers that do not learn keep their weights: nobody drew them for this.
    const first = spec.layers.map(({ trainable }, layer) => {
      const parameters = left[layer] as LayerParameters;
      return trainable ? { weights: draw(layer), biases: new Float32Array(parameters.biases.length) } : parameters;
    });
    return new Workbench(evidence, first, left);
  }

  private constructor(evidence: Evidence, first: readonly LayerParameters[], left: readonly LayerParameters[]) {
    const { sample, engine } = evidence;
    const halves = sample.count >= ENOUGH_TO_HALVE;
    this.#evidence = evidence;
    this.#training = halves ? everySecond(sample, 0) : sample;
    this.#judging = halves ? everySecond(sample, 1) : sample;
    this.#first = first;
    this.#left = left;
    this.#twin = engine.twin();
    this.#fresh = this.#twin.snapshot();
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
    const batches = Math.floor(samples.count / batchSize);
    try {
      for (let step = 0; step < steps; step++) {
        const options = { batchSize, learningRate: rate, dropoutKey: step, clipNorm, clipValue };
        const from = (step % batches) * batchSize;
        const finite = twin.train(samples, from, batchSize, options, { loss: 0, correct: 0 });
        if (!finite || !twin.isFinite()) return Number.POSITIVE_INFINITY;
        await turnWhenDue();
        run.stop.check();
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
function everySecond({ count, metric, inputs, targets, weights }: EngineSamples, start: number): EngineSamples {
  const kept = Math.floor(count / 2);
  const pick = <T extends Float32Array | Uint32Array>(values: T): T => {
    const width = values.length / count;
    const picked = values.slice(0, kept * width) as T;
    for (let row = 0; row < kept; row++) {
      const from = (2 * row + start) * width;
      picked.set(values.subarray(from, from + width), row * width);
    }
    return picked;
  };
  return { count: kept, metric, inputs: pick(inputs), targets: pick(targets), weights: weights && pick(weights) };
}
