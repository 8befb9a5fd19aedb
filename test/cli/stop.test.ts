/** Ctrl-C while `wasmlp train` trains: no half file, and a word about what was kept. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, wasmlp } from '../support/cli/run.js';
import { peopleCsv } from '../support/cli/tables.js';
import { temporaryFolder } from '../support/folder.js';

const folder = temporaryFolder();
const model = path.join(folder, 'model.safetensors');
const ENDLESS = ['--epochs', '1000000', '--patience', '1000000'];

beforeAll(() => writeFileSync(path.join(folder, 'people.csv'), peopleCsv(400)));

/** Ends the training by a signal once it has shown an epoch. */
async function stopped(signal: NodeJS.Signals): Promise<Outcome> {
  let isSent = false;
  const watch = (err: string, kill: (signal: NodeJS.Signals) => void): void => {
    if (isSent || !err.includes('epoch 5/')) return;
    isSent = true;
    kill(signal);
  };
  return await wasmlp({ folder, watch }, 'train', 'people.csv', '--target', 'member', ...ENDLESS);
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, code) => {
  it('ends the training, and no file is there', async () => {
    const outcome = await stopped(signal);
    expect(outcome.code).toBe(code);
    expect(outcome.err).toMatch(/\nwasmlp train: stopped after [\d,]+ epochs\. Nothing was saved\.\n$/);
    expect(readdirSync(folder).filter((name) => name !== 'people.csv')).toEqual([]);
  });

  it('leaves the file that was there as it was', async () => {
    writeFileSync(model, 'old');
    const { code: found, err } = await stopped(signal);
    expect(found).toBe(code);
    expect(err).toContain('Nothing was saved: model.safetensors is as it was before.');
    expect(readFileSync(model, 'utf8')).toBe('old');
    rmSync(model);
  });
});
