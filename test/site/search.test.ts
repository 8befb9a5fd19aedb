/** What people search for on the site as it was built, by the index and the program of its search. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/docs/pages.js';
import { IS_BUILT, SITE, SKIPPED } from '../support/site/built.js';

interface Index {
  search(text: string): readonly { readonly id: string }[];
}

const importFile = (file: string): Promise<unknown> => import(/* @vite-ignore */ pathToFileURL(file).href);

/** The index of the site, loaded as its pages do. */
async function loadIndex(): Promise<Index> {
  const chunks = path.join(SITE, 'assets/chunks');
  const name = readdirSync(chunks).find((file) => file.startsWith('@localSearchIndexroot')) as string;
  const { default: json } = (await importFile(path.join(chunks, name))) as { readonly default: string };
  const program = 'docs/node_modules/vitepress/dist/client/theme-default/support/local-search.js';
  const { loadLocalSearchIndex } = (await importFile(path.join(ROOT, program))) as {
    readonly loadLocalSearchIndex: (json: string) => Index;
  };
  return loadLocalSearchIndex(json);
}

describe.skipIf(!IS_BUILT)(`the search of the site${SKIPPED}`, () => {
  let index: Index;
  beforeAll(async () => {
    index = await loadIndex();
  });
  const found = (text: string): string[] => index.search(text).map(({ id }) => id);

  it.each([
    ['predict a price from a csv with words', '/tables.html#predict-a-price-from-a-csv'],
    ['predict house prices', '/tables.html#predict-a-price-from-a-csv'],
    ['how good is my model', '/reports.html#reports-how-good-is-my-model'],
    ['text column', '/columns.html#columns-of-text'],
  ])('answers "%s" among the first five', (question, id) => {
    expect(found(question).slice(0, 5)).toContain(id);
  });

  it('has no changelog, whose one section has every word', () => {
    expect(found('changelog predict csv').filter((id) => id.startsWith('/changelog'))).toEqual([]);
  });
});
