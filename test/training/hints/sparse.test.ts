/** Fits of sparse rows say the same of what went wrong as fits of the same rows written out. */
import { expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { SeededRandom } from '../../support/seeded.js';
import { writtenOut } from '../../support/sparse.js';

const WIDTH = 1200;
const ROWS = 300;
const ENTRIES = 6;
const random = new SeededRandom('hints of sparse rows');
const COLUMNS = Uint32Array.from({ length: ROWS * ENTRIES }, (_, i) => (i % ENTRIES) * 200 + random.integer(0, 9));
/** Said by the first word. */
const CLASSES = Uint8Array.from({ length: ROWS }, (_, row) => Number((COLUMNS[row * ENTRIES] as number) < 5));
const STARTS = Uint32Array.from({ length: ROWS + 1 }, (_, row) => row * ENTRIES);

async function hintsOf(size: number, isSparse: boolean, engine: 'wasm' | 'js') {
  const network = await Network.create({
    inputs: WIDTH,
    layers: [{ units: 8, activation: 'tanh' }, { units: 1 }],
    seed: 3,
    engine,
  });
  const values = new Float32Array(COLUMNS.length).fill(size);
  const rows = { starts: STARTS, columns: COLUMNS, values };
  const inputs = isSparse ? rows : writtenOut(rows, WIDTH);
  const { hints } = await network.fit(inputs, CLASSES, { epochs: 4, batchSize: 16, learningRate: 1e-6 });
  network.dispose();
  return hints;
}

it.each(['wasm', 'js'] as const)('inputs that are not scaled, on %s', async (engine) => {
  const [sparse, written] = [await hintsOf(400, true, engine), await hintsOf(400, false, engine)];
  // Which others follow depends on which samples are looked at, and of sparse ones these are more.
  for (const hints of [sparse, written]) expect(hints[0]?.code).toBe('UNSCALED_INPUTS');
  expect(sparse[0]?.message).toMatch(/column \d+ .*reaches from 0 to 400/);
});

it.each(['wasm', 'js'] as const)('a rate that is too small, on %s', async (engine) => {
  const [sparse, written] = [await hintsOf(1, true, engine), await hintsOf(1, false, engine)];
  expect(written.map(({ code }) => code)).toContain('RATE_TOO_SMALL');
  expect(sparse.map(({ code }) => code)).toEqual(written.map(({ code }) => code));
});

it.each(['wasm', 'js'] as const)(
  'answers that are all the same, on %s: rows of ones differ by their columns',
  async (engine) => {
    const inputs = 1200;
    const rows = 400;
    const different = Uint32Array.from({ length: 2 * rows }, (_, i) =>
      i % 2 === 0 ? (i >> 1) % 400 : 400 + (((i >> 1) * 7) % 800),
    );
    const same = Uint32Array.from(different, (_, i) => (i % 2 === 0 ? 3 : 700));
    const starts = Uint32Array.from({ length: rows + 1 }, (_, row) => 2 * row);
    const classes = Uint8Array.from({ length: rows }, (_, row) => (row * 5) % 4);
    for (const [columns, word] of [
      [different, /Train for more epochs|do what the other hints say/],
      [same, /The inputs themselves are all the same/],
    ] as const) {
      const layers = [{ units: 8 }, { units: 4, activation: 'softmax' }] as const;
      const network = await Network.create({ inputs, layers, loss: 'categoricalCrossEntropy', seed: 1, engine });
      const { hints } = await network.fit({ starts, columns }, classes, { epochs: 2, batchSize: 256 });
      expect(hints.find(({ code }) => code === 'CONSTANT_OUTPUT')?.message).toMatch(word);
      network.dispose();
    }
  },
);
