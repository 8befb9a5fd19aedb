/** Pipes: who reads the answers may stop early, and who reads slowly is waited for. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { CLI, wasmlp } from '../support/cli/run.js';
import { peopleCsv } from '../support/cli/tables.js';
import { temporaryFolder } from '../support/folder.js';

const folder = temporaryFolder();

it('ends quietly where the reader has gone, before the table ends', async () => {
  writeFileSync(path.join(folder, 'people.csv'), peopleCsv(100));
  await wasmlp({ folder }, 'train', 'people.csv', '--target', 'member', '--epochs', '2');
  const child = spawn(process.execPath, [CLI, 'predict', 'model.safetensors'], { cwd: folder });
  const exit = once(child, 'exit');
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.write('age,city,income,owner\n');
  // The table never ends: only the reader that goes can end the command.
  const rows = '30,Rome,4,true\n'.repeat(1000);
  const feed = (): void => {
    if (child.exitCode === null) child.stdin.write(rows, () => setImmediate(feed));
  };
  feed();
  await once(child.stdout, 'data');
  child.stdout.destroy();
  expect(await exit).toEqual([0, null]);
  expect(err).toBe('');
});
