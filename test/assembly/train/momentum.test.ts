/**
 * Per-sample training with momentum, in blocks, against the literal loop in float64: weak and strong momentum, Nesterov's too, after a
 * change of the rate, frozen layers, dropout and sample weights; the velocities are compared as the parameters are.
 */
import { describe, expect, it } from 'vitest';
import { BLOCK_ROWS } from '../../../assembly/abi.js';
import type { Engine, LayerParameters, StepOptions } from '../../../src/engine/engine.js';
import { jsEngine } from '../../../src/engine/js/engine.js';
import type { LayerSpec } from '../../../src/options/spec.js';
import { keepsFrozen } from '../../support/engine/epochs.js';
import { fullEngine } from '../../support/engine/full.js';
import {
  distance,
  flatten,
  LAYER,
  loadParameters,
  norm,
  type Problem,
  problemOf,
  randomProblem,
  SGD,
  twinOf,
} from '../../support/engine/problems.js';
import * as twin from '../../support/engine/reference.js';
import { engineOf, sameBits, TILED_BUILDS } from '../../support/engine/workbench.js';
import { Findings } from '../../support/findings.js';
import { once } from '../../support/once.js';
import { repeats } from '../../support/repeats.js';
import { SeededRandom } from '../../support/seeded.js';

const MOMENTA = [1e-6, 0.1, 0.5, 0.75, 0.9375];
/** Of two epochs, as parts of what momentum leaves of a rate: steps add up to 1 / (1 - momentum) of their own length. */
const RATES = [1 / 64, 1 / 256];
const NETWORKS = repeats(12, 60);
/** Of the parameters, or of the velocities. */
const TOLERANCE = 2e-6;
const KEY = 12345;

type Creator = Pick<Engine, 'createNetwork'>;

const ENGINES: readonly [string, () => Promise<Creator>][] = [
  ['wasm', fullEngine],
  ...TILED_BUILDS.map((build): [string, () => Promise<Creator>] => [
    `wasm, ${build} build`,
    async () => engineOf(build),
  ]),
  ['js', async () => jsEngine],
];

/** A random network with this momentum. Every fourth has sample weights, every third dropout, every eighth would fit the registers. */
function problemWith(index: number, momentum: number, random: SeededRandom): Problem {
  const drawn = index % 8 === 7 ? narrowProblem(random) : randomProblem(5 * index + (index % 4), random);
  const layers = drawn.spec.layers.map((layer, l): LayerSpec => {
    const isLast = l === drawn.spec.layers.length - 1;
    const dropout = index % 3 === 1 && !isLast ? 0.25 : 0;
    return { ...layer, l2: 0, dropout, trainable: layer.trainable || isLast };
  });
  const { count } = drawn.samples;
  const weights = index % 4 === 2 ? Float32Array.from({ length: count }, () => random.pick([0, 0.5, 1, 2])) : undefined;
  const optimizer = { ...SGD, momentum, nesterov: index % 2 === 1 };
  const label = `${drawn.label.split(', decay')[0]}, momentum ${momentum}${index % 2 === 1 ? ', nesterov' : ''}`;
  return { ...drawn, label, spec: { ...drawn.spec, layers, optimizer }, samples: { ...drawn.samples, weights } };
}

function narrowProblem(random: SeededRandom): Problem {
  const layer = { ...LAYER, inputs: 3, units: 3, activation: 'sigmoid' } as const;
  return problemOf('narrow', [layer, { ...layer, units: 2 }], 'meanSquaredError', random.integer(1, 40), random);
}

function stepAt(rate: number): StepOptions {
  return { batchSize: 1, learningRate: rate, dropoutKey: KEY };
}

/** Trains an epoch for each rate, in calls of so many samples. */
function train(engine: Creator, problem: Problem, rates: readonly number[], call = problem.samples.count) {
  const { spec, samples } = problem;
  const network = engine.createNetwork(spec);
  loadParameters(network, problem);
  const loaded = network.load(samples);
  const totals = { loss: 0, correct: 0 };
  let finite = true;
  for (const rate of rates) {
    for (let from = 0; from < samples.count && finite; from += call) {
      finite = network.train(loaded, from, Math.min(call, samples.count - from), stepAt(rate), totals);
    }
  }
  const parameters = spec.layers.map((_, l) => network.readParameters(l));
  const velocities = network.readOptimizerState()?.moments[0] ?? [];
  const snapshot = network.snapshot();
  network.dispose();
  return { parameters, velocities, snapshot, totals, finite };
}

