/** Whole networks: predictions, gradients, training and evaluation of every engine against the twin. */
import { describe, expect, it } from 'vitest';
import type { Engine, EngineNetwork, LayerParameters, LoadedSamples, Totals } from '../../../src/engine/engine.js';
import { jsEngine } from '../../../src/engine/js/engine.js';
import type { LayerSpec } from '../../../src/options/spec.js';
import { fullEngine } from '../../support/engine/full.js';
import {
  distance,
  type Elaboration,
  elaborate,
  flatten,
  loadParameters,
  norm,
  type Problem,
  randomProblem,
  reorder,
  stepOf,
  twinOf,
} from '../../support/engine/problems.js';
import * as twin from '../../support/engine/reference.js';
import { engineOf, sameBits } from '../../support/engine/workbench.js';
import { Findings } from '../../support/findings.js';
import { once } from '../../support/once.js';
import { repeats } from '../../support/repeats.js';
import { SeededRandom } from '../../support/seeded.js';

const NETWORKS = repeats(30, 200);
/** Networks whose gradients are compared; the worst figure is printed. */
const GRADIENT_NETWORKS = repeats(60, 1000);
const TOLERANCE = 1e-5;

/** The engine as users get it; the same TypeScript around the build with asserts; the engine without WebAssembly. */
const ENGINES: readonly [string, () => Promise<Pick<Engine, 'createNetwork'>>][] = [
  ['wasm', fullEngine],
  ['wasm, debug build', async () => engineOf('debug')],
  ['js', async () => jsEngine],
];

/** The part of the samples that a call works on, in an order of its own. */
interface Part {
  readonly order: Uint32Array;
  readonly from: number;
  readonly count: number;
  readonly batchSize: number;
}

/** A few batches: of one sample, of some, of a whole pass, of more than one. The last may be shorter. */
function randomPart({ samples }: Problem, random: SeededRandom): Part {
  const order = random.order(samples.count);
  const sizes = [1, random.integer(2, 3), random.integer(1, samples.count), samples.count] as const;
  const batchSize = samples.count > 256 ? random.pick([256, 257, samples.count]) : random.pick(sizes);
  const from = random.integer(0, Math.floor(samples.count / 4));
  // Small batches go in blocks of up to 12 samples: enough for several and a rest.
  const atMost = batchSize <= 3 ? 40 : 5 * batchSize - random.integer(0, batchSize - 1);
  return { order, from, count: Math.min(samples.count - from, atMost), batchSize };
}

/** The rows order[from] .. order[from + count - 1]. */
function rowsOf({ spec, samples, denseTargets }: Problem, order: Uint32Array, from: number, count: number) {
  const rows = order.subarray(from, from + count);
  return { x: reorder(samples.inputs, spec.inputs, rows), t: reorder(denseTargets, spec.outputs, rows) };
}

/** Runs `use` on a network of the engine with the problem's parameters and samples, and gives both back. */
function withNetwork<T>(
  engine: Pick<Engine, 'createNetwork'>,
  problem: Problem,
  use: (network: EngineNetwork, samples: LoadedSamples) => T,
): T {
  const network = engine.createNetwork(problem.spec);
  loadParameters(network, problem);
  const samples = network.load(problem.samples);
  try {
    return use(network, samples);
  } finally {
    samples.release();
    network.dispose();
  }
}

/** Layers of which a bit changed, or should not have. */
function changedLayers(
  { spec, parameters }: Problem,
  network: EngineNetwork,
  mayChange: (layer: LayerSpec) => boolean,
) {
  return spec.layers.flatMap((layer, l) => {
    const { weights, biases } = network.readParameters(l);
    const before = parameters[l] as LayerParameters;
    const same = sameBits(weights, before.weights) && sameBits(biases, before.biases);
    return same || mayChange(layer) ? [] : [`parameters of layer ${l} changed`];
  });
}

/** Totals against the twin's: the loss to a relative tolerance, right predictions exactly but for the order of the sum. */
function compareTotals(actual: Totals, expected: Totals, samples: number): string[] {
  const problems: string[] = [];
  const lossError = Math.abs(actual.loss - expected.loss);
  if (!(lossError <= TOLERANCE * expected.loss)) problems.push(`loss is ${actual.loss}, expected ${expected.loss}`);
  if (!(Math.abs(actual.correct - expected.correct) <= 1e-9 * samples)) {
    problems.push(`correct is ${actual.correct}, expected ${expected.correct}`);
  }
  return problems;
}

/** An error as a part of its size; nothing is no error of nothing: all outputs of a network may be relus that are off. */
function relative(error: number, size: number): number {
  return error === 0 ? 0 : error / size;
}

