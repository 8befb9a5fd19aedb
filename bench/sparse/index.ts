/**
 * `npm run bench:sparse`: how fast networks train on sparse rows, beside the same rows written out: bags of 6 of 20,000 words, 32 units, 4
 * classes. Medians of fits, which take turns in one process. Rows written out are a part of the rows: all of them would take 1.6 GB twice.
 * scikit_learn.py beside this file does the same with scikit-learn.
 */
import { Network } from 'wasmlp';
import { median } from '../measure.js';

const WORDS = 20_000;
const WORDS_OF_ROW = 6;
const ROWS = 20_000;
const WRITTEN_ROWS = 500;
const CLASSES = 4;
const EPOCHS = 5;
const TURNS = 5;

interface Bags {
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly classes: Uint8Array;
}

/** Half of the words of a row are of its class, which every fourth word is. */
function bagsOf(rows: number): Bags {
  let state = 1;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const starts = new Uint32Array(rows + 1);
  const columns = new Uint32Array(rows * WORDS_OF_ROW);
  const classes = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const own = below(CLASSES);
    const words = new Set<number>();
    while (words.size < WORDS_OF_ROW) {
      words.add(below(2) === 0 ? below(WORDS / CLASSES) * CLASSES + own : below(WORDS));
    }
    columns.set(
      [...words].sort((a, b) => a - b),
      row * WORDS_OF_ROW,
    );
    starts[row + 1] = (row + 1) * WORDS_OF_ROW;
    classes[row] = own;
  }
  return { starts, columns, classes };
}

function writtenOut({ starts, columns }: Bags, rows: number): Float32Array {
  const written = new Float32Array(rows * WORDS);
  for (let row = 0; row < rows; row++) {
    for (let at = starts[row] as number; at < (starts[row + 1] as number); at++) {
      written[row * WORDS + (columns[at] as number)] = 1;
    }
  }
  return written;
}

const bags = bagsOf(ROWS);
const few = bagsOf(WRITTEN_ROWS);
const written = writtenOut(few, WRITTEN_ROWS);
const FITS = [
  ['sgd, batch 32', { type: 'sgd', learningRate: 0.1 }, 32],
  ['sgd, batch 1', { type: 'sgd', learningRate: 0.1 }, 1],
  ['sgd, batch 256', { type: 'sgd', learningRate: 0.1 }, 256],
  ['sgd with momentum, batch 32', { type: 'sgd', learningRate: 0.1, momentum: 0.9 }, 32],
  ['adam, batch 32', { type: 'adam', learningRate: 0.001 }, 32],
] as const;

/** Microseconds that a row takes, in a new network. */
async function timeOf(isSparse: boolean, optimizer: (typeof FITS)[number][1], batchSize: number): Promise<number> {
  const layers = [
    { units: 32, activation: 'relu' },
    { units: CLASSES, activation: 'softmax' },
  ] as const;
  const network = await Network.create({ inputs: WORDS, layers, optimizer, seed: 1 });
  const started = performance.now();
  await (isSparse
    ? network.fit(bags, bags.classes, { epochs: EPOCHS, batchSize })
    : network.fit(written, few.classes, { epochs: 1, batchSize }));
  const milliseconds = performance.now() - started;
  network.dispose();
  return (1000 * milliseconds) / (isSparse ? EPOCHS * ROWS : WRITTEN_ROWS);
}

const version = process.versions.node.split('.').slice(0, 2).join('.');
console.log(
  `| ${WORDS}-32-${CLASSES}, Node ${version} | ${ROWS} sparse rows, ${EPOCHS} epochs, s | µs a row | written out, µs a row | times |`,
);
console.log('|---|---:|---:|---:|---:|');
for (const [name, optimizer, batchSize] of FITS) {
  const times: [sparse: number[], dense: number[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn++) {
    times[0].push(await timeOf(true, optimizer, batchSize));
    times[1].push(await timeOf(false, optimizer, batchSize));
  }
  const [sparse, dense] = [median(times[0]), median(times[1])];
  const seconds = (sparse * ROWS * EPOCHS) / 1e6;
  console.log(
    `| ${name} | ${seconds.toFixed(3)} | ${sparse.toFixed(2)} | ${dense.toFixed(1)} | ${(dense / sparse).toFixed(0)} |`,
  );
}
