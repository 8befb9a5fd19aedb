/** Trainings that PyTorch computed in float64, on both engines, within the tolerances of test/network/golden/README.md. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OPTIMIZER_CODES } from '../../src/engine/wasm/moments.js';
import { type LayerParameters, Network, type NetworkOptions } from '../../src/index.js';
import { LOSSES } from '../../src/options/losses.js';
import { ACTIVATIONS } from '../../src/options/names.js';
import { resolveNetwork } from '../../src/options/network.js';
import type { NetworkSpec } from '../../src/options/spec.js';
import { updateRuleOf } from '../../src/options/update-rules.js';
import { beyondBound } from '../support/findings.js';

interface Parameters {
  readonly weights: readonly number[];
  readonly biases: readonly number[];
}

/** A case of training-runs.json: what was trained, and the result of PyTorch. Matrices are row-major. */
interface Case extends Required<Pick<NetworkOptions, 'layers' | 'loss' | 'optimizer'>> {
  readonly inputs: number;
  readonly name: string;
  readonly samples: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly start: readonly Parameters[];
  readonly end: readonly Parameters[];
  readonly predictionsBefore: readonly number[];
  readonly predictionsAfter: readonly number[];
  readonly firstGradients: readonly Parameters[];
  readonly batchLosses: readonly number[];
}

const { cases } = JSON.parse(readFileSync(new URL('./golden/training-runs.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

/** Optimizers that divide by the root of their state amplify rounding. */
function endTolerance({ optimizer }: Case): number {
  return typeof optimizer === 'object' && optimizer.type === 'sgd' ? 3e-6 : 1e-5;
}

async function createNetwork(run: Case, engine: 'wasm' | 'js'): Promise<Network> {
  const { inputs, layers, loss, optimizer, start } = run;
  const network = await Network.create({ inputs, layers, loss, optimizer, engine });
  start.forEach(({ weights, biases }, l) => {
    network.setParameters(l, { weights: Float32Array.from(weights), biases: Float32Array.from(biases) });
  });
  return network;
}

/** The rows of each batch, in the order of the file. */
function batchesOf({ inputs, samples, batchSize, x, y }: Case): { rows: number; x: Float32Array; y: Float32Array }[] {
  const outputs = y.length / samples;
  return Array.from({ length: Math.ceil(samples / batchSize) }, (_, b) => {
    const [from, to] = [b * batchSize, Math.min((b + 1) * batchSize, samples)];
    return {
      rows: to - from,
      x: Float32Array.from(x.slice(from * inputs, to * inputs)),
      y: Float32Array.from(y.slice(from * outputs, to * outputs)),
    };
  });
}

function expectWithin(name: string, actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(beyondBound(name, actual, expected, () => tolerance)).toBeUndefined();
}

function expectLosses(name: string, actual: readonly number[], expected: readonly number[]): void {
  expect(beyondBound(name, actual, expected, (i) => 2e-6 * (expected[i] as number) + 2e-7)).toBeUndefined();
}

function expectEnd(network: Network, run: Case): void {
  const tolerance = endTolerance(run);
  run.end.forEach(({ weights, biases }, l) => {
    const end = network.getParameters(l);
    expectWithin(`weights of layer ${l}`, end.weights, weights, tolerance);
    expectWithin(`biases of layer ${l}`, end.biases, biases, tolerance);
  });
  const predictions = network.predict(Float32Array.from(run.x));
  expectWithin('predictions after', predictions, run.predictionsAfter, tolerance);
}

describe.each(['wasm', 'js'] as const)('golden training runs on the %s engine', (engine) => {
  it.each(cases)('$name: predictions and gradients before training', async (run) => {
    const network = await createNetwork(run, engine);
    expect(network.engine.kind).toBe(engine);
    expectWithin('predictions before', network.predict(Float32Array.from(run.x)), run.predictionsBefore, 1e-6);
    const [first] = batchesOf(run) as [ReturnType<typeof batchesOf>[number]];
    const { loss, layers } = network.gradients(first.x, first.y);
    expectLosses('loss', [loss], run.batchLosses.slice(0, 1));
    expect(layers.length).toBe(run.firstGradients.length);
    run.firstGradients.forEach(({ weights, biases }, l) => {
      const gradients = layers[l] as LayerParameters;
      const tolerance = 2e-6 * Math.max(...[...weights, ...biases].map(Math.abs)) + 1e-8;
      expectWithin(`weight gradients of layer ${l}`, gradients.weights, weights, tolerance);
      expectWithin(`bias gradients of layer ${l}`, gradients.biases, biases, tolerance);
    });
  });

  it.each(cases)('$name: by trainOnBatch', async (run) => {
    const network = await createNetwork(run, engine);
    const losses: number[] = [];
    for (let epoch = 0; epoch < run.epochs; epoch++) {
      for (const { x, y } of batchesOf(run)) losses.push(network.trainOnBatch(x, y));
    }
    expectLosses('batch losses', losses, run.batchLosses);
    expectEnd(network, run);
  });

  it.each(cases)('$name: by fit', async (run) => {
    const network = await createNetwork(run, engine);
    const { epochs, batchSize } = run;
    const [x, y] = [Float32Array.from(run.x), Float32Array.from(run.y)];
    const history = await network.fit(x, y, { epochs, batchSize, shuffle: false });
    const batches = batchesOf(run);
    const means = Array.from({ length: epochs }, (_, epoch) => {
      const losses = run.batchLosses.slice(epoch * batches.length, (epoch + 1) * batches.length);
      return batches.reduce((sum, { rows }, b) => sum + rows * (losses[b] as number), 0) / run.samples;
    });
    const losses = history.epochs.map(({ loss }) => loss);
    expectLosses('epoch losses', losses, means);
    expectEnd(network, run);
  });
});

it('golden training runs are of every activation, loss and optimizer', () => {
  const specs = cases.map(({ inputs, layers, loss, optimizer }) => resolveNetwork({ inputs, layers, loss, optimizer }));
  const names = (of: (spec: NetworkSpec) => readonly string[]): string[] => [...new Set(specs.flatMap(of))].sort();
  expect(names(({ layers }) => layers.map(({ activation }) => activation))).toEqual(ACTIVATIONS.toSorted());
  expect(names(({ loss }) => [loss])).toEqual(LOSSES.toSorted());
  expect(names(({ optimizer }) => [updateRuleOf(optimizer)])).toEqual(Object.keys(OPTIMIZER_CODES).sort());
});
