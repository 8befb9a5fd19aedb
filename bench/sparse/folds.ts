/**
 * Cross-validation of sparse rows beside the same rows written out: 5 folds of 20,000 bags of 6 of 20,000 words, 32 units, 4 classes, on one
 * thread, and by how much it made the process grow. Medians of calls. Rows written out are a part of the rows: all of them would take 1.6 GB
 * three times.
 */
import type { NetworkOptions, SparseRows } from 'wasmlp';
import { crossValidate } from 'wasmlp/search';
import { median } from '../measure.js';

const WORDS = 20_000;
const WORDS_OF_ROW = 6;
const ROWS = 20_000;
const WRITTEN_ROWS = 500;
const CLASSES = 4;
const EPOCHS = 5;
const FOLDS = 5;
const TURNS = 3;

let state = 1;
function below(limit: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

const classes = Uint8Array.from({ length: ROWS }, () => below(CLASSES));
/** Half of the words of a row are of its class, which every fourth word is. */
const bags = Array.from(classes, (own) => {
  const words = new Set<number>();
  while (words.size < WORDS_OF_ROW) {
    words.add(below(2) === 0 ? below(WORDS / CLASSES) * CLASSES + own : below(WORDS));
  }
  return [...words].sort((a, b) => a - b);
});
const rows: SparseRows = {
  starts: Uint32Array.from({ length: ROWS + 1 }, (_, row) => row * WORDS_OF_ROW),
  columns: Uint32Array.from(bags.flat()),
};
const written = new Float32Array(WRITTEN_ROWS * WORDS);
for (let row = 0; row < WRITTEN_ROWS; row++) for (const word of bags[row] ?? []) written[row * WORDS + word] = 1;

const layers: NetworkOptions['layers'] = [
  { units: 32, activation: 'relu' },
  { units: CLASSES, activation: 'softmax' },
];
const options: NetworkOptions = { inputs: WORDS, layers, optimizer: { type: 'sgd', learningRate: 0.1 }, seed: 1 };

/** Seconds of a cross-validation of all rows, or as many of them written out as if they were all, and bytes by which the process grew. */
async function costOf(isSparse: boolean): Promise<{ seconds: number; bytes: number }> {
  const count = isSparse ? ROWS : WRITTEN_ROWS;
  const before = process.memoryUsage.rss();
  let bytes = 0;
  const onProgress = (): void => {
    bytes = Math.max(bytes, process.memoryUsage.rss() - before);
  };
  const started = performance.now();
  const settings = { folds: FOLDS, fit: { epochs: EPOCHS }, workers: 1, onProgress };
  await crossValidate(options, isSparse ? rows : written, classes.slice(0, count), settings);
  return { seconds: ((performance.now() - started) / 1000) * (ROWS / count), bytes };
}

const times: [sparse: number[], written: number[]] = [[], []];
let grown = 0;
for (let turn = 0; turn < TURNS; turn++) {
  const sparse = await costOf(true);
  grown = Math.max(grown, sparse.bytes);
  times[0].push(sparse.seconds);
  times[1].push((await costOf(false)).seconds);
}
const [sparse, dense] = [median(times[0]), median(times[1])];
const version = process.versions.node.split('.').slice(0, 2).join('.');
console.log(`| ${FOLDS} folds of ${ROWS} rows, Node ${version} | s | written out, s | times |`);
console.log('|---|---:|---:|---:|');
console.log(`| sgd, batch 32 | ${sparse.toFixed(2)} | ${dense.toFixed(0)} | ${(dense / sparse).toFixed(0)} |`);
console.log(`\nIt made the process grow by ${(grown / 1e6).toFixed(0)} MB.`);
