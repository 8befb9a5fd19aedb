/**
 * Batches of a few samples, trained several to a block, against the literal loop in float64: layers large enough for blocks,
 * frozen ones below them, with and without biases and weight decay, every length of the last batch and the last block.
 */
import { describe, expect, it } from 'vitest';
import { blockRows } from '../../../src/engine/wasm/plan.js';
import type { LayerSpec } from '../../../src/options/spec.js';
import type { Activation } from '../../../src/options/types.js';
import { keepsFrozen, type Trained, trainEpoch, trainTwin } from '../../support/engine/epochs.js';
import {
  decaying,
  distance,
  flatten,
  HIDDEN,
  LAYER,
  norm,
  PAIRS,
  type Problem,
  problemOf,
  slopeFor,
} from '../../support/engine/problems.js';
import type * as twin from '../../support/engine/reference.js';
import { BUILDS, engineOf, sameBits } from '../../support/engine/workbench.js';
import { Findings } from '../../support/findings.js';
import { repeats } from '../../support/repeats.js';
import { SeededRandom } from '../../support/seeded.js';

const RATE = 0.05;
/** Of the weights and the distance that they went. */
const TOLERANCE = 2e-6;
const NETWORKS = repeats(13, 40);

/** The widths around the first layer that learns: enough weights for batches of 2 and 3, or of 6 too. */
const WIDTHS = { 3: [43, 67], 6: [363, 367] } as const;

/** Up to three layers from the first that learns, up to two frozen ones before. */
function problemFor(batchSize: number, index: number, count: number, random: SeededRandom): Problem {
  const { loss, activation } = PAIRS[index % PAIRS.length] as (typeof PAIRS)[number];
  const [low, high] = WIDTHS[batchSize <= 3 ? 3 : 6];
  const frozen = index % 4 === 3 ? random.integer(1, 2) : 0;
  const depth = frozen + random.integer(1, 3);
  const layers: LayerSpec[] = [];
  let inputs = random.integer(low + 5, high);
  for (let l = 0; l < depth; l++) {
    const wide = l <= frozen;
    const units = wide ? random.integer(low + 5, high) : random.integer(2, 20);
    const output = l === depth - 1;
    const hidden = random.pick(HIDDEN as [Activation, ...Activation[]]);
    const trainable = l >= frozen && (l === frozen || random.chance(0.7));
    const bias = random.chance(0.8);
    layers.push({
      inputs,
      units,
      activation: output ? activation : hidden,
      ...LAYER,
      bias,
      trainable,
      slope: slopeFor(units),
    });
    inputs = units;
  }
  const problem = problemOf(`batches of ${batchSize}`, layers, loss, count, random);
  return index % 3 === 1 ? decaying(problem, random) : problem;
}

/** The problem with inputs so large, weights that take them, and outputs that stay small however it goes. */
function scaled(drawn: Problem, magnitude: number): Problem {
  const layers = drawn.spec.layers.map((layer) => ({ ...layer, activation: 'tanh' as const, l2: 0 }));
  const spec = { ...drawn.spec, layers, loss: 'meanSquaredError' as const };
  const inputs = drawn.samples.inputs.map((value) => value * magnitude);
  const parameters = drawn.parameters.map(({ weights, biases }, l) => {
    return { weights: l === 0 ? weights.map((weight) => weight / magnitude) : weights, biases };
  });
  return { ...drawn, spec, parameters, samples: { ...drawn.samples, inputs } };
}

/** Distance from the twin, of the weights and the way that they went. */
function errorOf(problem: Problem, trained: Trained, network: twin.TwinNetwork): number {
  const { spec, parameters } = problem;
  const [before, after] = [flatten(spec, parameters), flatten(spec, network.layers)];
  return distance(flatten(spec, trained.parameters), after) / (norm(before) + distance(after, before));
}

