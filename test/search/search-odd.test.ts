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
    [
      'a promise of a score',
      { score: async () => Promise.reject(new Error('no')), workers: 1 },
      /score gives a Promise/,
    ],
    ['a background that is none', { fit: { background: 'yes' } }, /fit\.background is "yes", expected true or false/],
    ['a background that is none, of a trial', { fit: () => ({ background: 5 }) }, /fit\.background is 5/],
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

describe('callbacks', () => {
  /** Changes all that it is given, to the bottom. */
  function spoil(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      spoil(inner);
      (value as Record<string, unknown>)[name] = -1;
    }
  }
  const network: SearchSettings['network'] = (trial) => {
    const layers = trial.choice('layers', [[{ units: 3 }], [{ units: 5 }]]);
    return { ...irisNetwork(4), layers: [...layers, { units: 3, activation: 'softmax' }] };
  };

  it.each([
    ['a search', {}],
    ['a search with folds', { validation: { folds: 2 } }],
    ['halving', { halving: { factor: 2, minEpochs: 2 } }],
  ])('of %s get copies: what they change changes no study', async (name, kind) => {
    const score: SearchSettings['score'] = (report) => (report.kind === 'classes' ? report.brier : 0);
    const settings = { ...kind, network, score, trials: 5 };
    const expected = bitsOf(await run(settings));
    let calls = 0;
    const spoils = (value: unknown): void => {
      calls++;
      spoil(value);
    };
    const study = `${FOLDER}/${name.replaceAll(' ', '-')}.jsonl`;
    const spoiled: Partial<SearchSettings> = { ...settings, study, onTrial: spoils, onProgress: spoils };
    const changes = {
      ...spoiled,
      score: (report: Parameters<typeof score>[0]) => {
        const value = score(report);
        spoil(report);
        return value;
      },
    };
    expect(bitsOf(await run({ ...changes, study: undefined }))).toBe(expected);
    expect(bitsOf(await run(spoiled))).toBe(expected);
    expect(bitsOf(await run(spoiled))).toBe(expected);
    expect(calls).toBeGreaterThan(20);
  });
});

