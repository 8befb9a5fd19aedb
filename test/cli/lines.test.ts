/** The line of the row that an error names. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { namingLines } from '../../src/cli/lines.js';
import { wasmlpHere } from '../support/cli/run.js';
import { temporaryFolder } from '../support/folder.js';

const folder = temporaryFolder();
const file = path.join(folder, 'table.csv');

async function messageOf(content: string, row: number, format = {}, more = {}): Promise<string> {
  writeFileSync(file, content);
  const work = () => {
    throw new RangeError(`row ${row} (counted from 0) is wrong`);
  };
  return await namingLines({ path: file, format, ...more }, work).catch((error: Error) => error.message);
}

it.each([
  ['a,b\n1,2\n3,4\n', 1, 3],
  ['a,b\n1,2\n3,4', 1, 3],
  ['\uFEFFsep=;\r\n\r\na;b\r\n1;2\r\n \r\n3;4\r\n', 1, 6],
  ['a,b\n"1\n\n""x""",2\n3,4\n', 1, 5],
  ['a\r1\r2\r', 1, 3],
  ['a\n \n1\n', 1, 3],
  ['"a,\nb",c\n1,2\n', 0, 3],
])('%j, row %i is in line %i', async (content, row, line) => {
  expect(await messageOf(content, row)).toBe(`row ${row} (counted from 0, line ${line} of the file) is wrong`);
});

it('counts from the first row where there is no header', async () => {
  expect(await messageOf('1,2\n3,4\n', 1, { header: false })).toContain('line 2 of');
});

it('says nothing where it does not know', async () => {
  const plain = 'row 1 (counted from 0) is wrong';
  expect(await messageOf('a,b\n1,2\n', 1)).toBe(plain);
  expect(await messageOf('a,b\n1,2\n3,4\n', 1, {}, { skipped: 1 })).toBe(plain);
  expect(await messageOf('a,b\n1,2\n3,4\n', 1, {}, { path: '-' })).toBe(plain);
});

it('is named by train, evaluate and predict', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${(i * 7) % 11}.5,${i % 2 ? 'yes' : 'no'}\n`).join('');
  writeFileSync(path.join(folder, 'good.csv'), `a,b\n${rows}`);
  const run = (...args: string[]) => wasmlpHere({ folder }, ...args);
  expect((await run('train', 'good.csv', '-t', 'b', '--epochs', '1', '-o', 'm.json')).code).toBe(0);
  writeFileSync(path.join(folder, 'bad.csv'), 'a,b\n1,yes\n\nx,no\n');
  const place = 'row 1 (counted from 0, line 4 of the file)';
  expect((await run('predict', 'm.json', 'bad.csv')).err).toContain(place);
  expect((await run('evaluate', 'm.json', 'bad.csv')).err).toContain(place);
  writeFileSync(path.join(folder, 'ragged.csv'), 'a,b\n1,yes\n\nno\n');
  expect((await run('train', 'ragged.csv', '-t', 'b')).err).toContain(place);
});
