/** Clipping: compares the steps of fit with the results of gradients(), clipped by hand. */
import { describe, expect, it } from 'vitest';
import { type FitOptions, Network, type NetworkOptions } from '../../src/index.js';
import { ENGINES, fingerprint, parametersOf } from '../support/networks.js';
import { randomClasses, randomRows } from '../support/samples.js';

const COUNT = 40;
const INPUTS = randomRows(COUNT, 4);
const TARGETS = randomClasses(COUNT, 3);
const RATE = 0.5;

const LIMITS: readonly FitOptions[] = [
  { clipValue: 0.01 },
  { clipValue: 100 },
  { clipNorm: 0.05 },
  { clipNorm: 100 },
  { clipNorm: 0.05, clipValue: 0.01 },
];

describe.each(ENGINES)('on %s', (engine) => {
  const layers = [
    { units: 6, activation: 'tanh' },
    { units: 3, activation: 'softmax' },
  ] as const;
  const create = (options: Partial<NetworkOptions> = {}) =>
    Network.create({ inputs: 4, layers, seed: 2, optimizer: { type: 'sgd', learningRate: RATE }, engine, ...options });

  /** The clipped gradients of all samples, end to end. */
  function clippedGradients(
    network: Network,
    { clipValue, clipNorm }: FitOptions,
  ): { values: number[]; changed: boolean } {
    const raw = network.gradients(INPUTS, TARGETS).layers.flatMap(({ weights, biases }) => [...weights, ...biases]);
    const limit = clipValue ?? Number.POSITIVE_INFINITY;
    const cut = raw.map((value) => Math.max(-limit, Math.min(limit, value)));
    const norm = Math.sqrt(cut.reduce((sum, value) => sum + value * value, 0));
    const scale = Math.min(1, (clipNorm ?? Number.POSITIVE_INFINITY) / norm);
    const values = cut.map((value) => value * scale);
    return { values, changed: values.some((value, i) => value !== raw[i]) };
  }

  it.each(LIMITS)('a step by %o subtracts the clipped gradients', async (limits) => {
    const network = await create();
    const before = parametersOf(network);
    const { values, changed } = clippedGradients(network, limits);
    expect(changed).toBe((limits.clipValue ?? limits.clipNorm) !== 100);
    await network.fit(INPUTS, TARGETS, { epochs: 1, batchSize: 1000, ...limits });
    parametersOf(network).forEach((value, i) => {
      expect(value).toBeCloseTo((before[i] as number) - RATE * (values[i] as number), 6);
    });
  });

  it.each([1, 2, 7])('limits each step of an epoch in batches of %i', async (batchSize) => {
    const network = await create();
    let before = parametersOf(network);
    const clipNorm = 0.01;
    for (let from = 0; from < COUNT; from += batchSize) {
      const [inputs, targets] = [INPUTS.slice(4 * from, 4 * (from + batchSize)), TARGETS.slice(from, from + batchSize)];
      await network.fit(inputs, targets, { epochs: 1, batchSize, clipNorm, shuffle: false });
      const after = parametersOf(network);
      const norm = Math.sqrt(after.reduce((sum, value, i) => sum + (value - (before[i] as number)) ** 2, 0));
      expect(norm / (RATE * clipNorm)).toBeCloseTo(1, 3);
      before = after;
    }
    const whole = await create();
    await whole.fit(INPUTS, TARGETS, { epochs: 1, batchSize, clipNorm, shuffle: false });
    expect(fingerprint(whole)).toBe(fingerprint(network));
  });

  it('comes after penalties, and before the optimizer state changes', async () => {
    const l1 = 1000;
    const heavy = [{ ...layers[0], l1 }, layers[1]] as const;
    const network = await create({ layers: heavy, optimizer: { type: 'sgd', learningRate: RATE, momentum: 0.9 } });
    const before = parametersOf(network);
    await network.fit(INPUTS, TARGETS, { epochs: 2, batchSize: 1000, clipValue: 1e-3 });
    // The first layer's weights: pulled to 0 by the limit, and in the second epoch by 1.9 times the limit.
    const after = network.getParameters(0).weights;
    after.forEach((value, i) => {
      const start = before[i] as number;
      expect(value).toBeCloseTo(start - Math.sign(start) * RATE * 1e-3 * 2.9, 5);
    });
  });

  it('applies to one fit only, and leaves later fits as they were', async () => {
    const [network, twin] = await Promise.all([create(), create()]);
    await network.fit(INPUTS, TARGETS, { epochs: 1, clipNorm: 1e30 });
    await twin.fit(INPUTS, TARGETS, { epochs: 1, clipValue: 1e30 });
    expect(fingerprint(network)).toBe(fingerprint(twin));
    for (const one of [network, twin]) await one.fit(INPUTS, TARGETS, { epochs: 1, clipValue: 1e-3 });
    await network.fit(INPUTS, TARGETS, { epochs: 2 });
    await twin.fit(INPUTS, TARGETS, { epochs: 2, clipNorm: 1e30 });
    parametersOf(network).forEach((value, i) => {
      expect(value).toBeCloseTo(parametersOf(twin)[i] as number, 5);
    });
  });
});