/** Tries all problems; `check` gives an error that may be 1e-5 at the most, and what else is wrong. */
function sweep(
  title: string,
  check: (problem: Problem, random: SeededRandom) => { error: number; problems: string[] },
  networks = NETWORKS,
) {
  const random = new SeededRandom('networks');
  const findings = new Findings();
  let [worst, where] = [0, ''];
  for (let index = 0; index < networks; index++) {
    const problem = randomProblem(index, random);
    const { error, problems } = check(problem, new SeededRandom(problem.label));
    if (!(error <= worst)) [worst, where] = [error, problem.label];
    const beyond = error <= TOLERANCE ? undefined : `error is ${error}, allowed is ${TOLERANCE}`;
    findings.add(problem.label, [beyond, ...problems]);
  }
  console.log(`${title}: at most ${worst.toExponential(2)} of the norm, in ${where}`);
  findings.expectNone(networks);
}

describe.each(ENGINES)('networks on the engine %s', (name, open) => {
  it('predict as the twin does', async () => {
    const engine = await open();
    sweep(`${name}, predictions`, (problem) => {
      const { count, inputs } = problem.samples;
      const expected = once(`predictions ${problem.label}`, () => outputsOf(problem, count, inputs));
      const outputs = withNetwork(engine, problem, (network) => network.predict(inputs, count));
      return { error: relative(distance(outputs, expected), norm(expected)), problems: [] };
    });
  });

  it('have the gradients of the twin, and none where frozen', async () => {
    const engine = await open();
    sweep(
      `${name}, gradients`,
      (problem) => {
        const { spec, samples, denseTargets } = problem;
        const expected = once(`gradients ${problem.label}`, () =>
          twin.networkGradients(twinOf(problem), samples.count, samples.inputs, denseTargets),
        );
        const reference = flatten(spec, expected.layers);
        return withNetwork(engine, problem, (network, loaded) => {
          const { loss, layers } = network.gradients(loaded);
          const problems = changedLayers(problem, network, () => false);
          layers.forEach(({ weights, biases }, l) => {
            const { inputs, units, bias, trainable } = spec.layers[l] as LayerSpec;
            const shaped = weights.length === units * inputs && biases.length === (bias ? units : 0);
            if (!shaped) problems.push(`gradients of layer ${l} have the wrong shape`);
            const zero = weights.every((value) => value === 0) && biases.every((value) => value === 0);
            if (!trainable && !zero) problems.push(`frozen layer ${l} has a gradient`);
          });
          const lossError = relative(Math.abs(loss - expected.loss), expected.loss);
          if (!(lossError <= TOLERANCE)) problems.push(`loss is ${loss}, expected ${expected.loss}`);
          const error =
            reference.length === 0 ? 0 : relative(distance(flatten(spec, layers), reference), norm(reference));
          return { error, problems };
        });
      },
      GRADIENT_NETWORKS,
    );
  });

  it('take the steps of the twin, in any order, over batches longer than a pass', async () => {
    const engine = await open();
    sweep(`${name}, steps`, (problem, random) => {
      const { spec } = problem;
      const part = randomPart(problem, random);
      const { before, expected, after } = once(`steps ${problem.label}`, () => trainTwin(problem, part));
      return withNetwork(engine, problem, (tested, loaded) => {
        loaded.setOrder(part.order);
        const totals = { loss: 0, correct: 0 };
        const finite = tested.train(
          loaded,
          part.from,
          part.count,
          stepOf(part.batchSize, spec.optimizer.learningRate),
          totals,
        );
        const changed = changedLayers(problem, tested, (l) => l.trainable);
        const problems = [...compareTotals(totals, expected, part.count), ...changed, ...(finite ? [] : ['stopped'])];
        const parameters = spec.layers.map((_, l) => tested.readParameters(l));
        const steps = Math.ceil(part.count / part.batchSize);
        // Besides the error of the gradient, each step rounds every parameter to float32; with weight decay to the same side
        // again and again, since what it takes hardly changes.
        const decays = spec.optimizer.weightDecay > 0 || spec.layers.some(({ l2 }) => l2 > 0);
        const rounding = (decays ? steps : Math.sqrt(steps)) * 2 ** -24 * norm(before);
        const allowed = TOLERANCE * distance(after, before) + rounding;
        const error = before.length === 0 ? 0 : relative(distance(flatten(spec, parameters), after), allowed);
        return { error: error * TOLERANCE, problems };
      });
    });
  });

  it('take the steps of the twin with every optimizer, penalties, dropout, weights and clipping', async () => {
    const engine = await open();
    sweep(`${name}, elaborate steps`, (drawn, random) => {
      const { problem, step } = elaborate(drawn, random);
      const { spec } = problem;
      const part = randomPart(problem, random);
      const { before, expected, after } = once(`steps ${problem.label}`, () => trainTwin(problem, part, step));
      return withNetwork(engine, problem, (tested, loaded) => {
        loaded.setOrder(part.order);
        const totals = { loss: 0, correct: 0 };
        const options = { ...stepOf(part.batchSize, spec.optimizer.learningRate), ...step };
        const finite = tested.train(loaded, part.from, part.count, options, totals);
        const problems = [
          ...compareTotals(totals, expected, part.count),
          ...changedLayers(problem, tested, (l) => l.trainable),
          ...(finite ? [] : ['stopped']),
        ];
        const parameters = spec.layers.map((_, l) => tested.readParameters(l));
        const steps = Math.ceil(part.count / part.batchSize);
        const allowed = TOLERANCE * distance(after, before) + steps * 2 ** -24 * norm(before);
        const error = before.length === 0 ? 0 : relative(distance(flatten(spec, parameters), after), allowed);
        return { error: error * TOLERANCE, problems };
      });
    });
  });

  it('evaluate as the twin does, and change nothing', async () => {
    const engine = await open();
    sweep(`${name}, evaluation`, (problem, random) => {
      const { spec } = problem;
      const { order, from } = randomPart(problem, random);
      const count = random.integer(1, order.length - from);
      const { x, t } = rowsOf(problem, order, from, count);
      const pass = once(`evaluation ${problem.label}`, () => twin.networkPass(twinOf(problem), count, x));
      const outputs = pass.activations.at(-1) as Float64Array;
      const loss = twin.lossSum(spec.loss, spec.outputs, outputs, pass.sums.at(-1) as Float64Array, t);
      const correct = twin.correctSum(problem.samples.metric, spec.outputs, outputs, t);
      return withNetwork(engine, problem, (network, loaded) => {
        loaded.setOrder(order);
        const totals = { loss: 3, correct: 2 };
        network.evaluate(loaded, from, count, totals);
        const added = { loss: totals.loss - 3, correct: totals.correct - 2 };
        const problems = compareTotals(added, { loss, correct }, count);
        const error = Math.abs(added.loss - loss) / (loss + 3);
        return { error, problems: [...problems, ...changedLayers(problem, network, () => false)] };
      });
    });
  });

  // 300 rows take two passes: their gradients are summed before the step, which must not be taken either.
  it.each([3, 300])('stop before the step of a batch of %i whose loss is not finite', async (batchSize) => {
    const engine = await open();
    const random = new SeededRandom(`diverge ${batchSize}`);
    const drawn = randomProblem(7, random);
    const spec = { ...drawn.spec, layers: drawn.spec.layers.map((layer) => ({ ...layer, trainable: true })) };
    const count = 3 * batchSize;
    const inputs = random.floats(count * spec.inputs);
    inputs[(2 * batchSize - 1) * spec.inputs] = Number.NaN;
    const targets = new Uint32Array(count);
    const samples = { count, inputs, targets, metric: 'argmax' } as const;
    const problem = { ...drawn, spec, samples };
    withNetwork(engine, problem, (network, loaded) => {
      const totals = { loss: 0, correct: 0 };
      expect(network.train(loaded, 0, count, stepOf(batchSize, spec.optimizer.learningRate), totals)).toBe(false);
      const stopped = network.snapshot();
      expect(network.isFinite()).toBe(true);
      loadParameters(network, problem);
      expect(network.train(loaded, 0, batchSize, stepOf(batchSize, spec.optimizer.learningRate), totals)).toBe(true);
      expect(sameBits(stopped, network.snapshot())).toBe(true);
      expect(changedLayers(problem, network, () => false)).not.toEqual([]);
    });
  });
});

