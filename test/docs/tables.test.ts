/** Compares the tables of docs/ with the code: every option, every kind with its defaults, every error code, and what is not built. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Network, type NetworkOptions, type Schedule } from '../../src/index.js';
import { streamCsv } from '../../src/node/index.js';
import { PAGES, ROOT, readPage, rowsOfTable, sectionOf, wordsIn } from '../support/docs/pages.js';

const PAGE = {
  network: readPage('docs/network.md'),
  training: readPage('docs/training.md'),
  data: readPage('docs/data.md'),
  errors: readPage('docs/errors.md'),
};

/** The first column of the first table below a heading. */
function firstColumn(page: keyof typeof PAGE, heading: string): string[] {
  return rowsOfTable(sectionOf(PAGE[page], heading)).map(([cell]) => cell as string);
}

/** The settings that a cell writes as `{ type: 'step', every: 10 }`. */
function settingsIn(cell: string): Record<string, unknown> & { type: string } {
  const literal = (/`\{ (.*) \}`/.exec(cell) as RegExpExecArray)[1] as string;
  return JSON.parse(`{${literal.replaceAll("'", '"').replaceAll(/(\w+): /g, '"$1": ')}}`);
}

/** The names that an error lists as known. */
async function namesKnownBy(call: () => Promise<unknown>): Promise<string[]> {
  const error = (await call().catch((reason) => reason)) as Error;
  const [, names] = /(?:Known|one of): (.*)\.$/.exec(error.message) as unknown as [string, string];
  return names.split(', ').sort();
}

/** All settings of a network's optimizer, as it saves them. */
async function savedOptimizer(optimizer: NonNullable<NetworkOptions['optimizer']>): Promise<unknown> {
  const bytes = (await Network.create({ inputs: 1, layers, optimizer })).save();
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return JSON.parse(header.__metadata__.network).optimizer;
}

/** The learning rates of 40 epochs. */
async function ratesOf(learningRate: Schedule): Promise<number[]> {
  const network = await Network.create({ inputs: 1, layers });
  const { epochs } = await network.fit([1], [1], { epochs: 40, learningRate });
  return epochs.map((epoch) => epoch.learningRate);
}

const layers = [{ units: 1 }];
const wrong = { bogus: 1 } as never;

describe('tables name every option', async () => {
  const network = await Network.create({ inputs: 1, layers });
  const calls: [page: keyof typeof PAGE, heading: string, call: () => Promise<unknown>][] = [
    ['network', '## Options of create', () => Network.create(wrong)],
    ['network', '## Options of a layer', () => Network.create({ inputs: 1, layers: [wrong] })],
    ['training', '## Options of fit', () => network.fit([1], [1], wrong)],
  ];
  test.each(calls)('docs/%s.md, %s', async (page, heading, call) => {
    expect(firstColumn(page, heading).flatMap(wordsIn).sort()).toEqual(await namesKnownBy(call));
  });

  test('docs/data.md, CSV files', async () => {
    const section = sectionOf(PAGE.data, '## CSV files');
    const options = rowsOfTable(section.slice(section.indexOf('\n| option')));
    const known = await namesKnownBy(async () => streamCsv('none.csv', wrong));
    expect(options.flatMap(([cell]) => wordsIn(cell as string)).sort()).toEqual(known);
  });

  test('early stopping', async () => {
    const known = await namesKnownBy(() => network.fit([1], [1], { earlyStopping: wrong }));
    const row = (/^\| `earlyStopping` .*$/m.exec(PAGE.training.text) as RegExpExecArray)[0];
    for (const name of known) expect(row).toMatch(new RegExp(`\\b${name}\\b`));
  });
});

