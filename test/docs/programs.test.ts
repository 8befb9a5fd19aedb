/** The programs of README.md and docs/ run unchanged with the packed package, and print what the page says. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { Network } from '../../src/index.js';
import { PAGES, readPage, shownIn } from '../support/docs/pages.js';
import { createFolder, type Outcome, runPrograms, words } from '../support/docs/programs.js';
import { type ForeignFile, shardsOf } from '../support/formats/foreign-files.js';
import { fileOf, partsOf } from '../support/formats/model-files.js';

/** What the Python of docs/other-libraries.md saves: layers of 4-8-3, of which PyTorch writes tensors alone. */
async function stateOfModule(): Promise<Uint8Array> {
  const { tensors, data } = partsOf((await Network.create({ inputs: 4, layers: [{ units: 8 }, { units: 3 }] })).save());
  return fileOf({ __metadata__: { format: 'pt' }, ...tensors }, data);
}

/** Files of other libraries that the pages expect to be there. */
async function filesOf(page: string): Promise<Record<string, string | Uint8Array>> {
  if (page !== 'docs/other-libraries.md') return {};
  const read = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');
  const file: ForeignFile = JSON.parse(await read('../formats/import/models/tensorflow-4-sequential.json'));
  return {
    'model.json': JSON.stringify(file.model),
    'group1-shard1of1.bin': Buffer.concat(shardsOf(file)),
    'iris.json': await read('../support/docs/iris.json'),
    'state.safetensors': await stateOfModule(),
  };
}

const PAGES_WITH_PROGRAMS = PAGES.map((page) => [page.file, shownIn(page, 'js')] as const).filter(
  ([, programs]) => programs.length > 0,
);

describe.each(PAGES_WITH_PROGRAMS)('the programs of %s', (file, programs) => {
  let outcomes: Outcome[] = [];
  beforeAll(async () => {
    const folder = await createFolder(file.replace(/\W/g, '-'), await filesOf(file));
    outcomes = await runPrograms(
      folder,
      programs.map(({ block }) => block.text),
    );
  });

  it.each(programs.map(({ block }, i) => [`${block.heading}, line ${block.line}`, i] as const))('%s', (_, i) => {
    const { printed, error } = outcomes[i] as Outcome;
    const { block, output } = programs[i] as (typeof programs)[number];
    expect(error).toBeUndefined();
    expect(block.text).toMatch(/from 'wasmlp(\/(node|csv|report|search))?'/);
    if (output !== undefined) expect(words(printed)).toBe(words(output));
  });
});

test('most programs show what they print', () => {
  const all = PAGES_WITH_PROGRAMS.flatMap(([, programs]) => programs);
  expect(all.filter(({ output }) => output !== undefined).length).toBeGreaterThan(0.8 * all.length);
});

test('the first program of README.md has at most 12 lines, and its output to the letter', async () => {
  const [first] = shownIn(readPage('README.md'), 'js') as [ReturnType<typeof shownIn>[number]];
  expect(first.block.text.trim().split('\n').length).toBeLessThanOrEqual(12);
  const [outcome] = await runPrograms(await createFolder('first', {}), [first.block.text]);
  expect(outcome?.printed).toBe(first.output);
});
