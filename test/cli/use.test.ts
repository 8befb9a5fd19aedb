/** evaluate, predict, inspect and convert, as they are built. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Network } from 'wasmlp';
import { parseRows } from 'wasmlp/csv';
import { readRows, saveFile } from 'wasmlp/node';
import { type Place, wasmlp, wasmlpHere } from '../support/cli/run.js';
import { peopleCsv } from '../support/cli/tables.js';
import { temporaryFolder } from '../support/folder.js';

const folder = temporaryFolder();
const file = (name: string) => path.join(folder, name);
const run = (...args: string[]) => wasmlpHere({ folder }, ...args);
const runWith = (place: Pick<Place, 'input'>, ...args: string[]) => wasmlpHere({ folder, ...place }, ...args);

/** A network that takes plain numbers, saved with its optimizer. */
async function savePlain(): Promise<void> {
  const options = {
    inputs: 2,
    layers: [{ units: 1, activation: 'sigmoid' }],
    labels: ['no', 'yes'],
    normalize: 'standard',
  };
  const network = await Network.create(options as Parameters<typeof Network.create>[0]);
  await network.fit(
    [
      [0, 1],
      [2, 3],
      [4, 1],
    ],
    ['no', 'yes', 'yes'],
    { epochs: 3 },
  );
  await saveFile(network, file('plain.safetensors'), { checkpoint: true });
}

beforeAll(async () => {
  writeFileSync(file('people.csv'), peopleCsv(300));
  const made = await run('train', 'people.csv', '--target', 'member', '-o', 'model.safetensors');
  expect(made.err).not.toContain('wasmlp train:');
  await savePlain();
});

