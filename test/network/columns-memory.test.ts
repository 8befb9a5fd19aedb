/** The host has no memory for rows of tables: every allocation of every call fails once, the error has a code, the network is as it was. */
import { afterEach, describe, expect, it } from 'vitest';
import { Network, type Row } from '../../src/index.js';
import { Shortage } from '../support/allocations.js';
import { ENGINES, type EngineName, fingerprint } from '../support/networks.js';
import { expectCoded } from '../support/refusals.js';

const ROWS: readonly Row[] = Array.from({ length: 24 }, (_, i) => ({
  age: i % 5 === 0 ? null : i,
  city: i % 2 ? 'Rome' : 'Bern',
  answer: ['a', 'b', 'c'][i % 3],
}));

/** Of these, networks have rows written out; of those, they have entries. */
const FEW = { type: 'category', values: ['Rome'], other: true } as const;
const MANY = { ...FEW, values: ['Rome', ...Array.from({ length: 1100 }, (_, i) => `city ${i}`)] };

async function prepared(engine: EngineName, city: typeof FEW | typeof MANY): Promise<Network> {
  const network = await Network.create({
    inputs: { age: { type: 'number', missing: true }, city },
    target: 'answer',
    labels: ['a', 'b', 'c'],
    layers: [{ units: 3 }, { units: 3, activation: 'softmax' }],
    normalize: 'standard',
    seed: 2,
    engine,
  });
  await network.fit(ROWS.slice(0, 12), { epochs: 1 });
  return network;
}

const CALLS: Record<string, (network: Network) => unknown> = {
  'predict of a row': (network) => network.predict(ROWS[0] as Row),
  'predict of rows': (network) => network.predict(ROWS),
  classify: (network) => network.classify(ROWS),
  evaluate: (network) => network.evaluate(ROWS),
  gradients: (network) => network.gradients(ROWS),
  trainOnBatch: (network) => network.trainOnBatch(ROWS),
  save: (network) => network.save(),
  toONNX: (network) => network.toONNX(),
  'fit of one batch': (network) => network.fit(ROWS, { epochs: 1, batchSize: 24, relearnScaling: true }),
};

let shortage: Shortage | undefined;
afterEach(() => shortage?.end());

/** Files are written the same way whatever becomes of rows, and have many allocations. */
const FILES = ['save', 'toONNX'];
const CASES = ENGINES.flatMap((engine) =>
  Object.entries(CALLS).flatMap(([name, call]) => [
    { engine, name, call, become: 'numbers', city: FEW },
    ...(FILES.includes(name) ? [] : [{ engine, name, call, become: 'entries', city: MANY }]),
  ]),
);

describe('at any allocation', () => {
  it.each(CASES)(
    'on $engine, $name leaves the network as it was, rows become $become',
    async ({ engine, call, city }) => {
      const network = await prepared(engine, city);
      const before = [fingerprint(network), network.scaling];
      for (let n = 1; ; n++) {
        shortage = new Shortage(n);
        const error = await Promise.resolve(network)
          .then(call)
          .then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
        shortage.end();
        const { hasFailed, place, isOfHints } = shortage;
        if (!hasFailed || isOfHints) {
          expect(error, place).toBeUndefined();
          expect(n).toBeGreaterThan(1);
          return;
        }
        expect(error, place).toHaveProperty('code');
        expectCoded(error, 'ERR_OUT_OF_MEMORY', /^memory: the host has no room for /);
        expect([fingerprint(network), network.scaling], place).toEqual(before);
      }
    },
  );
});
