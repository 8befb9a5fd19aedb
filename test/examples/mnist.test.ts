import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { loadFile } from '../../src/node/index.js';
import { temporaryFolder } from '../support/folder.js';
import { idxBytes } from '../support/node/idx-files.js';
import { numberIn, runNode } from '../support/programs.js';
import { SeededRandom } from '../support/seeded.js';

const folder = temporaryFolder();

/** Images of 5x4 pixels: in class k, pixel k and the next one are bright. */
function set(count: number, purpose: string): { images: Uint8Array; labels: Uint8Array } {
  const random = new SeededRandom(purpose);
  const classes = Array.from({ length: count }, () => random.integer(0, 9));
  const pixels = classes.flatMap((k) =>
    Array.from({ length: 20 }, (_, i) => (i === k || i === k + 1 ? random.integer(150, 255) : random.integer(0, 60))),
  );
  return { images: idxBytes('ubyte', [count, 4, 5], pixels), labels: idxBytes('ubyte', [count], classes) };
}

/** The four files, with one of the usual ways to name and compress them. */
function write(dot: boolean, packed: boolean): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [part, count] of [
    ['train', 1_000],
    ['t10k', 40],
  ] as const) {
    const { images, labels } = set(count, part);
    for (const [name, bytes] of [
      ['images-idx3', images],
      ['labels-idx1', labels],
    ] as const) {
      const file = `${part}-${dot ? name.replace('-', '.') : name}-ubyte${packed ? '.gz' : ''}`;
      writeFileSync(path.join(folder, file), packed ? gzipSync(bytes) : bytes);
    }
  }
}

test.each([
  [false, false],
  [false, true],
  [true, false],
])(
  'examples/mnist.js learns from the four files (names with a dot: %s, packed: %s) and keeps the network',
  async (dot, packed) => {
    write(dot, packed);
    const model = path.join(folder, 'model.safetensors');
    const output = await runNode('examples/mnist.js', folder, model);
    expect(output).toContain('1,000 images of 5x4 pixels to train on, 40 held out');
    expect(numberIn(output, /test accuracy ([\d.]+)%/)).toBeGreaterThanOrEqual(90);
    const network = await loadFile(model);
    expect([network.inputs, network.outputs]).toEqual([20, 10]);
  },
);

test('examples/mnist.js says which files are missing', async () => {
  write(false, false);
  rmSync(path.join(folder, readdirSync(folder).find((name) => name.startsWith('train-labels')) as string));
  for (const [args, missing] of [
    [[folder], 1],
    [[path.join(folder, 'none')], 4],
    [[], 0],
  ] as const) {
    const error = await runNode('examples/mnist.js', ...args).catch((reason) => reason);
    expect(error).toMatchObject({ code: 1, stderr: '' });
    expect(error.stdout).toContain('train-labels-idx1-ubyte');
    expect(error.stdout).toContain('npm run example:mnist -- <folder>');
    expect(error.stdout.match(/\(missing\)/g) ?? []).toHaveLength(missing);
    for (const line of error.stdout.replaceAll(folder, '').split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  }
});