describe('evaluate', () => {
  it('prints the report of the rows', async () => {
    const { code, out } = await wasmlp({ folder }, 'evaluate', 'model.safetensors', 'people.csv');
    expect(code).toBe(0);
    expect(out).toMatch(/^On the 300 rows of people\.csv:\nlabel/);
    const network = await Network.load(readFileSync(file('model.safetensors')));
    const report = network.report(await readRows(file('people.csv')));
    expect(out).toBe(`On the 300 rows of people.csv:\n${report}\n`);
  });

  it('--json prints one line, at the threshold that is given', async () => {
    const { out } = await run('evaluate', 'model.safetensors', 'people.csv', '--json', '--threshold', '0.01');
    const { report, threshold, rows } = JSON.parse(out);
    expect([threshold, rows]).toEqual([0.01, 300]);
    expect(report.classes[1].recall).toBeGreaterThan(0.95);
  });

  it('of plain numbers takes the columns in their order', async () => {
    writeFileSync(file('numbers.csv'), 'a,b,c\n0,1,no\n4,1,yes\n');
    const { code, out } = await run('evaluate', 'plain.safetensors', 'numbers.csv', '--target', 'c');
    expect(code).toBe(0);
    expect(out).toMatch(/^On the 2 rows/);
  });

  it.each([
    [
      'a label that is none',
      'id,age,city,income,owner,member\n1,30,Rome,4,true,yess\n',
      /ERR_UNKNOWN_VALUE: row 0 .*"member" is "yess".*Did you mean "yes"/,
    ],
    [
      'a table without the target',
      'id,age,city,income,owner\n1,30,Rome,4,true\n',
      /ERR_MISSING: the table has no column "member" to compare/,
    ],
    [
      'a text in a column of numbers',
      'age,city,income,owner,member\n30,Rome,4,true,no\nold,Rome,4,true,no\n',
      /ERR_INVALID_TYPE: row 1 .*"age" is "old"/,
    ],
  ])('refuses %s in one line', async (_, input, message) => {
    const { code, out, err } = await runWith({ input }, 'evaluate', 'model.safetensors', '-');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('predict', () => {
  it('adds the answers of the network to the rows as they came', async () => {
    const { code, out, err } = await run('predict', 'model.safetensors', 'people.csv');
    expect([code, err]).toEqual([0, '']);
    const lines = out.trimEnd().split('\n');
    const given = readFileSync(file('people.csv'), 'utf8').trimEnd().split('\n');
    expect(lines[0]).toBe(`${given[0]},predicted,p(no),p(yes)`);
    expect(lines).toHaveLength(301);
    const network = await Network.load(readFileSync(file('model.safetensors')));
    const answers = network.classify(await readRows(file('people.csv')));
    for (const [i, row] of (await parseRows(out)).entries()) {
      const { label, probability } = answers[i] as { label?: string; probability: number };
      expect(lines[i + 1]?.startsWith(`${given[i + 1]},`)).toBe(true);
      expect(row.predicted).toBe(label);
      expect(Number(row[`p(${label})`])).toBeCloseTo(probability, 8);
    }
  });

  it('reads standard input where no table is named, and writes a file', async () => {
    const input = readFileSync(file('people.csv'));
    const whole = (await run('predict', 'model.safetensors', 'people.csv')).out;
    // By the pipes of a process.
    expect((await wasmlp({ folder, input }, 'predict', 'model.safetensors')).out).toBe(whole);
    const { code, out } = await wasmlp({ folder, input }, 'predict', 'model.safetensors', '-', '-o', 'answers.csv');
    expect([code, out]).toEqual([0, '']);
    expect(readFileSync(file('answers.csv'), 'latin1')).toBe(whole);
  });

  it('takes tables without the target, with other columns, in any order, and new values and blanks', async () => {
    const input = 'owner,extra,income,city,age\ntrue,x,,Paris,30\n,y,5,,70\n';
    const { code, out } = await runWith({ input }, 'predict', 'model.safetensors');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^owner,extra,income,city,age,predicted,p\(no\),p\(yes\)\ntrue,x,,Paris,30,(no|yes),.+\n,y,5,,70,(no|yes),/,
    );
  });

  it('counts values that the model was not trained on, once, on standard error', async () => {
    const lines = ['30, Paris ,4,true', '30,Bonn,4,true', '30,Rome,4,true', '30,,4,true', '30,NA,4,true'];
    const input = `age,city,income,owner\n${lines.join('\n')}\n`;
    const said =
      'Values that the model was not trained on: 2 cells of city, as "Paris". The network cannot tell such values apart.\n';
    const { code, err } = await runWith({ input }, 'predict', 'model.safetensors');
    expect([code, err]).toEqual([0, said]);
    const known = 'age,city,income,owner\n30,Oslo,4,true\n';
    expect((await runWith({ input: known }, 'predict', 'model.safetensors')).err).toBe('');
    writeFileSync(file('unknown.csv'), `${input.replaceAll('true', 'true,no').replace('owner', 'owner,member')}`);
    expect((await run('evaluate', 'model.safetensors', 'unknown.csv')).err).toBe(said);
  });

  it('keeps delimiters, quotes, blanks around cells and decimal commas', async () => {
    const input = '\uFEFFage;city;income;owner;note\r\n30; Rome ;"4,5";true;"a;b ""c"""\r\n';
    const { out } = await runWith({ input }, 'predict', 'model.safetensors', '--decimal', ',');
    expect(out).toMatch(
      /^age;city;income;owner;note;predicted;p\(no\);p\(yes\)\n30; Rome ;4,5;true;"a;b ""c""";(no|yes);0,\d+;0,\d+\n$/,
    );
  });

  it('names its columns anew where the table has them', async () => {
    const input = 'age,city,income,owner,predicted\n30,Rome,4,true,x\n';
    const { out } = await runWith({ input }, 'predict', 'model.safetensors');
    expect(out.split('\n')[0]).toBe('age,city,income,owner,predicted,predicted.2,p(no),p(yes)');
  });

  it('leaves out rows with blanks if asked, and errors name the row of the table', async () => {
    const head = 'age,city,income,owner\n';
    const ask = (input: string) =>
      runWith({ input: head + input }, 'predict', 'model.safetensors', '--missing', 'skip');
    const { out, err } = await ask('30,Rome,,true\n30,Rome,4,true\n');
    expect(out.trimEnd().split('\n')).toHaveLength(2);
    expect(err).toBe('1 row with blank cells left out.\n');
    expect((await ask('30,Rome,,true\n30,Rome,4,true\n,,,\nx,Rome,4,true\n')).err).toMatch(/row 3 .*"age" is "x"/);
  });

  it('names the row of the table in a long table', async () => {
    const rows = Array.from({ length: 20000 }, (_, i) => `${i === 15000 ? 'old' : 30},Rome,4,true`);
    const input = `age,city,income,owner\n${rows.join('\n')}\n`;
    const { code, err } = await runWith({ input }, 'predict', 'model.safetensors', '-o', 'half.csv');
    expect(code).toBe(1);
    expect(err).toMatch(/ERR_INVALID_TYPE: row 15000 .*"age" is "old"/);
    expect(() => readFileSync(file('half.csv'))).toThrow('ENOENT');
  });

  it.each([
    [
      'a column that is not there',
      'ages,city,income,owner\n30,Rome,4,true\n',
      /ERR_MISSING: the table has no column "age".*Did you mean "ages"/,
    ],
    [
      'a row that is too short',
      'age,city,income,owner\n30,Rome,4,true\n30,Rome\n',
      /ERR_SHAPE: row 1 .*has 2 cells, expected 4/,
    ],
    ['nothing', '', /ERR_SHAPE: standard input is empty/],
  ])('refuses %s in one line', async (_, input, message) => {
    const { code, err } = await runWith({ input }, 'predict', 'model.safetensors');
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('of plain numbers takes the columns in their order, without those that are none', async () => {
    const input = 'name,a,b\nx,0,1\ny,4,1\n';
    const refused = await runWith({ input }, 'predict', 'plain.safetensors');
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining('ERR_SHAPE: the table has 3 columns for inputs (name, a, b), expected 2'),
    ]);
    const { code, out } = await runWith({ input }, 'predict', 'plain.safetensors', '--ignore', 'name');
    expect(code).toBe(0);
    expect(out).toMatch(/^name,a,b,predicted,p\(no\),p\(yes\)\nx,0,1,/);
    const wrong = await runWith({ input: 'a,b\n1,2\n3,x\n' }, 'predict', 'plain.safetensors');
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/row 1 .*"b" is "x"/)]);
  });
});

