import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import * as abi from '../../assembly/abi.js';
import { Network } from '../../src/index.js';
import { streamCsv } from '../../src/node/index.js';
import { ACTIVATIONS } from '../../src/options/activations.js';
import { LOSSES } from '../../src/options/losses.js';
import { resolveOptimizer } from '../../src/options/optimizers.js';
import { resolveSchedule } from '../../src/training/schedule.js';
import { runNode, runNodeIn } from './run.js';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');

test('the complete example in README.md prints what README.md says, in at most 12 lines', async () => {
  const found = /```js\n(.*?)```\n.*?```text\n(.*?)```/s.exec(readme);
  const [, program, printed] = found as unknown as [string, string, string];
  expect(program.trim().split('\n').length).toBeLessThanOrEqual(12);
  expect(await runNode('--input-type=module', '--eval', program)).toBe(printed);
});

describe('the programs in README.md run as they stand', () => {
  const programs = [...readme.matchAll(/^(#[^\n]*)$|```js\n(.*?)```/gms)];
  const headings = programs.map(([, heading]) => heading);
  const cases = programs.flatMap(([, , program], i) => {
    const above = headings.slice(0, i).findLast((heading) => heading !== undefined);
    return program === undefined ? [] : [[above ?? '', program] as const];
  });
  /** With the file that README.md says is there, and room for those that its programs write. */
  const folder = fileURLToPath(new URL('../../build/readme', import.meta.url));
  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    await copyFile(new URL('../../examples/data/iris.csv', import.meta.url), `${folder}/iris.csv`);
  });
  test.each(cases)('%s', async (_, program) => {
    expect(program).toContain("from 'wasmlp'");
    await runNodeIn(folder, '--input-type=module', '--eval', program);
  });
});

test('the files that README.md links to exist', async () => {
  const folder = new URL('../../', import.meta.url);
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, link]) => link as string);
  expect(links.length).toBeGreaterThan(0);
  for (const link of links) await readFile(new URL(link, folder));
});

describe('the tables of README.md name every option', async () => {
  const network = await Network.create({ inputs: 1, layers: [{ units: 1 }] });
  const wrong = { bogus: 1 };
  const calls: [string, () => Promise<unknown>][] = [
    ['### `Network.create(options)`', () => Network.create(wrong as never)],
    ['A layer:', () => Network.create({ inputs: 1, layers: [wrong as never] })],
    ['### `network.fit(inputs, targets, options)`', () => network.fit([1], [1], wrong as never)],
    ['### Files and data', async () => streamCsv('none.csv', wrong as never)],
  ];
  test.each(calls)('%s', async (heading, call) => {
    const known = await namesKnownBy(call);
    const start = readme.indexOf(heading);
    const table = (/\n\| option.*?\n\n/s.exec(readme.slice(start)) as RegExpExecArray)[0];
    const cells = [...table.matchAll(/^\| ([^|]*)\|/gm)].map(([, cell]) => cell as string);
    const named = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name as string));
    expect([...new Set(named)].sort()).toEqual(known);
  });
});

/** The first column of the first table below a heading. */
function firstColumn(heading: string): string[] {
  const section = readme.slice(readme.indexOf(`${heading}\n`));
  const table = (/\n(\|.*?)\n\n/s.exec(section) as RegExpExecArray)[1] as string;
  const [, , ...rows] = table.split('\n').map((row) => (row.split('|')[1] as string).trim());
  return rows;
}

/** What a cell writes as `{ type: 'step', every: 10 }`. */
function settingsIn(cell: string): Record<string, unknown> & { type: string } {
  const literal = (/`\{ (.*) \}`/.exec(cell) as RegExpExecArray)[1] as string;
  return JSON.parse(`{${literal.replaceAll("'", '"').replaceAll(/(\w+): /g, '"$1": ')}}`);
}

async function namesKnownBy(call: () => Promise<unknown>): Promise<string[]> {
  const error = (await call().catch((reason) => reason)) as Error;
  const [, names] = /(?:Known|one of): (.*)\.$/.exec(error.message) as unknown as [string, string];
  return names.split(', ').sort();
}

