/** Per-sample training of networks that fit the registers, against the literal loop in float64: every shape of up to 4. */
import { expect, it } from 'vitest';
import { BLOCK_ROWS } from '../../../assembly/abi.js';
import { ACTIVATION_TABLE, LOSS_TABLE } from '../../../src/engine/wasm/codes.js';
import type { LayerSpec } from '../../../src/options/spec.js';
import type { Activation } from '../../../src/options/types.js';
import { trainEpoch, trainTwin } from '../../support/engine/epochs.js';
import {
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
} from '../../support/engine/problems.js';
import { BUILDS, engineOf, sameBits } from '../../support/engine/workbench.js';
import { Findings } from '../../support/findings.js';
import { SeededRandom } from '../../support/seeded.js';

const SHAPES = [1, 2, 3, 4].flatMap((I) => [1, 2, 3, 4].flatMap((H) => [1, 2, 3, 4].map((O) => [I, H, O] as const)));
const COUNT = 3 * BLOCK_ROWS + 5;
const RATE = 0.05;
const ONE_BY_ONE = { batchSize: 1, rate: RATE };
/** Of the distance that the weights went: the float32 steps of a few dozen samples, which the next samples build on. */
const TOLERANCE = 5e-6;

/** What is trained in registers: what is in the basic build too; the rest goes through memory. */
const inRegisters = (activation: Activation): boolean => ACTIVATION_TABLE[activation].build === 'basic';
const REGISTER_HIDDEN = HIDDEN.filter(inRegisters);
const REGISTER_PAIRS = PAIRS.filter(
  ({ loss, activation }) => inRegisters(activation) && LOSS_TABLE[loss].build === 'basic',
);

function narrowProblem([I, H, O]: readonly [number, number, number], index: number, random: SeededRandom): Problem {
  const usual = REGISTER_PAIRS[index % REGISTER_PAIRS.length] as (typeof PAIRS)[number];
  const { loss, activation } = usual.activation === 'softmax' && O === 1 ? (REGISTER_PAIRS[0] as typeof usual) : usual;
  const layer = (inputs: number, units: number, activation: Activation): LayerSpec => {
    return { ...LAYER, inputs, units, activation, bias: random.chance(0.8) };
  };
  const hidden = REGISTER_HIDDEN[(index >> 2) % REGISTER_HIDDEN.length] as Activation;
  return problemOf(`${I}-${H}-${O}`, [layer(I, H, hidden), layer(H, O, activation)], loss, COUNT, random);
}

it.each(BUILDS)('trains networks of up to 4 inputs and units as the loop does, %s build', (build) => {
  const engine = engineOf(build);
  const findings = new Findings();
  let [worst, where] = [0, ''];
  SHAPES.forEach((shape, s) => {
    for (let trial = 0; trial < 3; trial++) {
      const random = new SeededRandom(`narrow ${s} ${trial}`);
      const problem = narrowProblem(shape, s + 7 * trial, random);
      const { spec } = problem;
      const before = flatten(spec, problem.parameters);
      const { network, loss, correct } = trainTwin(problem, ONE_BY_ONE);
      const { parameters, totals, finite } = trainEpoch(engine, problem, ONE_BY_ONE);
      const way = distance(flatten(spec, network.layers), before);
      const error = distance(flatten(spec, parameters), flatten(spec, network.layers)) / (way + 0.1 * norm(before));
      if (!(error <= worst)) [worst, where] = [error, problem.label];
      const { parameters: inBlocks, totals: totalsInBlocks } = trainEpoch(engine, problem, {
        ...ONE_BY_ONE,
        call: BLOCK_ROWS,
      });
      const sameTotals = totals.loss === totalsInBlocks.loss && totals.correct === totalsInBlocks.correct;
      const same = parameters.every(({ weights, biases }, l) => {
        const other = inBlocks[l] as (typeof parameters)[number];
        return sameBits(weights, other.weights) && sameBits(biases, other.biases);
      });
      findings.add(problem.label, [
        finite ? undefined : 'stopped',
        error <= TOLERANCE ? undefined : `error is ${error}, allowed is ${TOLERANCE}`,
        Math.abs(totals.loss - loss) <= 1e-5 * loss ? undefined : `loss is ${totals.loss}, expected ${loss}`,
        Math.abs(totals.correct - correct) <= 1e-9 * COUNT ? undefined : `correct is ${totals.correct}, not ${correct}`,
        sameTotals ? undefined : 'calls of a block each give other totals than one call',
        same ? undefined : 'calls of a block each give other bits than one call',
      ]);
    }
  });
  console.log(`narrow networks, ${build} build: at most ${worst.toExponential(2)} of the way, in ${where}`);
  findings.expectNone(3 * SHAPES.length);
});

it.each(BUILDS)('stops before the step of a sample whose loss is not finite, %s build', (build) => {
  const engine = engineOf(build);
  const problem = narrowProblem([3, 2, 2], 1, new SeededRandom('narrow, not finite'));
  problem.samples.inputs[11 * 3 + 1] = Number.NaN;
  const network = engine.createNetwork(problem.spec);
  loadParameters(network, problem);
  const samples = network.load(problem.samples);
  const totals = { loss: 0, correct: 0 };
  expect(network.train(samples, 0, COUNT, stepOf(1, RATE), totals)).toBe(false);
  const stopped = network.snapshot();
  loadParameters(network, problem);
  expect(network.train(samples, 0, 11, stepOf(1, RATE), totals)).toBe(true);
  expect(sameBits(stopped, network.snapshot())).toBe(true);
});

it.each(BUILDS)('trains on where the product of two samples is beyond float32, %s build', (build) => {
  const engine = engineOf(build);
  const problem = narrowProblem([2, 3, 1], 1, new SeededRandom('narrow, products'));
  problem.samples.inputs.fill(1e20);
  const together = trainEpoch(engine, problem, ONE_BY_ONE);
  expect(together.finite).toBe(true);
  expect(together).toEqual(trainEpoch(engine, problem, { ...ONE_BY_ONE, call: 1 }));
});

it.each(BUILDS)('keeps saturated outputs and large sums within sigmoid, %s build', (build) => {
  const engine = engineOf(build);
  const problem = narrowProblem([4, 4, 3], 1, new SeededRandom('narrow, saturated'));
  problem.samples.inputs.forEach((value, i) => {
    problem.samples.inputs[i] = value * 1e4;
  });
  const { parameters, totals, finite } = trainEpoch(engine, problem, ONE_BY_ONE);
  expect(finite).toBe(true);
  expect(totals.loss / COUNT).toBeLessThan(4);
  expect(parameters.every(({ weights }) => weights.every(Number.isFinite))).toBe(true);
});
