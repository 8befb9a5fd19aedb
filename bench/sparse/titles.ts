/**
 * Titles as a column of words, which become sparse rows by themselves, against the same rows written out as numbers: 20,000 titles of 6 of
 * 20,000 words, 32 units, 4 classes. Medians of fits, which take turns in one process, and by how much the fits of titles made it grow. Rows
 * written out are a part of the rows: all of them would take 1.6 GB twice.
 */
import { Network, type NetworkOptions, type OptimizerOptions, type Row } from 'wasmlp';
import { median } from '../measure.js';
import { bags, CLASSES, classes, EPOCHS, LAYERS, NODE, ROWS, WORDS, WRITTEN_ROWS, written } from './bags.js';

const TURNS = 5;

const values = Array.from({ length: WORDS }, (_, i) => `word${i}`);
const FITS = [
  ['sgd, batch 32', { type: 'sgd', learningRate: 0.1 }],
  ['adam, batch 32', { type: 'adam', learningRate: 0.001 }],
] as const satisfies readonly (readonly [string, OptimizerOptions])[];

const rows: Row[] = bags.map((words) => ({ title: words.map((word) => values[word]).join(' ') }));

/** Microseconds that a row takes in the fit of a new network, and bytes by which the process grew meanwhile. */
async function costOf(areTitles: boolean, optimizer: OptimizerOptions): Promise<{ time: number; bytes: number }> {
  const inputs: NetworkOptions['inputs'] = areTitles ? { title: { type: 'words', values } } : WORDS;
  const network = await Network.create({ inputs, layers: LAYERS, optimizer, seed: 1 });
  const count = areTitles ? ROWS : WRITTEN_ROWS;
  const epochs = areTitles ? EPOCHS : 1;
  const before = process.memoryUsage.rss();
  let after = before;
  const onEpoch = (): void => {
    after = Math.max(after, process.memoryUsage.rss());
  };
  const started = performance.now();
  await (areTitles
    ? network.fit(rows, classes, { epochs, onEpoch })
    : network.fit(written, classes.subarray(0, count), { epochs, onEpoch }));
  const milliseconds = performance.now() - started;
  network.dispose();
  return { time: (1000 * milliseconds) / (epochs * count), bytes: after - before };
}

console.log(`| ${WORDS}-32-${CLASSES}, Node ${NODE} | ${ROWS} titles, ${EPOCHS} epochs, s | written out, s | times |`);
console.log('|---|---:|---:|---:|');
let grown = 0;
for (const [name, optimizer] of FITS) {
  const times: [titles: number[], written: number[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn++) {
    for (const contender of [0, 1] as const) {
      const { time, bytes } = await costOf(contender === 0, optimizer);
      times[contender].push(time);
      if (contender === 0) grown = Math.max(grown, bytes);
    }
  }
  const [sparse, dense] = [median(times[0]), median(times[1])].map((time) => (time * ROWS * EPOCHS) / 1e6);
  const [a, b] = [sparse as number, dense as number];
  console.log(`| ${name} | ${a.toFixed(2)} | ${b.toFixed(0)} | ${(b / a).toFixed(0)} |`);
}
console.log(
  `\nA fit of ${ROWS} titles made the process grow by ${(grown / 1e6).toFixed(0)} MB; written out they take ${(ROWS * WORDS * 4) / 1e6}.`,
);
