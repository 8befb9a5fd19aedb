/**
 * Slices: where an epoch is cut changes no bit, with any features. Dropout too depends only on the place in the epoch. And they grow
 * where they are fast, whatever the batch size.
 */
import { describe, expect, it, vi } from 'vitest';
import { type FitOptions, Network, type NetworkOptions } from '../../src/index.js';
import { ENGINES, fingerprint } from '../support/networks.js';
import { randomClasses, randomRows } from '../support/samples.js';

const COUNT = 700;
const INPUTS = randomRows(COUNT, 5);
const TARGETS = randomClasses(COUNT, 3);
const SAMPLE_WEIGHTS = randomRows(COUNT, 1, 3).map((value) => value + 1);

const HIDDEN = { units: 12, activation: 'tanh' } as const;
const OUTPUT = { units: 3, activation: 'softmax' } as const;

const CASES: readonly [title: string, network: Partial<NetworkOptions>, fit: FitOptions][] = [
  ['dropout', { layers: [{ ...HIDDEN, dropout: 0.5 }, { ...HIDDEN, dropout: 0.2 }, OUTPUT] }, {}],
  ['momentum', { optimizer: { type: 'sgd', momentum: 0.9 } }, {}],
  ['nesterov', { optimizer: { type: 'sgd', momentum: 0.9, nesterov: true } }, {}],
  ['nesterov, decaying', { optimizer: { type: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.01 } }, {}],
  ['adam and dropout', { optimizer: 'adam', layers: [{ ...HIDDEN, dropout: 0.3 }, OUTPUT] }, {}],
  ['adamw', { optimizer: 'adamw' }, {}],
  ['rmsprop', { optimizer: 'rmsprop' }, {}],
  ['adagrad', { optimizer: 'adagrad' }, {}],
  ['l1 and l2', { layers: [{ ...HIDDEN, l1: 1e-3, l2: 1e-3 }, OUTPUT] }, {}],
  ['clipping', {}, { clipNorm: 0.1, clipValue: 0.05 }],
  ['weights', {}, { sampleWeights: SAMPLE_WEIGHTS, classWeights: { 1: 3 } }],
  [
    'weights, dropout and validation',
    { layers: [{ ...HIDDEN, dropout: 0.5 }, OUTPUT] },
    { sampleWeights: SAMPLE_WEIGHTS, validation: 0.2 },
  ],
  // Wide enough for WebAssembly to train batches of 3 in blocks of several.
  [
    'a wide layer, dropout and weights',
    { layers: [{ ...HIDDEN, units: 416, dropout: 0.5 }, OUTPUT] },
    { sampleWeights: SAMPLE_WEIGHTS },
  ],
  ['scaling', { normalize: 'standard' }, { validation: 0.2 }],
];

describe.each(ENGINES)('on %s', (engine) => {
  /** Readings of the clock in the last training: two for each slice. */
  let readings = 0;

  /** Trains with a clock that advances by so much at each reading: the slower slices seem, the shorter they get. */
  async function train(network: Partial<NetworkOptions>, fit: FitOptions, milliseconds: number): Promise<string> {
    const layers = [HIDDEN, OUTPUT];
    const trained = await Network.create({ inputs: 5, layers, seed: 12, engine, ...network });
    // The clock is in the past: then nothing waits for it once the real clock is back.
    let now = -1e6;
    readings = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
      now += milliseconds;
      readings++;
      return now;
    });
    try {
      const { epochs } = await trained.fit(INPUTS, TARGETS, { epochs: 2, ...fit });
      return `${fingerprint(trained)} ${epochs.map(({ loss, validationLoss }) => [loss, validationLoss])}`;
    } finally {
      clock.mockRestore();
    }
  }

  describe.each(CASES)('%s', (_, network, fit) => {
    it.each([1, 3, 16, 300])('in batches of %i ends with the same bits wherever slices are cut', async (batchSize) => {
      const options = { ...fit, batchSize };
      const [fast, slow, slower] = [
        await train(network, options, 0),
        await train(network, options, 3),
        await train(network, options, 50),
      ];
      expect(slow).toBe(fast);
      expect(slower).toBe(fast);
    });
  });

  it.each([3, 7, 12, 48, 100])('grow in batches of %i too, which are no power of 2', async (batchSize) => {
    const ofTwo = 2 ** Math.round(Math.log2(batchSize));
    await train({}, { batchSize: ofTwo, epochs: 20 }, 0);
    const expected = readings;
    await train({}, { batchSize, epochs: 20 }, 0);
    expect(readings).toBeLessThan(1.5 * expected);
  });
});
