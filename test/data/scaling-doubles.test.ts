/** What comes as doubles is scaled in doubles, and only then rounded to float32. */
import { describe, expect, it } from 'vitest';
import { Network, type NetworkOptions } from '../../src/index.js';
import { ENGINES, fingerprint } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';

const START = 1_700_000_000_000;
/** Times in milliseconds, a second apart: float32 would round them to 131 seconds. */
const TIMES = Array.from({ length: 60 }, (_, i) => [START + 1000 * i]);
const SECONDS = TIMES.map((_, i) => i);

describe.each(ENGINES)('doubles on %s', (engine) => {
  const create = (options: Partial<NetworkOptions> = {}) =>
    Network.create({
      inputs: 1,
      layers: [
        { units: 8, activation: 'tanh' },
        { units: 1, activation: 'linear' },
      ],
      optimizer: { type: 'adam', learningRate: 0.02 },
      normalize: 'standard',
      normalizeTargets: 'standard',
      seed: 1,
      engine,
      ...options,
    });
  const isNear = (answers: readonly number[], expected: readonly number[], within: number) => {
    for (const [i, value] of expected.entries()) expect(Math.abs((answers[i] as number) - value)).toBeLessThan(within);
  };
  const asked = [0, 30, 59].map((second) => [START + 1000 * second]);

  it('times in milliseconds', async () => {
    const network = await create();
    await network.fit(TIMES, SECONDS, { epochs: 300 });
    isNear(
      network.predict(asked).map(([y]) => y as number),
      [0, 30, 59],
      1.5,
    );
    // One row alone, and rows end to end.
    isNear(
      asked.map((row) => network.predict(row)[0] as number),
      [0, 30, 59],
      1.5,
    );
    expect(network.evaluate(TIMES.flat(), SECONDS).loss).toBeLessThan(0.01);
  });

  it('targets too, whose scaling keeps every digit', async () => {
    const network = await create({ normalize: false });
    const inputs = SECONDS.map((second) => [second / 30 - 1]);
    await network.fit(inputs, TIMES.flat(), { epochs: 300 });
    const { shift = [], scale = [] } = network.scaling?.targets ?? {};
    expect(Math.abs((shift[0] as number) - (START + 29_500))).toBeLessThan(1);
    expect(scale[0]).toBeCloseTo(17_318, 0);
    // Scaled exactly, the targets are a straight line. Rounded to float32 first, they would be one number.
    expect(network.evaluate(inputs, TIMES.flat()).loss).toBeLessThan(0.01);
  });

  it('numbers beyond float32, where scaling brings them in', async () => {
    const inputs = [[1e39], [2e39], [3e39], [1e200]].slice(0, 3);
    const network = await create();
    await network.fit(inputs, [1e50, 2e50, 3e50], { epochs: 1 });
    expect(network.scaling?.inputs?.shift[0]).toBe(2e39);
    expect(Number.isFinite(network.evaluate(inputs, [1e50, 2e50, 3e50]).loss)).toBe(true);
    const plain = await create({ normalize: false });
    await expectRefused(
      () => plain.fit(inputs, [0, 1, 2]),
      'ERR_NON_FINITE',
      /^fit: inputs\[0\]\[0\] is 1e\+39, which float32/,
    );
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      await expectRefused(() => network.predict([bad]), 'ERR_NON_FINITE', /^predict: inputs\[0\] is (NaN|Infinity)\./);
    }
  });

  it('numbers whose squares are beyond doubles, or all 0', async () => {
    for (const size of [1e300, 1e-300]) {
      const network = await create({ normalizeTargets: false });
      await network.fit([[-size], [size]], [0, 1], { epochs: 1 });
      const { scale = [] } = network.scaling?.inputs ?? {};
      expect(scale[0]).toBe(2 * size);
    }
  });

  it.each(['fraction', 'given', 'stream', 'weights'] as const)('in every kind of fit: %s', async (kind) => {
    const network = await create();
    const stream = async function* () {
      for (let from = 0; from < 60; from += 20) {
        yield { inputs: TIMES.slice(from, from + 20), targets: SECONDS.slice(from, from + 20) };
      }
    };
    const options = {
      fraction: { validation: 0.2 },
      given: { validation: { inputs: asked, targets: [0, 30, 59] } },
      stream: { batchSize: 10 },
      weights: { sampleWeights: SECONDS.map(() => 1) },
    }[kind];
    const { epochs } =
      kind === 'stream'
        ? await network.fitStream(stream, { epochs: 300, ...options })
        : await network.fit(TIMES, SECONDS, { epochs: 300, ...options });
    isNear(
      network.predict(asked).map(([y]) => y as number),
      [0, 30, 59],
      2.5,
    );
    expect(epochs.at(-1)?.validationLoss ?? 0).toBeLessThan(0.02);
  });

  it('a Float32Array gives the same bits as its numbers in plain arrays', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => [Math.fround(300 + Math.sqrt(i)), i]);
    const targets = rows.map(([x]) => Math.fround((x as number) * 3));
    const [packed, plain] = [await create({ inputs: 2 }), await create({ inputs: 2 })];
    await packed.fit(Float32Array.from(rows.flat()), Float32Array.from(targets), { epochs: 3 });
    await plain.fit(rows, targets, { epochs: 3 });
    expect(fingerprint(packed)).toBe(fingerprint(plain));
  });

  it('a column of one number, however it was computed, is constant', async () => {
    const network = await create({ inputs: 2 });
    await network.fit(
      [
        [0.1 + 0.2, 1],
        [0.3, 2],
        [0.3, 3],
      ],
      [1, 2, 3],
      { epochs: 1 },
    );
    expect(network.scaling?.inputs?.scale[0]).toBe(0);
    expect(network.scaling?.inputs?.scale[1]).toBeGreaterThan(0);
    const [zero, other] = [network.predict([0.3, 2]), network.predict([77, 2])];
    expect(other).toEqual(zero);
  });
});
