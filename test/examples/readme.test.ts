import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { runNode } from './run.js';

test('the complete example in README.md prints what README.md says, in at most 12 lines', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const found = /```js\n(.*?)```\n.*?```text\n(.*?)```/s.exec(readme);
  const [, program, printed] = found as unknown as [string, string, string];
  expect(program.trim().split('\n').length).toBeLessThanOrEqual(12);
  expect(await runNode('--input-type=module', '--eval', program)).toBe(printed);
});

test('the files that README.md links to exist', async () => {
  const folder = new URL('../../', import.meta.url);
  const readme = await readFile(new URL('README.md', folder), 'utf8');
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, link]) => link as string);
  expect(links.length).toBeGreaterThan(0);
  for (const link of links) await readFile(new URL(link, folder));
});
