/** Searches in sparse rows: the folds of a program by hand, the bits of rows written out where fits have them, on any number of workers. */
import { describe, expect, it } from 'vitest';
import { type FitOptions, Network, type NetworkOptions, type SparseRows } from '../../src/index.js';
import { type CrossValidation, crossValidate, ensemble, type SearchSettings, search } from '../../src/search/index.js';
import { argumentsOf } from '../../src/search/settings.js';
import { partsOf } from '../../src/search/split.js';
import { temporaryFolder } from '../support/folder.js';
import { expectRefused } from '../support/refusals.js';
import { bitsOf, WORKER_URL } from '../support/search/samples.js';
import { rowsOfTopics } from '../support/search/sparse-topics.js';
import { sparseRowsOf, writtenOut } from '../support/sparse.js';

const COUNT = 90;
/** Rows of so many inputs are written out by each fit; more are not. */
const [NARROW, WIDE] = [1024, 1100];
const FIT: FitOptions = { epochs: 3, batchSize: 8 };

function networkOf(inputs: number, more: Partial<NetworkOptions> = {}): NetworkOptions {
  const layers: NetworkOptions['layers'] = [
    { units: 6, activation: 'tanh' },
    { units: 3, activation: 'softmax' },
  ];
  return { inputs, layers, optimizer: { type: 'sgd', learningRate: 0.2 }, seed: 4, ...more };
}

function searchOf(inputs: number, changes: Partial<SearchSettings> = {}): SearchSettings {
  return {
    network: (trial) =>
      networkOf(inputs, {
        layers: [
          { units: trial.integer('units', 2, 9), activation: 'tanh' },
          { units: 3, activation: 'softmax' },
        ],
      }),
    fit: FIT,
    trials: 5,
    seed: 3,
    workers: 1,
    workerUrl: WORKER_URL,
    ...changes,
  };
}

/** All but the times. */
function timeless({ folds, mean, deviation }: CrossValidation) {
  const all = folds.map(({ history, ...fold }) => ({ ...fold, losses: history.epochs.map(({ loss }) => loss) }));
  return { all, mean, deviation };
}

describe.each([true, false])('crossValidate, values that are all 1: %s', (ones) => {
  it.each([NARROW, WIDE])('of %d inputs trains and judges as a program does by hand', async (width) => {
    const { rows, classes } = rowsOfTopics(COUNT, width, ones);
    const options = networkOf(width);
    const settings = { folds: 3, seed: 9, fit: { ...FIT, validation: 0.2 }, workers: 1 };
    const { folds } = await crossValidate(options, rows, classes, settings);
    for (const { fold, loss, accuracy, report, history } of folds) {
      const split = { kind: 'fold', folds: 3, fold, repeat: 0, seed: 9 } as const;
      const { training, heldOut } = partsOf(split, COUNT, Uint32Array.from(classes));
      const network = await Network.create(options);
      const pick = (indexes: Uint32Array) => [sparseRowsOf(rows, indexes), pickFrom(classes, indexes)] as const;
      const own = await network.fit(...pick(training), settings.fit);
      expect({ loss, accuracy }).toEqual(network.evaluate(...pick(heldOut)));
      expect(report).toEqual(network.report(...pick(heldOut)));
      expect(history.epochs.map((epoch) => epoch.loss)).toEqual(own.epochs.map((epoch) => epoch.loss));
    }
  });

  it('has the bits of the rows written out where a fit has them, and else what is as near', async () => {
    const settings = { folds: 3, repeats: 2, fit: FIT, workers: 1 };
    for (const width of [NARROW, WIDE]) {
      const { rows, classes } = rowsOfTopics(COUNT, width, ones);
      const sparse = await crossValidate(networkOf(width), rows, classes, settings);
      const dense = await crossValidate(networkOf(width), writtenOut(rows, width), classes, settings);
      if (width === NARROW) expect(timeless(sparse)).toEqual(timeless(dense));
      expect(sparse.mean.loss).toBeCloseTo(dense.mean.loss, 5);
      expect(sparse.mean.loss).toBeLessThan(1.1);
    }
  });

  it('has the same bits for any number of workers', async () => {
    for (const width of [NARROW, WIDE]) {
      const { rows, classes } = rowsOfTopics(COUNT, width, ones);
      const sampleWeights = Float32Array.from({ length: COUNT }, (_, i) => i % 3);
      const settings = { folds: 4, fit: { ...FIT, sampleWeights }, workerUrl: WORKER_URL };
      const [one, two] = [
        await crossValidate(networkOf(width), rows, classes, { ...settings, workers: 1 }),
        await crossValidate(networkOf(width), rows, classes, { ...settings, workers: 2 }),
      ];
      expect(timeless(two)).toEqual(timeless(one));
    }
  });

  it('takes what the rows were when it was called', async () => {
    const { rows, classes } = rowsOfTopics(COUNT, WIDE, ones);
    const settings = { folds: 3, fit: FIT, workers: 1 };
    const expected = await crossValidate(networkOf(WIDE), rows, classes, settings);
    const running = crossValidate(networkOf(WIDE), rows, classes, settings);
    rows.starts.fill(7);
    rows.columns.fill(2 ** 31);
    rows.values?.fill(Number.NaN);
    expect(timeless(await running)).toEqual(timeless(expected));
  });
});

