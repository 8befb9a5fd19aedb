/**
 * `npm run bench:calls`: calls of one row, the first predict of each of many networks, and how long the event loop stands while a fit takes large
 * samples. All in one process, in turns; medians. brain.js and synaptic take part where `npm run bench:peers` has installed them. `-- --quick`
 * tries it.
 */
import { type FitOptions, Network } from 'wasmlp';
import { median } from './measure.js';
import { load } from './peers/packages.js';

const IS_QUICK = process.argv.includes('--quick');
const ROUNDS = IS_QUICK ? 3 : 21;
const CALLS = IS_QUICK ? 2_000 : 200_000;
const NETWORKS = IS_QUICK ? 100 : 5_000;
const ROWS = IS_QUICK ? 5_000 : 60_000;

type Call = () => unknown;

const create = (widths: readonly number[], engine: 'auto' | 'js' = 'auto'): Promise<Network> =>
  Network.create({
    inputs: widths[0] as number,
    layers: widths.slice(1).map((units) => ({ units })),
    loss: 'meanSquaredError',
    seed: 1,
    engine,
  });

/** What others do with a row, by the name of the library. */
function peersOf(widths: readonly number[], row: number[], target: number[]): Record<string, Call> {
  try {
    const { NeuralNetwork } = load<{ NeuralNetwork: new (options: object) => Brain }>('brain.js');
    const { Architect } = load<{ Architect: { Perceptron: new (...widths: number[]) => Synaptic } }>('synaptic');
    const brain = new NeuralNetwork({
      inputSize: row.length,
      hiddenLayers: widths.slice(1, -1),
      outputSize: target.length,
    });
    brain.train([{ input: row, output: target }], { iterations: 1 });
    const synaptic = new Architect.Perceptron(...widths);
    return { 'brain.js': () => brain.run(row), synaptic: () => synaptic.activate(row) };
  } catch {
    console.log('Without brain.js and synaptic: run npm ci --prefix bench/peers first.');
    return {};
  }
}

interface Brain {
  train(data: readonly object[], options: object): unknown;
  run(row: number[]): unknown;
}
interface Synaptic {
  activate(row: number[]): unknown;
}

/** Nanoseconds of a call of each. */
function timed(calls: Record<string, Call>): Record<string, number> {
  const times = new Map(Object.keys(calls).map((name): [string, number[]] => [name, []]));
  for (let round = -2; round < ROUNDS; round++) {
    for (const [name, call] of Object.entries(calls)) {
      const started = performance.now();
      for (let i = 0; i < CALLS; i++) call();
      if (round >= 0) times.get(name)?.push(((performance.now() - started) / CALLS) * 1e6);
    }
  }
  return Object.fromEntries([...times].map(([name, values]) => [name, median(values)]));
}

for (const widths of [
  [2, 2, 1],
  [8, 16, 4],
]) {
  const row = Array.from({ length: widths[0] as number }, (_, i) => (i * 0.37 + 0.13) % 1);
  const target = Array.from({ length: widths[widths.length - 1] as number }, (_, i) => Number(i === 0));
  const [network, js, trained] = await Promise.all([create(widths), create(widths, 'js'), create(widths)]);
  const into = new Float32Array(target.length);
  const found = timed({
    predict: () => network.predict(row),
    'predict, into': () => network.predict(row, { into }),
    'predict, js engine': () => js.predict(row),
    trainOnBatch: () => trained.trainOnBatch(row, target),
    'trainOnBatch, learningRate': () => trained.trainOnBatch(row, target, { learningRate: 0.1 }),
    'trainOnBatch, array of one row': () => trained.trainOnBatch([row], [target]),
    ...peersOf(widths, row, target),
  });
  console.log(`\n| ${widths.join('-')}, one row | ns | times as fast as brain.js |`);
  console.log('|---|---:|---:|');
  for (const [name, nanoseconds] of Object.entries(found)) {
    const ratio = found['brain.js'] === undefined ? '-' : (found['brain.js'] / nanoseconds).toFixed(2);
    console.log(`| ${name} | ${nanoseconds.toFixed(0)} | ${ratio} |`);
  }
}

const networks: Network[] = [];
for (let i = 0; i < NETWORKS; i++) networks.push(await create([2, 2, 1]));
const passes = Array.from({ length: 7 }, () => {
  const started = performance.now();
  for (const network of networks) network.predict([0.25, 0.75]);
  return ((performance.now() - started) / NETWORKS) * 1e6;
});
const [first = Number.NaN, ...later] = passes;
console.log(
  `\nThe first predict of each of ${NETWORKS} networks takes ${first.toFixed(0)} ns, later ones ${median(later).toFixed(0)}.`,
);

const WIDTH = 784;
const pixel = (i: number): number => (((i * 2654435761) >>> 8) % 256) / 255;
const rows = Array.from({ length: ROWS }, (_, row) => Array.from({ length: WIDTH }, (__, i) => pixel(row * WIDTH + i)));
const classes = Uint8Array.from({ length: ROWS }, (_, i) => i % 10);
console.log(`\n| fit of ${ROWS} rows of ${WIDTH} | the event loop stands for at most, ms | an epoch takes, ms |`);
console.log('|---|---:|---:|');
const fits: (FitOptions & { normalize?: 'standard' })[] = [
  {},
  { background: true },
  { validation: 0.2 },
  { validation: 0.2, normalize: 'standard' },
];
for (const { normalize, ...options } of fits) {
  const network = await Network.create({
    inputs: WIDTH,
    layers: [{ units: 16 }, { units: 10, activation: 'softmax' }],
    normalize,
  });
  let isOver = false;
  const fit = network.fit(rows, classes, { epochs: 1, batchSize: 256, ...options }).finally(() => {
    isOver = true;
  });
  let longest = 0;
  for (let last = performance.now(); !isOver; last = performance.now()) {
    await new Promise((resolve) => setImmediate(resolve));
    longest = Math.max(longest, performance.now() - last);
  }
  const { seconds } = (await fit).epochs[0] as { seconds: number };
  const name = JSON.stringify({ ...options, normalize }).replaceAll('"', '');
  console.log(`| ${name === '{}' ? 'defaults' : name} | ${longest.toFixed(0)} | ${(seconds * 1000).toFixed(0)} |`);
}
process.exit();
