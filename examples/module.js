/**
 * Turns a network into a JavaScript module that needs no library. The network learns three species of iris. The module is imported like
 * any other and gives the same answers. Name a file to keep it; without a name, it is written to a temporary file.
 *
 *   npm run example:module -- iris.mjs
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Network } from 'wasmlp';
import { readSamples } from './data/csv.js';
import { bold, dim, green, grouped } from './terminal/style.js';

const SPECIES = ['setosa', 'versicolor', 'virginica'];
/** How many flowers to show. */
const SHOWN = 5;

/**
 * The likeliest species.
 * @param {readonly string[]} labels
 * @param {Float32Array} probabilities
 */
function likeliest(labels, probabilities) {
  return labels[probabilities.indexOf(Math.max(...probabilities))] ?? '';
}

/** @param {Float32Array} probabilities */
function listed(probabilities) {
  return Array.from(probabilities, (probability) => probability.toFixed(6)).join('  ');
}

const { inputs, targets } = readSamples('iris.csv');
const network = await Network.create({
  inputs: 4,
  layers: [
    { units: 8, activation: 'tanh' },
    { units: 3, activation: 'softmax' },
  ],
  labels: SPECIES,
  normalize: 'standard',
  optimizer: { type: 'adam', learningRate: 0.01 },
  seed: 1,
});
await network.fit(inputs, targets, { epochs: 100, batchSize: 16 });

const [given] = process.argv.slice(2);
const folder = given === undefined ? await mkdtemp(path.join(tmpdir(), 'wasmlp-')) : undefined;
const file = path.resolve(folder ?? '', given ?? 'iris.mjs');
try {
  const text = await network.toModule();
  await writeFile(file, text);
  /** @type {{ labels: string[], predict(rows: number[][]): Float32Array[] }} */
  const { labels, predict } = await import(pathToFileURL(file).href);

  console.log(`\n${bold('A network as a module')}\n`);
  console.log(dim(`  ${text.slice(0, text.indexOf('\n'))}`));
  console.log(
    `  ${grouped(text.length)} characters for ${network.parameterCount} parameters and the code that predicts\n`,
  );
  const [expected, actual] = [network.predict(inputs), predict(inputs)];
  let difference = 0;
  let right = 0;
  inputs.forEach((flower, i) => {
    const [ofNetwork, ofModule] = [expected[i] ?? new Float32Array(), actual[i] ?? new Float32Array()];
    ofModule.forEach((value, o) => {
      difference = Math.max(difference, Math.abs(value - (ofNetwork[o] ?? Number.NaN)));
    });
    const species = likeliest(labels, ofModule);
    if (species === targets[i]) right++;
    if (i % Math.floor(inputs.length / SHOWN) > 0) return;
    console.log(`  [${flower}]  ${targets[i]}`);
    console.log(`    network  ${listed(ofNetwork)}`);
    console.log(`    module   ${listed(ofModule)}  ${green(species)}`);
  });
  console.log(`\n  the module names ${right} of ${inputs.length} flowers right`);
  console.log(`  largest difference from the network ${difference.toExponential(1)}\n`);
  if (given !== undefined) console.log(`  it is in ${given}\n`);
} finally {
  if (folder !== undefined) await rm(folder, { recursive: true });
}
