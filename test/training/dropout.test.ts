/** Dropout: the seed decides it, anew in each step, and only in training. */
import { describe, expect, it } from 'vitest';
import { Network, type NetworkOptions } from '../../src/index.js';
import { classifier, digestOf, ENGINES, fingerprint, parametersOf } from '../support/networks.js';
import { randomClasses, randomRows, rowsAt } from '../support/samples.js';

const COUNT = 50;
const INPUTS = randomRows(COUNT, 2);
const TARGETS = randomClasses(COUNT, 3);
const LAYERS = [
  { units: 16, activation: 'tanh', dropout: 0.5 },
  { units: 3, activation: 'softmax' },
] as const;
const KEPT = [{ ...LAYERS[0], dropout: 0 }, LAYERS[1]] as const;

describe.each(ENGINES)('on %s', (engine) => {
  const create = (options: Partial<NetworkOptions> = {}) => classifier(engine, { layers: LAYERS, ...options });

  it('a fit depends on the seed, and on nothing else', async () => {
    /** First weights do not depend on the seed, and samples are not shuffled. */
    const layers = LAYERS.map((layer) => ({ ...layer, initializer: { uniform: [0.25, 0.25] } as const }));
    const train = async (seed: number, epochs: readonly number[]): Promise<string> => {
      const network = await create({ seed, layers });
      for (const count of epochs) await network.fit(INPUTS, TARGETS, { epochs: count, shuffle: false, batchSize: 8 });
      return fingerprint(network);
    };
    const expected = await train(1, [4]);
    expect(await train(1, [4])).toBe(expected);
    expect(await train(1, [1, 3])).toBe(expected);
    expect(await train(2, [4])).not.toBe(expected);
  });

  it('does not happen in calls that only use a network', async () => {
    const [network, plain] = await Promise.all([create(), create({ layers: KEPT })]);
    await network.fit(INPUTS, TARGETS, { epochs: 2 });
    for (const layer of [0, 1]) plain.setParameters(layer, network.getParameters(layer));
    expect(digestOf(network.predict(INPUTS))).toBe(digestOf(plain.predict(INPUTS)));
    expect(network.classify(INPUTS)).toEqual(plain.classify(INPUTS));
    const [evaluated, expected] = [network.evaluate(INPUTS, TARGETS), plain.evaluate(INPUTS, TARGETS)];
    expect(evaluated.loss).toBeCloseTo(expected.loss, 6);
    expect(evaluated.accuracy).toBe(expected.accuracy);
    const [got, wanted] = [network.gradients(INPUTS, TARGETS), plain.gradients(INPUTS, TARGETS)];
    expect(got.loss).toBeCloseTo(wanted.loss, 6);
    got.layers.forEach(({ weights, biases }, layer) => {
      const other = wanted.layers[layer];
      weights.forEach((value, i) => {
        expect(value).toBeCloseTo(other?.weights[i] as number, 6);
      });
      biases.forEach((value, i) => {
        expect(value).toBeCloseTo(other?.biases[i] as number, 6);
      });
    });
    const before = fingerprint(network);
    const { epochs } = await network.fit(INPUTS, TARGETS, {
      epochs: 1,
      learningRate: 0,
      validation: { inputs: INPUTS, targets: TARGETS },
    });
    expect(fingerprint(network)).toBe(before);
    expect(epochs[0]?.validationLoss).toBe(evaluated.loss);
    expect(epochs[0]?.loss).not.toBeCloseTo(evaluated.loss, 4);
  });

  it('differs between epochs, layers, samples and units', async () => {
    // Two layers whose outputs are 1 without dropout. The gradient of the last layer's weights shows them: 0 where one was dropped.
    const ones = { uniform: [1, 1] } as const;
    const layers = [
      { units: 64, activation: 'linear', bias: false, initializer: ones, dropout: 0.5, trainable: false },
      { units: 1, activation: 'linear', bias: false, initializer: 'zeros' },
    ] as const;
    const optimizer = { type: 'sgd', learningRate: 1 } as const;
    const network = await Network.create({ inputs: 1, layers, optimizer, seed: 3, engine });
    const masks: string[] = [];
    const mask = () => Array.from(network.getParameters(1).weights, (weight) => Number(weight !== 0)).join('');
    for (let epoch = 0; epoch < 6; epoch++) {
      network.setParameters(1, { weights: new Float32Array(64) });
      await network.fit([[1]], [1], { epochs: 1 });
      masks.push(mask());
    }
    for (let step = 0; step < 6; step++) {
      network.setParameters(1, { weights: new Float32Array(64) });
      network.trainOnBatch([[1]], [1]);
      masks.push(mask());
    }
    expect(new Set(masks).size).toBe(12);
    for (const one of masks) expect(one).toMatch(/0.*1|1.*0/);
    const kept = masks.join('').replaceAll('0', '').length;
    // 14 is the standard deviation for 768 outputs with p = 0.5.
    expect(Math.abs(kept - 384)).toBeLessThan(5 * 14);
  });

  it.each([0.1, 0.5, 0.9])('of %d keeps what a unit gives on average', async (dropout) => {
    const units = 256;
    const ones = { uniform: [1, 1] } as const;
    const layers = [
      { units, activation: 'linear', bias: false, initializer: ones, dropout, trainable: false },
      { units: 1, activation: 'linear', bias: false, initializer: 'zeros' },
    ] as const;
    // With a loss of (0 - 1)^2, the step is 2 times the mean output of each unit.
    const optimizer = { type: 'sgd', learningRate: 0.5 } as const;
    const network = await Network.create({ inputs: 1, layers, optimizer, engine });
    const rows = 400;
    network.trainOnBatch(new Float32Array(rows).fill(1), new Float32Array(rows).fill(1));
    const { weights } = network.getParameters(1);
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / units;
    const deviation = Math.sqrt(dropout / (1 - dropout) / (rows * units));
    expect(Math.abs(mean - 1)).toBeLessThan(5 * deviation);
    // Each output is 0 or 1 / (1 - p).
    weights.forEach((weight) => {
      const times = weight * rows * (1 - dropout);
      expect(Math.abs(times - Math.round(times))).toBeLessThan(0.01);
    });
    expect(new Set(weights).size).toBeGreaterThan(5);
  });

  it('of trainOnBatch differs from call to call, but is the same for the same calls, whatever runs in between', async () => {
    const [network, twin, plain] = await Promise.all([create(), create(), create({ layers: KEPT })]);
    const losses = [0, 1, 2].map(() => network.trainOnBatch(INPUTS, TARGETS));
    expect(
      [0, 1, 2].map(() => {
        twin.predict(INPUTS);
        twin.gradients(INPUTS, TARGETS);
        twin.evaluate(INPUTS, TARGETS);
        return twin.trainOnBatch(INPUTS, TARGETS);
      }),
    ).toEqual(losses);
    expect(fingerprint(network)).toBe(fingerprint(twin));
    plain.trainOnBatch(INPUTS, TARGETS);
    expect(fingerprint(plain)).not.toBe(fingerprint(network));
    const still = await create({ optimizer: { type: 'sgd', learningRate: 0 } });
    expect(new Set([0, 1, 2, 3].map(() => still.trainOnBatch(INPUTS, TARGETS))).size).toBe(4);
  });

  it('of fit does not depend on trainOnBatch before, nor on the size of the epoch', async () => {
    const [network, twin] = await Promise.all([create(), create()]);
    network.trainOnBatch(INPUTS, TARGETS);
    for (const layer of [0, 1]) network.setParameters(layer, twin.getParameters(layer));
    const inputs = rowsAt(INPUTS, 2, 0, 30);
    for (const one of [network, twin]) await one.fit(inputs, TARGETS.slice(0, 30), { epochs: 2 });
    expect(fingerprint(network)).toBe(fingerprint(twin));
  });

  it('of 0 changes nothing', async () => {
    const [network, plain] = await Promise.all([
      create({ layers: KEPT }),
      create({ layers: LAYERS.map(({ units, activation }) => ({ units, activation })) }),
    ]);
    for (const one of [network, plain]) await one.fit(INPUTS, TARGETS, { epochs: 3, batchSize: 4 });
    expect(parametersOf(network)).toEqual(parametersOf(plain));
  });

  it('still learns', async () => {
    const network = await create({
      layers: [{ ...LAYERS[0], units: 32 }, LAYERS[1]],
      optimizer: { type: 'adam', learningRate: 0.02 },
    });
    // Two halves, and then half of one of them.
    const classOf = (x: number, y: number): number => (x < 0 ? 0 : y < 0 ? 1 : 2);
    const targets = TARGETS.map((_, i) => classOf(INPUTS[2 * i] as number, INPUTS[2 * i + 1] as number));
    await network.fit(INPUTS, targets, { epochs: 150, batchSize: 10 });
    expect(network.evaluate(INPUTS, targets).accuracy).toBeGreaterThan(0.9);
  });
});
