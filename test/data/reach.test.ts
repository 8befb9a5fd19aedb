/** Targets that the output layer cannot reach: refused with row, column, range and mend, wherever they enter, whatever the loss. */
import { describe, expect, it } from 'vitest';
import { type Activation, Network, type NetworkOptions, type Samples } from '../../src/index.js';
import { OUTPUT_RANGES } from '../../src/options/activations.js';
import { TRAINING_CALLS } from '../support/data/refused-samples.js';
import { ENGINES, stateOf } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';

const X = Array.from({ length: 51 }, (_, i) => [i / 50]);
const LARGE = X.map(([x]) => 100 + 50 * (x as number));
const RANGE: Partial<Record<Activation, string>> = {
  sigmoid: '0 to 1',
  softmax: '0 to 1',
  tanh: '-1 to 1',
  relu: '0 or more',
  softplus: '0 or more',
  elu: '-1 or more',
  selu: '-1\\.7581 or more',
  gelu: '-0\\.17005 or more',
  silu: '-0\\.27847 or more',
};
const BOUNDED = Object.keys(RANGE) as Activation[];

describe.each(ENGINES)('targets out of reach on %s', (engine) => {
  const create = (activation: Activation, options: Partial<NetworkOptions> = {}) =>
    Network.create({
      inputs: 1,
      layers: [{ units: activation === 'softmax' ? 2 : 1, activation }],
      loss: 'meanSquaredError',
      engine,
      ...options,
    });
  const message = (call: string, activation: Activation, row: number, value: string, prefix = '') =>
    new RegExp(
      `^${call}: ${prefix}targets, row ${row}, column 0 is ${value}, expected ${RANGE[activation]}, the range of a ${activation} output\\. .*activation: "linear"`,
    );

  it('every bounded activation is in this list', () => {
    const bounded = Object.entries(OUTPUT_RANGES).filter(([, [low]]) => Number.isFinite(low));
    expect(bounded.map(([name]) => name).sort()).toEqual([...BOUNDED].sort());
  });

  describe.each(BOUNDED)('%s', (activation) => {
    const two = activation === 'softmax';
    const rows = (values: readonly number[]): Samples => (two ? values.map((value) => [value, 0]) : values);
    const inputs = [[0], [1], [2]];

    it.each(Object.entries(TRAINING_CALLS))('is refused by %s, and nothing changes', async (name, call) => {
      for (const loss of ['meanSquaredError', 'meanAbsoluteError', 'huber'] as const) {
        const network = await create(activation, { loss });
        const before = await stateOf(network);
        const refused = () => call(network, inputs, rows([0, 0.5, -2]));
        await expectRefused(refused, 'ERR_INVALID_OPTION', message(name, activation, 2, '-2'));
        expect(await stateOf(network)).toEqual(before);
      }
    });

    it('takes both ends of the range', async () => {
      const [low, high] = OUTPUT_RANGES[activation];
      const network = await create(activation);
      const targets = rows([low, Math.min(high, 1e30), 0.5]);
      await network.fit(inputs, targets, { epochs: 1, learningRate: 0 });
      expect(network.evaluate(inputs, targets).loss).toBeGreaterThan(0);
    });
  });

  it.each(['sigmoid', 'softmax', 'tanh'] as const)('%s does not reach what is too large', async (activation) => {
    const targets =
      activation === 'softmax'
        ? [
            [0.5, 0.5],
            [1.5, 0],
          ]
        : [0.5, 1.5];
    const network = await create(activation);
    await expectRefused(
      () => network.fit([[0], [1]], targets),
      'ERR_INVALID_OPTION',
      message('fit', activation, 1, '1\\.5'),
    );
  });

  it('recommends to scale large targets, and only those', async () => {
    for (const loss of ['meanSquaredError', 'binaryCrossEntropy'] as const) {
      const network = await create('sigmoid', { loss });
      const large = /activation: "linear", and the network normalizeTargets: "standard"/;
      await expectRefused(() => network.fit(X, LARGE), 'ERR_INVALID_OPTION', large);
      await expectRefused(() => network.fit([[0], [1]], [2, 150]), 'ERR_INVALID_OPTION', large);
      const small = /activation: "linear"\. Rows and columns count from 0\.$/;
      await expectRefused(() => network.fit([[0], [1]], [0, 2]), 'ERR_INVALID_OPTION', small);
    }
  });

  it('the mend gives right answers', async () => {
    const network = await create('linear', {
      layers: [
        { units: 8, activation: 'tanh' },
        { units: 1, activation: 'linear' },
      ],
      normalizeTargets: 'standard',
      seed: 1,
    });
    await network.fit(X, LARGE, { epochs: 200 });
    const answers = network.predict([[0], [0.5], [1]]).map(([y]) => y as number);
    for (const [i, expected] of [100, 125, 150].entries()) {
      expect(Math.abs((answers[i] as number) - expected)).toBeLessThan(2);
    }
  });

  it('validation says so', async () => {
    const network = await create('tanh');
    const validation = { inputs: [[0], [1]], targets: [0, 3] };
    const refused = message('fit', 'tanh', 1, '3', 'validation\\.');
    await expectRefused(() => network.fit([[0]], [0], { validation }), 'ERR_INVALID_OPTION', refused);
    const stream = async function* () {
      yield { inputs: [[0]], targets: [0] };
    };
    const streamed = message('fitStream', 'tanh', 1, '3', 'validation\\.');
    await expectRefused(() => network.fitStream(stream, { validation }), 'ERR_INVALID_OPTION', streamed);
  });

  it('a stream says which batch', async () => {
    const network = await create('relu');
    const stream = async function* () {
      yield { inputs: [[0]], targets: [0] };
      yield { inputs: [[0], [1]], targets: [0, -1] };
    };
    const refused = message('fitStream', 'relu', 1, '-1', 'batch 2 of the stream: ');
    await expectRefused(() => network.fitStream(stream, { epochs: 1 }), 'ERR_INVALID_OPTION', refused);
  });

  describe('after scaling', () => {
    it('minMax is in reach of a sigmoid, the ends included', async () => {
      for (const [seed, size] of [1e-3, 1, 0.1, 1e6, 1 / 3].entries()) {
        const targets = LARGE.map((value) => value * size);
        const network = await create('sigmoid', { normalizeTargets: 'minMax', seed });
        await network.fit(X, targets, { epochs: 2 });
        await network.fit(X, targets, { epochs: 2, validation: { inputs: X, targets } });
        network.trainOnBatch(X, targets);
      }
    });

    it.each(['sigmoid', 'tanh', 'relu', 'softplus'] as const)('standard is out of reach of %s', async (activation) => {
      const network = await create(activation, { normalizeTargets: 'standard' });
      const before = await stateOf(network);
      const refused = new RegExp(
        `^fit: targets, row 0, column 0 is 100, which scaled is -1\\.\\d+, expected ${RANGE[activation]}, the range of a ${activation} output\\. Give the output layer activation: "linear"`,
      );
      await expectRefused(() => network.fit(X, LARGE), 'ERR_INVALID_OPTION', refused);
      expect(await stateOf(network)).toEqual(before);
      expect(network.scaling).toBeUndefined();
    });

    it('a fit counts rows as the caller does, wherever a split puts them', async () => {
      const network = await create('relu', { normalizeTargets: { shift: [0], scale: [1] }, seed: 3 });
      for (let row = 0; row < 20; row++) {
        const targets = Array.from({ length: 20 }, (_, i) => (i === row ? -4 : i));
        const inputs = targets.map((value) => [value]);
        const training = new RegExp(
          `^fit: targets, row ${row}, column 0 is -4, which scaled is -4, expected 0 or more`,
        );
        await expectRefused(() => network.fit(inputs, targets, { epochs: 1 }), 'ERR_INVALID_OPTION', training);
      }
    });

    it('samples that only judge the network may lie beyond, those that train may not', async () => {
      const network = await create('sigmoid', { normalizeTargets: 'minMax' });
      const beyond = { inputs: [[1.1]], targets: [155] };
      await network.fit(X, LARGE, { epochs: 1, validation: beyond });
      expect(network.evaluate(beyond.inputs, beyond.targets).loss).toBeGreaterThan(0);
      await network.fit(X, LARGE, { epochs: 1, validation: beyond });
      const refused = /: targets, row 0, column 0 is 155, which scaled is 1\.1.*, expected 0 to 1/;
      for (const name of ['fit', 'trainOnBatch', 'gradients']) {
        const call = TRAINING_CALLS[name] as (typeof TRAINING_CALLS)[string];
        await expectRefused(() => call(network, beyond.inputs, beyond.targets), 'ERR_INVALID_OPTION', refused);
      }
      const stream = async function* () {
        yield beyond;
      };
      await expectRefused(() => network.fitStream(stream), 'ERR_INVALID_OPTION', refused);
    });

    it('a fraction that validates never makes a fit fail', async () => {
      for (let seed = 0; seed < 20; seed++) {
        const network = await create('sigmoid', { normalizeTargets: 'minMax', seed });
        await network.fit(X, LARGE, { epochs: 1, validation: 0.4 });
      }
    });
  });

  it('classes go with every output', async () => {
    for (const activation of ['tanh', 'relu', 'gelu', 'elu', 'sigmoid', 'softmax'] as const) {
      const layers = [{ units: 2, activation }];
      const network = await create(activation, { layers, labels: ['no', 'yes'] });
      await network.fit([[0], [1]], ['no', 'yes'], { epochs: 1 });
      await network.fit([[0], [1]], Uint8Array.of(1, 0), { epochs: 1 });
    }
  });
});