describe('inspect', () => {
  it('prints layers, columns with their scaling, target and labels', async () => {
    const { code, out } = await wasmlp({ folder }, 'inspect', 'model.safetensors');
    expect(code).toBe(0);
    for (const part of [
      /^layer /,
      /\n {2}age +number +shift \d+/,
      /\n {2}city +category {2}Lima, Oslo, Rome, or another/,
      'target: member',
      'labels: no, yes',
    ]) {
      expect(out).toMatch(part);
    }
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('says that a file is a checkpoint', async () => {
    expect((await run('inspect', 'plain.safetensors')).out).toContain('checkpoint: training resumes after 3 epochs');
  });

  it('--json prints one line', async () => {
    const { out } = await run('inspect', 'model.safetensors', '--json');
    expect(JSON.parse(out)).toMatchObject({ outputs: 1, target: 'member', labels: ['no', 'yes'], epochs: 0 });
  });
});

describe('convert', () => {
  it('writes every form, whose answers are the same', async () => {
    for (const ending of ['json', 'onnx', 'mjs', 'safetensors']) {
      const { code, out, err } = await wasmlp({ folder }, 'convert', 'model.safetensors', `copy.${ending}`);
      expect([code, out]).toEqual([0, '']);
      expect(err).toContain(`Saved copy.${ending}.`);
    }
    const answers = (await run('predict', 'model.safetensors', 'people.csv')).out;
    for (const ending of ['json', 'safetensors']) {
      expect((await run('predict', `copy.${ending}`, 'people.csv')).out).toBe(answers);
    }
    expect((await run('inspect', 'copy.onnx')).out).toMatch(/^layer /);
  });

  it('leaves a file that it cannot write as it was', async () => {
    writeFileSync(file('kept.json'), 'old');
    const { code } = await run('convert', 'people.safetensors', 'kept.json');
    expect(code).toBe(1);
    expect(readFileSync(file('kept.json'), 'utf8')).toBe('old');
  });
});
