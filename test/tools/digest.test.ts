/** Whether a build is needed: after any change of a source or of a built file, but after no other change. */
import { cp, mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { digestOfSources, isUpToDate, recordBuild } from '../../tools/build/digest.js';

const FILES = [
  ...['src/index.ts', 'src/data/pack.ts', 'src/engine/generated/kernel.ts', 'assembly/index.ts', 'package.json'],
  ...['dist/index.js', 'dist/types/index.d.ts', 'build/kernels/simd.wasm', 'build/abi.js', 'README.md'],
];

let root: string;
const write = (file: string, text: string): Promise<void> => writeFile(path.join(root, file), text);

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'wasmlp-digest-'));
  for (const file of FILES) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await write(file, file);
  }
});
afterEach(() => rm(root, { recursive: true }));

async function record(): Promise<void> {
  await recordBuild(root, await digestOfSources(root));
}

it('a build is needed if there is none', async () => {
  expect(await isUpToDate(root)).toBe(false);
});

it('no build is needed after one, whatever the times of files and other folders', async () => {
  await record();
  expect(await isUpToDate(root)).toBe(true);
  await utimes(path.join(root, 'src/index.ts'), new Date(), new Date());
  await write('README.md', 'other');
  expect(await isUpToDate(root)).toBe(true);
});

const changes: Record<string, () => Promise<unknown>> = {
  'a source that changed': () => write('src/data/pack.ts', 'other'),
  'a source of the kernels that changed': () => write('assembly/index.ts', 'other'),
  'a new source': () => write('src/data/new.ts', ''),
  'a deleted source': () => rm(path.join(root, 'src/data/pack.ts')),
  'a renamed source': () => rename(path.join(root, 'src/data/pack.ts'), path.join(root, 'src/data/packed.ts')),
  'other versions of tools': () => write('package-lock.json', 'other'),
  'a deleted dist': () => rm(path.join(root, 'dist'), { recursive: true }),
  'a file in dist that changed': () => write('dist/types/index.d.ts', 'other'),
  'a deleted kernel': () => rm(path.join(root, 'build/kernels/simd.wasm')),
  'a deleted module of a kernel': () => rm(path.join(root, 'src/engine/generated'), { recursive: true }),
};

it.each(Object.entries(changes))(
  'a build is needed after %s, but not in a copy without the change',
  async (_, change) => {
    await record();
    const copy = await mkdtemp(path.join(os.tmpdir(), 'wasmlp-digest-'));
    await cp(root, copy, { recursive: true });
    await change();
    expect(await isUpToDate(root)).toBe(false);
    expect(await isUpToDate(copy)).toBe(true);
    await rm(copy, { recursive: true });
  },
);

it('a build is needed if a source changed during the last one', async () => {
  const sources = await digestOfSources(root);
  await write('src/index.ts', 'other');
  await recordBuild(root, sources);
  expect(await isUpToDate(root)).toBe(false);
});
