/**
 * `npm run bench`: wasmlp against its own pure TypeScript engine and against plain typed-array loops.
 *
 *   npm run bench                        everything, about five minutes
 *   npm run bench -- 784-128-10          the rows whose name contains a word
 */
import { measurePrediction } from './prediction.js';
import { type Row, save, table } from './report.js';
import { measureTraining } from './training.js';

const EFFORT = { rounds: 5, seconds: 0.4 };

const words = process.argv.slice(2);
const filter = (work: string): boolean => words.every((word) => work.includes(word));
const tables = new Map<string, readonly Row[]>();
for (const [title, measure] of [
  ['Training', measureTraining],
  ['Prediction', measurePrediction],
] as const) {
  const rows = await measure(EFFORT, filter);
  if (rows.length === 0) continue;
  tables.set(title, rows);
  console.log(`\n${table(title, rows)}`);
}
if (words.length === 0) save(`node-${process.versions.node.split('.')[0]}`, tables);
else console.log('\nPart of the benchmark only: bench/results was left as it is.');
