import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import * as abi from '../../assembly/abi.js';
import { Network } from '../../src/index.js';
import { runNode } from './run.js';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');

test('the complete example in README.md prints what README.md says, in at most 12 lines', async () => {
  const found = /```js\n(.*?)```\n.*?```text\n(.*?)```/s.exec(readme);
  const [, program, printed] = found as unknown as [string, string, string];
  expect(program.trim().split('\n').length).toBeLessThanOrEqual(12);
  expect(await runNode('--input-type=module', '--eval', program)).toBe(printed);
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
  ];
  test.each(calls)('%s', async (heading, call) => {
    const error = (await call().catch((reason) => reason)) as Error;
    const [, names] = /Known: (.*)\.$/.exec(error.message) as unknown as [string, string];
    const known = names.split(', ').sort();
    const start = readme.indexOf(heading);
    const table = (/\n\| option.*?\n\n/s.exec(readme.slice(start)) as RegExpExecArray)[0];
    const cells = [...table.matchAll(/^\| ([^|]*)\|/gm)].map(([, cell]) => cell as string);
    const named = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name as string));
    expect([...new Set(named)].sort()).toEqual(known);
  });
});

describe('what README.md marks as not built is refused with ERR_UNSUPPORTED', () => {
  const marked = [...readme.matchAll(/^\| ([^|]*)\|([^|]*)\| no +\|([^|]*)\|/gm)].map(([row]) => row).join('\n');
  const layer: Record<string, unknown> = { dropout: 0.5, l1: 0.1, activation: 'gelu' };
  const create: Record<string, unknown> = {
    loss: 'huber',
    optimizer: 'adam',
    normalize: 'standard',
    normalizeTargets: 'minMax',
    threads: 2,
  };
  const fit: Record<string, unknown> = {
    learningRate: { type: 'step' },
    earlyStopping: { patience: 1 },
    classWeights: [1],
    sampleWeights: [1],
    clipNorm: 1,
    clipValue: 1,
    background: true,
  };

  test.each(Object.entries(layer))('layer: %s %j', async (name, value) => {
    expect(marked).toContain(name === 'activation' ? value : name);
    const layers = [{ units: 2, [name]: value }];
    await expect(Network.create({ inputs: 1, layers })).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' });
  });

  test.each(Object.entries(create))('create: %s %j', async (name, value) => {
    expect(marked).toContain(typeof value === 'string' && !name.startsWith('norm') ? value : name);
    const options = { inputs: 1, layers: [{ units: 1 }], [name]: value };
    await expect(Network.create(options)).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' });
  });

  test.each(Object.entries(fit))('fit: %s %j', async (name, value) => {
    expect(marked).toContain(name);
    const network = await Network.create({ inputs: 1, layers: [{ units: 1 }] });
    await expect(network.fit([1], [1], { [name]: value })).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' });
  });
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
  const offsets = Object.entries(abi).filter(([name]) => /^(NETWORK|LAYER|DATASET)_/.test(name));
  expect(found).toEqual(Object.fromEntries(offsets));
});
