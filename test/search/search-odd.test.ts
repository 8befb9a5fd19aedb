/** Searches that get odd settings and samples: they are refused with a code, or taken as `fit` takes them, and never hang. */
import { describe, expect, it } from 'vitest';
import { crossValidate, type SearchSettings, search } from '../../src/search/index.js';
import { temporaryFolder } from '../support/folder.js';
import { expectRefused, thrownBy } from '../support/refusals.js';
import { bitsOf, FLOWERS, irisNetwork, irisSearch, SPECIES } from '../support/search/samples.js';

const FOLDER = temporaryFolder();
const run = (settings: Partial<SearchSettings>) => search(irisSearch(settings), FLOWERS, SPECIES);

describe('functions of the settings', () => {
  it.each([
    ['a promise of network options', { network: async () => irisNetwork(3) }, /network gives a Promise/],
    ['a promise that rejects', { network: async () => Promise.reject(new Error('no')) }, /network gives a Promise/],
    ['a promise of fit options', { fit: async () => ({ epochs: 1 }) }, /fit is a Promise/],
    ['an array', { fit: () => [] }, /fit is .*expected an object/],
    ['a map', { fit: new Map([['epochs', 1]]) }, /fit is a Map/],
    ['sample weights that are none', { fit: { sampleWeights: 'all' } }, /sampleWeights is "all"/],
    ['a score that is no number', { score: () => Symbol('good') }, /score gives/],
    ['a signal that cannot be left', { signal: { aborted: false, addEventListener() {} } }, /signal is/],
    ['an address that is none', { workerUrl: Object.create(null) }, /workerUrl is/],
  ])('that give %s are refused', async (_, settings, message) => {
    await expectRefused(() => run(settings as object), 'ERR_INVALID_TYPE', message);
  });

  it('that reject reject the search', async () => {
    const fails = async (): Promise<void> => {
      throw new Error('mine');
    };
    expect(await thrownBy(() => run({ onTrial: fails }))).toMatchObject({ message: 'mine' });
    expect(await thrownBy(() => run({ onProgress: fails }))).toMatchObject({ message: 'mine' });
  });

  it('that throw what is no error reject with it', async () => {
    const network = (): never => {
      throw undefined;
    };
    expect(await thrownBy(() => run({ network }))).toBeUndefined();
  });

  it('that draw what contains itself are refused', async () => {
    const circle: unknown[] = [];
    circle.push(circle);
    await expectRefused(
      () => run({ network: (trial) => irisNetwork(trial.choice('units', [circle]) as unknown as number) }),
      'ERR_INVALID_TYPE',
      /which a study cannot keep/,
    );
  });
});

describe('halving', () => {
  it.each([Number.NaN, 'ten', 5n, 0, Number.POSITIVE_INFINITY])(
    'with %s epochs ends: the fit refuses them',
    async (epochs) => {
      const error = await thrownBy(() => run({ halving: {}, fit: { epochs } as object, trials: 3 }));
      expect(error).toMatchObject({
        message: expect.stringMatching(/^search: no trial can train\. The first one: .*epochs/),
      });
    },
  );

  it('with a factor that divides nothing is refused', async () => {
    await expectRefused(
      () => run({ halving: { factor: 1 + 2 ** -40 } }),
      'ERR_INVALID_OPTION',
      /expected a number from 1\.01/,
    );
  });

  it('of a hundred thousand trials, all of which fail, hears an abort', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort('enough'), 30);
    const settings = { halving: {}, trials: 100_000, fit: { epochs: 0 }, signal: controller.signal };
    expect(await thrownBy(() => run(settings))).toBe('enough');
  });
});

describe('samples', () => {
  it('may be changed after the call, as those of fit may', async () => {
    const expected = bitsOf(await run({ trials: 2 }));
    const rows = FLOWERS.map((row) => [...row]);
    const names = [...SPECIES];
    const running = search(irisSearch({ trials: 2 }), rows, names);
    for (const row of rows) row.fill(0);
    names.fill('setosa');
    expect(bitsOf(await running)).toBe(expected);
  });

  it('may be watched by a library, or rows of a class with cells in getters and things that no column reads', async () => {
    class Flower {
      readonly #cells: readonly number[];
      readonly species: string;
      readonly draw = (): void => undefined;

      constructor(cells: readonly number[], species: string) {
        this.#cells = cells;
        this.species = species;
      }

      get a(): number {
        return this.#cells[0] as number;
      }

      get b(): number {
        return this.#cells[3] as number;
      }
    }
    const { inputs: _, normalize: __, ...options } = irisNetwork(5);
    const table = { ...options, inputs: { a: 'number', b: 'number' }, target: 'species', seed: 1 } as never;
    const plain = FLOWERS.map((row, i) => ({
      a: row[0] as number,
      b: row[3] as number,
      species: SPECIES[i] as string,
    }));
    const settings = { folds: 3, fit: { epochs: 3 }, workers: 1 };
    const expected = (await crossValidate(table, plain, settings)).mean;
    const flowers = FLOWERS.map((row, i) => new Flower(row, SPECIES[i] as string));
    expect((await crossValidate(table, flowers as never, settings)).mean).toEqual(expected);
    const watched = new Proxy(
      plain.map((row) => new Proxy(row, {})),
      {},
    );
    expect((await crossValidate(table, watched, settings)).mean).toEqual(expected);
  });

  it('that are fewer than folds are refused before anything trains', async () => {
    await expectRefused(
      () => run({ validation: { folds: 151 } }),
      'ERR_INVALID_OPTION',
      /folds is 151, expected at most 150/,
    );
  });
});

describe('a report', () => {
  it('has its table from another thread and from a file too', async () => {
    const settings = { trials: 3, study: `${FOLDER}/reports.jsonl` };
    const expected = String((await run({ trials: 3 })).best.report);
    expect(expected).toMatch(/^label +precision/);
    expect(String((await run({ ...settings, workers: 2 })).best.report)).toBe(expected);
    expect(String((await run(settings)).best.report)).toBe(expected);
    const numbers = { inputs: 4, layers: [{ units: 1, activation: 'linear' as const }] };
    const lengths = FLOWERS.map((row) => [row[2] as number]);
    const tables = await Promise.all(
      [1, 2].map(async (workers) => {
        const { workerUrl } = irisSearch();
        const { folds } = await crossValidate(numbers, FLOWERS, lengths, {
          folds: 2,
          fit: { epochs: 2 },
          workers,
          workerUrl,
        });
        return folds.map(({ report }) => String(report));
      }),
    );
    expect(tables[1]).toEqual(tables[0]);
  });
});

describe('a study', () => {
  it('whose trials had other options is refused', async () => {
    const study = `${FOLDER}/options.jsonl`;
    const network =
      (units: readonly number[]): SearchSettings['network'] =>
      (trial) =>
        irisNetwork(trial.number === 0 ? 2 : trial.choice('units', units));
    await run({ study, network: network([2, 4, 8]) });
    const message = /has trial \d with other options\. Search with the same functions/;
    await expectRefused(() => run({ study, network: network([3, 5, 9]) }), 'ERR_INVALID_OPTION', message);
    const score = (report: { samples: number }): number => report.samples;
    await expectRefused(
      () => run({ study, network: network([2, 4, 8]), score }),
      'ERR_INVALID_OPTION',
      /has score "loss", not/,
    );
  });
});

describe('workers', () => {
  it('that cannot be made at all end the search', async () => {
    await expectRefused(
      () => run({ workers: 2, workerUrl: 'https://example.com/search-worker.js' }),
      'ERR_WORKER_DIED',
      /a worker did not start/,
    );
  });
});
