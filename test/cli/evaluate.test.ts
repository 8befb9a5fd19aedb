/** `wasmlp evaluate`, as it is built: tables that lack a column, and rows without an answer. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { wasmlpHere } from '../support/cli/run.js';
import { peopleCsv } from '../support/cli/tables.js';
import { temporaryFolder } from '../support/folder.js';

const folder = temporaryFolder();
const evaluate = (input: string, ...args: string[]) =>
  wasmlpHere({ folder, input }, 'evaluate', 'model.safetensors', '-', ...args);

beforeAll(async () => {
  writeFileSync(path.join(folder, 'people.csv'), peopleCsv(100));
  const few = ['--epochs', '3', '-o', 'model.safetensors'];
  expect((await wasmlpHere({ folder }, 'train', 'people.csv', '--target', 'member', ...few)).code).toBe(0);
});

describe('a table that lacks a column', () => {
  it('of the inputs is refused, as by predict', async () => {
    const { code, out, err } = await evaluate('age,citty,income,owner,member\n30,Rome,4,true,no\n');
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(
      'wasmlp evaluate: ERR_MISSING: the table has no column "city", which the model was trained on. ' +
        'Did you mean "citty"? It has age, citty, income, owner, member.\n',
    );
  });

  it('of the answers is refused, with a word on predict', async () => {
    const { code, out, err } = await evaluate('age,city,income,owner,membr\n30,Rome,4,true,no\n');
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(
      'wasmlp evaluate: ERR_MISSING: the table has no column "member" to compare the answers with. ' +
        'Did you mean "membr"? It has age, city, income, owner, membr. For answers, use predict.\n',
    );
  });
});

describe('rows without an answer', () => {
  it('are left out and counted', async () => {
    const rows = ['30,Rome,4,true,no', '31,Rome,4,true,', '32,Oslo,4,true,NA', '70,Rome,4,false,yes'];
    const { code, out, err } = await evaluate(`age,city,income,owner,member\n${rows.join('\n')}\n`);
    expect([code, err]).toEqual([0, '2 rows without member left out.\n']);
    expect(out).toMatch(/^On the 2 rows of standard input:\n/);
  });

  it('do not move the rows that errors name', async () => {
    const { err } = await evaluate('age,city,income,owner,member\n31,Rome,4,true,\n32,Oslo,4,true,maybe\n');
    expect(err).toMatch(/ERR_UNKNOWN_VALUE: row 1 .*"member" is "maybe"/);
  });

  it('are refused where there are no others', async () => {
    const { code, err } = await evaluate('age,city,income,owner,member\n31,Rome,4,true,\n');
    expect(code).toBe(1);
    expect(err).toMatch(
      /ERR_MISSING: all 1 rows? lack member, expected answers to compare with. For answers, use predict/,
    );
  });
});