function pickFrom(classes: Uint8Array, indexes: Uint32Array): Uint8Array {
  return Uint8Array.from(indexes, (i) => classes[i] as number);
}

describe('search', () => {
  const { rows, classes } = rowsOfTopics(COUNT, WIDE, false);

  it.each<[string, Partial<SearchSettings>]>([
    ['a share', {}],
    ['the last rows', { validation: { last: 20 } }],
    ['folds', { validation: { folds: 3 }, trials: 3 }],
    ['halving', { halving: {}, trials: 6, fit: { ...FIT, epochs: 9 } }],
  ])('has the same bits for any number of workers: %s', async (_, changes) => {
    const one = await search(searchOf(WIDE, changes), rows, classes);
    const two = await search(searchOf(WIDE, { ...changes, workers: 2 }), rows, classes);
    expect(bitsOf(two)).toBe(bitsOf(one));
    expect(one.trials.filter(({ state }) => state === 'failed')).toEqual([]);
  });

  it('has those of the rows written out where a fit has them', async () => {
    const narrow = rowsOfTopics(COUNT, NARROW, false);
    const sparse = await search(searchOf(NARROW), narrow.rows, narrow.classes);
    const dense = await search(searchOf(NARROW), writtenOut(narrow.rows, NARROW), narrow.classes);
    expect(bitsOf(sparse)).toBe(bitsOf(dense));
  });

  it('has the network that a fit of all rows has, and ensembles answer to sparse rows', async () => {
    const { network, best } = await search(searchOf(WIDE), rows, classes);
    const layers: NetworkOptions['layers'] = [
      { units: Number(best.parameters.units), activation: 'tanh' },
      { units: 3, activation: 'softmax' },
    ];
    const own = await Network.create(networkOf(WIDE, { layers }));
    await own.fit(rows, classes, FIT);
    expect(network.predict(rows)).toEqual(own.predict(rows));
    const together = ensemble([network, own]);
    expect(together.predict(rows)).toEqual(own.predict(rows));
    const given: SparseRows = rows;
    expect(together.classify(given)).toEqual(own.classify(given));
    expect(together.report(rows, classes)).toEqual(own.report(rows, classes));
  });

  it('takes sparse rows that validate each fit', async () => {
    const others = rowsOfTopics(30, WIDE, true);
    const fit = { ...FIT, validation: { inputs: others.rows, targets: others.classes } };
    const one = await search(searchOf(WIDE, { fit, trials: 2 }), rows, classes);
    const two = await search(searchOf(WIDE, { fit, trials: 2, workers: 2 }), rows, classes);
    expect(bitsOf(two)).toBe(bitsOf(one));
    expect(one.best.state).toBe('completed');
  });

  it('goes on in a study of the same rows, with or without values of 1, and of no others', async () => {
    const study = `${temporaryFolder()}/study.jsonl`;
    const { rows: ones } = rowsOfTopics(COUNT, WIDE, true);
    const withValues = { ...ones, values: new Float32Array(ones.columns.length).fill(1) };
    await search(searchOf(WIDE, { study, trials: 2 }), ones, classes);
    const again = await search(searchOf(WIDE, { study }), withValues, classes);
    expect(bitsOf(again)).toBe(bitsOf(await search(searchOf(WIDE), ones, classes)));
    const moved = ones.columns.slice();
    moved[moved.length - 1] = WIDE - 1;
    const shifted = ones.starts.slice();
    // Row 16 has no entries: it gets those of row 15.
    shifted[16] = shifted[15] as number;
    const doubled = withValues.values.map((value, i) => value + Number(i === 5));
    for (const other of [
      { ...ones, columns: moved },
      { ...ones, starts: shifted },
      { ...ones, values: doubled },
    ]) {
      const refused = () => search(searchOf(WIDE, { study }), other, classes);
      await expectRefused(refused, 'ERR_INVALID_OPTION', /other samples/);
    }
  });

  it('fails the trials alone whose scaling leaves the rows no zeros', async () => {
    const network: SearchSettings['network'] = (trial) =>
      networkOf(WIDE, { normalize: trial.number === 1 ? false : 'standard' });
    const { trials, best } = await search(searchOf(WIDE, { network, trials: 3 }), rows, classes);
    expect(trials.map(({ state }) => state)).toEqual(['failed', 'completed', 'failed']);
    expect([best.number, trials[0]?.error?.code]).toEqual([1, 'ERR_UNSUPPORTED']);
    const all = searchOf(WIDE, { network: () => networkOf(WIDE, { normalize: 'standard' }), trials: 2 });
    await expectRefused(
      () => search(all, rows, classes),
      'ERR_UNSUPPORTED',
      /^search: no trial can train\. The first one: inputs are sparse rows, but .* Leave normalize out/,
    );
  });
});

