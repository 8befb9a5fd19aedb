/** `wasmlp search` as it is built: what it finds, saves and writes, and that neither workers nor stops change a bit of it. */
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { Network } from 'wasmlp';
import { type Outcome, wasmlp, wasmlpHere } from '../support/cli/run.js';
import { peopleCsv } from '../support/cli/tables.js';
import { temporaryFolder } from '../support/folder.js';
import { elementsOf } from '../support/html.js';
import { INSTALLED } from '../support/package/packed.js';
import { repeats } from '../support/repeats.js';

const folder = temporaryFolder();
const file = (name: string) => path.join(folder, name);
const bytes = (name: string) => readFileSync(file(name));
const search = (...args: string[]) => wasmlpHere({ folder }, 'search', ...args);

const IRIS = ['iris.csv', '--target', 'species'];
const DIABETES = ['diabetes.csv', '--target', 'progression'];
/** Fast: what is found does not matter here. */
const FEW = ['--trials', '5', '--epochs', '8'];

beforeAll(async () => {
  const data = fileURLToPath(new URL('../../examples/data', import.meta.url));
  for (const name of ['iris.csv', 'diabetes.csv']) copyFileSync(path.join(data, name), file(name));
  writeFileSync(file('people.csv'), peopleCsv(300));
  await symlink(path.join(INSTALLED, 'node_modules'), file('node_modules'), 'junction');
});

/** Times differ from run to run. */
const withoutSeconds = (csv: Buffer): string =>
  csv
    .toString()
    .split('\r\n')
    .map((line) => line.replace(/,[^,]*(?=,(?:state|completed|stopped|failed),)/, ''))
    .join('\n');

