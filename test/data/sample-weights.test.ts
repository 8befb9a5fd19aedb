/** Sample weights and class weights: how much each sample counts, and in which steps. sample-weights-refused.test.ts has the refusals. */
import { describe, expect, it } from 'vitest';
import { splitValidation } from '../../src/data/split.js';
import { type FitOptions, type Labels, Network, type NetworkOptions, type Samples } from '../../src/index.js';
import { classifier, ENGINES, fingerprint, parametersOf } from '../support/networks.js';
import { randomClasses, randomRows, rowsAt, shuffledOrder } from '../support/samples.js';

const COUNT = 30;
const INPUTS = randomRows(COUNT, 2);
const TARGETS = randomClasses(COUNT, 3);
/** Sample weights that are whole numbers from 0 to 3. */
const WHOLE = Float32Array.from(randomClasses(COUNT, 4, 3));
const WEIGHTS = randomRows(COUNT, 1, 4).map((value) => Math.abs(value) * 3);
const RATE = 0.25;

/** A network for every loss, with suitable targets. */
const LOSSES: readonly [loss: string, options: NetworkOptions, targets: Samples | Labels][] = (
  [
    ['categoricalCrossEntropy', 'softmax', 3, TARGETS],
    [
      'categoricalCrossEntropy',
      'softmax',
      3,
      Array.from(TARGETS, (index) => [0, 1, 2].map((i) => Number(i === index))),
    ],
    ['binaryCrossEntropy', 'sigmoid', 1, randomClasses(COUNT, 2)],
    ['binaryCrossEntropy', 'sigmoid', 2, randomRows(COUNT, 2, 5).map((value) => (value + 1) / 2)],
    ['meanSquaredError', 'linear', 2, randomRows(COUNT, 2, 5)],
    ['meanAbsoluteError', 'linear', 1, randomRows(COUNT, 1, 5)],
    ['huber', 'linear', 2, randomRows(COUNT, 2, 5).map((value) => 3 * value)],
  ] as const
).map(([loss, activation, units, targets]) => {
  const layers = [
    { units: 4, activation: 'tanh' },
    { units, activation },
  ] as const;
  return [loss, { inputs: 2, layers, loss, seed: 3, optimizer: { type: 'sgd', learningRate: RATE } }, targets];
});

/** The samples, each repeated as often as its weight says. */
function repeated(): Uint32Array {
  return Uint32Array.from([...WHOLE].flatMap((times, sample) => Array<number>(times).fill(sample)));
}

function pick(targets: Samples | Labels, width: number, order: Uint32Array): Samples | Labels {
  if (targets instanceof Float32Array) return rowsAt(targets, width, 0, order.length, order);
  const picked = Array.from(order, (sample) => (targets as readonly unknown[])[sample]);
  return targets instanceof Uint8Array ? Uint8Array.from(picked as number[]) : (picked as number[][]);
}

/** Checks that two lists of numbers are the same up to rounding, and not all 0. */
function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  const [a, b] = [Array.from(got), Array.from(expected)];
  expect(a).toHaveLength(b.length);
  expect(Math.max(...b.map(Math.abs))).toBeGreaterThan(100 * tolerance);
  expect(Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))))).toBeLessThan(tolerance);
}

