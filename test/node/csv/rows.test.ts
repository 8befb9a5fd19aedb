/** readRows and streamRows: records of files, whole and in batches. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Row, readRows, streamRows } from '../../../src/node/index.js';
import { openFiles, temporaryFolder } from '../../support/folder.js';
import { expectRefused } from '../../support/refusals.js';

const folder = temporaryFolder();
const file = path.join(folder, 'data.csv');
const IRIS = fileURLToPath(new URL('../../../examples/data/iris.csv', import.meta.url));

async function batchesOf(options?: Parameters<typeof streamRows>[1], from = file): Promise<Row[][]> {
  const batches: Row[][] = [];
  for await (const batch of streamRows(from, options)()) batches.push(batch);
  return batches;
}

describe('readRows', () => {
  it('gives the records of a file', async () => {
    const rows = await readRows(IRIS);
    expect(rows).toHaveLength(150);
    const sizes = { sepal_length: '5.1', sepal_width: '3.5', petal_length: '1.4', petal_width: '0.2' };
    expect(rows[0]).toStrictEqual({ ...sizes, species: 'setosa' });
  });

  it('gives what lies across the pieces that a file is read in', async () => {
    for (let pad = 65_530; pad <= 65_540; pad++) {
      writeFileSync(file, `a;b\r\n"${'x'.repeat(pad)}";é🙂\r\n1;2\r\n`);
      const rows = await readRows(file);
      expect([rows[0]?.b, rows[1]]).toEqual(['é🙂', { a: '1', b: '2' }]);
    }
  });

  it('names the file and itself in its errors, and closes the file', async () => {
    writeFileSync(file, 'a,b\n1,2\n3\n');
    const open = openFiles();
    const message = /^readRows: row 1 \(counted from 0\) of ".*data\.csv" has 1 cells, expected 2/;
    await expectRefused(() => readRows(file), 'ERR_SHAPE', message);
    await expectRefused(
      () => readRows(path.join(folder, 'none')),
      'ERR_IO',
      /^readRows: ".*none" cannot be read: ENOENT/,
    );
    await expectRefused(
      () => readRows(file, { target: 'b' } as never),
      'ERR_INVALID_OPTION',
      /^readRows: options has an unknown/,
    );
    await expectRefused(() => readRows(7 as never), 'ERR_INVALID_TYPE', /^readRows: path is 7/);
    expect(openFiles()).toBe(open);
  });
});

describe('streamRows', () => {
  const text = `a,b\n${Array.from({ length: 2_500 }, (_, i) => `${i},${i % 5 === 0 ? '' : 'x'}\n`).join('')}`;

  it('gives 1000 records at a time by default, from the start each time', async () => {
    writeFileSync(file, text);
    const batches = streamRows(file);
    for (let epoch = 0; epoch < 2; epoch++) {
      const sizes: number[] = [];
      const first: unknown[] = [];
      for await (const batch of batches()) {
        sizes.push(batch.length);
        first.push(batch[0]?.a);
      }
      expect([sizes, first]).toEqual([
        [1000, 1000, 500],
        ['0', '1000', '2000'],
      ]);
    }
  });

  it('fills its batches where rows are left out', async () => {
    writeFileSync(file, text);
    const batches = await batchesOf({ missing: 'skip', batchSize: 700 });
    expect(batches.map(({ length }) => length)).toEqual([700, 700, 600]);
    expect(batches[0]?.slice(0, 5).map(({ a }) => a)).toEqual(['1', '2', '3', '4', '6']);
  });

  it('opens nothing until it is asked, and closes the file where it is left early', async () => {
    writeFileSync(file, text.repeat(9).replaceAll('a,b\n', ''));
    const open = openFiles();
    const batches = streamRows(file, { header: false, batchSize: 10 });
    batches();
    expect(openFiles()).toBe(open);
    for await (const batch of batches()) {
      expect(batch).toHaveLength(10);
      break;
    }
    expect(openFiles()).toBe(open);
  });

  it('refuses wrong options at once', () => {
    expect(() => streamRows(file, { batchSize: 0 })).toThrow(/^streamRows: batchSize is 0, expected a whole number/);
    expect(() => streamRows(file, { target: 'b' } as never)).toThrow(
      /^streamRows: options has an unknown option "target"/,
    );
    expect(() => streamRows('')).toThrow(/^streamRows: path is ""/);
  });
});
