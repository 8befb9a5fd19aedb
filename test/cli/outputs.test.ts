/** Where commands write: links, modes and pipes stay what they are, and a program writes what its command wrote. */
import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { wasmlpHere } from '../support/cli/run.js';
import { peopleCsv } from '../support/cli/tables.js';
import { temporaryFolder } from '../support/folder.js';

const folder = temporaryFolder();
const file = (name: string) => path.join(folder, name);
const run = (...args: string[]) => wasmlpHere({ folder }, ...args);
const TRAIN = ['train', 'people.csv', '--target', 'member', '--epochs', '2'] as const;

beforeAll(async () => {
  writeFileSync(file('people.csv'), peopleCsv(120));
  expect(await run(...TRAIN)).toMatchObject({ code: 0 });
});

it('a link stays a link, and its file keeps its mode', async () => {
  writeFileSync(file('real.csv'), 'old', { mode: 0o600 });
  symlinkSync('real.csv', file('link.csv'));
  expect(await run('predict', 'model.safetensors', 'people.csv', '-o', 'link.csv')).toMatchObject({ code: 0 });
  expect(lstatSync(file('link.csv')).isSymbolicLink()).toBe(true);
  expect(readFileSync(file('real.csv'), 'utf8')).toContain('predicted');
  expect(statSync(file('real.csv')).mode & 0o777).toBe(0o600);
});

it('a pipe is not replaced by a file', async () => {
  execFileSync('mkfifo', [file('pipe.csv')]);
  const { code, err } = await run('predict', 'model.safetensors', 'people.csv', '-o', 'pipe.csv');
  expect([code, err]).toEqual([1, expect.stringMatching(/ERR_IO: "pipe\.csv" is no file\./)]);
  expect(statSync(file('pipe.csv')).isFIFO()).toBe(true);
});

it('two outputs are two files', async () => {
  const { code, err } = await run(...TRAIN, '-o', 'same.html', '--report', './same.html');
  expect([code, err]).toEqual([2, expect.stringContaining('-o and --report both name "same.html"')]);
});

describe('the program that does the same', () => {
  it.each(['json', 'mjs', 'onnx'])('writes a file of the ending .%s', async (ending) => {
    const { code, out } = await run(...TRAIN, '-o', `model.${ending}`, '--code');
    expect(code).toBe(0);
    expect(out).toMatch(/import \{ writeFile \} from 'node:fs\/promises';/);
    expect(out).toMatch(new RegExp(`await writeFile\\('model\\.${ending}', `));
    expect(out).not.toContain('saveFile');
  });
});
