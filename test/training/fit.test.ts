/** fit: what it learns, in which order, what it reports. */
import { describe, expect, it, vi } from 'vitest';
import { splitValidation } from '../../src/data/split.js';
import { Network, type NetworkOptions } from '../../src/index.js';
import { CLASSIFIER, classifier, ENGINES, fingerprint, parametersOf } from '../support/networks.js';
import { randomClasses, randomRows, rowsAt, shuffledOrder, XOR_INPUTS, XOR_TARGETS } from '../support/samples.js';

const COUNT = 45;
const INPUTS = randomRows(COUNT, 2);
const TARGETS = randomClasses(COUNT, 3);
const RATE = 0.3;

/** Trains with trainOnBatch as fit does, with the same samples in the same order. Returns the loss of each epoch. */
function replay(network: Network, epochs: number, batchSize: number, order: (epoch: number) => Uint32Array): number[] {
  return Array.from({ length: epochs }, (_, e) => {
    const taken = order(e + 1);
    const inputs = rowsAt(INPUTS, 2, 0, taken.length, taken);
    const targets = Uint8Array.from(taken, (sample) => TARGETS[sample] as number);
    let loss = 0;
    for (let from = 0; from < taken.length; from += batchSize) {
      const to = Math.min(from + batchSize, taken.length);
      loss += (to - from) * network.trainOnBatch(rowsAt(inputs, 2, from, to), targets.subarray(from, to));
    }
    return loss / taken.length;
  });
}

const identity = (): Uint32Array => Uint32Array.from({ length: COUNT }, (_, i) => i);

