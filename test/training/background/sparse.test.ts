/** Fits of sparse rows in a worker, and with several threads, end in the bits of a fit on this thread alone. */
import { describe, expect, it } from 'vitest';
import type { NetworkOptions } from '../../../src/index.js';
import { ENGINES, fingerprint } from '../../support/networks.js';
import { SeededRandom } from '../../support/seeded.js';
import { randomSparse, sparseRowsAt, writtenOut } from '../../support/sparse.js';
import { Network, type Trained } from '../../support/training/background.js';

const WIDTH = 3000;
const COUNT = 100;
const random = new SeededRandom('sparse rows in the background');
const rows = randomSparse(random, COUNT, WIDTH, 9);
const classes = Uint8Array.from({ length: COUNT }, () => random.integer(0, 2));
const OPTIONS: NetworkOptions = {
  inputs: WIDTH,
  layers: [{ units: 64 }, { units: 3, activation: 'softmax' }],
  optimizer: { type: 'adam', learningRate: 0.01 },
  seed: 4,
};

async function* batches(size: number): AsyncGenerator<{ inputs: typeof rows; targets: Uint8Array }> {
  for (let from = 0; from < COUNT; from += size) {
    const to = Math.min(from + size, COUNT);
    yield { inputs: sparseRowsAt(rows, from, to), targets: classes.subarray(from, to) };
  }
}

describe.each(ENGINES)('on %s', (engine) => {
  const create = (): Promise<Trained> => Network.create({ ...OPTIONS, engine });

  it('all samples, with others that validate, or a fraction', async () => {
    for (const validation of [{ inputs: rows, targets: classes }, 0.2]) {
      const [here, there] = [await create(), await create()];
      const history = await here.fit(rows, classes, { epochs: 3, validation });
      const other = await there.fit(rows, classes, { epochs: 3, validation, background: true });
      const losses = history.epochs.map(({ loss, validationLoss }) => [loss, validationLoss]);
      expect(other.epochs.map(({ loss, validationLoss }) => [loss, validationLoss])).toEqual(losses);
      expect(fingerprint(there)).toBe(fingerprint(here));
    }
  });

  it('a stream', async () => {
    const [here, there] = [await create(), await create()];
    await here.fitStream(() => batches(30), { epochs: 2 });
    await there.fitStream(() => batches(30), { epochs: 2, background: true });
    expect(fingerprint(there)).toBe(fingerprint(here));
  });
});

it('networks with several threads train on sparse rows with one, to the same bits', async () => {
  const fingerprints = new Set<string>();
  for (const threads of [1, 2]) {
    const network = await Network.create({ ...OPTIONS, threads });
    await network.fit(rows, classes, { epochs: 2, batchSize: 64 });
    await network.fitStream(() => batches(100), { epochs: 2 });
    const validation = { inputs: rows, targets: classes };
    await network.fit(writtenOut(rows, WIDTH), classes, { epochs: 1, batchSize: 64, validation });
    fingerprints.add(fingerprint(network));
  }
  expect(fingerprints.size).toBe(1);
});
