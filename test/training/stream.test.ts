/** fitStream does the same as fit on the same batches, with every option of fit that streams allow. */
import { describe, expect, it, vi } from 'vitest';
import type { FitOptions, NetworkOptions } from '../../src/index.js';
import { classifier, ENGINES, fingerprint } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';
import { randomClasses, randomRows, rowsAt } from '../support/samples.js';
import { type Batches, batchOf, COUNT, INPUTS, streamOf, TARGETS } from '../support/training/streams.js';

describe.each(ENGINES)('fitStream on %s', (engine) => {
  const create = (options: Partial<NetworkOptions> = {}) => classifier(engine, options);

  describe('is fit without shuffling', () => {
    const optimizers = [
      { type: 'sgd', learningRate: 0.3 },
      { type: 'sgd', learningRate: 0.1, momentum: 0.9 },
      { type: 'adam', learningRate: 0.02 },
    ] as const;

    it.each(optimizers)('of the same batches: $type, momentum $momentum', async (optimizer) => {
      const [network, twin] = await Promise.all([create({ optimizer }), create({ optimizer })]);
      const { epochs } = await network.fitStream(streamOf(8), { epochs: 3 });
      const { epochs: expected } = await twin.fit(INPUTS, TARGETS, { epochs: 3, batchSize: 8, shuffle: false });
      expect(fingerprint(network)).toBe(fingerprint(twin));
      const plain = (results: typeof epochs) => results.map(({ seconds, ...rest }) => rest);
      expect(plain(epochs)).toEqual(plain(expected));
    });

    it.each([
      [20, 5],
      [24, 8],
      [60, 7],
      [60, 1],
      [12, 1000],
    ])('where batches of %i are split by batchSize %i', async (size, batchSize) => {
      const [network, twin] = await Promise.all([create(), create()]);
      await network.fitStream(streamOf(size), { epochs: 2, batchSize });
      for (let epoch = 0; epoch < 2; epoch++) {
        for (let from = 0; from < COUNT; from += size) {
          const { inputs, targets } = batchOf(from, Math.min(from + size, COUNT));
          await twin.fit(inputs, targets, { epochs: 1, batchSize, shuffle: false });
        }
      }
      expect(fingerprint(network)).toBe(fingerprint(twin));
    });

    it('with class weights, clipping, validation, a schedule and early stopping', async () => {
      const options: FitOptions = {
        epochs: 30,
        classWeights: { red: 2, blue: 0 },
        clipNorm: 0.5,
        clipValue: 0.2,
        validation: { inputs: randomRows(9, 2, 3), targets: randomClasses(9, 3, 3) },
        learningRate: { type: 'warmup', learningRate: 9, epochs: 20 },
        earlyStopping: { patience: 2 },
      };
      const [network, twin] = await Promise.all([create(), create()]);
      const history = await network.fitStream(streamOf(10), options);
      const expected = await twin.fit(INPUTS, TARGETS, { ...options, batchSize: 10, shuffle: false });
      expect(fingerprint(network)).toBe(fingerprint(twin));
      expect([history.stopped, history.bestEpoch, history.epochs.length]).toEqual([
        'earlyStopping',
        expected.bestEpoch,
        expected.epochs.length,
      ]);
      expect(history.epochs.map(({ validationLoss }) => validationLoss)).toEqual(
        expected.epochs.map(({ validationLoss }) => validationLoss),
      );
    });

    it('from a synchronous iterable too', async () => {
      const [network, twin] = await Promise.all([create(), create()]);
      const list = [batchOf(0, 30), batchOf(30, 60)];
      await network.fitStream((() => list) as unknown as Batches, { epochs: 2 });
      await twin.fit(INPUTS, TARGETS, { epochs: 2, batchSize: 30, shuffle: false });
      expect(fingerprint(network)).toBe(fingerprint(twin));
    });

    it('with dropout is reproducible, and later fits count epochs on', async () => {
      const layers = [
        { units: 8, dropout: 0.5 },
        { units: 3, activation: 'softmax' },
      ] as const;
      const [network, twin] = await Promise.all([create({ layers }), create({ layers })]);
      await network.fitStream(streamOf(10), { epochs: 4 });
      await twin.fitStream(streamOf(10), { epochs: 1 });
      const { epochs } = await twin.fitStream(streamOf(10), { epochs: 3 });
      expect(epochs.map(({ epoch }) => epoch)).toEqual([2, 3, 4]);
      expect(fingerprint(network)).toBe(fingerprint(twin));
    });
  });

  it('begins a new stream for each epoch', async () => {
    const network = await create();
    const batches = vi.fn(streamOf(20));
    await network.fitStream(batches, { epochs: 5 });
    expect(batches).toHaveBeenCalledTimes(5);
  });

  it('reports a fraction that never goes back, and ends at 1', async () => {
    const network = await create();
    // The clock is in the past: then nothing waits for it once the real clock is back.
    let now = -1e6;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 60;
      return now;
    });
    const fractions: number[] = [];
    const onProgress = ({ fraction }: { fraction: number }) => void fractions.push(fraction);
    await network.fitStream(streamOf(10), { epochs: 4, onProgress });
    clock.mockRestore();
    expect(fractions.length).toBeGreaterThan(8);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    // From the second epoch on, the length of an epoch is known.
    expect(
      fractions.filter((fraction) => fraction > 0.25 && fraction < 1 && fraction % 0.25 !== 0).length,
    ).toBeGreaterThan(3);
  });

  describe('applies class weights', () => {
    it('as fit does, even if no sample of a batch counts', async () => {
      const [network, twin] = await Promise.all([create(), create()]);
      const order = Uint32Array.from(TARGETS.keys()).sort((a, b) => (TARGETS[a] as number) - (TARGETS[b] as number));
      const inputs = rowsAt(INPUTS, 2, 0, COUNT, order);
      const targets = TARGETS.toSorted();
      async function* batches() {
        for (let i = 0; i < COUNT; i += 5)
          yield { inputs: rowsAt(inputs, 2, i, i + 5), targets: targets.slice(i, i + 5) };
      }
      await network.fitStream(batches, { epochs: 2, classWeights: { red: 0 } });
      await twin.fit(inputs, targets, { epochs: 2, batchSize: 5, shuffle: false, classWeights: { red: 0 } });
      expect(fingerprint(network)).toBe(fingerprint(twin));
    });

    it('as they were at the call', async () => {
      const [network, twin] = await Promise.all([create(), create()]);
      const classWeights = [1, 2, 3];
      const validation = { inputs: INPUTS.slice(), targets: TARGETS.slice() };
      const running = network.fitStream(streamOf(10), { epochs: 2, classWeights, validation });
      for (const array of [classWeights, validation.inputs, validation.targets]) array.fill(0);
      const { epochs } = await running;
      await twin.fitStream(streamOf(10), { epochs: 2, classWeights: [1, 2, 3] });
      expect(fingerprint(network)).toBe(fingerprint(twin));
      expect(epochs[1]?.validationLoss).toBeCloseTo(network.evaluate(INPUTS, TARGETS).loss, 6);
    });
  });

  describe.each(['standard', 'minMax'] as const)('with normalize: %s', (normalize) => {
    it('learns the scaling of the whole stream once, in an extra pass', async () => {
      const [network, twin] = await Promise.all([create({ normalize }), create({ normalize })]);
      const batches = vi.fn(streamOf(8));
      const validation = { inputs: randomRows(9, 2, 3), targets: randomClasses(9, 3, 3) };
      const { epochs } = await network.fitStream(batches, { epochs: 2, validation });
      expect(batches).toHaveBeenCalledTimes(3);
      const options = { batchSize: 8, shuffle: false, validation };
      const { epochs: expected } = await twin.fit(INPUTS, TARGETS, { epochs: 2, ...options });
      expect(epochs.map(({ validationLoss }) => validationLoss)).toEqual(
        expected.map(({ validationLoss }) => validationLoss),
      );
      await network.fitStream(batches, { epochs: 1 });
      await twin.fit(INPUTS, TARGETS, { epochs: 1, ...options });
      expect(batches).toHaveBeenCalledTimes(4);
      expect(fingerprint(network)).toBe(fingerprint(twin));
      expect(network.predict(INPUTS)).toEqual(twin.predict(INPUTS));
    });

    it('says where a scaled number is beyond float32', async () => {
      const network = await create({ normalize });
      let passes = 0;
      async function* batches() {
        const far = ++passes > 1 ? 3e38 : 2e-30;
        yield {
          inputs: [
            [1, 1e-30],
            [2, 2e-30],
          ],
          targets: ['red', 'red'],
        };
        yield {
          inputs: [
            [1, 1e-30],
            [2, far],
          ],
          targets: ['red', 'red'],
        };
      }
      const message =
        /^fitStream: batch 2 of the stream: inputs, row 1, column 1 is 3e\+38, which scaled is .* beyond float32/;
      await expectRefused(() => network.fitStream(batches), 'ERR_NON_FINITE', message);
      const validation = { inputs: [[0, 3e38]], targets: ['red'] };
      const other = await create({ normalize });
      passes = -10;
      const place = /^fitStream: validation\.inputs, row 0, column 1 is 3e\+38, which scaled is .* beyond float32/;
      await expectRefused(() => other.fitStream(batches, { validation }), 'ERR_NON_FINITE', place);
      expect(other.summary()).toContain('to be learned');
    });
  });
});
