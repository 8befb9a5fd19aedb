/** What the benchmarks of sparse rows train on: bags of words, and the network that learns them. */
import type { NetworkOptions } from 'wasmlp';

export const WORDS = 20_000;
export const WORDS_OF_ROW = 6;
export const ROWS = 20_000;
/** Rows that are written out: all of them would take 1.6 GB. */
export const WRITTEN_ROWS = 500;
export const CLASSES = 4;
export const EPOCHS = 5;

export const LAYERS: NetworkOptions['layers'] = [
  { units: 32, activation: 'relu' },
  { units: CLASSES, activation: 'softmax' },
];

let state = 1;
function below(limit: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

export const classes = new Uint8Array(ROWS);
/** The words of each row. Half of them are of its class, which every fourth word is. */
export const bags: readonly (readonly number[])[] = Array.from({ length: ROWS }, (_, row) => {
  const own = below(CLASSES);
  classes[row] = own;
  const words = new Set<number>();
  while (words.size < WORDS_OF_ROW) {
    words.add(below(2) === 0 ? below(WORDS / CLASSES) * CLASSES + own : below(WORDS));
  }
  return [...words].sort((a, b) => a - b);
});

export const sparse = {
  starts: Uint32Array.from({ length: ROWS + 1 }, (_, row) => row * WORDS_OF_ROW),
  columns: Uint32Array.from(bags.flat()),
};

/** The first WRITTEN_ROWS rows, with their zeros. */
export const written = new Float32Array(WRITTEN_ROWS * WORDS);
for (let row = 0; row < WRITTEN_ROWS; row++) for (const word of bags[row] ?? []) written[row * WORDS + word] = 1;

/** Of this Node, as tables name it. */
export const NODE = process.versions.node.split('.').slice(0, 2).join('.');
