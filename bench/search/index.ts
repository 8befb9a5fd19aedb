/**
 * `npm run bench:search`: what a pool of workers gains in many trainings, on the cores of this machine, and what a trial costs besides its
 * training. Contenders take turns in one process; medians. `-- --quick` tries it. `-- --digits` searches 60 networks for digits, by ten folds.
 */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { Network, type NetworkOptions } from 'wasmlp';
import { crossValidate, search } from 'wasmlp/search';
import { median } from '../measure.js';
import { machine } from '../report.js';

const IS_QUICK = process.argv.includes('--quick');
const ROUNDS = IS_QUICK ? 1 : 7;
const FITS = 60;
/** So that they take about a second one after another. */
const EPOCHS = IS_QUICK ? 5 : 400;

interface Samples {
  readonly inputs: number[][];
  readonly targets: string[];
}

/** The last column names the class. */
function read(name: string): Samples {
  const lines = readFileSync(new URL(`../../../../examples/data/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const cells = lines.slice(1).map((line) => line.split(','));
  return {
    inputs: cells.map((row) => row.slice(0, -1).map(Number)),
    targets: cells.map((row) => row.at(-1) as string),
  };
}

function optionsFor({ inputs, targets }: Samples, units: number): NetworkOptions {
  const labels = [...new Set(targets)].toSorted();
  return {
    inputs: (inputs[0] as number[]).length,
    layers: [
      { units, activation: 'tanh' },
      { units: labels.length, activation: 'softmax' },
    ],
    labels,
    normalize: 'standard',
    optimizer: 'adam',
    seed: 1,
  };
}

/** Milliseconds of each way, in turns. */
async function turns(ways: Readonly<Record<string, () => Promise<unknown>>>): Promise<Record<string, number>> {
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (const [, way] of Object.entries(ways)) await way();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const started = performance.now();
      await way();
      times.get(name)?.push(performance.now() - started);
    }
  }
  return Object.fromEntries([...times].map(([name, all]) => [name, median(all)]));
}

function show(title: string, times: Record<string, number>, asked: string): void {
  const [first] = Object.values(times) as [number];
  for (const [name, time] of Object.entries(times)) {
    const ratio = `${(time / first).toFixed(2)} of the time, ${(first / time).toFixed(2)}x`;
    console.log(`| ${title} | ${name} | ${time.toFixed(0)} ms | ${ratio} | ${asked} |`);
  }
}

const cores = os.availableParallelism();

/** Ten folds judge each of 60 trials: 600 trainings, and the best one on all samples. */
async function searchDigits(): Promise<void> {
  const digits = read('digits.csv');
  const { layers: _, ...options } = optionsFor(digits, 1);
  const started = performance.now();
  const study = await search(
    {
      network: (trial) => ({
        ...options,
        layers: [
          {
            units: trial.integer('units', 64, 256, { log: true }),
            activation: trial.choice('activation', ['gelu', 'relu', 'tanh']),
            l2: trial.float('l2', 1e-5, 3e-3, { log: true }),
            dropout: trial.choice('dropout', [0, 0.2, 0.4]),
          },
          { units: 10, activation: 'softmax' },
        ],
        optimizer: { type: 'adam', learningRate: trial.float('rate', 1e-3, 1e-2, { log: true }) },
      }),
      fit: { epochs: 40, learningRate: { type: 'cosine' } },
      trials: 60,
      validation: { folds: 10 },
      score: 'accuracy',
      seed: 1,
    },
    digits.inputs,
    digits.targets,
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(String(study));
  console.log(`\nIn ${seconds} s: the best is right for ${(100 * (study.best.score ?? 0)).toFixed(2)}% by ten folds.`);
}

if (process.argv.includes('--digits')) {
  await searchDigits();
  process.exit();
}
const iris = read('iris.csv');
const digits = read('digits.csv');
const small = optionsFor(iris, 8);

const { cpu, node } = machine();
console.log(
  `${cpu}, ${cores} cores, Node ${node}\n\n| work | how | time | beside the first | asked |\n| --- | --- | ---: | --- | --- |`,
);

const oneByOne = async (background: boolean): Promise<void> => {
  for (let seed = 0; seed < FITS; seed++) {
    const network = await Network.create({ ...small, seed });
    await network.fit(iris.inputs, iris.targets, { epochs: EPOCHS, background });
    network.dispose();
  }
};
const searched = (workers: number) => async (): Promise<void> => {
  const network = (): NetworkOptions => ({ ...small, seed: 1 });
  await search({ network, fit: { epochs: EPOCHS }, trials: FITS, workers }, iris.inputs, iris.targets);
};
show(
  `${FITS} fits of iris, ${EPOCHS} epochs`,
  await turns({
    'one after another': () => oneByOne(false),
    'in the background': () => oneByOne(true),
    'a search, 1 worker': searched(1),
    [`a search, ${cores} workers`]: searched(cores),
  }),
  `at most 0.60 with ${cores} workers on 2 cores`,
);

const folds = (workers: number) => async (): Promise<void> => {
  const fit = { epochs: IS_QUICK ? 2 : 40 };
  await crossValidate(optionsFor(digits, 32), digits.inputs, digits.targets, { fit, workers });
};
show(
  'ten folds of digits, 40 epochs',
  await turns({ '1 worker': folds(1), [`${cores} workers`]: folds(cores) }),
  '1.8x',
);

// Trials that hardly train: what is left is what a trial costs.
const count = IS_QUICK ? 50 : 1000;
for (const workers of [1, cores]) {
  let trained = 0;
  const network = (): NetworkOptions => optionsFor(iris, 4);
  const onTrial = ({ seconds }: { seconds?: number }): void => {
    trained += seconds ?? 0;
  };
  const run = (trials: number, told?: typeof onTrial) =>
    search({ network, fit: { epochs: 1 }, trials, workers, onTrial: told }, iris.inputs, iris.targets);
  await run(100);
  const started = performance.now();
  await run(count, onTrial);
  const rest = (performance.now() - started - (trained * 1000) / workers) / count;
  console.log(
    `| ${count} trials of 1 epoch | ${workers} workers | ${rest.toFixed(2)} ms a trial besides its fit | | under 1 ms |`,
  );
}