/** The same one sample after the other, in float64. */
function trainTwin(problem: Problem, rates: readonly number[]) {
  const { spec, samples, denseTargets } = problem;
  const network = twinOf(problem);
  let loss = 0;
  for (const learningRate of rates) {
    for (let i = 0; i < samples.count; i++) {
      const x = samples.inputs.subarray(i * spec.inputs, (i + 1) * spec.inputs);
      const t = denseTargets.subarray(i * spec.outputs, (i + 1) * spec.outputs);
      const factors = spec.layers.map(({ dropout, units }, l) =>
        dropout > 0 ? twin.dropoutFactors(KEY, l, dropout, i, 1, units) : undefined,
      );
      loss += twin.networkStep(network, 1, x, t, {
        learningRate,
        weights: samples.weights?.subarray(i, i + 1),
        factors,
      });
    }
  }
  return { network, loss };
}

describe.each(ENGINES)('momentum per sample on the engine %s', (name, open) => {
  it('moves parameters and velocities as the loop does', async () => {
    const engine = await open();
    const findings = new Findings();
    let [worst, where] = [0, ''];
    for (const momentum of MOMENTA) {
      const rates = RATES.map((rate) => rate * (1 - momentum));
      for (let n = 0; n < NETWORKS; n++) {
        const problem = problemWith(n, momentum, new SeededRandom(`momentum ${momentum} ${n}`));
        const { spec } = problem;
        // The same for every engine.
        const { network, loss } = once(`momentum ${momentum} ${n}`, () => trainTwin(problem, rates));
        const { parameters, velocities, totals, finite } = train(engine, problem, rates);
        const expected = flatten(spec, network.layers);
        const error = distance(flatten(spec, parameters), expected) / (norm(expected) + 1e-3);
        const moments = Float64Array.from(network.memory.first.flatMap((tensor) => [...tensor]));
        const ofVelocities = distance(flatten(spec, velocities), moments) / (norm(moments) + 1e-3);
        if (!(Math.max(error, ofVelocities) <= worst)) [worst, where] = [Math.max(error, ofVelocities), problem.label];
        findings.add(problem.label, [
          finite ? undefined : 'stopped',
          error <= TOLERANCE ? undefined : `error is ${error}, allowed is ${TOLERANCE}`,
          ofVelocities <= 4 * TOLERANCE ? undefined : `error of velocities is ${ofVelocities}`,
          Math.abs(totals.loss - loss) <= 1e-5 * loss ? undefined : `loss is ${totals.loss}, expected ${loss}`,
          keepsFrozen(problem, parameters) ? undefined : 'a frozen layer moved',
        ]);
      }
    }
    console.log(`${name}, momentum: at most ${worst.toExponential(2)} of the norm, in ${where}`);
    findings.expectNone(MOMENTA.length * NETWORKS);
  });

  it('gives the same bits in calls of some blocks each as in one', async () => {
    const engine = await open();
    for (let n = 0; n < NETWORKS; n++) {
      const problem = problemWith(n, 0.875, new SeededRandom(`momentum calls ${n}`));
      const { snapshot, totals } = train(engine, problem, RATES);
      for (const call of [BLOCK_ROWS, 3 * BLOCK_ROWS]) {
        const inCalls = train(engine, problem, RATES, call);
        expect(sameBits(snapshot, inCalls.snapshot), problem.label).toBe(true);
        expect(inCalls.totals).toEqual(totals);
      }
    }
  });

  it('goes on from velocities that were written', async () => {
    const engine = await open();
    for (const nesterov of [false, true]) {
      const drawn = problemWith(0, 0.75, new SeededRandom('momentum, written'));
      const problem = { ...drawn, spec: { ...drawn.spec, optimizer: { ...drawn.spec.optimizer, nesterov } } };
      const network = engine.createNetwork(problem.spec);
      loadParameters(network, problem);
      const samples = network.load(problem.samples);
      network.train(samples, 0, problem.samples.count, stepAt(0.1), { loss: 0, correct: 0 });
      const other = engine.createNetwork(problem.spec);
      problem.spec.layers.forEach((_, l) => {
        other.writeParameters(l, network.readParameters(l));
      });
      other.writeOptimizerState(
        network.readOptimizerState() as NonNullable<ReturnType<typeof network.readOptimizerState>>,
      );
      const others = other.load(problem.samples);
      for (const [trained, loaded] of [
        [network, samples],
        [other, others],
      ] as const) {
        trained.train(loaded, 0, problem.samples.count, stepAt(0.05), { loss: 0, correct: 0 });
      }
      expect(sameBits(network.snapshot(), other.snapshot())).toBe(true);
    }
  });

  it('stops before the step of a sample whose loss is not finite, in the middle of a block', async () => {
    const engine = await open();
    const layer = { ...LAYER, inputs: 5, units: 9, activation: 'tanh' } as const;
    const layers = [layer, { ...layer, inputs: 9, units: 3 }];
    const drawn = problemOf(
      'stopped',
      layers,
      'meanSquaredError',
      3 * BLOCK_ROWS,
      new SeededRandom('momentum, stopped'),
    );
    const problem = { ...drawn, spec: { ...drawn.spec, optimizer: { ...SGD, momentum: 0.75 } } };
    const at = 2 * BLOCK_ROWS + 3;
    (problem.samples.targets as Float32Array)[at * 3 + 1] = Number.NaN;
    const { snapshot, finite } = train(engine, problem, [0.1]);
    expect(finite).toBe(false);
    const before = { ...problem, samples: { ...problem.samples, count: at } };
    expect(sameBits(snapshot, train(engine, before, [0.1]).snapshot)).toBe(true);
  });
});