describe.each(ENGINES)('on %s', (engine) => {
  const create = (options: Partial<NetworkOptions> = {}) =>
    classifier(engine, { optimizer: { type: 'sgd', learningRate: RATE }, ...options });

  describe('sampleWeights', () => {
    it.each(LOSSES)(
      'of whole numbers are as so many samples, but for the number that losses are divided by: %s',
      async (_, options, targets) => {
        const network = await Network.create({ ...options, engine });
        const twin = await Network.create({ ...options, engine });
        const before = parametersOf(network);
        const order = repeated();
        const whole = { epochs: 1, batchSize: 1000, shuffle: false } as const;
        const first = await network.fit(INPUTS, targets, { ...whole, sampleWeights: WHOLE });
        const inputs = rowsAt(INPUTS, 2, 0, order.length, order);
        const { outputs } = network;
        const second = await twin.fit(inputs, pick(targets, outputs, order), whole);
        /** The step, times the number of samples and divided by the rate. */
        const gradients = (one: Network, count: number) =>
          parametersOf(one).map((value, i) => ((value - (before[i] as number)) * count) / RATE);
        expectClose(gradients(network, COUNT), gradients(twin, order.length), 1e-3);
        expect((first.epochs[0]?.loss as number) * COUNT).toBeCloseTo(
          (second.epochs[0]?.loss as number) * order.length,
          3,
        );
      },
    );

    it.each([
      ['batches of 1', { batchSize: 1 }],
      ['batches of 3', { batchSize: 3 }],
      ['batches of 32', { batchSize: 32 }],
      ['clipping that clips nothing', { batchSize: 7, clipNorm: 1e6 }],
    ])('all of 2 are twice the learning rate, in %s', async (_, options) => {
      const [network, twin] = await Promise.all([create(), create()]);
      const sampleWeights = Array(COUNT).fill(2);
      await network.fit(INPUTS, TARGETS, { ...options, epochs: 3, sampleWeights });
      await twin.fit(INPUTS, TARGETS, { ...options, epochs: 3, learningRate: 2 * RATE });
      expectClose(parametersOf(network), parametersOf(twin));
    });

    it('follow their samples where these are shuffled', async () => {
      const [network, twin] = await Promise.all([create({ seed: 5 }), create({ seed: 5 })]);
      await network.fit(INPUTS, TARGETS, { epochs: 2, batchSize: 1, sampleWeights: WEIGHTS });
      for (const epoch of [1, 2]) {
        for (const sample of shuffledOrder(5, epoch, COUNT)) {
          const learningRate = RATE * (WEIGHTS[sample] as number);
          const row = rowsAt(INPUTS, 2, sample, sample + 1);
          await twin.fit(row, TARGETS.slice(sample, sample + 1), { epochs: 1, learningRate });
        }
      }
      expectClose(parametersOf(network), parametersOf(twin));
    });

    it.each([1, 4, 32])('of 0 take all influence from their samples, in batches of %i', async (batchSize) => {
      const [network, twin] = await Promise.all([create(), create()]);
      const sampleWeights = WHOLE.map((weight) => Math.min(weight, 1));
      const inputs = INPUTS.map((value, i) => (sampleWeights[i >> 1] === 0 ? 7 - value : value));
      const targets = TARGETS.map((index, i) => (sampleWeights[i] === 0 ? (index + 1) % 3 : index));
      const options: FitOptions = { epochs: 3, batchSize, sampleWeights };
      const { epochs } = await network.fit(INPUTS, TARGETS, options);
      const { epochs: others } = await twin.fit(inputs, targets, options);
      expect(fingerprint(network)).toBe(fingerprint(twin));
      expect(others.map(({ loss }) => loss)).toEqual(epochs.map(({ loss }) => loss));
    });

    it.each([1, 5, 32])('that are all 1 change nothing, in batches of %i', async (batchSize) => {
      const [network, twin] = await Promise.all([create(), create()]);
      const sampleWeights = Array(COUNT).fill(1);
      const { epochs } = await network.fit(INPUTS, TARGETS, { epochs: 3, batchSize, sampleWeights });
      const { epochs: others } = await twin.fit(INPUTS, TARGETS, { epochs: 3, batchSize });
      expectClose(parametersOf(network), parametersOf(twin), 1e-6);
      // WebAssembly trains single samples without weights in blocks, which round differently.
      if (batchSize === 1) return;
      expect(fingerprint(network)).toBe(fingerprint(twin));
      expect(epochs.map(({ loss }) => loss)).toEqual(others.map(({ loss }) => loss));
    });

    it('count in the reported loss, which is divided by the number of samples, but not in the accuracy', async () => {
      const network = await create();
      const { epochs } = await network.fit(INPUTS, TARGETS, { epochs: 1, learningRate: 0, sampleWeights: WEIGHTS });
      const losses = Array.from(
        TARGETS,
        (_, i) => network.evaluate(rowsAt(INPUTS, 2, i, i + 1), TARGETS.slice(i, i + 1)).loss,
      );
      const sum = losses.reduce((total, loss, i) => total + loss * (WEIGHTS[i] as number), 0);
      expect(epochs[0]?.loss).toBeCloseTo(sum / COUNT, 5);
      expect(epochs[0]?.accuracy).toBe(network.evaluate(INPUTS, TARGETS).accuracy);
    });

    it('count for the samples that a validation fraction leaves; the others count once each', async () => {
      const [network, twin] = await Promise.all([create({ seed: 9 }), create({ seed: 9 })]);
      const { training, validation } = splitValidation(0.3, COUNT, 9, Uint32Array.from(TARGETS));
      const options = { epochs: 3, batchSize: 4, shuffle: false } as const;
      const { epochs } = await network.fit(INPUTS, TARGETS, { ...options, validation: 0.3, sampleWeights: WEIGHTS });
      const sampleWeights = Array.from(training, (sample) => WEIGHTS[sample] as number);
      const inputs = rowsAt(INPUTS, 2, 0, training.length, training);
      await twin.fit(
        inputs,
        Uint8Array.from(training, (sample) => TARGETS[sample] as number),
        { ...options, sampleWeights },
      );
      expect(fingerprint(network)).toBe(fingerprint(twin));
      const held = rowsAt(INPUTS, 2, 0, validation.length, validation);
      const { loss, accuracy } = network.evaluate(
        held,
        Uint8Array.from(validation, (sample) => TARGETS[sample] as number),
      );
      expect(epochs[2]?.validationLoss).toBeCloseTo(loss, 6);
      expect(epochs[2]?.validationAccuracy).toBe(accuracy);
    });

    it('count for optimizers with state, and together with clipping', async () => {
      const options = { optimizer: { type: 'adam', learningRate: 0.05 } } as const;
      const fit = { epochs: 4, batchSize: 6, clipNorm: 0.05 };
      const train = async (sampleWeights?: Float32Array | number[]): Promise<string> => {
        const network = await create(options);
        await network.fit(INPUTS, TARGETS, sampleWeights === undefined ? fit : { ...fit, sampleWeights });
        return fingerprint(network);
      };
      const [typed, array, none] = [await train(WEIGHTS), await train(Array.from(WEIGHTS)), await train()];
      expect(typed).toBe(array);
      expect(typed).not.toBe(none);
    });

    it('keep nothing of what the caller may change', async () => {
      const [network, twin] = await Promise.all([create(), create()]);
      const [inputs, targets, sampleWeights] = [INPUTS.slice(), TARGETS.slice(), WEIGHTS.slice()];
      const classWeights = [1, 2, 3];
      const running = network.fit(inputs, targets, { epochs: 2, sampleWeights, classWeights });
      for (const array of [inputs, targets, sampleWeights, classWeights]) array.fill(0);
      await running;
      await twin.fit(INPUTS, TARGETS, { epochs: 2, sampleWeights: WEIGHTS, classWeights: [1, 2, 3] });
      expect(fingerprint(network)).toBe(fingerprint(twin));
    });
  });

  describe('classWeights', () => {
    const byClass = [0.5, 2, 0];
    const bySample = Array.from(TARGETS, (index) => byClass[index] as number);

    /** The parameters after training with these sample weights. */
    async function train(options: FitOptions, network: Partial<NetworkOptions> = {}): Promise<string> {
      const trained = await create(network);
      await trained.fit(INPUTS, TARGETS, { epochs: 3, batchSize: 7, ...options });
      return fingerprint(trained);
    }

    it('weigh the samples of each class: by index, by label, and by index in an object', async () => {
      const expected = await train({ sampleWeights: bySample });
      expect(await train({ classWeights: byClass })).toBe(expected);
      expect(await train({ classWeights: { blue: 0, red: 0.5, green: 2 } })).toBe(expected);
      const layers = [
        { units: 3, activation: 'tanh' },
        { units: 3, activation: 'softmax' },
      ] as const;
      const options = { inputs: 2, layers, seed: 7, optimizer: { type: 'sgd', learningRate: RATE }, engine } as const;
      const unnamed = await Network.create(options);
      await unnamed.fit(INPUTS, TARGETS, { epochs: 3, batchSize: 7, classWeights: { 0: 0.5, 1: 2, 2: 0 } });
      expect(fingerprint(unnamed)).toBe(expected);
      expect(expected).not.toBe(await train({}));
    });

    it('of classes that are not named are 1', async () => {
      expect(await train({ classWeights: { green: 2 } })).toBe(await train({ classWeights: [1, 2, 1] }));
      expect(await train({ classWeights: {} })).toBe(await train({ classWeights: [1, 1, 1] }));
    });

    it('are found by labels that every object has too', async () => {
      const labels = ['constructor', '__proto__', 'toString'];
      const expected = await train({ classWeights: [1, 1, 2] }, { labels });
      expect(await train({ classWeights: { toString: 2 } as unknown as Record<string, number> }, { labels })).toBe(
        expected,
      );
      const proto = JSON.parse('{ "__proto__": 3 }');
      expect(await train({ classWeights: proto }, { labels })).toBe(
        await train({ classWeights: [1, 3, 1] }, { labels }),
      );
    });

    it('multiply the weights of samples', async () => {
      const sampleWeights = Float32Array.from(WEIGHTS, (weight, i) => Math.fround(weight) * (bySample[i] as number));
      expect(await train({ classWeights: byClass, sampleWeights: WEIGHTS })).toBe(await train({ sampleWeights }));
    });

    it('are of the two classes of a single sigmoid, given as indexes, names or numbers', async () => {
      const targets = randomClasses(COUNT, 2);
      const print = async (given: Samples | Labels, options: FitOptions): Promise<string> => {
        const network = await Network.create({ inputs: 2, layers: [{ units: 1 }], labels: ['no', 'yes'], engine });
        await network.fit(INPUTS, given, { epochs: 2, ...options });
        return fingerprint(network);
      };
      const expected = await print(targets, { sampleWeights: Array.from(targets, (index) => (index === 1 ? 3 : 0.5)) });
      expect(await print(targets, { classWeights: [0.5, 3] })).toBe(expected);
      expect(
        await print(
          Array.from(targets, (index) => ['no', 'yes'][index] as string),
          { classWeights: { yes: 3, no: 0.5 } },
        ),
      ).toBe(expected);
      expect(await print(Float32Array.from(targets), { classWeights: [0.5, 3] })).toBe(expected);
    });

    it('leave the validation as it is', async () => {
      const network = await create();
      const validation = { inputs: INPUTS, targets: TARGETS };
      const { epochs } = await network.fit(INPUTS, TARGETS, { epochs: 1, validation, classWeights: byClass });
      expect(epochs[0]?.validationLoss).toBeCloseTo(network.evaluate(INPUTS, TARGETS).loss, 6);
    });
  });
});

it('sampleWeights in shared memory count as they were at the call', async () => {
  const given = new Float32Array(new SharedArrayBuffer(4 * COUNT));
  given.set(WEIGHTS);
  const [network, twin] = await Promise.all([classifier('wasm'), classifier('wasm')]);
  const running = network.fit(INPUTS, TARGETS, { epochs: 2, sampleWeights: given });
  given.fill(1);
  await running;
  await twin.fit(INPUTS, TARGETS, { epochs: 2, sampleWeights: WEIGHTS });
  expect(fingerprint(network)).toBe(fingerprint(twin));
});