describe('tables name every kind, with the defaults that it has', () => {
  const bogus = 'bogus' as never;

  test('activations and losses', async () => {
    const activations = await namesKnownBy(() =>
      Network.create({ inputs: 1, layers: [{ units: 1, activation: bogus }] }),
    );
    expect(firstColumn('network', '## Activations').flatMap(wordsIn).sort()).toEqual(activations);
    const losses = await namesKnownBy(() => Network.create({ inputs: 1, layers, loss: bogus }));
    expect(firstColumn('network', '## Losses').flatMap(wordsIn).sort()).toEqual(losses);
  });

  test('initializers', async () => {
    const known = await namesKnownBy(() => Network.create({ inputs: 1, layers: [{ units: 1, initializer: bogus }] }));
    const named = firstColumn('network', '## Initializers').flatMap((cell) => [...cell.matchAll(/`'(\w+)'`/g)]);
    expect(named.map(([, name]) => name).sort()).toEqual(known);
  });

  test('optimizers', async () => {
    const optimizers = firstColumn('network', '## Optimizers').map(settingsIn);
    for (const settings of optimizers) {
      expect(await savedOptimizer(settings as never)).toEqual(await savedOptimizer(settings.type as never));
    }
    const known = await namesKnownBy(() => Network.create({ inputs: 1, layers, optimizer: wrong }));
    expect([...new Set(optimizers.flatMap((settings) => Object.keys(settings)))].sort()).toEqual(known);
  });

  test('schedules', async () => {
    for (const settings of firstColumn('training', '## Schedules').map(settingsIn)) {
      expect(await ratesOf(settings as never)).toEqual(await ratesOf({ type: settings.type } as never));
    }
    const network = await Network.create({ inputs: 1, layers });
    const known = await namesKnownBy(() => network.fit([1], [1], { learningRate: wrong }));
    const section = sectionOf(PAGE.training, '## Schedules');
    for (const name of known) expect(section).toMatch(new RegExp(`\\b${name}\\b`));
  });

  test('the properties of a history', async () => {
    const network = await Network.create({ inputs: 1, layers });
    const history = await network.fit([1, 2], Uint8Array.of(0, 1), { epochs: 1, validation: 0.5 });
    const rows = rowsOfTable(sectionOf(PAGE.training, '## The history'));
    expect(rows.flatMap(([cell]) => wordsIn(cell as string)).sort()).toEqual(Object.keys(history).sort());
    const [, ofEpoch = ''] = rows.find(([cell]) => cell === '`epochs`') as string[];
    expect(wordsIn(ofEpoch).sort()).toEqual(Object.keys(history.epochs[0] as object).sort());
  });

  test('the calls and properties of a network', () => {
    const section = sectionOf(PAGE.network, '## Calls and properties');
    const named = new Set([...section.matchAll(/`(?:await )?(?:Network\.)?(\w+)/g)].map(([, name]) => name));
    const own = Object.getOwnPropertyNames(Network.prototype).filter((name) => name !== 'constructor');
    expect(own.filter((name) => !named.has(name))).toEqual([]);
  });
});

describe('what docs/network.md lists as not built is refused with ERR_UNSUPPORTED', () => {
  const options = { inputs: 1, layers, engine: 'wasm' } as const;
  const softmax = [{ units: 2, activation: 'softmax' }] as const;
  const calls: Record<string, () => unknown> = {
    binaryCrossEntropy: () => Network.create({ ...options, layers: softmax, loss: 'binaryCrossEntropy' }),
  };

  test('and nothing else is listed', () => {
    const listed = firstColumn('network', '## Not built yet').flatMap(wordsIn);
    expect(listed.sort()).toEqual(Object.keys(calls).sort());
  });

  test.each(Object.entries(calls))('%s', async (_, call) => {
    await expect((async () => call())()).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' });
  });
});

describe('error codes', () => {
  const sources = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!\.d)\.ts$/.test(name))
    .map((name) => readFileSync(path.join(ROOT, 'src', name), 'utf8'));
  const unions = sources.flatMap((text) => /export type ErrorCode =(.*?);/s.exec(text)?.[1] ?? []);
  const codes = unions.flatMap((union) => union.match(/ERR_\w+/g) ?? []).sort();

  test('have a row each in docs/errors.md', () => {
    expect(unions).toHaveLength(1);
    expect(firstColumn('errors', '## Codes').flatMap(wordsIn).sort()).toEqual(codes);
  });

  test.each(PAGES.map(({ file, text }) => [file, text] as const))('that %s names exist', (_, text) => {
    expect((text.match(/ERR_\w+/g) ?? []).filter((code) => !codes.includes(code))).toEqual([]);
  });
});
