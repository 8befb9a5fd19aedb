/** Options of trainOnBatch: they hold for one step. */
import { describe, expect, it } from 'vitest';
import { Network, type OptimizerOptions } from '../../src/index.js';
import { ENGINES, fingerprint, parametersOf, stateOf } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';
import { randomRows } from '../support/samples.js';

const COUNT = 6;
const INPUTS = randomRows(COUNT, 3);
const TARGETS = randomRows(COUNT, 2, 2);

describe.each(ENGINES)('trainOnBatch on %s', (engine) => {
  const create = (optimizer: OptimizerOptions = { type: 'sgd', learningRate: 0.1 }): Promise<Network> =>
    Network.create({
      inputs: 3,
      layers: [
        { units: 5, activation: 'tanh' },
        { units: 2, activation: 'linear' },
      ],
      optimizer,
      engine,
      seed: 2,
    });

  it('takes its learning rate for one step', async () => {
    const [network, twin] = await Promise.all([create(), create({ type: 'sgd', learningRate: 0.5 })]);
    network.trainOnBatch(INPUTS, TARGETS, { learningRate: 0.5 });
    twin.trainOnBatch(INPUTS, TARGETS);
    expect(fingerprint(network)).toBe(fingerprint(twin));
    network.trainOnBatch(INPUTS, TARGETS);
    twin.trainOnBatch(INPUTS, TARGETS, { learningRate: 0.1 });
    expect(fingerprint(network)).toBe(fingerprint(twin));
  });

  it('clips as fit does', async () => {
    for (const clipping of [{ clipNorm: 0.01 }, { clipValue: 0.005 }, { clipNorm: 0.02, clipValue: 0.01 }]) {
      const [network, twin] = await Promise.all([create(), create()]);
      network.trainOnBatch(INPUTS, TARGETS, clipping);
      await twin.fit(INPUTS, TARGETS, { epochs: 1, batchSize: COUNT, shuffle: false, ...clipping });
      expect(fingerprint(network)).toBe(fingerprint(twin));
    }
  });

  it.each([
    ['an array', (weights: number[]) => weights],
    ['a Float32Array', (weights: number[]) => Float32Array.from(weights)],
    ['a Float64Array', (weights: number[]) => Float64Array.from(weights)],
  ])('weighs samples by %s, and returns the mean of the weighted losses before the step', async (_, shaped) => {
    const weights = [1, 0, 2, 0.5, 3, 1];
    const [network, twin] = await Promise.all([create(), create()]);
    const loss = network.trainOnBatch(INPUTS, TARGETS, { sampleWeights: shaped(weights) });
    const { epochs } = await twin.fit(INPUTS, TARGETS, {
      epochs: 1,
      batchSize: COUNT,
      shuffle: false,
      sampleWeights: weights,
    });
    expect(fingerprint(network)).toBe(fingerprint(twin));
    expect(loss).toBe(epochs[0]?.loss);
  });

  it('takes weights below 0, which undo the step of the same weights above 0', async () => {
    const weights = [1, 0.5, 2, 1, 0.25, 3];
    const network = await create({ type: 'sgd', learningRate: 1e-3 });
    const begin = parametersOf(network);
    const loss = network.trainOnBatch(INPUTS, TARGETS, { sampleWeights: weights });
    const after = parametersOf(network);
    network.setParameters(0, { weights: begin.slice(0, 15), biases: begin.slice(15, 20) });
    network.setParameters(1, { weights: begin.slice(20, 30), biases: begin.slice(30) });
    const negative = network.trainOnBatch(INPUTS, TARGETS, { sampleWeights: weights.map((weight) => -weight) });
    expect(negative).toBeCloseTo(-loss, 6);
    const opposite = parametersOf(network);
    for (let i = 0; i < begin.length; i++) {
      const [start, up, down] = [begin[i] as number, after[i] as number, opposite[i] as number];
      expect(Math.abs(up - start + (down - start))).toBeLessThan(1e-6);
    }
    expect(after).not.toEqual(begin);
    network.trainOnBatch(INPUTS, TARGETS, { sampleWeights: new Array(COUNT).fill(0) });
  });

  it.each([
    [
      { lr: 1 },
      'ERR_INVALID_OPTION',
      /^trainOnBatch: options has an unknown option "lr"\. Known: learningRate, clipNorm/,
    ],
    [{ epochs: 1 }, 'ERR_INVALID_OPTION', /^trainOnBatch: options has an unknown option "epochs"/],
    [{ sampleWeight: [1] }, 'ERR_INVALID_OPTION', /unknown option "sampleWeight"\. Known: .*sampleWeights\.$/],
    [null, 'ERR_INVALID_TYPE', /^trainOnBatch: options is null, expected an object with options/],
    [0.1, 'ERR_INVALID_TYPE', /^trainOnBatch: options is 0\.1, expected/],
    [{ learningRate: -1 }, 'ERR_INVALID_OPTION', /^trainOnBatch: learningRate is -1, expected/],
    [{ clipNorm: 0 }, 'ERR_INVALID_OPTION', /^trainOnBatch: clipNorm is 0, expected/],
    [{ clipValue: '1' }, 'ERR_INVALID_TYPE', /^trainOnBatch: clipValue is "1", expected/],
    [
      { sampleWeights: [1, 2] },
      'ERR_SHAPE',
      /^trainOnBatch: sampleWeights has length 2, expected 6 \(one per sample\)/,
    ],
    [{ sampleWeights: [1, 2, 3, 4, 5, Number.NaN] }, 'ERR_NON_FINITE', /^trainOnBatch: sampleWeights\[5\] is NaN/],
    [{ sampleWeights: [1, 2, 3, '4', 5, 6] }, 'ERR_INVALID_TYPE', /^trainOnBatch: sampleWeights\[3\] is "4"/],
    [{ sampleWeights: 1 }, 'ERR_INVALID_TYPE', /^trainOnBatch: sampleWeights is 1, expected/],
  ] as const)('refuses %o and changes nothing', async (options, code, message) => {
    const network = await create();
    network.gradients(INPUTS, TARGETS);
    const before = await stateOf(network);
    await expectRefused(() => network.trainOnBatch(INPUTS, TARGETS, options as never), code, message);
    expect(await stateOf(network)).toEqual(before);
  });
});
