/**
 * Weight decay against the literal loop in float64: small, strong, so strong that a step leaves nothing (rate times decay is 1)
 * or turns every weight around, of weights alone and of both, sample by sample in blocks and in batches.
 */
import { describe, expect, it } from 'vitest';
import { BLOCK_ROWS } from '../../../assembly/abi.js';
import type { Engine } from '../../../src/engine/engine.js';
import { jsEngine } from '../../../src/engine/js/engine.js';
import type { NetworkSpec } from '../../../src/options/spec.js';
import { keepsFrozen, trainEpoch, trainTwin } from '../../support/engine/epochs.js';
import { fullEngine } from '../../support/engine/full.js';
import {
  distance,
  flatten,
  LAYER,
  norm,
  type Problem,
  problemOf,
  randomProblem,
  SGD,
  twinOf,
} from '../../support/engine/problems.js';
import * as twin from '../../support/engine/reference.js';
import { engineOf, sameBits } from '../../support/engine/workbench.js';
import { Findings } from '../../support/findings.js';
import { once } from '../../support/once.js';
import { repeats } from '../../support/repeats.js';
import { SeededRandom } from '../../support/seeded.js';

const RATE = 1 / 64;
/** Decay of weights and biases, and of weights alone, as what of a weight a step takes away: 1 is all of it. */
const TAKEN: readonly [weightDecay: number, l2: number][] = [
  [1e-6, 0],
  [0, 1e-6],
  [0.01, 0],
  [0, 0.01],
  [0.05, 0.2],
  [1, 0],
  [0, 1],
  [0.5, 0.5],
  [1.75, 0],
  [0.25, 1.5],
  [2, 0],
  [0, 2.125],
];
const NETWORKS = repeats(8, 40);
const TOLERANCE = 1e-6;
const ONE_BY_ONE = { batchSize: 1, rate: RATE };

type Creator = Pick<Engine, 'createNetwork'>;

const ENGINES: readonly [string, () => Promise<Creator>][] = [
  ['wasm', fullEngine],
  ['wasm, debug build', async () => engineOf('debug')],
  ['js', async () => jsEngine],
];

/** Every fifth random problem has hundreds of samples, and decays to nothing: these are left out. */
function countedIndex(index: number): number {
  return 5 * index + (index % 4);
}

function narrowProblem(random: SeededRandom): Problem {
  const layer = {
    ...LAYER,
    inputs: 3,
    units: 3,
    activation: 'sigmoid',
  } as const;
  return problemOf('narrow', [layer, { ...layer, units: 2 }], 'meanSquaredError', random.integer(1, 40), random);
}

/** A random network whose lowest layers may be frozen, or one that would fit the registers, with this decay. */
function problemWith(index: number, [weightDecay, l2]: (typeof TAKEN)[number], random: SeededRandom): Problem {
  const drawn = index % 8 === 7 ? narrowProblem(random) : randomProblem(countedIndex(index), random);
  const layers = drawn.spec.layers.map((layer, l) => {
    const trainable = layer.trainable || l === drawn.spec.layers.length - 1;
    // Where weights grow from step to step outputs must not, or float64 itself diverges.
    const activation = layer.activation === 'sigmoid' || weightDecay + l2 < 2 ? layer.activation : 'tanh';
    return { ...layer, activation, l2: l2 / 2 / RATE, trainable };
  });
  const spec: NetworkSpec = { ...drawn.spec, layers, optimizer: { ...SGD, weightDecay: weightDecay / RATE } };
  const label = `${drawn.label.split(', decay')[0]}, taken ${weightDecay} + ${l2}`;
  return { ...drawn, label, spec: weightDecay + l2 < 2 ? spec : { ...spec, loss: 'meanSquaredError' } };
}