describe('what blocks cannot hold', () => {
  const layer = { ...LAYER, inputs: 4, units: 6, activation: 'sigmoid' } as const;

  function problemOfInputs(inputs: Float32Array, optimizer: Partial<typeof SGD>): Problem {
    const count = inputs.length / 4;
    const drawn = problemOf('large', [layer], 'meanSquaredError', count, new SeededRandom('momentum, large'));
    const parameters = [{ weights: new Float32Array(24), biases: new Float32Array(6) }] as readonly LayerParameters[];
    const spec = { ...drawn.spec, optimizer: { ...SGD, momentum: 0.75, ...optimizer } };
    return { ...drawn, spec, parameters, samples: { ...drawn.samples, inputs } };
  }

  it.each([false, true])('goes sample by sample: products of samples beyond float32, nesterov %s', (nesterov) => {
    for (const build of ['debug', 'simd'] as const) {
      const engine = engineOf(build);
      const problem = problemOfInputs(new Float32Array(4 * 2 * BLOCK_ROWS).fill(3e19), { nesterov });
      const together = train(engine, problem, [1e-30]);
      expect(together.finite).toBe(true);
      expect(sameBits(together.snapshot, train(engine, problem, [1e-30], 1).snapshot)).toBe(true);
    }
  });

  it('goes sample by sample: products with the rate, or of velocities, beyond float32', () => {
    const inputs = new Float32Array(4 * 2 * BLOCK_ROWS).fill(1e18);
    const fast = problemOfInputs(inputs, {});
    const engine = engineOf('debug');
    expect(sameBits(train(engine, fast, [1e3]).snapshot, train(engine, fast, [1e3], 1).snapshot)).toBe(true);
    // The first block leaves velocities that the inputs of the second one are too large for.
    const late = Float32Array.from({ length: 4 * 2 * BLOCK_ROWS }, (_, i) => (i < 4 * BLOCK_ROWS ? 1e25 : 1e15));
    const grown = problemOfInputs(late, {});
    const { finite, snapshot } = train(engine, grown, [1e-35]);
    expect(finite).toBe(true);
    expect(sameBits(snapshot, train(engine, grown, [1e-35], 1).snapshot)).toBe(true);
  });
});

it.each([0.5, 0.9, 0.99])(
  'velocities that nothing feeds end at 0, not among denormal numbers: momentum %d',
  (momentum) => {
    for (const build of ['debug', 'simd'] as const) {
      const engine = engineOf(build);
      // A sum of -1e6: the relu of the outputs is off for good, and no gradient comes from there.
      const layer = { ...LAYER, inputs: 5, units: 9, activation: 'relu' } as const;
      const layers = [layer, { ...layer, inputs: 9, units: 3 }];
      const drawn = problemOf('still', layers, 'meanSquaredError', 64, new SeededRandom('momentum, still'));
      const problem = { ...drawn, spec: { ...drawn.spec, optimizer: { ...SGD, momentum } } };
      const network = engine.createNetwork(problem.spec);
      loadParameters(network, problem);
      network.writeParameters(1, { biases: new Float32Array(3).fill(-1e6) });
      const samples = network.load(problem.samples);
      const totals = { loss: 0, correct: 0 };
      const moving = layers.map(({ inputs, units }) => ({
        weights: new Float32Array(inputs * units).fill(1e-3),
        biases: new Float32Array(units).fill(-1e-3),
      }));
      network.writeOptimizerState({ products: [1, 1], moments: [moving] });
      for (let epoch = 0; epoch < 200; epoch++) {
        network.train(samples, 0, 64, stepAt(1e-6), totals);
        for (const { weights, biases } of network.readOptimizerState()?.moments[0] ?? []) {
          for (const value of [...weights, ...biases]) {
            expect(value === 0 || Math.abs(value) > 1e-38, `${value} in epoch ${epoch}`).toBe(true);
          }
        }
      }
      expect(network.readOptimizerState()?.moments[0]?.every(({ weights }) => weights.every((v) => v === 0))).toBe(
        true,
      );
      network.dispose();
    }
  },
);
