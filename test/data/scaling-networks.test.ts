/** Networks that scale inputs and targets: from which samples they learn, what they scale, and what they refuse. */
import { describe, expect, it } from 'vitest';
import { splitValidation } from '../../src/data/split.js';
import { type FitOptions, Network, type NetworkOptions } from '../../src/index.js';
import { learn, METHODS } from '../support/data/scalings.js';
import { digestOf, ENGINES, fingerprint, parametersOf, stateOf } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';
import { randomClasses, randomRows, rowsAt } from '../support/samples.js';

describe.each(ENGINES)('on %s', (engine) => {
  const COUNT = 60;
  const INPUTS = randomRows(COUNT, 2).map((value, i) => (i % 2 === 0 ? 300 + 50 * value : 0.01 * value));
  const CLASSES = randomClasses(COUNT, 3);
  const NUMBERS = randomRows(COUNT, 2, 7).map((value, i) => (i % 2 === 0 ? 1e4 * value : value - 50));
  const layers = [
    { units: 4, activation: 'tanh' },
    { units: 3, activation: 'softmax' },
  ] as const;
  const regression = [
    { units: 4, activation: 'tanh' },
    { units: 2, activation: 'linear' },
  ] as const;
  const create = (options: Partial<NetworkOptions>) =>
    Network.create({ inputs: 2, layers, seed: 6, optimizer: { type: 'sgd', learningRate: 0.2 }, engine, ...options });
  const pair = async (
    options: Partial<NetworkOptions>,
    scaling: Partial<NetworkOptions>,
  ): Promise<[Network, Network]> => [await create({ ...options, ...scaling }), await create(options)];
  const FIT: FitOptions = { epochs: 3, batchSize: 8 };

  describe.each(METHODS)('normalize: %s', (normalize) => {
    it('trains and answers as a network that is given scaled inputs', async () => {
      const [network, plain] = await pair({}, { normalize });
      const scaled = learn(normalize, 2, INPUTS).apply('test', INPUTS);
      const { epochs } = await network.fit(INPUTS, CLASSES, FIT);
      const { epochs: expected } = await plain.fit(scaled, CLASSES, FIT);
      expect(epochs.map(({ loss, accuracy }) => [loss, accuracy])).toEqual(
        expected.map(({ loss, accuracy }) => [loss, accuracy]),
      );
      expect(fingerprint(network)).toBe(fingerprint(plain));
      expect(network.predict(INPUTS)).toEqual(plain.predict(scaled));
      expect(network.classify(INPUTS)).toEqual(plain.classify(scaled));
      expect(network.evaluate(INPUTS, CLASSES)).toEqual(plain.evaluate(scaled, CLASSES));
      expect(network.gradients(INPUTS, CLASSES)).toEqual(plain.gradients(scaled, CLASSES));
      expect(network.trainOnBatch(INPUTS, CLASSES)).toBe(plain.trainOnBatch(scaled, CLASSES));
      expect(fingerprint(network)).toBe(fingerprint(plain));
      const rows = [
        [310, 0.001],
        [250, -0.002],
      ].map((row) => Float32Array.from(row));
      const packed = learn(normalize, 2, INPUTS).apply('test', Float32Array.from(rows.flatMap((row) => [...row])));
      expect(network.predict(rows).map((row) => [...row])).toEqual(
        [0, 1].map((i) => [...plain.predict(packed.subarray(2 * i, 2 * i + 2))]),
      );
    });

    it('learns from the training samples, not from those that a validation fraction splits off', async () => {
      const [network, plain] = await pair({}, { normalize });
      const { training } = splitValidation(0.4, COUNT, 6, Uint32Array.from(CLASSES));
      const scaling = learn(normalize, 2, rowsAt(INPUTS, 2, 0, training.length, training));
      const scaled = scaling.apply('test', INPUTS);
      const options = { ...FIT, validation: 0.4 };
      const { epochs } = await network.fit(INPUTS, CLASSES, options);
      const { epochs: expected } = await plain.fit(scaled, CLASSES, options);
      expect(fingerprint(network)).toBe(fingerprint(plain));
      expect(epochs.map(({ validationLoss }) => validationLoss)).toEqual(
        expected.map(({ validationLoss }) => validationLoss),
      );
      expect(scaling).not.toEqual(learn(normalize, 2, INPUTS));
    });

    it('does not learn from validation samples, but scales them', async () => {
      const [network, plain] = await pair({}, { normalize });
      const scaling = learn(normalize, 2, INPUTS);
      const inputs = randomRows(9, 2, 3).map((value) => 500 * value);
      const targets = randomClasses(9, 3, 3);
      const { epochs } = await network.fit(INPUTS, CLASSES, { ...FIT, validation: { inputs, targets } });
      const validation = { inputs: scaling.apply('test', inputs), targets };
      const { epochs: expected } = await plain.fit(scaling.apply('test', INPUTS), CLASSES, { ...FIT, validation });
      expect(fingerprint(network)).toBe(fingerprint(plain));
      expect(epochs.at(-1)?.validationLoss).toBe(expected.at(-1)?.validationLoss);
    });

    it('is learned by the first fit, and by no other', async () => {
      const [network, plain] = await pair({}, { normalize });
      const scaling = learn(normalize, 2, INPUTS);
      const others = randomRows(20, 2, 8).map((value) => 7 * value);
      const classes = randomClasses(20, 3, 8);
      await network.fit(INPUTS, CLASSES, FIT);
      await network.fit(others, classes, { ...FIT, validation: { inputs: others, targets: classes } });
      await plain.fit(scaling.apply('test', INPUTS), CLASSES, FIT);
      await plain.fit(scaling.apply('test', others), classes, FIT);
      expect(fingerprint(network)).toBe(fingerprint(plain));
    });

    it('keeps nothing of what the caller may change', async () => {
      const [network, twin] = [await create({ normalize }), await create({ normalize })];
      const [inputs, targets] = [INPUTS.slice(), CLASSES.slice()];
      const validation = { inputs: INPUTS.slice(), targets: CLASSES.slice() };
      const learningRate = { type: 'exponential' } as const;
      const running = network.fit(inputs, targets, { ...FIT, validation, learningRate });
      for (const array of [inputs, targets, validation.inputs, validation.targets]) array.fill(0);
      const { epochs } = await running;
      const unchanged = { inputs: INPUTS, targets: CLASSES };
      const { epochs: expected } = await twin.fit(INPUTS, CLASSES, { ...FIT, validation: unchanged, learningRate });
      expect(fingerprint(network)).toBe(fingerprint(twin));
      expect(epochs.at(-1)?.validationLoss).toBe(expected.at(-1)?.validationLoss);
    });

    it('counts each sample once in scaling, whatever its weight', async () => {
      const [network, plain] = await pair({}, { normalize });
      const sampleWeights = Array.from({ length: COUNT }, (_, i) => i % 4);
      await network.fit(INPUTS, CLASSES, { ...FIT, sampleWeights });
      await plain.fit(learn(normalize, 2, INPUTS).apply('test', INPUTS), CLASSES, { ...FIT, sampleWeights });
      expect(fingerprint(network)).toBe(fingerprint(plain));
    });
  });

  describe.each(METHODS)('normalizeTargets: %s', (normalizeTargets) => {
    it.each(['meanSquaredError', 'meanAbsoluteError', 'huber'] as const)(
      'trains on scaled targets of %s, and answers unscaled',
      async (loss) => {
        const [network, plain] = await pair({ layers: regression, loss }, { normalizeTargets });
        const inputs = randomRows(COUNT, 2);
        const scaling = learn(normalizeTargets, 2, NUMBERS);
        const scaled = scaling.apply('test', NUMBERS);
        const { epochs } = await network.fit(inputs, NUMBERS, { ...FIT, validation: { inputs, targets: NUMBERS } });
        const { epochs: expected } = await plain.fit(inputs, scaled, {
          ...FIT,
          validation: { inputs, targets: scaled },
        });
        const losses = (results: typeof epochs) => results.map((result) => [result.loss, result.validationLoss]);
        expect(losses(epochs)).toEqual(losses(expected));
        expect(fingerprint(network)).toBe(fingerprint(plain));
        const answers = plain.predict(inputs);
        scaling.undo(answers);
        expect(digestOf(network.predict(inputs))).toBe(digestOf(answers));
        expect(network.evaluate(inputs, NUMBERS)).toEqual(plain.evaluate(inputs, scaled));
        expect(network.gradients(inputs, NUMBERS)).toEqual(plain.gradients(inputs, scaled));
        expect(network.trainOnBatch(inputs, NUMBERS)).toBe(plain.trainOnBatch(inputs, scaled));
      },
    );
  });

  it('learns to answer in the thousands from inputs in the hundreds', async () => {
    const network = await create({ layers: regression, normalize: 'standard', normalizeTargets: 'minMax' });
    const targets = Array.from({ length: COUNT }, (_, i) => {
      const [x, y] = [(INPUTS[2 * i] as number) - 300, (INPUTS[2 * i + 1] as number) * 5000];
      return [5000 + 20 * x, -800 + 3 * x - y];
    });
    await network.fit(INPUTS, targets, { epochs: 400, batchSize: 4 });
    const answers = network.predict(INPUTS);
    for (const output of [0, 1]) {
      const error = targets.map((row, i) => Math.abs((answers[2 * i + output] as number) - (row[output] as number)));
      expect(Math.max(...error) / 2000).toBeLessThan(0.1);
    }
  });

  it('before the first fit inputs go in as they are, and trainOnBatch is refused', async () => {
    const [network, plain] = await pair({}, { normalize: 'standard' });
    expect(network.predict(INPUTS)).toEqual(plain.predict(INPUTS));
    expect(network.evaluate(INPUTS, CLASSES)).toEqual(plain.evaluate(INPUTS, CLASSES));
    const before = await stateOf(network);
    const message = /^trainOnBatch: the scaling of this network is learned by its first fit\. Call fit once before/;
    await expectRefused(() => network.trainOnBatch(INPUTS, CLASSES), 'ERR_UNSUPPORTED', message);
    expect(await stateOf(network)).toEqual(before);
    await network.fit(INPUTS, CLASSES, { epochs: 1 });
    network.trainOnBatch(INPUTS, CLASSES);
  });

  it('summary says what is scaled, and whether that is learned', async () => {
    const network = await create({ layers: regression, normalize: 'standard', normalizeTargets: 'minMax' });
    const learned = 'scaling: inputs standard\nscaling: targets minMax\n';
    expect(network.summary()).toContain(learned.replaceAll('\n', ', to be learned by the first fit\n'));
    await network.fit(INPUTS, NUMBERS, { epochs: 1 });
    expect(network.summary()).toContain(learned);
    expect((await create({ normalize: false })).summary()).not.toContain('scaling');
  });

  it('a fit that fails before it trains learns nothing, one that trained keeps what it learned', async () => {
    const network = await create({ normalize: 'minMax' });
    const error = new Error('no rate');
    const learningRate = (epoch: number): number => {
      if (epoch === 2) throw error;
      return 0.2;
    };
    const controller = new AbortController();
    const stopped = network.fit(INPUTS, CLASSES, { learningRate: { type: 'step' }, signal: controller.signal });
    controller.abort();
    await expect(stopped).rejects.toThrow();
    expect(network.summary()).toContain('to be learned');
    await expect(network.fit(INPUTS, CLASSES, { learningRate })).rejects.toBe(error);
    expect(network.summary()).not.toContain('to be learned');
    const twin = await create({ normalize: 'minMax' });
    await twin.fit(INPUTS, CLASSES, { epochs: 1 });
    expect(parametersOf(network)).toEqual(parametersOf(twin));
  });

  describe('a number that scaling takes beyond float32 is refused with its place', () => {
    const near = [
      [1, 1e-30],
      [2, 2e-30],
      [3, 3e-30],
    ];
    const far = [
      [1, 1e-30],
      [2, 3e38],
    ];
    const place = (call: string, name: string, row = 1) =>
      new RegExp(`^${call}: ${name}, row ${row}, column 1 is [\\d.e+]+, which scaled is [\\d.e+]+, beyond float32\\.`);
    const numbers = [
      [1, 1e-30],
      [2, 2e-30],
      [3, 3e-30],
    ];

    it('by every call after the first fit', async () => {
      const network = await create({ layers: regression, normalize: 'standard', normalizeTargets: 'standard' });
      await network.fit(near, numbers, { epochs: 1 });
      const before = await stateOf(network);
      const pair = numbers.slice(0, 2);
      const refuse = (call: () => unknown, message: RegExp) => expectRefused(call, 'ERR_NON_FINITE', message);
      await refuse(() => network.predict(far), place('predict', 'inputs'));
      await refuse(() => network.evaluate(far, pair), place('evaluate', 'inputs'));
      await refuse(() => network.gradients(far, pair), place('gradients', 'inputs'));
      await refuse(() => network.trainOnBatch(far, pair), place('trainOnBatch', 'inputs'));
      await refuse(() => network.fit(far, pair), place('fit', 'inputs'));
      await refuse(() => network.fit(near.slice(0, 2), far), place('fit', 'targets'));
      const validation = { inputs: far, targets: pair };
      await refuse(() => network.fit(near, numbers, { validation }), place('fit', 'validation\\.inputs'));
      expect(await stateOf(network)).toEqual(before);
    });

    it('by the first fit, in validation samples', async () => {
      const network = await create({ layers: regression, normalize: 'minMax', normalizeTargets: 'minMax' });
      const given = { inputs: far, targets: numbers.slice(0, 2) };
      const refuse = (options: FitOptions, message: RegExp, inputs = near, targets = numbers) =>
        expectRefused(() => network.fit(inputs, targets, options), 'ERR_NON_FINITE', message);
      await refuse({ validation: given }, place('fit', 'validation\\.inputs'));
      await refuse({ validation: { inputs: near.slice(0, 2), targets: far } }, place('fit', 'validation\\.targets'));
      // The number of the row in the caller's data, wherever the split puts it.
      const { validation } = splitValidation(0.3, 20, 6);
      const row = validation.at(-1) as number;
      const inputs = Array.from({ length: 20 }, (_, i) => (i === row ? [1, 3e38] : [i, i * 1e-30]));
      const targets = inputs.map(() => [0, 1]);
      await refuse({ validation: 0.3 }, place('fit', 'inputs', row), inputs, targets);
      await refuse({ validation: 0.3 }, place('fit', 'targets', row), targets, inputs);
      expect(row).toBeGreaterThan(validation.length);
      expect(network.summary()).toContain('to be learned');
    });
  });

  it('a network that scales its targets refuses classes as targets, and does not classify', async () => {
    const options = { loss: 'meanSquaredError', normalizeTargets: 'standard' } as const;
    for (const activation of ['linear', 'sigmoid', 'softmax'] as const) {
      const network = await create({ ...options, layers: [{ units: 3, activation }], labels: ['a', 'b', 'c'] });
      const before = fingerprint(network);
      const message =
        /^fit: targets holds classes, but the network normalizes its targets\. Give numbers in a Float32Array/;
      for (const targets of [CLASSES, Array.from(CLASSES, (index) => 'abc'[index] as string)]) {
        await expectRefused(() => network.fit(INPUTS, targets), 'ERR_INVALID_TYPE', message);
      }
      const kind = activation === 'linear' ? '(scaled|linear)' : 'scaled';
      const unsure = new RegExp(
        `^classify: a ${kind} output gives no probability\\. Use predict.* without normalizeTargets\\.$`,
      );
      await expectRefused(() => network.classify(INPUTS), 'ERR_UNSUPPORTED', unsure);
      expect(fingerprint(network)).toBe(before);
    }
  });
});
