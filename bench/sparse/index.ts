/**
 * `npm run bench:sparse`: how fast networks train on sparse rows, beside the same rows written out: bags of 6 of 20,000 words, 32 units, 4
 * classes. Medians of fits, which take turns in one process. Rows written out are a part of the rows: all of them would take 1.6 GB twice.
 * scikit_learn.py beside this file does the same with scikit-learn.
 */
import { Network } from 'wasmlp';
import { median } from '../measure.js';
import { CLASSES, classes, EPOCHS, LAYERS, NODE, ROWS, sparse, WORDS, WRITTEN_ROWS, written } from './bags.js';

const TURNS = 5;

const FITS = [
  ['sgd, batch 32', { type: 'sgd', learningRate: 0.1 }, 32],
  ['sgd, batch 1', { type: 'sgd', learningRate: 0.1 }, 1],
  ['sgd, batch 256', { type: 'sgd', learningRate: 0.1 }, 256],
  ['sgd with momentum, batch 32', { type: 'sgd', learningRate: 0.1, momentum: 0.9 }, 32],
  ['adam, batch 32', { type: 'adam', learningRate: 0.001 }, 32],
] as const;

/** Microseconds that a row takes, in a new network. */
async function timeOf(isSparse: boolean, optimizer: (typeof FITS)[number][1], batchSize: number): Promise<number> {
  const network = await Network.create({ inputs: WORDS, layers: LAYERS, optimizer, seed: 1 });
  const started = performance.now();
  await (isSparse
    ? network.fit(sparse, classes, { epochs: EPOCHS, batchSize })
    : network.fit(written, classes.subarray(0, WRITTEN_ROWS), { epochs: 1, batchSize }));
  const milliseconds = performance.now() - started;
  network.dispose();
  return (1000 * milliseconds) / (isSparse ? EPOCHS * ROWS : WRITTEN_ROWS);
}

console.log(
  `| ${WORDS}-32-${CLASSES}, Node ${NODE} | ${ROWS} sparse rows, ${EPOCHS} epochs, s | µs a row | written out, µs a row | times |`,
);
console.log('|---|---:|---:|---:|---:|');
for (const [name, optimizer, batchSize] of FITS) {
  const times: [sparse: number[], dense: number[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn++) {
    times[0].push(await timeOf(true, optimizer, batchSize));
    times[1].push(await timeOf(false, optimizer, batchSize));
  }
  const [bag, dense] = [median(times[0]), median(times[1])];
  const seconds = (bag * ROWS * EPOCHS) / 1e6;
  console.log(
    `| ${name} | ${seconds.toFixed(3)} | ${bag.toFixed(2)} | ${dense.toFixed(1)} | ${(dense / bag).toFixed(0)} |`,
  );
}
