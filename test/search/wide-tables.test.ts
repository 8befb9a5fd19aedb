/** Searches in tables whose columns of words become sparse rows by themselves: what a program by hand gives, on any number of workers. */
import { describe, expect, it } from 'vitest';
import { Network, type NetworkOptions, type Row } from '../../src/index.js';
import { crossValidate, ensemble, type SearchSettings, search } from '../../src/search/index.js';
import { partsOf } from '../../src/search/split.js';
import { wideTable } from '../support/columns/wide-tables.js';
import { temporaryFolder } from '../support/folder.js';
import { bitsOf, WORKER_URL } from '../support/search/samples.js';
import { SeededRandom } from '../support/seeded.js';

const COUNT = 80;
const FIT = { epochs: 3, batchSize: 8 };

function optionsOf(inputs: NetworkOptions['inputs'], units = 4): NetworkOptions {
  return {
    inputs,
    target: 'answer',
    labels: ['false', 'true'],
    layers: [{ units, activation: 'tanh' }, { units: 1 }],
    normalize: 'standard',
    optimizer: { type: 'adam', learningRate: 0.01 },
    seed: 5,
  };
}

describe.each([1, 2, 3])('random table %d', (seed) => {
  const { inputs, rows } = wideTable(new SeededRandom(`searched ${seed}`), COUNT);

  it('has the folds of a program by hand, with medians and scaling of the other folds, on one worker and on two', async () => {
    const options = optionsOf(inputs);
    const settings = { folds: 3, seed: 9, fit: FIT, workerUrl: WORKER_URL };
    const { folds } = await crossValidate(options, rows, { ...settings, workers: 1 });
    const two = await crossValidate(options, rows, { ...settings, workers: 2 });
    expect(two.folds.map(({ report }) => report)).toEqual(folds.map(({ report }) => report));
    const classes = Uint32Array.from(rows, ({ answer }) => Number(answer));
    for (const { fold, loss, accuracy } of folds) {
      const { training, heldOut } = partsOf({ kind: 'fold', folds: 3, fold, repeat: 0, seed: 9 }, COUNT, classes);
      const network = await Network.create(options);
      const pick = (indexes: Uint32Array): Row[] => Array.from(indexes, (i) => rows[i] as Row);
      await network.fit(pick(training), FIT);
      expect({ loss, accuracy }).toEqual(network.evaluate(pick(heldOut)));
    }
  });

  it('has one study, at random and by halving, that goes on, and a network that answers', async () => {
    const settings = (changes: Partial<SearchSettings>): SearchSettings => ({
      network: (trial) => optionsOf(inputs, trial.integer('units', 2, 6)),
      fit: { ...FIT, epochs: 9 },
      trials: 4,
      workers: 1,
      workerUrl: WORKER_URL,
      ...changes,
    });
    for (const changes of [{}, { halving: {}, validation: { folds: 2 } }]) {
      const one = await search(settings(changes), rows);
      expect(bitsOf(await search(settings({ ...changes, workers: 2 }), rows))).toBe(bitsOf(one));
      const together = ensemble([one.network, one.network]);
      expect(together.predict(rows)).toEqual(one.network.predict(rows));
    }
    const study = `${temporaryFolder()}/study.jsonl`;
    await search(settings({ study, trials: 2 }), rows);
    expect(bitsOf(await search(settings({ study }), rows))).toBe(bitsOf(await search(settings({}), rows)));
    const [first, ...others] = rows as [Row, ...Row[]];
    const changed = search(settings({ study }), [{ ...first, title: 'w1 w2 w3 w4' }, ...others]);
    await expect(changed).rejects.toThrow(/other samples/);
  });
});
