/** Numbers at the edges of float32, and callers who misbehave in the middle of a call. */
import { describe, expect, it, vi } from 'vitest';
import { type FitOptions, Network } from '../../src/index.js';
import { classifier, ENGINES, fingerprint } from '../support/networks.js';
import { expectCoded, expectRefused, thrownBy } from '../support/refusals.js';
import { randomClasses, randomRows } from '../support/samples.js';

describe.each(ENGINES)('on %s', (engine) => {
  it('gelu has a finite derivative wherever its value is finite', async () => {
    const network = await Network.create({
      inputs: 1,
      layers: [{ units: 1, activation: 'gelu', bias: false, initializer: { uniform: [1, 1] } }],
      loss: 'huber',
      engine,
    });
    for (const input of [1e20, 3e38, -1e20, -3e38]) {
      const { layers } = network.gradients([input], [0]);
      // Above 0 the error exceeds 1, so the derivative of huber is 1 there. Far below 0 everything is 0.
      expect(layers[0]?.weights[0]).toBeCloseTo(input > 0 ? Math.fround(input) : 0, 5);
    }
  });

  it.each([1, 2])('a sample that does not count may overflow, in batches of %i', async (batchSize) => {
    const create = () =>
      Network.create({
        inputs: 2,
        layers: [{ units: 1, activation: 'linear', initializer: { uniform: [2, 2] } }],
        engine,
      });
    const network = await create();
    const rows = [
      [3e38, 3e38],
      [0.1, 0.1],
    ];
    const { epochs } = await network.fit(rows, [1, 2], { epochs: 3, batchSize, sampleWeights: [0, 1], shuffle: false });
    expect(epochs.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    const alone = await create();
    const harmless = [[0, 0], rows[1] as number[]];
    await alone.fit(harmless, [1, 2], { epochs: 3, batchSize, sampleWeights: [0, 1], shuffle: false });
    expect(fingerprint(network)).toBe(fingerprint(alone));
  });

  it('derivatives whose squares vanish make no giant step, however small epsilon is', async () => {
    for (const type of ['rmsprop', 'adam', 'adagrad'] as const) {
      const network = await Network.create({
        inputs: 1,
        layers: [{ units: 1, activation: 'linear', bias: false, initializer: 'zeros' }],
        optimizer: { type, learningRate: 0.1, epsilon: 1e-30 },
        engine,
      });
      await network.fit([1e-19], [1], { epochs: 1 });
      expect(Math.abs(network.getParameters(0).weights[0] as number)).toBeLessThanOrEqual(1);
    }
  });

  it('callbacks do not get the options of the fit as this', async () => {
    const network = await Network.create({ inputs: 1, layers: [{ units: 1 }], engine });
    const receivers: unknown[] = [];
    const options: FitOptions = {
      epochs: 2,
      onEpoch(this: unknown) {
        receivers.push(this);
      },
      onProgress(this: unknown) {
        receivers.push(this);
      },
    };
    await network.fit([1, 2], [0, 1], options);
    expect(receivers.length).toBeGreaterThan(2);
    expect(receivers.every((receiver) => receiver === undefined)).toBe(true);
  });

  it('setParameters checks the network again after it has read its arguments', async () => {
    const network = await Network.create({ inputs: 1, layers: [{ units: 2 }], engine });
    let running: Promise<unknown> | undefined;
    const parameters = {
      get weights() {
        running = network.fit([1], [[0, 1]], { epochs: 1 });
        return [1, 2];
      },
    };
    await expectRefused(() => network.setParameters(0, parameters), 'ERR_BUSY', /^setParameters: a fit/);
    await running;
    const weights = Float32Array.of(1, 2);
    const biases = [0, 0];
    Object.defineProperty(biases, 1, {
      get: () => {
        weights[0] = Number.NaN;
        return 3;
      },
    });
    network.setParameters(0, { weights, biases });
    const kept = network.getParameters(0);
    expect([...kept.weights, ...kept.biases]).toEqual([1, 2, 0, 3]);
  });

  it.each([undefined, null, 5, 'done'])('a stream whose next() gives %j is refused by name', async (given) => {
    const network = await Network.create({ inputs: 1, layers: [{ units: 1 }], engine });
    let returns = 0;
    const stream = { next: () => given, return: () => ({ done: returns++ }) };
    const batches = () => ({ [Symbol.asyncIterator]: () => stream }) as never;
    const error = await thrownBy(() => network.fitStream(batches, { epochs: 1 }));
    expectCoded(
      error,
      'ERR_INVALID_TYPE',
      /^fitStream: next\(\) of the stream gave .*, expected an object with done and value/,
    );
    expect(returns).toBe(0);
  });

  it('a stream that throws gets no call of return, and one whose iterator is not a function is refused', async () => {
    const network = await Network.create({ inputs: 1, layers: [{ units: 1 }], engine });
    const broken = new Error('broken');
    let returns = 0;
    const stream = { next: () => Promise.reject(broken), return: () => ({ done: returns++ }) };
    const batches = () => ({ [Symbol.asyncIterator]: () => stream }) as never;
    expect(await thrownBy(() => network.fitStream(batches, { epochs: 1 }))).toBe(broken);
    expect(returns).toBe(0);
    const none = () => ({ [Symbol.asyncIterator]: 5 }) as never;
    await expectRefused(() => network.fitStream(none, { epochs: 1 }), 'ERR_INVALID_TYPE', /expected an async iterable/);
  });
});

it('a global Promise that somebody replaced', async () => {
  const network = await classifier('wasm');
  vi.stubGlobal('Promise', class extends Promise<unknown> {});
  try {
    await network.fit(randomRows(9, 2), randomClasses(9, 3), { epochs: 1, validation: 0.3 });
  } finally {
    vi.unstubAllGlobals();
  }
  expect(network.epochs).toBe(1);
});