describe.each(ENGINES)('weight decay on the engine %s', (name, open) => {
  it.each([1, 4, 9])('takes from parameters what the loop takes, in batches of %i', async (batchSize) => {
    const engine = await open();
    const findings = new Findings();
    let [worst, where] = [0, ''];
    TAKEN.forEach((taken, index) => {
      for (let n = 0; n < NETWORKS; n++) {
        const problem = problemWith(n, taken, new SeededRandom(`decay ${index} ${n}`));
        const { spec } = problem;
        // The same for every engine.
        const { network, loss } = once(`decay ${index} ${n} ${batchSize}`, () =>
          trainTwin(problem, { batchSize, rate: RATE }),
        );
        const expected = flatten(spec, network.layers);
        const { parameters, totals, finite } = trainEpoch(engine, problem, { batchSize, rate: RATE });
        const scale = norm(expected) + norm(flatten(spec, problem.parameters));
        const error = distance(flatten(spec, parameters), expected) / scale;
        if (!(error <= worst)) [worst, where] = [error, problem.label];
        findings.add(problem.label, [
          finite ? undefined : 'stopped',
          error <= TOLERANCE ? undefined : `error is ${error}, allowed is ${TOLERANCE}`,
          Math.abs(totals.loss - loss) <= 1e-5 * loss ? undefined : `loss is ${totals.loss}, expected ${loss}`,
          keepsFrozen(problem, parameters) ? undefined : 'a frozen layer decayed',
        ]);
      }
    });
    console.log(`${name}, decay, batches of ${batchSize}: at most ${worst.toExponential(2)} of the norm, in ${where}`);
    findings.expectNone(TAKEN.length * NETWORKS);
  });

  it('gives the same bits in calls of a block each as in one', async () => {
    const engine = await open();
    for (const [index, taken] of TAKEN.entries()) {
      const problem = problemWith(index, taken, new SeededRandom(`decay calls ${index}`));
      const { snapshot } = trainEpoch(engine, problem, ONE_BY_ONE);
      const inCalls = trainEpoch(engine, problem, { ...ONE_BY_ONE, call: BLOCK_ROWS });
      expect(sameBits(snapshot, inCalls.snapshot), problem.label).toBe(true);
    }
  });

  it('leaves nothing but the last step where it takes all', async () => {
    const engine = await open();
    const drawn = problemWith(0, [1, 0], new SeededRandom('decay, nothing left'));
    const { spec, samples } = drawn;
    // Targets are the outputs before: the deltas of the only sample are 0.
    const network = twinOf(drawn);
    const outputs = twin.networkForward(network, 1, samples.inputs.subarray(0, spec.inputs)).at(-1) as Float64Array;
    const one = { ...samples, count: 1, targets: Float32Array.from(outputs) };
    const { parameters } = trainEpoch(engine, { ...drawn, samples: one }, ONE_BY_ONE);
    for (const [l, { weights, biases }] of parameters.entries()) {
      if (!spec.layers[l]?.trainable) continue;
      for (const value of [...weights, ...biases]) expect(Math.abs(value)).toBeLessThan(1e-6);
    }
  });

  // All weights are 1e20, and so is what enters the relu, below 0: no gradient, only decay.
  it.each([0.9, 0.5, 0.1, 0.01])('leaves %d of a weight in every step of a block', async (kept) => {
    const engine = await open();
    const layer = {
      ...LAYER,
      inputs: 5,
      units: 6,
      activation: 'relu',
      bias: false,
    } as const;
    const drawn = problemOf('strong', [layer], 'meanSquaredError', 1, new SeededRandom('strong'));
    const count = BLOCK_ROWS;
    const inputs = new Float32Array(count * 5).fill(-1);
    const targets = new Float32Array(count * 6);
    const problem: Problem = {
      ...drawn,
      spec: { ...drawn.spec, optimizer: { ...SGD, weightDecay: (1 - kept) / RATE } },
      parameters: [{ weights: new Float32Array(30).fill(1e20), biases: new Float32Array(0) }],
      samples: { ...drawn.samples, count, inputs, targets },
    };
    const { parameters } = trainEpoch(engine, problem, ONE_BY_ONE);
    const expected = 1e20 * kept ** count;
    for (const weight of parameters[0]?.weights ?? []) expect(Math.abs(weight / expected - 1)).toBeLessThan(1e-4);
  });

  it('keeps what is 0 at 0, however strong it is', async () => {
    const engine = await open();
    const drawn = problemWith(1, [1e30, 0], new SeededRandom('decay of zeros'));
    const { spec, samples } = drawn;
    const layers = spec.layers.map((layer) => ({ ...layer, activation: 'tanh' as const, trainable: true }));
    const zeros = drawn.parameters.map(({ weights, biases }) => ({ weights: weights.fill(0), biases: biases.fill(0) }));
    const count = 2 * BLOCK_ROWS + 3;
    const inputs = new SeededRandom('inputs').floats(count * spec.inputs);
    const given = { ...samples, count, inputs, targets: new Float32Array(count * spec.outputs) };
    const problem = { ...drawn, spec: { ...spec, layers }, parameters: zeros, samples: given };
    const { finite, snapshot } = trainEpoch(engine, problem, ONE_BY_ONE);
    expect(finite).toBe(true);
    expect(snapshot.every((value) => value === 0)).toBe(true);
  });

  it.each([1, 4])(
    'adds up over thousands of steps that float32 can hardly tell from none, batches of %i',
    async (batchSize) => {
      const engine = await open();
      const layer = {
        ...LAYER,
        inputs: 8,
        units: 8,
        activation: 'linear',
        bias: false,
      } as const;
      const random = new SeededRandom('decay, long');
      const drawn = problemOf('long', [layer], 'meanSquaredError', 1, random);
      // Half way between two of the numbers that float32 has below 1: a factor of float32 would be wrong by 2.4%.
      const taken = 20.5 * 2 ** -24;
      const count = 16_000 * batchSize;
      const samples = {
        ...drawn.samples,
        count,
        inputs: new Float32Array(8 * count),
        targets: new Float32Array(8 * count),
      };
      const problem = { ...drawn, samples, spec: { ...drawn.spec, optimizer: { ...SGD, weightDecay: taken / RATE } } };
      const before = problem.parameters[0]?.weights as Float32Array;
      const trained = trainEpoch(engine, problem, { batchSize, rate: RATE });
      const after = trained.parameters[0]?.weights as Float32Array;
      const fading = after.map((weight, i) => -Math.log(weight / (before[i] as number)) / 16_000 / taken);
      expect(Math.abs(fading.reduce((sum, value) => sum + value, 0) / fading.length - 1)).toBeLessThan(0.01);
    },
  );
});
