/**
 * Per-sample training in blocks against the literal loop in float64: as exact as the loop in float32, at every magnitude of
 * the inputs, where cancellation would show if the inner products of a block lost what the weights keep.
 */
import { describe, expect, it } from 'vitest';
import { BLOCK_ROWS } from '../../../assembly/abi.js';
import type { EngineNetwork, EngineSamples, LayerParameters } from '../../../src/engine/engine.js';
import { resolveNetwork } from '../../../src/options/network.js';
import { fullEngine } from '../../support/engine/full.js';
import { stepOf } from '../../support/engine/problems.js';
import { networkStep, type TwinNetwork } from '../../support/engine/reference.js';
import { REPRODUCE, SeededRandom } from '../../support/seeded.js';

const INPUTS = 21;
const SAMPLES = 4 * BLOCK_ROWS + 3;
const TRIALS = 15;
/** Of two runs that round differently neither is always the nearer; over the trials they must not lie apart. */
const TIMES_THE_LOOP = 3;
const ROUNDING = 1e-6;

const engine = await fullEngine();

type Momentum = 'none' | 'momentum' | 'nesterov';

/** A network, weights that keep its sums around 1 for inputs of a magnitude, and samples. */
function problem(random: SeededRandom, magnitude: number, frozen: boolean, kind: Momentum = 'none') {
  const momentum = kind === 'none' ? 0 : 0.875;
  const spec = resolveNetwork({
    inputs: INPUTS,
    layers: [{ units: 13, trainable: !frozen }, { units: 11, activation: 'tanh' }, { units: 5 }],
    loss: 'meanSquaredError',
    optimizer: { type: 'sgd', momentum, nesterov: kind === 'nesterov' },
  });
  const parameters = spec.layers.map(({ inputs, units }, l): LayerParameters => {
    const scale = Math.sqrt(3 / inputs) / (l === 0 ? magnitude : 1);
    return { weights: random.floats(units * inputs, scale), biases: random.floats(units, 0.5) };
  });
  const inputs = random.floats(SAMPLES * INPUTS, magnitude);
  const targets = random.floats(SAMPLES * spec.outputs).map(Math.abs);
  return { spec, parameters, samples: { count: SAMPLES, inputs, targets, metric: 'none' } as EngineSamples };
}

/** Parameters after one epoch, trained in calls of `call` samples: in blocks, or with 1 literally one by one. */
function train({ spec, parameters, samples }: ReturnType<typeof problem>, call: number, rate: number): Float32Array[] {
  const network: EngineNetwork = engine.createNetwork(spec);
  parameters.forEach((layer, l) => {
    network.writeParameters(l, layer);
  });
  const loaded = network.load(samples);
  for (let from = 0; from < SAMPLES; from += call) {
    const count = Math.min(call, SAMPLES - from);
    expect(network.train(loaded, from, count, stepOf(1, rate), { loss: 0, correct: 0 })).toBe(true);
  }
  const trained = spec.layers.map((_, l) => network.readParameters(l).weights);
  network.dispose();
  return trained;
}

function trainTwin({ spec, parameters, samples }: ReturnType<typeof problem>, rate: number): Float64Array[] {
  const twin: TwinNetwork = {
    loss: spec.loss,
    optimizer: spec.optimizer,
    memory: { steps: 0, first: [], second: [] },
    layers: spec.layers.map((layer, l) => {
      const { weights, biases } = parameters[l] as LayerParameters;
      return { spec: layer, weights: Float64Array.from(weights), biases: Float64Array.from(biases) };
    }),
  };
  for (let i = 0; i < SAMPLES; i++) {
    const { inputs, targets } = samples as { inputs: Float32Array; targets: Float32Array };
    const x = inputs.subarray(i * INPUTS, (i + 1) * INPUTS);
    networkStep(twin, 1, x, targets.subarray(i * spec.outputs, (i + 1) * spec.outputs), { learningRate: rate });
  }
  return twin.layers.map(({ weights }) => weights);
}

/** Largest difference of a layer, relative to its largest weight. */
function distance(trained: readonly Float32Array[], twin: readonly Float64Array[]): number {
  const ofLayer = (weights: Float64Array, l: number): number => {
    const scale = Math.max(...weights.map(Math.abs));
    return Math.max(...weights.map((weight, i) => Math.abs(weight - (trained[l]?.[i] ?? Number.NaN)))) / scale;
  };
  return Math.max(...twin.map(ofLayer));
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] as number;
}

describe('training sample by sample in blocks', () => {
  const magnitudes = [0.1, 1, 10, 100, 1000, 1e6];
  const cases = magnitudes.flatMap((magnitude) => [
    ...[0.05, 1].map((rate) => ({ magnitude, rate, kind: 'none' as Momentum })),
    // Steps add up to eight times their length.
    ...[0.00625, 0.125].flatMap((rate) =>
      (['momentum', 'nesterov'] as const).map((kind) => ({ magnitude, rate, kind })),
    ),
  ]);

  it.each(cases)(
    'is as exact as the loop: inputs up to $magnitude, rate $rate, momentum $kind',
    ({ magnitude, rate, kind }) => {
      const random = new SeededRandom(`online ${magnitude} ${rate}`);
      const blocks: number[] = [];
      const loop: number[] = [];
      for (let trial = 0; trial < TRIALS; trial++) {
        const given = problem(random, magnitude, trial % 3 === 2, kind);
        const twin = trainTwin(given, rate);
        blocks.push(distance(train(given, SAMPLES, rate), twin));
        loop.push(distance(train(given, 1, rate), twin));
      }
      const [ofBlocks, ofLoop] = [median(blocks), median(loop)];
      console.log(
        `inputs to ${magnitude}, rate ${rate}, momentum ${kind}: ${ofBlocks.toExponential(1)}, loop ${ofLoop.toExponential(1)}`,
      );
      expect(ofBlocks, REPRODUCE).toBeLessThanOrEqual(TIMES_THE_LOOP * ofLoop + ROUNDING);
    },
  );

  it('takes samples one by one where their products are beyond float32', () => {
    const given = problem(new SeededRandom('online overflow'), 3e19, false);
    const rate = 1e-30;
    expect(train(given, SAMPLES, rate)).toEqual(train(given, 1, rate));
    const start = given.parameters.map(({ weights }) => weights);
    expect(train(given, SAMPLES, rate)).not.toEqual(start);
  });
});
