/** Trainings that diverge: ERR_DIVERGED says where, and the network gets its last finite weights back. */
import { describe, expect, it } from 'vitest';
import { Network, type NetworkOptions, type OptimizerOptions, type WasmlpError } from '../../src/index.js';
import { ENGINES, fingerprint, parametersOf, stateOf } from '../support/networks.js';
import { expectCoded, thrownBy } from '../support/refusals.js';
import { randomRows, rowsAt } from '../support/samples.js';

const COUNT = 400;
const INPUTS = randomRows(COUNT, 3).map((value) => 40 * value);
const TARGETS = randomRows(COUNT, 2, 2).map((value) => 5 * value);

type Diverged = WasmlpError & { epoch: number; batch: number; learningRate: number };

describe.each(ENGINES)('on %s', (engine) => {
  const options: NetworkOptions = {
    inputs: 3,
    layers: [
      { units: 6, activation: 'linear' },
      { units: 2, activation: 'linear' },
    ],
    engine,
    seed: 4,
  };

  /** Trains batch after batch until one diverges. Returns its epoch and batch, from 1. */
  async function replay(batchSize: number, learningRate: number): Promise<{ epoch: number; batch: number }> {
    const network = await Network.create({ ...options, optimizer: { type: 'sgd', learningRate } });
    for (let epoch = 1; epoch <= 50; epoch++) {
      for (let from = 0, batch = 1; from < COUNT; from += batchSize, batch++) {
        const to = Math.min(from + batchSize, COUNT);
        try {
          network.trainOnBatch(rowsAt(INPUTS, 3, from, to), rowsAt(TARGETS, 2, from, to));
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_DIVERGED' });
          return { epoch, batch };
        }
      }
    }
    throw new Error('The replay was expected to diverge, and did not.');
  }

  it.each([
    [1, 0.01],
    [7, 0.02],
    [32, 0.05],
    [400, 0.1],
    [1000, 0.1],
  ])('fit in batches of %i at rate %d goes back to the last finite weights', async (batchSize, learningRate) => {
    const network = await Network.create({ ...options, optimizer: { type: 'sgd', learningRate } });
    const expected = await replay(batchSize, learningRate);
    const fit = () => network.fit(INPUTS, TARGETS, { epochs: 50, batchSize, shuffle: false });
    const error = (await thrownBy(fit)) as Diverged;
    const where = `in epoch ${expected.epoch}, batch ${expected.batch}, at learning rate ${learningRate}`;
    expectCoded(
      error,
      'ERR_DIVERGED',
      new RegExp(`^fit: the loss or a weight stopped being finite ${where}\\. .*or use a smaller learningRate`),
    );
    expect(error).toMatchObject({ epoch: expected.epoch, batch: expected.batch, learningRate });
    expect(parametersOf(network).every(Number.isFinite)).toBe(true);
    // A fit that ends just before that batch has the same bits.
    const shorter = await Network.create({ ...options, optimizer: { type: 'sgd', learningRate } });
    if (expected.epoch > 1) {
      await shorter.fit(INPUTS, TARGETS, { epochs: expected.epoch - 1, batchSize, shuffle: false });
    }
    const samples = (expected.batch - 1) * batchSize;
    if (samples > 0) {
      const [x, t] = [rowsAt(INPUTS, 3, 0, samples), rowsAt(TARGETS, 2, 0, samples)];
      await shorter.fit(x, t, { epochs: 1, batchSize, shuffle: false });
    }
    expect(fingerprint(network)).toBe(fingerprint(shorter));
    expect(parametersOf(network)).not.toEqual(parametersOf(await Network.create(options)));
  });

  it('says the learning rate that a function gave, and trains on with a smaller one', async () => {
    const network = await Network.create(options);
    const learningRate = (epoch: number) => (epoch === 1 ? 1e-6 : 1e9);
    const twin = await Network.create(options);
    const error = (await thrownBy(() => network.fit(INPUTS, TARGETS, { learningRate, batchSize: 1 }))) as Diverged;
    expect(error).toMatchObject({ code: 'ERR_DIVERGED', epoch: 2, learningRate: 1e9 });
    await twin.fit(INPUTS, TARGETS, { epochs: 1, learningRate: 1e-6, batchSize: 1 });
    for (const layer of [0, 1]) network.setParameters(layer, twin.getParameters(layer));
    const { epochs } = await network.fit(INPUTS, TARGETS, { epochs: 2, learningRate: 1e-6 });
    expect(epochs.map(({ epoch }) => epoch)).toEqual([2, 3]);
    expect(epochs.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  });

  it('trainOnBatch that diverges changes nothing', async () => {
    const network = await Network.create({ ...options, optimizer: { type: 'sgd', learningRate: 3e38 } });
    network.gradients(INPUTS, TARGETS);
    const before = await stateOf(network);
    const error = (await thrownBy(() => network.trainOnBatch(INPUTS, TARGETS))) as Diverged;
    expectCoded(
      error,
      'ERR_DIVERGED',
      /^trainOnBatch: the loss or a weight stopped being finite in epoch 1, batch 1, at learning rate 3e\+38\./,
    );
    expect(error).toMatchObject({ epoch: 1, batch: 1, learningRate: 3e38 });
    expect(await stateOf(network)).toEqual(before);
    expect(Number.isFinite(network.evaluate(INPUTS, TARGETS).loss)).toBe(true);
  });
});

/** Optimizers with state. At this rate they take too large a step when gradients become far larger. */
const REMEMBERING: readonly OptimizerOptions[] = [
  { type: 'sgd', learningRate: 1e-3, momentum: 0.9 },
  { type: 'sgd', learningRate: 1e-3, momentum: 0.9, nesterov: true },
  { type: 'adam', learningRate: 0.01, beta1: 0.5 },
  { type: 'adamw', learningRate: 1e-4, weightDecay: 100 },
  { type: 'rmsprop', learningRate: 0.01 },
];
const TOO_LARGE = 3e38;

describe.each(ENGINES)('an optimizer with state on %s', (engine) => {
  const layers = [
    { units: 6, activation: 'tanh', dropout: 0.25 },
    { units: 2, activation: 'linear' },
  ] as const;
  const calm = [randomRows(64, 3), randomRows(64, 2, 2)] as const;
  const loud = [calm[0], calm[1].map((value) => 1e5 * value)] as const;
  const create = (optimizer: OptimizerOptions) => Network.create({ inputs: 3, layers, optimizer, engine, seed: 4 });

  it.each(REMEMBERING)(
    'is taken back to before the batch that diverged in fit: $type, nesterov $nesterov',
    async (optimizer) => {
      const [network, twin] = await Promise.all([create(optimizer), create(optimizer)]);
      for (const one of [network, twin]) await one.fit(...calm, { epochs: 2, batchSize: 8 });
      const before = await stateOf(network);
      for (const batchSize of [8, 1000]) {
        const error = await thrownBy(() => network.fit(...loud, { learningRate: TOO_LARGE, batchSize }));
        expect(error).toMatchObject({ code: 'ERR_DIVERGED', epoch: 3, batch: 1 });
        expect((await stateOf(network)).parameters).toBe(before.parameters);
      }
      for (const one of [network, twin]) await one.fit(...calm, { epochs: 2, batchSize: 8 });
      expect(fingerprint(network)).toBe(fingerprint(twin));
    },
  );

  it.each(REMEMBERING)(
    'is taken back to before a trainOnBatch that diverged: $type, nesterov $nesterov',
    async (optimizer) => {
      const [network, twin] = await Promise.all([create(optimizer), create(optimizer)]);
      for (const one of [network, twin]) for (let step = 0; step < 3; step++) one.trainOnBatch(...calm);
      // There, no rate can be given, so the weights are too large for finite outputs.
      const kept = network.getParameters(1);
      network.setParameters(1, { weights: new Float32Array(12).fill(3e38) });
      const before = fingerprint(network);
      const fail = () =>
        network.trainOnBatch(
          calm[0],
          calm[1].map((value) => (value < 0 ? -3e38 : 3e38)),
        );
      for (let i = 0; i < 2; i++) {
        expect(await thrownBy(fail)).toMatchObject({ code: 'ERR_DIVERGED', batch: 1 });
        expect(fingerprint(network)).toBe(before);
      }
      network.setParameters(1, kept);
      for (const one of [network, twin]) for (let step = 0; step < 3; step++) one.trainOnBatch(...calm);
      expect(fingerprint(network)).toBe(fingerprint(twin));
    },
  );

  it.each(REMEMBERING.slice(0, 2))(
    'goes on from the last whole batch of an epoch: nesterov $nesterov',
    async (optimizer) => {
      const plain = [{ ...layers[0], dropout: 0 }, layers[1]] as const;
      const options = { inputs: 3, layers: plain, optimizer, engine, seed: 4 } as const;
      for (const batches of [1, 5]) {
        const [network, twin] = await Promise.all([Network.create(options), Network.create(options)]);
        const targets = calm[1].map((value, i) => (i < 2 * 8 * batches ? value : 3e38));
        const rest = { epochs: 1, batchSize: 8, shuffle: false };
        const error = await thrownBy(() => network.fit(calm[0], targets, rest));
        expect(error).toMatchObject({ code: 'ERR_DIVERGED', epoch: 1, batch: batches + 1 });
        await twin.fit(rowsAt(calm[0], 3, 0, 8 * batches), rowsAt(calm[1], 2, 0, 8 * batches), rest);
        expect(fingerprint(network)).toBe(fingerprint(twin));
        for (const one of [network, twin]) await one.fit(...calm, rest);
        expect(fingerprint(network)).toBe(fingerprint(twin));
      }
    },
  );
});

// Float32 outputs overflow in WebAssembly; the float64 sums of the js engine hold this loss.
it('a loss that overflows in wasm is a divergence too, even if no weight overflows', async () => {
  const layers = [{ units: 1, activation: 'linear', trainable: false }] as const;
  const network = await Network.create({ inputs: 1, layers, engine: 'wasm' });
  network.setParameters(0, { weights: new Float32Array([3e38]) });
  const before = fingerprint(network);
  expect(await thrownBy(() => network.trainOnBatch([[1e38]], [0]))).toMatchObject({ code: 'ERR_DIVERGED' });
  expect(fingerprint(network)).toBe(before);
});