describe('search', () => {
  it('says what it looks for, the best trials, their settings and how good the network is, in 80 columns', async () => {
    const args = ['search', ...IRIS, '--trials', '12', '--epochs', '60', '-o', 'printed.safetensors'];
    const { code, out, err } = await wasmlp({ folder }, ...args);
    expect(code).toBe(0);
    const parts = [
      'Target species, 3 classes',
      '120 rows to search with, 30 rows to test with.\n12 trials, judged by the loss over 5 folds. Each draws:\n  layers ',
      /\n {2}learning rate {2}0\.0002 to 0\.02\n/,
      /The other settings, each an option:\n {2}--folds 5 --optimizer adam --epochs 60 --patience 20 --validation 0\.2\n {2}--test 0\.2 /,
      '12 trials: 12 completed. The best:\ntrial',
      /The best settings, each an option of train:\n {2}--layers /,
      /\nTrained \d+ epochs/,
      'On the 30 test rows:',
      'Saved printed.safetensors.\nNext: npx wasmlp predict printed.safetensors new.csv > answers.csv\n',
    ];
    for (const part of parts) expect(out).toMatch(part);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(out + err).not.toContain('\u001b');
    expect(err).toMatch(/^trial 1\/12 {2}best loss [\d.]+\n/);
    expect(err).toMatch(/\ntrial 12\/12 {2}best loss [\d.]+\nepoch 1\/60 /);
    expect(Number(/\naccuracy +([\d.]+)/.exec(out)?.[1])).toBeGreaterThan(0.9);
    const network = await Network.load(bytes('printed.safetensors'));
    expect([network.target, network.labels]).toEqual(['species', ['setosa', 'versicolor', 'virginica']]);
  });

  it('prints settings by which train saves the same bytes', async () => {
    for (const [name, args] of [
      ['iris', [...IRIS, ...FEW]],
      ['people', ['people.csv', '--target', 'member', ...FEW, '--seed', '3', '--validation', '0.3']],
      ['numbers', ['diabetes.csv', '--target', 'progression', ...FEW, '--folds', '2', '--validation', '0']],
    ] as const) {
      const { out } = await search(...args, '-o', `${name}-found.safetensors`);
      const [, options = ''] = /each an option of train:\n((?: {2}.*\n)+)/.exec(out) ?? [];
      const words = options.trim().split(/\s+/);
      const table = args.slice(0, 3);
      expect((await wasmlpHere({ folder }, 'train', ...table, ...words, '-o', `${name}-again.safetensors`)).code).toBe(
        0,
      );
      expect(bytes(`${name}-again.safetensors`).equals(bytes(`${name}-found.safetensors`))).toBe(true);
    }
  });

  it.each([
    ['a part of the rows judges', [...IRIS, ...FEW, '--validation', '0.25']],
    ['folds judge numbers', [...DIABETES, ...FEW, '--folds', '3']],
    ['halving stops trials', [...DIABETES, '--trials', '9', '--epochs', '9', '--halving', '--validation', '0.2']],
    ['halving by folds stops trials', [...IRIS, '--trials', '9', '--epochs', '9', '--halving']],
    ['the accuracy judges', ['people.csv', '--target', 'member', ...FEW, '--score', 'accuracy']],
  ])('gives the same files for one worker and for two: %s', async (_, args) => {
    const printed: string[] = [];
    for (const workers of ['1', '2']) {
      const files = ['-o', `${workers}.safetensors`, '--csv', `${workers}.csv`];
      const { code, out } = await search(...args, '--workers', workers, ...files);
      expect(code).toBe(0);
      printed.push(out.replaceAll(`${workers}.safetensors`, 'model').replaceAll(`${workers}.csv`, 'csv'));
    }
    expect(printed[1]).toBe(printed[0]);
    expect(bytes('2.safetensors').equals(bytes('1.safetensors'))).toBe(true);
    expect(withoutSeconds(bytes('2.csv'))).toBe(withoutSeconds(bytes('1.csv')));
  });

  it('--json ends with one line', async () => {
    const { out, err } = await search(...DIABETES, ...FEW, '--json', '--seed', '2', '-o', 'json.safetensors');
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    const answer = JSON.parse(out);
    expect(answer).toMatchObject({
      file: 'json.safetensors',
      report: { kind: 'numbers', samples: 88 },
      trials: 5,
      seed: 2,
      settings: { optimizer: 'adam' },
    });
    const { number, parameters, score } = answer.best;
    expect([Number.isInteger(number), Number.isFinite(score), answer.seconds > 0]).toEqual([true, true, true]);
    expect(Object.keys(parameters)).toEqual(expect.arrayContaining(['layers', 'units1', 'learningRate', 'batchSize']));
    expect(err).toMatch(/^trial 1\/5/);
  });

  it('has every trial in the table that --csv writes', async () => {
    await search(...IRIS, ...FEW, '--csv', 'trials.csv', '-o', 'csv.safetensors');
    const lines = bytes('trials.csv').toString().trimEnd().split('\r\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(
      /^trial,score,layers,units1,units2,activation,learningRate,l2,dropout,batchSize,epochs,seconds,state,error$/,
    );
    expect(lines.slice(1).map((line) => line.replace(/,.*(?=,completed,)/, ''))).toEqual(
      [0, 1, 2, 3, 4].map((number) => `${number},completed,`),
    );
  });

  it('writes a page with a picture for each setting, and the program that saves the same bytes', async () => {
    const files = ['--report', 'report.html', '-o', 'paged.safetensors'];
    const { code, out } = await search(...IRIS, ...FEW, ...files);
    expect(code).toBe(0);
    expect(out).toContain('Saved paged.safetensors and report.html.');
    const elements = elementsOf(bytes('report.html').toString());
    const headings = elements.filter(({ tag }) => tag === 'h2').map(({ text }) => text);
    expect(headings).toEqual(
      expect.arrayContaining([
        'What the search tried',
        'Loss by hidden layers',
        'Loss by learning rate',
        'Loss by l2',
        'Program',
      ]),
    );
    const said = elements.find(({ tag }) => tag === 'body')?.text;
    expect(said).toMatch(/trials judged\s*over 5 folds\s*halving\s*off/);
    expect(said).toContain('each with settings of its own, judged over 5 folds;');
    expect(said).toContain('This program trains the best network. It does not search.');
    const program = elements.find(({ tag }) => tag === 'code')?.text as string;
    expect(Math.max(...program.split('\n').map(({ length }) => length))).toBeLessThan(110);
    writeFileSync(file('program.mjs'), program.replace("'paged.safetensors'", "'again.safetensors'"));
    await promisify(execFile)(process.execPath, ['program.mjs'], { cwd: folder });
    expect(bytes('again.safetensors').equals(bytes('paged.safetensors'))).toBe(true);
  });

  it('looks for nothing that is given', async () => {
    const { out } = await search(
      'people.csv',
      '-t',
      'member',
      ...FEW,
      '--layers',
      '6',
      '--l2',
      '0.002',
      '-o',
      'given.safetensors',
    );
    expect(out).not.toMatch(/\n {2}(layers|l2) /);
    expect(out).toMatch(/The other settings, each an option:\n {2}--folds 5 --layers 6 /);
    expect((await Network.load(bytes('given.safetensors'))).layers.map(({ units }) => units)).toEqual([6, 1]);
  });

  it('gives no weight to values that its rows do not have, as train', async () => {
    await search('people.csv', '-t', 'member', ...FEW, '-o', 'open.safetensors');
    const network = await Network.load(bytes('open.safetensors'));
    const row = { age: 30, city: 'Rome', income: 40, owner: true };
    // A new city counts as nothing, and no row has been without an age.
    const { weights } = network.getParameters(0);
    const names = Object.keys(network.columns ?? {});
    expect(names).toEqual(['age', 'city', 'income', 'owner']);
    // Inputs: age, blank; three cities, another, blank; income, blank; owner, blank.
    for (const input of [1, 5, 6, 10]) expect(weights[input]).toBe(0);
    expect(weights[8]).not.toBe(0);
    expect(network.predict([{ ...row, city: 'Paris' }])).toHaveLength(1);
  });

  it('leaves nothing but what it names', () => {
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('a stop', () => {
  /** Ends the search by a signal once so many trainings are over. */
  const stopped = (after: string, signal: NodeJS.Signals, ...args: string[]): Promise<Outcome> => {
    let isSent = false;
    const watch = (err: string, kill: (signal: NodeJS.Signals) => void): void => {
      if (isSent || !err.includes(after)) return;
      isSent = true;
      kill(signal);
    };
    return wasmlp({ folder, watch }, 'search', ...args);
  };
  const LONG = [
    ...DIABETES,
    '--trials',
    '12',
    '--epochs',
    '100',
    '--patience',
    '100',
    '--layers',
    '64,32',
    '--validation',
    '0.2',
  ];

  // In the usual run each signal once.
  const stops = [
    ['SIGINT', 130, ['--workers', '1']],
    ['SIGTERM', 143, ['--workers', '2', '--folds', '2']],
    ['SIGINT', 130, ['--workers', '2', '--halving']],
  ] as const;
  it.each(stops.slice(0, repeats(2, 3)))(
    'by %s ends with %i; with a study the same command goes on, to the same bytes: %j',
    async (signal, exit, more) => {
      const args = [...LONG, ...more, '--study', `${signal}-${more.length}-${more[1]}.study`];
      // "trial 1/12", and of halving "training 1/17".
      const { code, err } = await stopped('\ntr', signal, ...args, '-o', 'stopped.safetensors');
      expect(code).toBe(exit);
      expect(err).toMatch(
        /\nwasmlp search: stopped after \d+ of \d+ (?:trials|trainings)\. \S+\.study keeps them: the same command goes on\.\n$/,
      );
      expect(existsSync(file('stopped.safetensors'))).toBe(false);
      const kept = bytes(args.at(-1) as string)
        .toString()
        .trimEnd()
        .split('\n').length;
      expect(kept).toBeGreaterThan(1);
      const gone = await search(...args, '-o', 'gone-on.safetensors', '--csv', 'gone-on.csv');
      expect(gone.code).toBe(0);
      const whole = await search(...LONG, ...more, '-o', 'whole.safetensors', '--csv', 'whole.csv');
      expect(bytes('gone-on.safetensors').equals(bytes('whole.safetensors'))).toBe(true);
      expect(withoutSeconds(bytes('gone-on.csv'))).toBe(withoutSeconds(bytes('whole.csv')));
      const shown = ({ out }: Outcome): string => out.replace(/^Saved .*$/m, '').replaceAll('gone-on', 'whole');
      expect(shown(gone)).toBe(shown(whole));
      expect(gone.out).toContain(`Saved gone-on.safetensors, gone-on.csv and ${args.at(-1)}.`);
      // It does not begin anew: what it had is told of first.
      expect(gone.err).toMatch(
        /^(?:trial|training) (\d+)\/\d+ (?:\(12 trials\) )? best loss [\d.]+ {2}\1 from the study\n/,
      );
    },
  );

  it('without a study says that nothing was saved', async () => {
    const { code, err } = await stopped('trial', 'SIGINT', ...DIABETES, '--trials', '1000', '-o', 'never.safetensors');
    expect(code).toBe(130);
    expect(err).toMatch(
      /stopped after \d+ of 1,000 trials\. Nothing was saved\. With --study, a search goes on where it stopped\.\n$/,
    );
    expect(existsSync(file('never.safetensors'))).toBe(false);
  });

  it('with --csv leaves the table of the trials that were over', async () => {
    const args = [...DIABETES, '--trials', '1000', '--csv', 'some.csv', '-o', 'never.safetensors'];
    const { code, err } = await stopped('\ntrial 2/', 'SIGINT', ...args);
    expect(code).toBe(130);
    expect(err).toMatch(
      /stopped after \d+ of 1,000 trials\. some\.csv has those that were over, and nothing else was saved\. With --study, /,
    );
    const [header, ...lines] = bytes('some.csv').toString().trimEnd().split('\r\n');
    expect(header).toMatch(/^trial,score,layers,.*,state,error$/);
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const line of lines) expect(line).toMatch(/^\d+,[\d.]+,.*,completed,$/);
    const numbers = lines.map((line) => Number.parseInt(line, 10));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  it('while the best network trains: its trials are in the study', async () => {
    const args = [...IRIS, '--trials', '2', '--epochs', '3000', '--patience', '3000', '--validation', '0.2'];
    const { code, err } = await stopped(
      '\nepoch 1/',
      'SIGINT',
      ...args,
      '--study',
      'last.study',
      '-o',
      'never.safetensors',
    );
    expect(code).toBe(130);
    expect(err).toMatch(
      /\nwasmlp search: stopped after all 2 trials\. last\.study keeps them: the same command goes on\.\n$/,
    );
  });

  it('and other settings: the study is refused', async () => {
    const args = [...IRIS, ...FEW, '--study', 'other.study', '-o', 'other.safetensors'];
    expect((await search(...args)).code).toBe(0);
    const { code, err } = await search(...args, '--seed', '1');
    expect(code).toBe(1);
    expect(err).toMatch(
      /ERR_INVALID_OPTION: study other\.study was begun with --seed 0, not --seed 1\. Give the options .*, or another file\.\n$/,
    );
    expect((await search(...args, '--trials', '7')).out).toContain('7 trials: 7 completed.');
  });
});

describe('a fault', () => {
  it('of all trials is one line', async () => {
    const { code, err } = await search(...DIABETES, '--learning-rate', '1e30', '--trials', '2', '-o', 'no.safetensors');
    expect(code).toBe(1);
    expect(err.trimEnd().split('\n').at(-1)).toMatch(
      /^wasmlp search: ERR_DIVERGED: no trial can train\. The first one.*--learning-rate/,
    );
    expect(existsSync(file('no.safetensors'))).toBe(false);
  });
});
