/**
 * Batches of a few samples, trained several to a block, against the literal loop in float64: layers large enough for blocks,
 * frozen ones below them, with and without biases and weight decay, every length of the last batch and the last block.
 */
import { describe, expect, it } from 'vitest';
import { WasmNetwork } from '../../../src/engine/wasm/network.js';
import { blockRows } from '../../../src/engine/wasm/plan.js';
import type { Realm } from '../../../src/engine/wasm/realm.js';
import type { LayerSpec } from '../../../src/options/layers.js';
import type { Activation } from '../../../src/options/types.js';
import {
  decaying,
  distance,
  flatten,
  HIDDEN,
  LAYER,
  loadParameters,
  norm,
  PAIRS,
  type Problem,
  problemOf,
  stepOf,
  twinOf,
} from '../../support/engine/problems.js';
import * as twin from '../../support/engine/reference.js';
import { BUILDS, openRealm, sameBits } from '../../support/engine/workbench.js';
import { Findings } from '../../support/findings.js';
import { SeededRandom } from '../../support/seeded.js';

const RATE = 0.05;
/** Of the weights and the distance that they went. */
const TOLERANCE = 2e-6;
const NETWORKS = 40;

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

/** Parameters, totals and whether every loss was finite, after one epoch in calls of `call` samples. */
function train(realm: Realm, problem: Problem, batchSize: number, call: number, rate = RATE) {
  const { count } = problem.samples;
  const network = new WasmNetwork(realm, problem.spec, undefined);
  loadParameters(network, problem);
  const samples = network.load(problem.samples);
  const totals = { loss: 0, correct: 0 };
  let finite = true;
  for (let from = 0; from < count && finite; from += call) {
    finite = network.train(samples, from, Math.min(call, count - from), stepOf(batchSize, rate), totals);
  }
  const parameters = problem.spec.layers.map((_, l) => network.readParameters(l));
  const snapshot = network.snapshot();
  samples.release();
  network.dispose();
  return { parameters, totals, finite, snapshot };
}

function trainTwin(problem: Problem, batchSize: number, rate = RATE) {
  const { spec, samples, denseTargets } = problem;
  const network = twinOf(problem);
  let [loss, correct] = [0, 0];
  for (let from = 0; from < samples.count; from += batchSize) {
    const to = Math.min(from + batchSize, samples.count);
    const x = samples.inputs.subarray(from * spec.inputs, to * spec.inputs);
    const t = denseTargets.subarray(from * spec.outputs, to * spec.outputs);
    const y = twin.networkForward(network, to - from, x).at(-1) as Float64Array;
    correct += twin.correctSum(samples.metric, spec.outputs, y, t);
    loss += (to - from) * twin.networkStep(network, to - from, x, t, { learningRate: rate });
  }
  return { network, loss, correct };
}

/** Distance from the twin, of the weights and the way that they went. */
function errorOf(problem: Problem, trained: ReturnType<typeof train>, network: twin.TwinNetwork): number {
  const { spec, parameters } = problem;
  const [before, after] = [flatten(spec, parameters), flatten(spec, network.layers)];
  return distance(flatten(spec, trained.parameters), after) / (norm(before) + distance(after, before));
}