describe('README.md names every kind, with the defaults that it has', () => {
  const wrong = { bogus: 1 } as never;

  test('activations, losses and initializers', async () => {
    const activations = firstColumn('Activations:').flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)]);
    expect(activations.map(([, name]) => name).sort()).toEqual(ACTIVATIONS.toSorted());
    expect(firstColumn('#### Losses').toSorted()).toEqual(LOSSES.map((name) => `\`${name}\``).toSorted());
    const layers = [{ units: 1, initializer: 'bogus' as never }];
    const initializers = await namesKnownBy(() => Network.create({ inputs: 1, layers }));
    for (const name of initializers) expect(readme).toContain(`\`${name}\``);
  });

  test('optimizers', async () => {
    const optimizers = firstColumn('#### Optimizers').map(settingsIn);
    for (const settings of optimizers) expect(resolveOptimizer(settings)).toEqual(resolveOptimizer(settings.type));
    const layers = [{ units: 1 }];
    const known = await namesKnownBy(() => Network.create({ inputs: 1, layers, optimizer: wrong }));
    expect([...new Set(optimizers.flatMap((settings) => Object.keys(settings)))].sort()).toEqual(known);
  });

  test('schedules', async () => {
    const course = { learningRate: 0.5, lastEpoch: 40 };
    const schedules = firstColumn('#### Schedules').map(settingsIn);
    for (const settings of schedules) {
      const [written, byDefault] = [settings, { type: settings.type }].map((value) =>
        resolveSchedule(value, course, 'fit: learningRate'),
      );
      for (let epoch = 1; epoch <= 40; epoch++) expect(written?.(epoch)).toBe(byDefault?.(epoch));
    }
    const network = await Network.create({ inputs: 1, layers: [{ units: 1 }], engine: 'wasm' });
    const known = await namesKnownBy(() => network.fit([1], [1], { learningRate: wrong }));
    const section = (/#### Schedules\n(.*?)####/s.exec(readme) as RegExpExecArray)[1] as string;
    for (const name of known) expect(section).toMatch(new RegExp(`\\b${name}\\b`));
  });

  test('early stopping', async () => {
    const network = await Network.create({ inputs: 1, layers: [{ units: 1 }], engine: 'wasm' });
    const known = await namesKnownBy(() => network.fit([1], [1], { earlyStopping: wrong }));
    const row = (/^\| `earlyStopping` .*$/m.exec(readme) as RegExpExecArray)[0];
    for (const name of known) expect(row).toMatch(new RegExp(`\\b${name}\\b`));
  });
});

describe('what README.md lists as not built is refused with ERR_UNSUPPORTED', () => {
  const options = { inputs: 1, layers: [{ units: 1 }], engine: 'wasm' } as const;
  const softmax = [{ units: 2, activation: 'softmax' }] as const;
  const calls: Record<string, () => unknown> = {
    threads: () => Network.create({ ...options, threads: 2 }),
    binaryCrossEntropy: () => Network.create({ ...options, layers: softmax, loss: 'binaryCrossEntropy' }),
  };

  test('and nothing else is listed', () => {
    const listed = firstColumn('### Not built yet').flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)]);
    expect(listed.map(([, name]) => name).sort()).toEqual(Object.keys(calls).sort());
  });

  test.each(Object.entries(calls))('%s', async (_, call) => {
    await expect((async () => call())()).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' });
  });
});

test('README.md says when each code comes', async () => {
  const errors = await readFile(new URL('../../src/errors.ts', import.meta.url), 'utf8');
  const [, union] = /export type ErrorCode =(.*?);/s.exec(errors) as unknown as [string, string];
  const codes = [...union.matchAll(/'(ERR_\w+)'/g)].map(([, code]) => `\`${code}\``);
  expect(firstColumn('## Errors').sort()).toEqual(codes.sort());
});

test('the record tables of assembly/README.md are those of assembly/abi.ts', async () => {
  const contract = await readFile(new URL('../../assembly/README.md', import.meta.url), 'utf8');
  const found: Record<string, number> = {};
  for (const [, record, bytes, table] of contract.matchAll(/^`(\w+)`, (\d+) bytes.*?:\n\n(.*?)\n\n/gms)) {
    const family = (record as string).toUpperCase();
    found[`${family}_BYTES`] = Number(bytes);
    for (const [, offset, field] of (table as string).matchAll(/^\| (\d+) +\| (\w+)/gm)) {
      found[`${family}_${(field as string).replace(/[A-Z]/g, '_$&').toUpperCase()}`] = Number(offset);
    }
  }
  const offsets = Object.entries(abi).filter(([name]) => /^(NETWORK|LAYER|DATASET|MEMORY)_/.test(name));
  expect(found).toEqual(Object.fromEntries(offsets));
});
