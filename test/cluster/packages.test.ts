/** Where the optional packages are not installed, a cluster says which command installs them, and the rest of the package works. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ROOT } from '../support/docs/pages.js';
import { temporaryFolder } from '../support/folder.js';

const folder = temporaryFolder();

const PROGRAM = `
import { connectCluster, startClusterWorker } from 'wasmlp/cluster';
import { search } from 'wasmlp/search';
const outcomes = [];
for (const server of [{ redis: 'redis://me:secret@127.0.0.1:1' }, { postgres: 'postgres://me:secret@127.0.0.1:1/db' }]) {
  await connectCluster(server, { name: 'a' }).catch(({ code, message }) => outcomes.push(code, message));
  await startClusterWorker({ ...server, name: 'a' }).catch(({ code, message }) => outcomes.push(code, message));
}
console.log(JSON.stringify([typeof search, ...outcomes]));
`;

it('without BullMQ, errors say what to install', async () => {
  const modules = path.join(folder, 'node_modules');
  mkdirSync(path.join(modules, 'wasmlp'), { recursive: true });
  for (const name of ['package.json', 'dist']) {
    cpSync(path.join(ROOT, name), path.join(modules, 'wasmlp', name), { recursive: true });
  }
  cpSync(path.join(ROOT, 'node_modules/@assemblyscript/loader'), path.join(modules, '@assemblyscript/loader'), {
    recursive: true,
  });
  writeFileSync(path.join(folder, 'program.mjs'), PROGRAM);
  const { stdout } = await promisify(execFile)(process.execPath, ['program.mjs'], { cwd: folder });
  const needs = (call: string, client: string): string =>
    `${call}: a cluster needs the packages bullmq and ${client}. Install them: npm install bullmq@6 ${client}`;
  expect(JSON.parse(stdout)).toEqual([
    'function',
    ...['ioredis', 'pg'].flatMap((client) => [
      'ERR_UNSUPPORTED',
      needs('connectCluster', client),
      'ERR_UNSUPPORTED',
      needs('startClusterWorker', client),
    ]),
  ]);
});
