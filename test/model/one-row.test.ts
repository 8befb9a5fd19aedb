/** Calls of one row, which go a shorter way in small networks: their bits, their errors, and arrays whose elements run code. */
import { afterEach, describe, expect, it } from 'vitest';
import { type Activation, Network, type NetworkOptions, type OptimizerOptions } from '../../src/index.js';
import { digestOf, ENGINES, fingerprint } from '../support/networks.js';
import { expectRefused, thrownBy } from '../support/refusals.js';
import { randomRows } from '../support/samples.js';

const ACTIVATIONS: readonly Activation[] = ['sigmoid', 'tanh', 'relu', 'linear', 'softplus', 'leakyRelu'];
const OPTIMIZERS: readonly OptimizerOptions[] = [{ type: 'sgd' }, { type: 'sgd', momentum: 0.9 }, { type: 'adam' }];

/** Each number comes from a getter; reading number `at` calls back first. */
function live(numbers: readonly number[], at: number, call: () => void): number[] {
  const list: number[] = [];
  numbers.forEach((value, i) => {
    const get = (): number => {
      if (i === at) call();
      return value;
    };
    Object.defineProperty(list, i, { get, enumerable: true, configurable: true });
  });
  return list;
}

describe.each(ENGINES)('on %s', (engine) => {
  const create = (options: Partial<NetworkOptions> = {}): Promise<Network> =>
    Network.create({
      inputs: 2,
      layers: [{ units: 2 }, { units: 1 }],
      loss: 'meanSquaredError',
      seed: 3,
      engine,
      ...options,
    });

  it('predict gives the bits of rows, in every shape and size', async () => {
    for (const activation of ACTIVATIONS) {
      for (const [inputs, hidden, outputs] of [
        [1, 1, 1],
        [2, 2, 1],
        [3, 4, 4],
        [5, 9, 3],
        [8, 16, 4],
      ] as const) {
        const layers = [{ units: hidden, activation }, { units: outputs }];
        const network = await create({ inputs, layers });
        const typed = randomRows(1, inputs, hidden);
        const row = Array.from(typed);
        const [expected] = network.predict([row]) as [Float32Array];
        const into = new Float32Array(outputs);
        for (const given of [row, typed]) {
          expect(digestOf(network.predict(given))).toBe(digestOf(expected));
          expect(network.predict(given, { into })).toBe(into);
          expect(into).toEqual(expected);
        }
        expect(network.predict(row)).not.toBe(network.predict(row));
      }
    }
  });

  it.each(OPTIMIZERS)(
    'trainOnBatch takes the steps of rows, given as one or as an array of one, with %o',
    async (optimizer) => {
      for (const dropout of [0, 0.5]) {
        const layers = [
          { units: 5, dropout },
          { units: 3, activation: 'softmax' },
        ] as const;
        const [one, rows] = await Promise.all(
          [0, 1].map(() => create({ inputs: 4, layers, optimizer, loss: 'categoricalCrossEntropy' })),
        );
        for (let step = 0; step < 12; step++) {
          const row = Array.from(randomRows(1, 4, step));
          const target = [0, 1, 2].map((i) => Number(i === step % 3));
          const options = step % 2 === 0 ? undefined : { learningRate: 0.05, clipNorm: 0.5 };
          const typed = Float32Array.from(row);
          const [inputs, targets] = (
            [
              [typed, target],
              [row, [target]],
              [[row], target],
              [[typed], [Float32Array.from(target)]],
            ] as const
          )[step % 4] as [Float32Array, number[]];
          const loss = (one as Network).trainOnBatch(inputs, targets, options);
          // Classes by number go the general way.
          expect(loss).toBe((rows as Network).trainOnBatch([row], [step % 3], options));
          expect(fingerprint(one as Network)).toBe(fingerprint(rows as Network));
        }
        expect((one as Network).saveCheckpoint()).toEqual((rows as Network).saveCheckpoint());
      }
    },
  );

  it('what is wrong is refused as ever, and changes nothing', async () => {
    const network = await create();
    const before = fingerprint(network);
    const wrong: [unknown, 'ERR_INVALID_TYPE' | 'ERR_NON_FINITE' | 'ERR_SHAPE', RegExp][] = [
      [[1, '2'], 'ERR_INVALID_TYPE', /inputs\[1\] is "2", expected a number/],
      [[1, undefined], 'ERR_INVALID_TYPE', /inputs\[1\] is undefined/],
      [[Number.NaN, 1], 'ERR_NON_FINITE', /inputs\[0\] is NaN/],
      [[1, 1e39], 'ERR_NON_FINITE', /inputs\[1\] is 1e\+39, which float32 cannot hold/],
      [Float32Array.of(1, Number.NaN), 'ERR_NON_FINITE', /inputs\[1\].* is NaN/],
      [[1, 2, 3], 'ERR_SHAPE', /inputs has 3 values, expected 2/],
      [[], 'ERR_SHAPE', /inputs is empty/],
      [Float64Array.of(1, 2), 'ERR_INVALID_TYPE', /inputs is a Float64Array/],
    ];
    for (const [inputs, code, message] of wrong) {
      await expectRefused(() => network.predict(inputs as number[]), code, message);
      await expectRefused(() => network.trainOnBatch(inputs as number[], [1]), code, message);
    }
    await expectRefused(
      () => network.trainOnBatch([1, 2], [1.5]),
      'ERR_INVALID_OPTION',
      /targets, row 0, column 0 is 1\.5/,
    );
    await expectRefused(() => network.trainOnBatch([1, 2], [Number.NaN]), 'ERR_NON_FINITE', /targets\[0\] is NaN/);
    await expectRefused(() => network.trainOnBatch([1, 2], [1, 0]), 'ERR_SHAPE', /targets has 2 samples/);
    expect(fingerprint(network)).toBe(before);
    const classes = await create({ layers: [{ units: 3, activation: 'softmax' }], loss: 'categoricalCrossEntropy' });
    await expectRefused(() => classes.trainOnBatch([1, 2], [1, 1, 0]), 'ERR_INVALID_OPTION', /row 0 sums to 2/);
    network.dispose();
    await expectRefused(() => network.predict([1, 2]), 'ERR_DISPOSED', /^predict: /);
    await expectRefused(() => network.trainOnBatch([1, 2], [1]), 'ERR_DISPOSED', /^trainOnBatch: /);
  });

  it('a step that diverges says so, and goes back', async () => {
    const network = await create({ layers: [{ units: 1, activation: 'linear' }] });
    const before = fingerprint(network);
    await expectRefused(() => network.trainOnBatch([1e30, 1e30], [1]), 'ERR_DIVERGED', /^trainOnBatch: the loss/);
    expect(fingerprint(network)).toBe(before);
    await expectRefused(
      () => network.predict([3e38, 3e38]).length || network.predict([3e38, -3e38]),
      'ERR_NON_FINITE',
      /./,
    ).catch(() => undefined);
  });

  it('elements may run code: other calls, a fit, dispose', async () => {
    const network = await create();
    const other = await create({ inputs: 3, seed: 9 });
    const expected = network.predict([[0.25, 0.75]])[0];
    for (const at of [0, 1]) {
      const nested = live([0.25, 0.75], at, () => {
        network.predict([9, 9]);
        other.predict([7, 7, 7]);
      });
      expect(network.predict(nested)).toEqual(expected);
      const busy = await create();
      let fit: Promise<unknown> | undefined;
      const begins = live([0.25, 0.75], at, () => {
        fit ??= busy.fit([[1, 2]], [1], { epochs: 1 });
      });
      expect(await thrownBy(() => busy.trainOnBatch(begins, [1]))).toMatchObject({ code: 'ERR_BUSY' });
      await fit;
      const gone = await create();
      expect(await thrownBy(() => gone.predict(live([0.25, 0.75], at, () => gone.dispose())))).toMatchObject({
        code: 'ERR_DISPOSED',
      });
    }
    expect(network.predict([[0.25, 0.75]])[0]).toEqual(expected);
  });

  describe('options', () => {
    const FOREIGN = { learningRate: 5, clipNorm: -1, clipValue: 1e-9, sampleWeights: [9], layer: 0 };
    afterEach(() => {
      for (const key of [...Object.keys(FOREIGN), 'into']) Reflect.deleteProperty(Object.prototype, key);
    });

    it('what somebody put on Object.prototype is none', async () => {
      const [network, twin] = await Promise.all([create(), create()]);
      const loss = twin.trainOnBatch([1, 2], [1]);
      const [row] = twin.predict([[1, 2]]) as [Float32Array];
      for (const [key, value] of Object.entries(FOREIGN)) Reflect.set(Object.prototype, key, value);
      expect(network.trainOnBatch([1, 2], [1])).toBe(loss);
      expect(network.predict([[1, 2]])).toEqual([row]);
      expect(fingerprint(network)).toBe(fingerprint(twin));
    });

    it('an array that somebody put on Object.prototype is not written into', async () => {
      const network = await create();
      const into = new Float32Array(1);
      Reflect.set(Object.prototype, 'into', into);
      expect(network.predict([1, 2], {})).not.toBe(into);
      expect(network.predict([1, 2])).not.toBe(into);
      expect(into[0]).toBe(0);
    });
  });
});

it('a large network and one with columns go the usual way', async () => {
  const large = await Network.create({ inputs: 200, layers: [{ units: 20 }, { units: 1 }] });
  expect(large.predict(Array.from(randomRows(1, 200)))).toHaveLength(1);
  const columns = await Network.create({ inputs: { a: 'number', b: 'number' }, layers: [{ units: 1 }] });
  await expectRefused(() => columns.predict([1, 2] as never), 'ERR_INVALID_TYPE', /./);
});