describe('a million trials', () => {
  const million = 1_000_000;

  /** Aborts in the turn of the event loop that follows so many calls of `network`. Resolves to how many there were in all. */
  async function calledUpTo(abortAfter: number, settings: Partial<SearchSettings>): Promise<number> {
    const controller = new AbortController();
    let calls = 0;
    const network: SearchSettings['network'] = (trial) => {
      if (++calls === abortAfter) setImmediate(() => controller.abort('enough'));
      return irisNetwork(trial.integer('units', 1, million));
    };
    const searching = run({ ...settings, network, trials: million, signal: controller.signal });
    expect(await thrownBy(() => searching)).toBe('enough');
    return calls;
  }

  it.each([
    ['of a grid are drawn', { sampler: 'grid' as const }],
    ['of a halving search are drawn', { halving: {} }],
    ['of a grid with halving are drawn', { sampler: 'grid' as const, halving: {} }],
  ])('%s while an abort is heard', async (_, settings) => {
    expect(await calledUpTo(1000, settings)).toBeLessThan(million / 2);
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

  it('that is true, not an object with options, is refused with what to write', async () => {
    const message = /^search: halving is true, expected an object with options: halving: \{\} takes the defaults\.$/;
    await expectRefused(() => run({ halving: true as never }), 'ERR_INVALID_TYPE', message);
    await expectRefused(
      () => run({ halving: false as never }),
      'ERR_INVALID_TYPE',
      /^search: halving is false, expected/,
    );
  });

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

  it('whose buffer was transferred away are refused as fit refuses them', async () => {
    const gone = Float32Array.from(FLOWERS.flat());
    structuredClone(gone, { transfer: [gone.buffer] });
    const settings = irisSearch({ trials: 1 });
    const said = 'is empty \\(or its buffer was transferred away\\)';
    const validated = (inputs: unknown, targets: unknown) =>
      crossValidate(irisNetwork(3), inputs as number[][], targets as string[], { workers: 1 });
    await expectRefused(() => search(settings, gone, SPECIES), 'ERR_SHAPE', new RegExp(`^search: inputs ${said}`));
    await expectRefused(() => validated(gone, SPECIES), 'ERR_SHAPE', new RegExp(`^crossValidate: inputs ${said}`));
    await expectRefused(() => validated(FLOWERS, gone), 'ERR_SHAPE', /^crossValidate: targets is empty/);
    await expectRefused(
      () =>
        validated(
          FLOWERS.map(() => gone),
          SPECIES,
        ),
      'ERR_SHAPE',
      /inputs\[0\] has 0 values/,
    );
    await expectRefused(() => validated(new DataView(new ArrayBuffer(8)), SPECIES), 'ERR_INVALID_TYPE', /a DataView/);
  });

  it('that are numbers have no accuracy', async () => {
    const network: SearchSettings['network'] = () => ({ inputs: 4, layers: [{ units: 1, activation: 'linear' }] });
    const lengths = FLOWERS.map(([length]) => length as number);
    const settings = irisSearch({ network, score: 'accuracy', trials: 2 });
    const message =
      /^search: score is "accuracy", which the first trial does not have\. Its targets are numbers.*Use score: "loss", or give classes/;
    await expectRefused(() => search(settings, FLOWERS, lengths), 'ERR_INVALID_OPTION', message);
    const byUnits: SearchSettings['network'] = ({ number }) => ({
      inputs: 4,
      layers: [{ units: 1 }],
      loss: number === 0 ? 'binaryCrossEntropy' : 'meanSquaredError',
    });
    const sides = Float32Array.from(SPECIES, (name) => Number(name === 'setosa'));
    const { trials } = await search({ ...settings, network: byUnits }, FLOWERS, sides);
    expect(trials[0]?.state).toBe('completed');
    expect(trials[1]?.error).toMatchObject({
      message: expect.stringMatching(/^search: the trial has no accuracy\. Its/),
    });
  });

  it('of several classes each have no report for a score', async () => {
    const network: SearchSettings['network'] = () => ({ inputs: 4, layers: [{ units: 2 }] });
    const settings = irisSearch({ network, score: ({ samples }) => samples, trials: 1 });
    const both = FLOWERS.map(() => [1, 1]);
    await expectRefused(() => search(settings, FLOWERS, both), 'ERR_NON_FINITE', /no report that score could take/);
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
    const other = `${FOLDER}/score.jsonl`;
    await run({ study: other, score: ({ samples }) => samples, trials: 2 });
    await expectRefused(
      () => run({ study: other, score: (report) => report.samples, trials: 2 }),
      'ERR_INVALID_OPTION',
      /has a score function that is written in another way: its text is compared, with its blanks and comments\. Search as/,
    );
  });

  it('is a file, which a page does not have', async () => {
    const { getBuiltinModule } = process;
    try {
      Object.assign(process, { getBuiltinModule: undefined });
      const message = /^search: study is a file, and this host has none, as pages have none\. Leave study out\.$/;
      await expectRefused(() => run({ study: 'page.jsonl' }), 'ERR_UNSUPPORTED', message);
    } finally {
      Object.assign(process, { getBuiltinModule });
    }
  });
});

describe('options that JSON cannot write', () => {
  const circle: unknown[] = [{ units: 1 }];
  (circle[0] as Record<string, unknown>).self = circle;

  it.each([
    ['a big integer', { seed: 1n }],
    ['what contains itself', { layers: circle }],
    ['no number', { seed: Number.NaN }],
    ['a map', { loss: new Map() }],
  ])('(%s) fail a trial with a study as they do without', async (name, changes) => {
    for (const wrong of [0, 2]) {
      const settings = {
        trials: 4,
        network: (trial: { number: number }) =>
          ({ ...irisNetwork(3), ...(trial.number === wrong && changes) }) as object,
      } as Partial<SearchSettings>;
      const expected = await run(settings);
      expect(expected.trials.map(({ state }) => state === 'failed')).toEqual([0, 1, 2, 3].map((i) => i === wrong));
      const study = `${FOLDER}/${name.replaceAll(' ', '-')}-${wrong}.jsonl`;
      for (let runs = 0; runs < 2; runs++) expect(bitsOf(await run({ ...settings, study }))).toBe(bitsOf(expected));
      const other = { ...settings, network: () => irisNetwork(4) };
      await expectRefused(() => run({ ...other, study }), 'ERR_INVALID_OPTION', /^search: study .* has /);
    }
  });

  it('are told from options that threads cannot have, whose message ends in one dot', async () => {
    const message = /cannot go to other threads: .* could not be cloned\. Give plain data\.$/;
    const network = () => ({ ...irisNetwork(3), seed: Symbol('seed') }) as object;
    await expectRefused(() => run({ network: network as never, trials: 1 }), 'ERR_INVALID_OPTION', message);
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