describe('sparse rows', () => {
  it('may be targets', async () => {
    const { rows, classes } = rowsOfTopics(COUNT, WIDE, true);
    const starts = Uint32Array.from({ length: COUNT + 1 }, (_, i) => i);
    const targets = { starts, columns: Uint32Array.from(classes) };
    const dense = writtenOut(targets, 3);
    const settings = { folds: 3, fit: FIT, workerUrl: WORKER_URL };
    const expected = await crossValidate(networkOf(WIDE), rows, dense, { ...settings, workers: 1 });
    for (const workers of [1, 2]) {
      const came = await crossValidate(networkOf(WIDE), rows, targets, { ...settings, workers });
      expect(timeless(came)).toEqual(timeless(expected));
    }
    const studies = [dense, targets].map((answers) => search(searchOf(WIDE, { trials: 2 }), rows, answers));
    const [one, two] = await Promise.all(studies.map(async (study) => bitsOf(await study)));
    expect(two).toBe(one);
    // They are no settings of a table whose rows have the targets.
    expect(argumentsOf(targets, undefined)).toEqual([targets, undefined]);
  });

  it('are never written out: they would take 8 GB', async () => {
    const { rows, classes } = rowsOfTopics(2000, 1_000_000, true);
    const layers: NetworkOptions['layers'] = [{ units: 3, activation: 'softmax' }];
    const settings = { folds: 2, fit: { epochs: 1 }, workers: 1 };
    const { mean } = await crossValidate(networkOf(1_000_000, { layers }), rows, classes, settings);
    expect(mean.accuracy).toBeGreaterThan(0.2);
  });

  it('that are wrong are refused before anything trains', async () => {
    const { rows, classes } = rowsOfTopics(COUNT, WIDE, false);
    const call = (given: object, targets: unknown = classes) =>
      crossValidate(networkOf(WIDE), given as SparseRows, targets as Uint8Array, { folds: 3, workers: 1 });
    const falls = rows.starts.slice();
    falls[3] = 0;
    await expectRefused(
      () => call({ ...rows, starts: falls }),
      'ERR_SHAPE',
      /^crossValidate: inputs\.starts\[3\] is 0/,
    );
    const beyond = rows.columns.slice();
    beyond[beyond.length - 1] = WIDE;
    await expectRefused(() => call({ ...rows, columns: beyond }), 'ERR_SHAPE', /inputs\.columns\[\d+\] is 1100/);
    const few = rows.values?.slice(1);
    await expectRefused(() => call({ ...rows, values: few }), 'ERR_SHAPE', /inputs\.values\.length/);
    await expectRefused(
      () => call({ ...rows, starts: [...rows.starts] }),
      'ERR_INVALID_TYPE',
      /inputs\.starts is an arr/,
    );
    await expectRefused(
      () => call({ ...rows, columns: undefined }),
      'ERR_INVALID_TYPE',
      /inputs\.columns is undefined/,
    );
    const away = rows.starts.slice();
    structuredClone(away.buffer, { transfer: [away.buffer] });
    await expectRefused(() => call({ ...rows, starts: away }), 'ERR_SHAPE', /inputs is empty \(or its buffer was tr/);
    const narrow = () => crossValidate(networkOf(NARROW), { ...rows, starts: away }, classes, { workers: 1 });
    await expectRefused(narrow, 'ERR_SHAPE', /^crossValidate: inputs is empty \(or its buffer was tr/);
    await expectRefused(() => call(rows, classes.slice(1)), 'ERR_SHAPE', /^crossValidate: targets has 89 samples/);
    const nan = rows.values?.map(() => Number.NaN);
    await expectRefused(() => call({ ...rows, values: nan }), 'ERR_NON_FINITE', /^crossValidate: inputs\.values\[0\]/);
  });
});