describe.each(BUILDS)('small batches in blocks, %s build', (build) => {
  it.each([2, 3, 4, 5, 6])('train as the loop does, in batches of %i', (batchSize) => {
    const engine = engineOf(build);
    const findings = new Findings();
    const networks = batchSize <= 3 ? NETWORKS : 4;
    let [worst, where] = [0, ''];
    for (let index = 0; index < networks; index++) {
      const random = new SeededRandom(`blocks ${batchSize} ${index}`);
      const problem = problemFor(batchSize, index, batchSize <= 3 ? index + 1 : 17 + index, random);
      const { spec, samples } = problem;
      const { network, loss, correct } = trainTwin(problem, { batchSize, rate: RATE });
      const block = blockRows(spec, batchSize);
      const trained = trainEpoch(engine, problem, { batchSize, rate: RATE });
      const { totals, finite, parameters } = trained;
      const error = errorOf(problem, trained, network);
      if (!(error <= worst)) [worst, where] = [error, problem.label];
      const inCalls = trainEpoch(engine, problem, { batchSize, rate: RATE, call: block });
      const sameTotals = inCalls.totals.loss === totals.loss && inCalls.totals.correct === totals.correct;
      findings.add(problem.label, [
        block > batchSize ? undefined : 'not a block of several batches',
        finite ? undefined : 'stopped',
        error <= TOLERANCE ? undefined : `error is ${error}, allowed is ${TOLERANCE}`,
        Math.abs(totals.loss - loss) <= 1e-5 * loss ? undefined : `loss is ${totals.loss}, expected ${loss}`,
        Math.abs(totals.correct - correct) <= 1e-9 * samples.count ? undefined : `correct is ${totals.correct}`,
        keepsFrozen(problem, parameters) ? undefined : 'a frozen layer changed',
        sameBits(trained.snapshot, inCalls.snapshot) && sameTotals ? undefined : 'calls of a block give other bits',
      ]);
    }
    console.log(`batches of ${batchSize}, ${build} build: at most ${worst.toExponential(2)}, in ${where}`);
    findings.expectNone(networks);
  });

  it.each([2, 3])('stop before the step of the first batch of %i whose loss is not finite', (batchSize) => {
    const engine = engineOf(build);
    for (let bad = 0; bad < 20; bad++) {
      const problem = problemFor(batchSize, 0, 20, new SeededRandom(`blocks, not finite ${bad}`));
      const spoiled = problem.samples.inputs.slice();
      spoiled[bad * problem.spec.inputs + 3] = Number.NaN;
      const samples = { ...problem.samples, inputs: spoiled };
      const stopped = trainEpoch(engine, { ...problem, samples }, { batchSize, rate: RATE });
      expect(stopped.finite).toBe(false);
      const whole = bad - (bad % batchSize);
      // The batches before it, in a block as long as they are: what is left to do is the rounding of a shorter block.
      const before = { ...problem, samples: { ...problem.samples, count: whole } };
      const { network } = trainTwin(before, { batchSize, rate: RATE });
      expect(errorOf(problem, stopped, network)).toBeLessThan(TOLERANCE);
    }
  });

  it.each([0.1, 100, 1e6])('stay as exact for inputs up to %f', (magnitude) => {
    const engine = engineOf(build);
    for (const batchSize of [2, 3]) {
      for (let trial = 0; trial < 8; trial++) {
        const random = new SeededRandom(`blocks ${magnitude} ${trial}`);
        const problem = scaled(problemFor(batchSize, 1, 29, random), magnitude);
        // Steps of the first layer grow with the inputs, and its sums with their square.
        const rate = RATE / Math.max(1, magnitude ** 2);
        const { network } = trainTwin(problem, { batchSize, rate });
        const trained = trainEpoch(engine, problem, { batchSize, rate });
        const expected = network.layers[0] as twin.TwinLayer;
        const weights = trained.parameters[0]?.weights as Float32Array;
        expect(distance(weights, expected.weights) / norm(expected.weights)).toBeLessThan(TOLERANCE);
      }
    }
  });

  it('go one by one where products of samples are beyond float32', () => {
    const engine = engineOf(build);
    const problem = scaled(problemFor(3, 0, 31, new SeededRandom('blocks, overflow')), 3e19);
    const trained = trainEpoch(engine, problem, { batchSize: 3, rate: 1e-30 });
    expect(trained.finite).toBe(true);
    const inCalls = trainEpoch(engine, problem, { batchSize: 3, rate: 1e-30, call: 3 });
    expect(sameBits(trained.snapshot, inCalls.snapshot)).toBe(true);
    const { weights } = trained.parameters[0] as { weights: Float32Array };
    expect(sameBits(weights, problem.parameters[0]?.weights as Float32Array)).toBe(false);
  });
});
