/** Fits of rows in a worker: they are encoded on the calling thread, and end in the same bits as in the foreground. */
import { describe, expect, it } from 'vitest';
import type { Columns, FitOptions, Row } from '../../../src/index.js';
import { ENGINES, fingerprint } from '../../support/networks.js';
import { thrownBy } from '../../support/refusals.js';
import { SeededRandom } from '../../support/seeded.js';
import { expectBuiltCoded, Network, type Trained } from '../../support/training/background.js';

const COLUMNS = {
  age: { type: 'number', missing: true },
  city: { type: 'category', values: ['Rome', 'Oslo'], other: true },
} as const satisfies Columns;

const random = new SeededRandom('rows in the background');
const ROWS: readonly Row[] = Array.from({ length: 60 }, () => ({
  age: random.chance(0.2) ? null : random.integer(1, 90),
  city: random.pick(['Rome', 'Oslo', 'Bern'] as const),
  answer: random.pick(['a', 'b', 'c'] as const),
}));

/** So many inputs that rows become entries. */
const WIDE = {
  ...COLUMNS,
  city: { ...COLUMNS.city, values: ['Rome', 'Oslo', ...Array.from({ length: 1100 }, (_, i) => `city ${i}`)] },
} as const satisfies Columns;

const create = (engine: 'wasm' | 'js', inputs: Columns = COLUMNS, threads = 1): Promise<Trained> =>
  Network.create({
    inputs,
    threads,
    target: 'answer',
    labels: ['a', 'b', 'c'],
    layers: [{ units: 5 }, { units: 3, activation: 'softmax' }],
    normalize: 'standard',
    seed: 5,
    engine,
  });

const FITS: Record<string, FitOptions> = {
  plain: {},
  'a fraction that validates, class weights': { validation: 0.2, classWeights: { b: 2 } },
  'rows that validate': { validation: ROWS.slice(0, 9) },
};

describe.each(ENGINES.flatMap((engine) => [[engine, 'numbers', COLUMNS] as const, [engine, 'entries', WIDE] as const]))(
  'on %s, rows that become %s',
  (engine, _, inputs) => {
    it.each(Object.entries(FITS))('%s', async (_, options) => {
      const [network, twin] = await Promise.all([create(engine, inputs), create(engine, inputs)]);
      await network.fit(ROWS, { epochs: 3, ...options });
      await twin.fit(ROWS, { epochs: 3, ...options, background: true });
      expect(fingerprint(twin)).toBe(fingerprint(network));
      expect(twin.scaling).toEqual(network.scaling);
      expect(twin.predict(ROWS)).toEqual(network.predict(ROWS));
      // The scaling is there: a second fit, and one that learns it anew.
      for (const more of [{}, { relearnScaling: true }]) {
        await network.fit(ROWS.slice(20), { epochs: 2, ...more });
        await twin.fit(ROWS.slice(20), { epochs: 2, ...more, background: true });
        expect(fingerprint(twin)).toBe(fingerprint(network));
      }
    });

    it('a stream', async () => {
      const [network, twin] = await Promise.all([create(engine, inputs), create(engine, inputs)]);
      const batches = (): Row[][] => [ROWS.slice(0, 30), ROWS.slice(30)];
      await network.fitStream(batches, { epochs: 3, batchSize: 10 });
      await twin.fitStream(batches, { epochs: 3, batchSize: 10, background: true });
      expect(fingerprint(twin)).toBe(fingerprint(network));
    });
  },
);

it('networks with several threads train on entries with one, to the same bits', async () => {
  const [network, twin] = await Promise.all([create('wasm', WIDE), create('wasm', WIDE, 2)]);
  for (const each of [network, twin]) await each.fit(ROWS, { epochs: 2, validation: 0.2 });
  expect(fingerprint(twin)).toBe(fingerprint(network));
});

it('a wrong cell is refused before a worker starts', async () => {
  const network = await create('js');
  const before = fingerprint(network);
  const error = await thrownBy(() => network.fit([...ROWS, { age: 3, city: '' }], { background: true }));
  expectBuiltCoded(
    error,
    'ERR_MISSING',
    /^fit: inputs, row 60 \(counted from 0\), column "city" is "", expected one of "Rome", "Oslo"/,
  );
  expect(fingerprint(network)).toBe(before);
});
