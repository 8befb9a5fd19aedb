/** The command used wrongly, and files that are none: one line, and the exit code that says whose fault it is. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Network } from 'wasmlp';
import { ensemble } from 'wasmlp/search';
import { wasmlp, wasmlpHere } from '../support/cli/run.js';
import { peopleCsv } from '../support/cli/tables.js';
import { temporaryFolder } from '../support/folder.js';
import { fileOf, partsOf } from '../support/formats/model-files.js';

const folder = temporaryFolder();
const file = (name: string) => path.join(folder, name);
const run = (...args: string[]) => wasmlpHere({ folder }, ...args);

beforeAll(async () => {
  writeFileSync(file('people.csv'), peopleCsv(100));
  writeFileSync(file('empty.csv'), '');
  writeFileSync(file('header.csv'), 'a,b\n');
  writeFileSync(file('binary.csv'), Buffer.concat([Buffer.from([0, 1, 2, 255, 254]), randomBytes(2000)]));
  writeFileSync(file('page.csv'), '<!doctype html><title>Not found</title>');
  writeFileSync(file('gzip.csv'), Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]));
  writeFileSync(file('text.safetensors'), 'not a model');
  const network = await Network.create({ inputs: 1, layers: [{ units: 1 }] });
  writeFileSync(file('model.safetensors'), network.save());
  writeFileSync(file('ensemble.safetensors'), ensemble([network]).save());
  const { tensors, data } = partsOf(network.save());
  writeFileSync(file('newer.safetensors'), fileOf({ __metadata__: { wasmlp: '99', network: '{}' }, ...tensors }, data));
  mkdirSync(file('folder'));
  mkdirSync(file('folder.html'));
  for (const name of ['table.json', 'page.html']) writeFileSync(file(name), peopleCsv(20));
  symlinkSync('people.csv', file('linked.csv'));
});

describe('an address with a password in the wrong place', () => {
  const address = 'redis://:hunter2=x@localhost:1';
  it.each([
    [['worker', address]],
    [['worker', `--${address}`]],
    [['worker', '--redis', 'redis://localhost:1', '--name', 'x', '--concurrency', address]],
    [['worker', '--redis', `${address}/name`, '--name', 'x']],
    [['worker', '--redis', 'redis://localhost:1', '--name', address]],
    [['train', address, '--target', 'x']],
    [[address]],
  ])('is not printed with it: %j', async (args) => {
    const { code, out, err } = await run(...args);
    expect(code).not.toBe(0);
    expect(`${out}${err}`).not.toContain('hunter2');
  });
});

describe('in its own process', () => {
  it.each([
    [['train', 'people.csv'], 2, 'wasmlp train: --target is missing.'],
    [['predict', 'nowhere.safetensors', 'people.csv'], 1, 'ERR_IO: there is no file "nowhere.safetensors"'],
    [['--version'], 0, ''],
  ])('%j ends with %i', async (args, exit, message) => {
    const [own, here] = [await wasmlp({ folder }, ...args), await run(...args)];
    expect(own.code).toBe(exit);
    expect(own.err).toContain(message);
    expect(here).toEqual(own);
  });
});

describe('wrong use', () => {
  const target = ['--target', 'member'];
  it.each([
    [['trian'], 'wasmlp: unknown command "trian". Did you mean "train"?'],
    [['--json', 'train'], 'wasmlp: the command comes first, before --json'],
    [['train'], 'wasmlp train: <table.csv> is missing. See wasmlp train --help.'],
    [['train', 'people.csv'], 'wasmlp train: --target is missing.'],
    [
      ['train', 'people.csv', '--target', 'membr'],
      'wasmlp train: --target is "membr", which is no column of the table. Did you mean "member"?',
    ],
    [['train', 'people.csv', '-target', 'member'], 'wasmlp train: unknown option -target. Did you mean --target? See'],
    [
      ['train', 'people.csv', '--target', 'mem'],
      '--target is "mem", which is no column of the table. Did you mean "member"?',
    ],
    [
      ['train', 'people.csv', ...target, '--decimal', ','],
      '--target is "member", which is no column of the table. Perhaps cells are separated by ",": add --delimiter ",".',
    ],
    [['train', 'people.csv', ...target, '--ignore', 'nope'], 'wasmlp train: --ignore is "nope"'],
    [
      ['train', 'people.csv', ...target, '--layer', '3'],
      'wasmlp train: unknown option --layer. Did you mean --layers?',
    ],
    [['train', 'people.csv', ...target, '--learning-rate', '1e39'], 'wasmlp train: --learning-rate is 1e+39, expected'],
    [['train', 'people.csv', ...target, '--json', '--code'], 'wasmlp train: --json and --code both write'],
    [['train', 'people.csv', ...target, '-o', '-', '--json'], 'wasmlp train: -o - and --json or --code write'],
    [['train', 'people.csv', ...target, '-o', 'model.txt'], 'wasmlp train: "model.txt" does not end as a model does'],
    [
      ['train', 'people.csv', '--target', 'age', '--threshold', '0.5'],
      'wasmlp train: --threshold is for a target of two classes',
    ],
    [
      ['train', 'people.csv', ...target, '--threshold', 'f1', '--validation', '0'],
      'wasmlp train: --threshold f1 is chosen on',
    ],
    [
      ['train', 'people.csv', ...target, '--report', 'r.html', '--test', '0'],
      'wasmlp train: --report needs rows to test with',
    ],
    [['train', 'people.csv', ...target, '--loss', 'categoricalCrossEntropy'], 'categoricalCrossEntropy'],
    [['evaluate', 'model.safetensors'], 'wasmlp evaluate: <table.csv> is missing.'],
    [['evaluate', 'model.safetensors', 'people.csv'], 'wasmlp evaluate: --target is missing'],
    [
      ['predict', 'people.csv', 'model.safetensors'],
      'wasmlp predict: the model is "people.csv", which is called like a table. Name the model first.',
    ],
    [
      ['predict', 'model.mjs', 'people.csv'],
      'wasmlp predict: the model is "model.mjs", a module, which answers in a page. Give the .safetensors that it was made of.',
    ],
    [['inspect', 'model.js'], 'wasmlp inspect: the model is "model.js", a module'],
    [
      ['train', 'model.safetensors', ...target],
      'wasmlp train: "model.safetensors" is a model, expected a table as CSV.',
    ],
    [['train', 'people.csv', ...target, '--test', 'm.onnx'], 'wasmlp train: "m.onnx" is a model, expected a table'],
    [['predict', 'model.safetensors', 'm.mjs'], 'wasmlp predict: "m.mjs" is a model, expected a table'],
    [['predict', '-', 'people.csv'], 'wasmlp predict: the model is -, expected a file'],
    [
      ['predict', 'model.safetensors', 'people.csv', '-o', './folder/../people.csv'],
      'wasmlp predict: -o is "./folder/../people.csv", which is read. Name another file.',
    ],
    [['predict', 'model.safetensors', 'linked.csv', '-o', 'people.csv'], 'wasmlp predict: -o is "people.csv", which'],
    [['predict', 'model.safetensors', 'people.csv', '-o', 'model.safetensors'], '-o is "model.safetensors", which'],
    [['train', 'table.json', ...target, '-o', 'table.json'], 'wasmlp train: -o is "table.json", which is read.'],
    [['train', 'page.html', ...target, '--report', 'page.html'], '--report is "page.html", which is read.'],
    [
      ['train', 'people.csv', ...target, '--test', 'page.html', '--report', 'page.html'],
      '--report is "page.html", which is read.',
    ],
    [
      ['train', 'people.csv', ...target, '--report', 'report.csv'],
      'wasmlp train: --report is "report.csv", expected the name of a page, such as report.html.',
    ],
    [['convert', 'model.safetensors', 'model'], 'wasmlp convert: "model" does not end as a model does'],
    [['search', 'people.csv'], 'wasmlp search: --target is missing. Name the column to predict.'],
    [['search'], 'wasmlp search: <table.csv> is missing.'],
    [['search', 'people.csv', ...target, '--trials', '0'], 'wasmlp search: --trials is "0", expected a whole number'],
    [['search', 'people.csv', ...target, '--trails', '5'], 'unknown option --trails. Did you mean --trials?'],
    [['search', 'people.csv', ...target, '--folds', '1'], 'wasmlp search: --folds is "1", expected a whole number'],
    [['search', 'people.csv', ...target, '--workers', 'all'], 'wasmlp search: --workers is "all", expected a whole'],
    [['search', 'people.csv', ...target, '--score', 'f1'], 'wasmlp search: --score is "f1", expected one of loss'],
    [
      ['search', 'people.csv', '--target', 'age', '--score', 'accuracy'],
      'wasmlp search: --score accuracy is for classes, and the target has numbers.',
    ],
    [
      ['search', 'people.csv', ...target, '--validation', '0'],
      'wasmlp search: --validation is 0, expected a share of rows to judge trials by.',
    ],
    [['search', 'people.csv', ...target, '-o', '-', '--json'], 'wasmlp search: -o - and --json write to standard'],
    [['search', 'people.csv', ...target, '--study', '-'], 'wasmlp search: --study is -, expected a file.'],
    [['search', 'people.csv', ...target, '--csv', 'people.csv'], '--csv is "people.csv", which is read.'],
    [['search', 'people.csv', ...target, '--study', 'linked.csv'], '--study is "linked.csv", which is read.'],
    [
      ['search', 'people.csv', ...target, '--csv', 'a.csv', '--study', './a.csv'],
      'wasmlp search: --csv and --study both name "a.csv". Give two files.',
    ],
    [
      ['search', 'people.csv', ...target, '--report', 'r.html', '--test', '0'],
      'wasmlp search: --report needs rows to test with',
    ],
    [['search', 'people.csv', ...target, '--threshold', '0.5'], 'wasmlp search: unknown option --threshold.'],
    [
      [
        ...['search', 'people.csv', ...target, '--layers', '4', '--activation', 'relu', '--learning-rate', '0.01'],
        ...['--l2', '0', '--dropout', '0', '--batch-size', '16'],
      ],
      'wasmlp search: all settings are given, so that nothing is left to look for.',
    ],
    [
      ['predict', 'ensemble.safetensors', 'people.csv'],
      '"ensemble.safetensors" is an ensemble, expected a single network.',
    ],
    [['evaluate', 'ensemble.safetensors', 'people.csv'], 'Read it in a program, by loadEnsemble of wasmlp/search.'],
    [['inspect', 'ensemble.safetensors'], '"ensemble.safetensors" is an ensemble'],
    [['worker'], 'wasmlp worker: --name is missing: the name of the cluster'],
    [['worker', '--name', 'a'], 'wasmlp worker: --redis or --postgres is missing'],
    [['worker', '--name', 'a', '--redis', 'redis://a', '--postgres', 'postgres://b'], 'are two servers, expected one'],
    [['worker', '--name', 'a', '--redis', 'redis://a', '--concurrency', '0'], '--concurrency is "0", expected a whole'],
    [['worker', '--name', 'a', '--redis', 'redis://a', '--lock-seconds', '0'], '--lock-seconds is "0", expected'],
  ])('%j ends with 2 and one line', async (args, message) => {
    const { code, out, err } = await run(...args);
    expect(err).toContain(message);
    expect([code, out]).toEqual([2, '']);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('options that do not go together', () => {
  // A table that cannot be read would be refused first, if it was read first.
  const train = ['train', 'gzip.csv', '--target', 'member'];
  const search = ['search', ...train.slice(1)];
  it.each([
    [['evaluate', 'model.safetensors', 'gzip.csv'], '--target is missing: this model does not know the column'],
    [[...train, '--threshold', 'f1', '--validation', '0'], '--threshold f1 is chosen on rows that validate'],
    [[...train, '--threshold', '0.5', '--task', 'numbers'], '--threshold is for a target of two classes'],
    [[...search, '--score', 'accuracy', '--task', 'numbers'], '--score accuracy is for classes'],
    [
      [...search, '--layers', 'none', '--learning-rate', '1', '--l2', '0', '--batch-size', '8'],
      'nothing is left to look for',
    ],
    [[...search, '--workers', '2', '--name', 'a'], '--workers is for this machine, --name for a cluster'],
    [[...search, '--redis', 'redis://a'], '--name is missing: the name of the cluster.'],
    [[...search, '--name', 'a'], '--redis or --postgres is missing: the server of the queue.'],
  ])('%j are refused before the table is read', async (args, message) => {
    const { code, err } = await run(...args);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});

describe('a server in the environment', () => {
  const withServer = async (...args: string[]) => {
    process.env.WASMLP_REDIS = 'redis://:secret@127.0.0.1:1';
    try {
      return await run('search', 'people.csv', '--target', 'member', '--trials', '1', '--epochs', '1', ...args);
    } finally {
      delete process.env.WASMLP_REDIS;
    }
  };

  it('is not used without --name, which is said', async () => {
    const { code, err } = await withServer();
    expect(code).toBe(0);
    expect(err).toMatch(/^WASMLP_REDIS is set, but without --name this machine trains alone\. /);
    expect((await withServer('--workers', '1')).err).not.toContain('WASMLP_REDIS');
  });

  it('that does not answer ends the command before the table is read, and shows no password', async () => {
    const { code, err } = await withServer('--name', 'a');
    expect(err).toMatch(/^wasmlp search: ERR_IO: redis:\/\/127\.0\.0\.1:1 does not answer: /);
    expect(err).not.toContain('secret');
    expect(code).toBe(1);
  });
});

describe('what cannot be read or written', () => {
  it.each([
    [['train', 'nowhere.csv', '--target', 'a'], /: ERR_IO: there is no file "nowhere.csv"\. Correct the path\.$/],
    [
      ['train', 'poeple.csv', '--target', 'a'],
      /: ERR_IO: there is no file "poeple.csv"\. Did you mean "people.csv"\?$/,
    ],
    [
      ['train', './folder/in.csv', '--target', 'a'],
      /: ERR_IO: there is no file ".\/folder\/in.csv"\. Correct the path\.$/,
    ],
    [
      ['train', 'nofolder/a.csv', '--target', 'a'],
      /there is no file "nofolder\/a.csv": there is no folder "nofolder"\./,
    ],
    [
      ['train', 'people.csv', '--target', 'member', '--test', 'peple.csv'],
      /no file "peple.csv"\. Did you mean "people.csv"/,
    ],
    [['predict', 'model.safetensors', 'peple.csv'], /there is no file "peple.csv"\. Did you mean "people.csv"/],
    [['evaluate', 'model.safetensor', 'people.csv'], /no file "model.safetensor"\. Did you mean "model.safetensors"/],
    [['convert', 'modl.safetensors', 'a.json'], /no file "modl.safetensors"\. Did you mean "model.safetensors"/],
    [['train', 'folder', '--target', 'a'], /ERR_IO: "folder" is not a file/],
    [['train', 'empty.csv', '--target', 'a'], /ERR_SHAPE: "empty.csv" is empty/],
    [['train', 'header.csv', '--target', 'a'], /ERR_SHAPE: "header.csv" has a header and no rows/],
    [['train', 'binary.csv', '--target', 'a'], /ERR_\w+: .*"binary.csv"/],
    [['train', 'page.csv', '--target', 'a'], /ERR_INVALID_TYPE: "page.csv" begins with/],
    [['train', 'gzip.csv', '--target', 'a'], /ERR_INVALID_TYPE: "gzip.csv" is gzipped/],
    [
      ['train', 'people.csv', '--target', 'member', '-o', 'no/model.safetensors'],
      /ERR_IO: "no\/model.safetensors" cannot be written/,
    ],
    [['train', 'people.csv', '--target', 'member', '--report', 'folder.html'], /ERR_IO: "folder.html" is a folder/],
    [
      ['train', 'people.csv', '--target', 'member', '--learning-rate', '1e30', '--epochs', '3'],
      /ERR_DIVERGED: .*Use a smaller --learning-rate/,
    ],
    [['predict', 'nowhere.safetensors', 'people.csv'], /ERR_IO: there is no file "nowhere.safetensors"/],
    [['predict', 'nowhere.onnx', 'people.csv'], /ERR_IO: there is no file "nowhere.onnx"/],
    [['predict', 'text.safetensors', 'people.csv'], /ERR_MODEL_FORMAT: "text.safetensors"/],
    [['predict', 'newer.safetensors', 'people.csv'], /ERR_MODEL_VERSION: "newer.safetensors"/],
    [['inspect', 'folder'], /ERR_IO: "folder" is not a file/],
  ])('%j ends with 1 and one line', async (args, message) => {
    const { code, err } = await run(...args);
    const lines = err.split('\n').filter((line) => line !== '' && !line.startsWith('epoch '));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(message);
    expect(code).toBe(1);
  });
});

describe('help', () => {
  it('names every command', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    for (const name of ['train', 'evaluate', 'predict', 'inspect', 'convert', 'search', 'worker'])
      expect(out).toContain(`\n  ${name} `);
    expect(out).not.toContain('not built');
    expect((await run('help')).out).toBe(out);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('is what a call without a command shows, as wrong use', async () => {
    const { code, out, err } = await run();
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^Usage: wasmlp <command>/);
  });

  it.each(['train', 'evaluate', 'predict', 'inspect', 'convert', 'search', 'worker'])(
    'of %s has its usage and examples, in 80 columns',
    async (name) => {
      const { code, out } = await run(name, '--help');
      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`^Usage: wasmlp ${name} [^]*\\nOptions:\\n[^]*\\nExamples:\\n {2}(npx|cat)`));
      expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
      expect((await run('help', name)).out).toBe(out);
    },
  );

  it('has a version', async () => {
    const { out } = await run('--version');
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
