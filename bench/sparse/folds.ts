/**
 * Cross-validation of sparse rows beside the same rows written out: 5 folds of 20,000 bags of 6 of 20,000 words, 32 units, 4 classes, on one
 * thread, and by how much it made the process grow. Medians of calls. Rows written out are a part of the rows: all of them would take 1.6 GB
 * three times.
 */
import type { NetworkOptions } from 'wasmlp';
import { crossValidate } from 'wasmlp/search';
import { median } from '../measure.js';
import { classes, EPOCHS, LAYERS, NODE, ROWS, sparse, WORDS, WRITTEN_ROWS, written } from './bags.js';

const FOLDS = 5;
const TURNS = 3;

const optimizer = { type: 'sgd', learningRate: 0.1 } as const;
const options: NetworkOptions = { inputs: WORDS, layers: LAYERS, optimizer, seed: 1 };

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
  await crossValidate(options, isSparse ? sparse : written, classes.slice(0, count), settings);
  return { seconds: ((performance.now() - started) / 1000) * (ROWS / count), bytes };
}

const times: [sparse: number[], written: number[]] = [[], []];
let grown = 0;
for (let turn = 0; turn < TURNS; turn++) {
  const { seconds, bytes } = await costOf(true);
  grown = Math.max(grown, bytes);
  times[0].push(seconds);
  times[1].push((await costOf(false)).seconds);
}
const [bags, dense] = [median(times[0]), median(times[1])];
console.log(`| ${FOLDS} folds of ${ROWS} rows, Node ${NODE} | s | written out, s | times |`);
console.log('|---|---:|---:|---:|');
console.log(`| sgd, batch 32 | ${bags.toFixed(2)} | ${dense.toFixed(0)} | ${(dense / bags).toFixed(0)} |`);
console.log(`\nIt made the process grow by ${(grown / 1e6).toFixed(0)} MB.`);