describe.each(ENGINES)('fit on %s', (engine) => {
  const optimizer = { type: 'sgd', learningRate: RATE } as const;
  const create = (options: Partial<NetworkOptions> = {}) => classifier(engine, { optimizer, ...options });

  it.each([1, 2, 4])('learns XOR in batches of %i', async (batchSize) => {
    const layers = [{ units: 4, activation: 'tanh' }, { units: 1 }] as const;
    const network = await Network.create({
      inputs: 2,
      layers,
      seed: 3,
      optimizer: { type: 'sgd', learningRate: 0.5 },
      engine,
    });
    const history = await network.fit(XOR_INPUTS, XOR_TARGETS, { epochs: 1500, batchSize });
    const answers = network.predict(XOR_INPUTS).map((row) => Math.round(row[0] as number));
    expect(answers).toEqual(XOR_TARGETS);
    expect(history.epochs.at(-1)?.loss).toBeLessThan(0.1);
    expect(network.evaluate(XOR_INPUTS, XOR_TARGETS).accuracy).toBe(1);
  });

  it.each([3, 7, 32, 45, 1000])('takes samples in the order given without shuffling, batch %i', async (batchSize) => {
    const [network, twin] = await Promise.all([create(), create()]);
    const { epochs } = await network.fit(INPUTS, TARGETS, { epochs: 3, batchSize, shuffle: false });
    const losses = replay(twin, 3, batchSize, identity);
    expect(fingerprint(network)).toBe(fingerprint(twin));
    losses.forEach((loss, e) => {
      expect(epochs[e]?.loss).toBeCloseTo(loss, 5);
    });
  });

  it.each([3, 7, 32])('shuffles anew each epoch, by the seed, batch %i', async (batchSize) => {
    const [network, twin] = await Promise.all([create({ seed: 11 }), create({ seed: 11 })]);
    await network.fit(INPUTS, TARGETS, { epochs: 4, batchSize });
    replay(twin, 4, batchSize, (epoch) => shuffledOrder(11, epoch, COUNT));
    expect(fingerprint(network)).toBe(fingerprint(twin));
    expect(shuffledOrder(11, 1, COUNT)).not.toEqual(shuffledOrder(11, 2, COUNT));
  });

  // WebAssembly trains single samples in blocks, which round differently from steps of one.
  it('of single samples takes the steps of trainOnBatch up to rounding', async () => {
    const [network, twin] = await Promise.all([create({ seed: 11 }), create({ seed: 11 })]);
    const { epochs } = await network.fit(INPUTS, TARGETS, { epochs: 4, batchSize: 1 });
    const losses = replay(twin, 4, 1, (epoch) => shuffledOrder(11, epoch, COUNT));
    const steps = parametersOf(twin);
    parametersOf(network).forEach((value, i) => {
      expect(value).toBeCloseTo(steps[i] as number, 5);
    });
    expect(epochs.map(({ loss }) => loss.toFixed(4))).toEqual(losses.map((loss) => loss.toFixed(4)));
    if (engine === 'js') expect(fingerprint(network)).toBe(fingerprint(twin));
  });

  it.each([1, 3, 32, 300])('ends with the same bits wherever its slices are cut, batch %i', async (batchSize) => {
    const [inputs, targets] = [randomRows(2100, 2), randomClasses(2100, 3)];
    /** Trains with a clock that advances by so much at each reading: the slower slices seem, the shorter they get. */
    const train = async (milliseconds: number): Promise<string> => {
      const network = await create();
      // The clock is in the past: then nothing waits for it once the host's clock is back.
      let now = -1e6;
      const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
        now += milliseconds;
        return now;
      });
      await network.fit(inputs, targets, { epochs: 2, batchSize, validation: 0.1 });
      clock.mockRestore();
      return fingerprint(network);
    };
    const fast = await train(0);
    expect(await train(3)).toBe(fast);
    expect(await train(50)).toBe(fast);
  });

  it('gives the same weights for the same seed, others for another', async () => {
    const train = async (seed: number) => {
      const network = await create({ seed });
      await network.fit(INPUTS, TARGETS, { epochs: 5, batchSize: 8, validation: 0.2 });
      return fingerprint(network);
    };
    expect(await train(5)).toBe(await train(5));
    expect(await train(5)).not.toBe(await train(6));
  });

  it('has the seed decide the order too, not only the first weights', async () => {
    const zeros = CLASSIFIER.layers.map((layer) => ({ ...layer, initializer: { uniform: [0.25, 0.25] } as const }));
    const train = async (seed: number, shuffle: boolean) => {
      const network = await create({ seed, layers: zeros });
      await network.fit(INPUTS, TARGETS, { epochs: 2, batchSize: 1, shuffle });
      return fingerprint(network);
    };
    expect(await train(1, false)).toBe(await train(2, false));
    expect(await train(1, true)).not.toBe(await train(2, true));
  });

  it('numbers epochs on over several fits, which together equal one', async () => {
    const [parts, whole] = await Promise.all([create(), create()]);
    expect(parts.epochs).toBe(0);
    const first = await parts.fit(INPUTS, TARGETS, { epochs: 2 });
    expect(parts.epochs).toBe(2);
    const second = await parts.fit(INPUTS, TARGETS, { epochs: 3 });
    await whole.fit(INPUTS, TARGETS, { epochs: 5 });
    expect([parts.epochs, whole.epochs]).toEqual([5, 5]);
    expect(first.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(second.epochs.map(({ epoch }) => epoch)).toEqual([3, 4, 5]);
    expect(fingerprint(parts)).toBe(fingerprint(whole));
  });

  it('reports every epoch in the history', async () => {
    const network = await create();
    const history = await network.fit(INPUTS, TARGETS, { epochs: 6, validation: 0.4 });
    expect(history.stopped).toBe('completed');
    expect(history.seconds).toBeGreaterThan(0);
    expect(history.samplesPerSecond).toBeGreaterThan(0);
    for (const result of history.epochs) {
      const fields = ['epoch', 'loss', 'accuracy', 'validationLoss', 'validationAccuracy', 'learningRate', 'seconds'];
      expect(Object.keys(result).sort()).toEqual(fields.sort());
      expect(Object.values(result).every(Number.isFinite)).toBe(true);
      expect(result.learningRate).toBe(RATE);
    }
    const best = history.epochs.toSorted((a, b) => (a.validationLoss as number) - (b.validationLoss as number))[0];
    expect(history.bestEpoch).toBe(best?.epoch);
  });

  it('takes the epoch with the lowest loss as the best if there is no validation', async () => {
    const network = await create();
    const learningRate = (epoch: number) => (epoch < 3 ? 0.1 : 100);
    const { epochs, bestEpoch } = await network.fit(INPUTS, TARGETS, { epochs: 6, learningRate });
    const lowest = Math.min(...epochs.map(({ loss }) => loss));
    expect(epochs.find(({ epoch }) => epoch === bestEpoch)?.loss).toBe(lowest);
    expect(bestEpoch).toBeLessThan(6);
  });

  it('has no accuracy for a regression', async () => {
    const network = await Network.create({ inputs: 2, layers: [{ units: 1, activation: 'linear' }], engine });
    const targets = randomRows(COUNT, 1);
    const { epochs } = await network.fit(INPUTS, targets, { epochs: 1, validation: 0.5 });
    expect(Object.keys(epochs[0] ?? {}).sort()).toEqual(['epoch', 'learningRate', 'loss', 'seconds', 'validationLoss']);
    expect(network.evaluate(INPUTS, targets)).not.toHaveProperty('accuracy');
  });

  it('trains on the samples that a validation fraction leaves, and validates on the others', async () => {
    const [network, twin] = await Promise.all([create({ seed: 9 }), create({ seed: 9 })]);
    const split = splitValidation(0.3, COUNT, 9, Uint32Array.from(TARGETS));
    const { epochs } = await network.fit(INPUTS, TARGETS, { epochs: 2, batchSize: 4, shuffle: false, validation: 0.3 });
    replay(twin, 2, 4, () => split.training);
    expect(fingerprint(network)).toBe(fingerprint(twin));
    const inputs = rowsAt(INPUTS, 2, 0, split.validation.length, split.validation);
    const targets = Uint8Array.from(split.validation, (sample) => TARGETS[sample] as number);
    const { loss, accuracy } = network.evaluate(inputs, targets);
    expect(epochs[1]?.validationLoss).toBeCloseTo(loss, 6);
    expect(epochs[1]?.validationAccuracy).toBe(accuracy);
  });

  it('validates on given samples, also with another kind of targets, without training on them', async () => {
    const [network, twin] = await Promise.all([create(), create()]);
    const validation = {
      inputs: [
        [1, 2],
        [0, 1],
      ],
      targets: ['red', 'blue'],
    };
    const { epochs } = await network.fit(INPUTS, TARGETS, { epochs: 2, validation });
    await twin.fit(INPUTS, TARGETS, { epochs: 2 });
    expect(fingerprint(network)).toBe(fingerprint(twin));
    const { loss, accuracy } = network.evaluate(validation.inputs, validation.targets);
    expect(epochs[1]?.validationLoss).toBeCloseTo(loss, 6);
    expect(epochs[1]?.validationAccuracy).toBe(accuracy);
  });

  it('prefers the learning rate of the fit, a number or a function of the epoch, to that of the optimizer', async () => {
    const rates = [0.4, 0.2, 0.1];
    const [network, twin] = await Promise.all([create(), create()]);
    const asked: number[] = [];
    const learningRate = (epoch: number): number => {
      asked.push(epoch);
      return rates[epoch - 1] as number;
    };
    const { epochs } = await network.fit(INPUTS, TARGETS, { epochs: 3, learningRate });
    for (const rate of rates) await twin.fit(INPUTS, TARGETS, { epochs: 1, learningRate: rate });
    expect(asked).toEqual([1, 2, 3]);
    expect(epochs.map((result) => result.learningRate)).toEqual(rates);
    expect(fingerprint(network)).toBe(fingerprint(twin));
  });

  it('a learning rate of 0 changes nothing', async () => {
    const network = await create();
    const before = fingerprint(network);
    await network.fit(INPUTS, TARGETS, { epochs: 2, learningRate: 0 });
    expect(fingerprint(network)).toBe(before);
  });
});