/** What the twin predicts. */
function outputsOf(problem: Problem, count: number, inputs: Float32Array): Float64Array {
  return twin.networkForward(twinOf(problem), count, inputs).at(-1) as Float64Array;
}

interface TwinTraining {
  /** All parameters. */
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** Sums of the loss and of right predictions before each step. */
  readonly expected: Totals;
}

/** The twin's steps over the same batches. */
function trainTwin(problem: Problem, { order, from, count, batchSize }: Part, elaboration?: Elaboration): TwinTraining {
  const { spec, samples } = problem;
  const network = twinOf(problem);
  const before = flatten(spec, network.layers);
  let [loss, correct] = [0, 0];
  for (let done = 0; done < count; done += batchSize) {
    const rows = Math.min(batchSize, count - done);
    const { x, t } = rowsOf(problem, order, from + done, rows);
    const { weights } = samples;
    const batch = {
      weights: weights && reorder(weights, 1, order.subarray(from + done, from + done + rows)),
      factors:
        elaboration &&
        spec.layers.map(({ dropout, units }, l) =>
          dropout === 0 ? undefined : twin.dropoutFactors(elaboration.dropoutKey, l, dropout, from + done, rows, units),
        ),
    };
    const outputs = twin.networkForward(network, rows, x, batch).at(-1) as Float64Array;
    correct += twin.correctSum(samples.metric, spec.outputs, outputs, t);
    const { learningRate } = spec.optimizer;
    loss += rows * twin.networkStep(network, rows, x, t, { ...elaboration, ...batch, learningRate });
  }
  return { before, after: flatten(spec, network.layers), expected: { loss, correct } };
}
