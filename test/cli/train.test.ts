/** `wasmlp train` as it is built: what it prints, what it saves, and the program that does the same. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { Network } from 'wasmlp';
import { wasmlp, wasmlpHere } from '../support/cli/run.js';
import { peopleCsv } from '../support/cli/tables.js';
import { temporaryFolder } from '../support/folder.js';
import { INSTALLED } from '../support/package/packed.js';

const folder = temporaryFolder();
const file = (name: string) => path.join(folder, name);
const train = (...args: string[]) => wasmlpHere({ folder }, 'train', ...args);

/** Fast: what is learned does not matter here. */
const FEW = ['--epochs', '6'];

beforeAll(async () => {
  writeFileSync(file('people.csv'), peopleCsv(400));
  await symlink(path.join(INSTALLED, 'node_modules'), file('node_modules'), 'junction');
});

describe('train', () => {
  it('prints columns, settings, the curve, the report and where the model is', async () => {
    const args = ['train', 'people.csv', '--target', 'member', '-o', 'printed.safetensors'];
    const { code, out, err } = await wasmlp({ folder }, ...args);
    expect(code).toBe(0);
    const parts = [
      'Target member, 2 classes',
      /\nage +number/,
      /\ncity +category/,
      /\nincome +number.*blank/,
      /\nowner +boolean/,
      /Left out:\nid /,
      '288 rows to train on, 32 rows to validate with, 80 rows to test with.',
      '--layers 64,32',
      '--class-weights none',
      'loss by epoch',
      /The network has the\s+weights of epoch/,
      'On the 80 test rows:',
      'baseline accuracy',
      'Saved printed.safetensors.\nNext: npx wasmlp predict printed.safetensors new.csv > answers.csv\n',
    ];
    for (const part of parts) expect(out).toMatch(part);
    const long = out.split('\n').filter((line) => line.length > 80);
    expect(long).toEqual([]);
    expect(out + err).not.toContain('\u001b');
    expect(err).toMatch(/^epoch 1\/500 {2}loss /);
    const network = await Network.load(readFileSync(file('printed.safetensors')));
    expect([network.target, network.labels]).toEqual(['member', ['no', 'yes']]);
    const report = Number(/\naccuracy +([\d.]+)/.exec(out)?.[1]);
    expect(report).toBeGreaterThan(0.85);
  });

  it('gives the same file for the same table and seed, and another one for another seed', async () => {
    const save = async (name: string, ...more: string[]) => {
      expect((await train('people.csv', '-t', 'member', '-o', name, ...FEW, ...more)).code).toBe(0);
      return readFileSync(file(name));
    };
    const first = await save('a.safetensors');
    expect((await save('b.safetensors')).equals(first)).toBe(true);
    expect((await save('c.safetensors', '--seed', '1')).equals(first)).toBe(false);
  });

  it('--json ends with one line', async () => {
    const { out, err } = await train('people.csv', '--target', 'member', '--json', ...FEW, '-o', 'json.safetensors');
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    const answer = JSON.parse(out);
    expect(answer).toMatchObject({
      file: 'json.safetensors',
      epochs: 6,
      seed: 0,
      report: { kind: 'classes', samples: 80 },
    });
    expect(Object.keys(answer)).toEqual(expect.arrayContaining(['hints', 'seconds']));
    expect(err).toMatch(/^epoch 1\/6/);
  });

  it.each([
    ['classes', ['people.csv', '--target', 'member']],
    [
      'numbers, by other settings',
      ['people.csv', '--target', 'age', '--layers', '8', '--l2', '0.01', '--dropout', '0.1'],
    ],
    [
      'blanks in the target, a category, no test',
      ['people.csv', '--target', 'income', '--categories', 'age', '--test', '0'],
    ],
    ['no validation', ['people.csv', '--target', 'member', '--validation', '0', '--class-weights', 'balanced']],
    ['a table to test with', ['people.csv', '--target', 'member', '--test', 'people.csv', '--ignore', 'id,owner']],
  ])('--code prints a program that saves the same bytes: %s', async (_, args) => {
    const { code, out, err } = await train(...args, ...FEW, '--code', '-o', 'model.safetensors');
    expect(code).toBe(0);
    expect(err).toContain('Saved model.safetensors');
    const saved = readFileSync(file('model.safetensors'));
    writeFileSync(file('program.mjs'), out.replace("'model.safetensors'", "'again.safetensors'"));
    const { stdout } = await promisify(execFile)(process.execPath, ['program.mjs'], { cwd: folder });
    expect(stdout).toMatch(/^6 epochs, the best is \d\n/);
    expect(readFileSync(file('again.safetensors')).equals(saved)).toBe(true);
  });

  it('reads standard input, and writes the model to standard output', async () => {
    const input = readFileSync(file('people.csv'));
    const { code, out } = await wasmlp({ folder, input }, 'train', '-', '--target', 'member', ...FEW, '-o', '-');
    expect(code).toBe(0);
    await train('people.csv', '--target', 'member', ...FEW, '-o', 'file.safetensors');
    expect(Buffer.from(out, 'latin1').equals(readFileSync(file('file.safetensors')))).toBe(true);
  });

  it('writes every form by its ending', async () => {
    for (const ending of ['json', 'onnx', 'mjs']) {
      expect((await train('people.csv', '-t', 'age', ...FEW, '-o', `form.${ending}`)).code).toBe(0);
    }
    expect((await Network.load(readFileSync(file('form.json'), 'utf8'))).target).toBe('age');
    expect(readFileSync(file('form.mjs'), 'utf8')).toContain('export function predict');
    expect((await Network.fromONNX(readFileSync(file('form.onnx')))).outputs).toBe(1);
  });

  it('reads semicolons, decimal commas and a byte order mark', async () => {
    writeFileSync(file('excel.csv'), `\uFEFF${peopleCsv(200, ';').replace(/\./g, ',').replace(/\n/g, '\r\n')}`);
    const { code, out } = await train('excel.csv', '--target', 'member', '--decimal', ',', ...FEW);
    expect(code).toBe(0);
    expect(out).toMatch(/\nincome +number/);
  });

  it('chooses the threshold on the rows that validate', async () => {
    const { out } = await train('people.csv', '--target', 'member', '--threshold', 'f1', ...FEW);
    const [, p] = /On the 80 test rows, yes from a probability of ([\d.]+) on:/.exec(out) ?? [];
    expect(Number(p)).toBeGreaterThan(0);
    expect(out).toContain(`predict model.safetensors new.csv --threshold ${p} > answers.csv`);
  });

  it('gives weights to the classes of an unbalanced table, and says so', async () => {
    const rows = peopleCsv(400).split('\n');
    const unbalanced = rows.filter((row, i) => !row.endsWith('yes') || i % 12 === 0);
    writeFileSync(file('unbalanced.csv'), `${unbalanced.join('\n')}\n`);
    const { out } = await train('unbalanced.csv', '--target', 'member', ...FEW);
    expect(out).toContain('--class-weights balanced');
    expect(out).toMatch(/Weights of the classes: no 0\.\d+, yes \d/);
  });

  it('leaves out rows without a target, and counts them', async () => {
    const { out } = await train('people.csv', '--target', 'income', ...FEW);
    expect(out).toMatch(/\n\d+ rows without income left out\.\n/);
  });

  it('says of prices with signs how to write the number of that cell', async () => {
    for (const [name, price, said] of [
      ['long', '€ 1,000,400', 'a number with signs around and between its digits. Write it without them, as 1000400;'],
      [
        'short',
        '€ 631,600',
        'a number with "€" and a comma that may be a decimal point or part a group of three digits. Write it as 631600, or as 631.600 if',
      ],
      ['points', '1.000.400', 'a number with signs between its digits. Write it without them, as 1000400;'],
    ] as const) {
      writeFileSync(file(`${name}.csv`), `size,rooms,price\n${`40,2,"${price}"\n50,3,"${price}"\n`.repeat(10)}`);
      const { code, err } = await train(`${name}.csv`, '--target', 'price');
      expect([code, err]).toEqual([1, expect.stringContaining(`column "price" is "${price}", ${said}`)]);
    }
  });

  it('says how many inputs are for blanks and new values', async () => {
    const { out } = await train('people.csv', '--target', 'member', ...FEW);
    // The table counts the blanks of income. Beside it, blanks: age, city, owner; new values: city.
    expect(out).toMatch(/\n +7\n\nLeft out:/);
    expect(out).toMatch(
      /\nNetwork: 11 inputs \(7 above, 4 for new values and blanks\), [\d,]+ parameters\.\nSettings, each an option:\n/,
    );
    const asked = await train('people.csv', '--target', 'member', '--categories', 'owner', ...FEW);
    expect(asked.out).toMatch(/\nCategories as asked: owner \(2 inputs\)\n/);
    expect(asked.out).toMatch(/\nNetwork: 13 inputs \(8 above, 5 for new values and blanks\), /);
  });

  it('judges numbers by the name of their column', async () => {
    const args = ['people.csv', '-t', 'income,age', ...FEW, '--epochs', '1', '-o', 'numbers.safetensors'];
    const { out } = await train(...args);
    expect(out).toMatch(/\ncolumn +r2 +rmse .*\nincome +\S+ .*\nage +\S+ /);
    const evaluated = await wasmlp({ folder }, 'evaluate', 'numbers.safetensors', 'people.csv');
    expect(evaluated.out).toMatch(/\ncolumn +r2 +rmse .*\nincome +\S+ .*\nage +\S+ /);
  });

  it('names no next step that a model of ONNX does not take', async () => {
    const { out } = await train('people.csv', '--target', 'member', ...FEW, '-o', 'next.onnx');
    expect(out).toMatch(/\nSaved next\.onnx\. Its inputs are numbers: .*\n.*\bmetadata\.\n$/);
    expect(out).not.toContain('Next:');
  });

  it('writes a page that has the figures', async () => {
    const { code, out } = await train('people.csv', '--target', 'member', ...FEW, '--report', 'report.html');
    expect(code).toBe(0);
    expect(out).toContain('and report.html.');
    const page = readFileSync(file('report.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).toContain('member, from people.csv');
  });

  it('leaves nothing but what it names', () => {
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
