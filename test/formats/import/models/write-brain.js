/**
 * Wrote the brain-*.json of this folder once, with brain.js 0.7.0, 1.6.1 and 2.0.0-beta.24:
 * `node write-brain.js <folder>`, where <folder>/node_modules has brain.js (npm i brain.js@<version> --ignore-scripts).
 * Each file has the result of toJSON, samples, and the answers of run for them.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const installed = path.resolve(process.argv[2] ?? '.');
const manifest = path.join(installed, 'node_modules/brain.js/package.json');
const { version } = JSON.parse(await readFile(manifest, 'utf8'));
const brain = createRequire(path.join(installed, 'package.json'))('brain.js');

const COLOURS = ['red', 'green', 'blue'];
const NAMED = COLOURS.map((name, i) => ({
  // Neither in alphabetical order nor in that of the outputs.
  input: { red: i === 0 ? 0.9 : 0.1, green: i === 1 ? 0.8 : 0.2, blue: i === 2 ? 0.7 : 0.1, 'a b': i / 4 },
  output: { [`is ${name}`]: 1 },
}));
const NUMBERS = [
  { input: [0, 0], output: [0.1, 0.9] },
  { input: [0, 1], output: [0.8, 0.3] },
  { input: [1, 0], output: [0.7, 0.2] },
  { input: [1, 1], output: [0.2, 0.6] },
];
const ROWS = [
  [0.5, -1],
  [-0.25, 2],
  [1.5, 0.125],
  [-2, -0.75],
];

/** @type {Record<string, { options: object, named?: boolean, kind?: string }>} */
const MODELS = {
  named: { options: { hiddenLayers: [4] }, named: true },
  'named-tanh': { options: { hiddenLayers: [3], activation: 'tanh' }, named: true },
  sigmoid: { options: { hiddenLayers: [3, 4] } },
  relu: { options: { hiddenLayers: [5], activation: 'relu' } },
  'leaky-relu': { options: { hiddenLayers: [6], activation: 'leaky-relu' } },
  tanh: { options: { hiddenLayers: [3], activation: 'tanh' } },
};
if (version.startsWith('0')) {
  // It knows no other activation.
  for (const name of ['named-tanh', 'relu', 'leaky-relu', 'tanh']) delete MODELS[name];
}
if (version.startsWith('2')) {
  MODELS['gpu-leaky-relu'] = {
    options: { hiddenLayers: [4], activation: 'leaky-relu', mode: 'cpu' },
    kind: 'NeuralNetworkGPU',
  };
}

/**
 * @param {Record<string, unknown>} json
 * @param {number} factor
 */
function enlarged(json, factor) {
  const scale = (/** @type {string} */ _key, /** @type {unknown} */ value) =>
    typeof value === 'number' ? value * factor : value;
  return { ...json, layers: JSON.parse(JSON.stringify(json.layers), scale) };
}

for (const [name, { options, named, kind = 'NeuralNetwork' }] of Object.entries(MODELS)) {
  const network = new brain[kind](options);
  network.train(named ? NAMED : NUMBERS, { iterations: 50, learningRate: 0.05 });
  // Larger weights than such a short training gives: then the answers reveal a single wrong weight.
  network.fromJSON(enlarged(network.toJSON(), name.includes('leaky') ? 60 : 6));
  const model = JSON.parse(JSON.stringify(network.toJSON()));
  /** @param {number[]} row */
  const asked = (row) =>
    named ? Object.fromEntries(Object.keys(NAMED[0]?.input ?? {}).map((key, i) => [key, row[i]])) : row;
  const inputs = named ? ROWS.map((row) => [...row, ...row.map((value) => value / 3)]) : ROWS;
  const outputs = inputs.map((row) => Object.values(network.run(asked(row))).map(Number));
  // The labels, if outputs are probabilities.
  const labels = name === 'named' ? COLOURS.map((colour) => `is ${colour}`) : undefined;
  const file = { library: `brain.js ${version}`, model, inputs, outputs, labels };
  await writeFile(
    new URL(`brain-${version.split('.')[0]}-${name}.json`, import.meta.url),
    `${JSON.stringify(file)}\n`,
    { flag: 'wx' },
  );
}
process.exit();
