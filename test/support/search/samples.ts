/** Samples for searches: real ones, and small networks that learn them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NetworkOptions } from '../../../src/index.js';
import type { SearchSettings, Study } from '../../../src/search/index.js';

/** The program of workers, which the source has to be told. */
export const WORKER_URL = fileURLToPath(new URL('../../../dist/search-worker.js', import.meta.url));

const LINES = readFileSync(new URL('../../../examples/data/iris.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const CELLS = LINES.slice(1).map((line) => line.split(','));

/** The 150 flowers of iris: four lengths each. */
export const FLOWERS = CELLS.map((cells) => cells.slice(0, 4).map(Number));
export const SPECIES = CELLS.map((cells) => cells[4] as string);
export const LABELS = [...new Set(SPECIES)];

export function irisNetwork(units: number, activation: 'tanh' | 'relu' = 'tanh'): NetworkOptions {
  return {
    inputs: 4,
    layers: [
      { units, activation },
      { units: 3, activation: 'softmax' },
    ],
    labels: LABELS,
    normalize: 'standard',
    optimizer: 'adam',
  };
}

/** A small search in iris. */
export function irisSearch(changes: Partial<SearchSettings> = {}): SearchSettings {
  return {
    network: (trial) => ({
      ...irisNetwork(trial.integer('units', 2, 16, { log: true }), trial.choice('activation', ['tanh', 'relu'])),
      optimizer: { type: 'adam', learningRate: trial.float('rate', 1e-3, 0.1, { log: true }) },
    }),
    fit: { epochs: 6 },
    trials: 8,
    seed: 3,
    workerUrl: WORKER_URL,
    workers: 1,
    ...changes,
  };
}

/** Everything of a study but its times. */
export function bitsOf({ best, trials, network }: Study): string {
  const timeless = trials.map(({ seconds: _, ...trial }) => trial);
  return JSON.stringify([best.number, timeless, Buffer.from(network.save()).toString('base64')]);
}