describe.each(BUILDS)('small batches in blocks, %s build', (build) => {
  it.each([2, 3, 4, 5, 6])('train as the loop does, in batches of %i', (batchSize) => {
    const realm = openRealm(build);
    const findings = new Findings();
    const networks = batchSize <= 3 ? NETWORKS : 4;
    let [worst, where] = [0, ''];
    for (let index = 0; index < networks; index++) {
      const random = new SeededRandom(`blocks ${batchSize} ${index}`);
      const problem = problemFor(batchSize, index, batchSize <= 3 ? index + 1 : 17 + index, random);
      const { spec, samples } = problem;
      const { network, loss, correct } = trainTwin(problem, batchSize);
      const block = blockRows(spec, batchSize);
      const trained = train(realm, problem, batchSize, samples.count);
      const { totals, finite, parameters } = trained;
      const error = errorOf(problem, trained, network);
      if (!(error <= worst)) [worst, where] = [error, problem.label];
      const frozen = parameters.every(({ weights, biases }, l) => {
        const before = problem.parameters[l] as (typeof parameters)[number];
        return spec.layers[l]?.trainable || (sameBits(weights, before.weights) && sameBits(biases, before.biases));
      });
      const inCalls = train(realm, problem, batchSize, block);
      const sameTotals = inCalls.totals.loss === totals.loss && inCalls.totals.correct === totals.correct;
      findings.add(problem.label, [
        block > batchSize ? undefined : 'not a block of several batches',
        finite ? undefined : 'stopped',
        error <= TOLERANCE ? undefined : `error is ${error}, allowed is ${TOLERANCE}`,
        Math.abs(totals.loss - loss) <= 1e-5 * loss ? undefined : `loss is ${totals.loss}, expected ${loss}`,
        Math.abs(totals.correct - correct) <= 1e-9 * samples.count ? undefined : `correct is ${totals.correct}`,
        frozen ? undefined : 'a frozen layer changed',
        sameBits(trained.snapshot, inCalls.snapshot) && sameTotals ? undefined : 'calls of a block give other bits',
      ]);
    }
    console.log(`batches of ${batchSize}, ${build} build: at most ${worst.toExponential(2)}, in ${where}`);
    findings.expectNone(networks);
  });

  it.each([2, 3])('stop before the step of the first batch of %i whose loss is not finite', (batchSize) => {
    const realm = openRealm(build);
    for (let bad = 0; bad < 20; bad++) {
      const problem = problemFor(batchSize, 0, 20, new SeededRandom(`blocks, not finite ${bad}`));
      const spoiled = problem.samples.inputs.slice();
      spoiled[bad * problem.spec.inputs + 3] = Number.NaN;
      const stopped = train(realm, { ...problem, samples: { ...problem.samples, inputs: spoiled } }, batchSize, 20);
      expect(stopped.finite).toBe(false);
      const whole = bad - (bad % batchSize);
      // The batches before it, in a block as long as they are: what is left to do is the rounding of a shorter block.
      const before = { ...problem, samples: { ...problem.samples, count: whole } };
      const { network } = trainTwin(before, batchSize);
      expect(errorOf(problem, stopped, network)).toBeLessThan(TOLERANCE);
    }
  });

  it.each([0.1, 100, 1e6])('stay as exact for inputs up to %f', (magnitude) => {
    const realm = openRealm(build);
    for (const batchSize of [2, 3]) {
      for (let trial = 0; trial < 8; trial++) {
        const random = new SeededRandom(`blocks ${magnitude} ${trial}`);
        const problem = scaled(problemFor(batchSize, 1, 29, random), magnitude);
        // Steps of the first layer grow with the inputs, and its sums with their square.
        const rate = RATE / Math.max(1, magnitude ** 2);
        const { network } = trainTwin(problem, batchSize, rate);
        const trained = train(realm, problem, batchSize, 29, rate);
        const expected = network.layers[0] as twin.TwinLayer;
        const weights = trained.parameters[0]?.weights as Float32Array;
        expect(distance(weights, expected.weights) / norm(expected.weights)).toBeLessThan(TOLERANCE);
      }
    }
  });

  it('go one by one where products of samples are beyond float32', () => {
    const realm = openRealm(build);
    const problem = scaled(problemFor(3, 0, 31, new SeededRandom('blocks, overflow')), 3e19);
    const trained = train(realm, problem, 3, 31, 1e-30);
    expect(trained.finite).toBe(true);
    expect(sameBits(trained.snapshot, train(realm, problem, 3, 3, 1e-30).snapshot)).toBe(true);
    const { weights } = trained.parameters[0] as { weights: Float32Array };
    expect(sameBits(weights, problem.parameters[0]?.weights as Float32Array)).toBe(false);
  });
});
