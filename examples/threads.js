/**
 * How much faster a network trains on several cores of this machine: one more thread at a time, and what `'auto'` takes. The networks of a
 * group take turns, so that whatever else the machine does is shared fairly; each figure is a median.
 *
 *   npm run example:threads
 *   npm run example:threads -- --quick    one short turn each, to try it
 */
import { availableParallelism } from 'node:os';
import { Network } from 'wasmlp';
import { randomSource } from './data/random.js';
import { bold, dim, green, grouped } from './terminal/style.js';

const isQuick = process.argv.includes('--quick');
const TURNS = isQuick ? 1 : 7;
/** How long a turn of one thread takes, about. */
const TURN_SECONDS = isQuick ? 0 : 0.4;

const SAMPLES = 1024;
const NETWORKS = [
  [784, 128, 10],
  [784, 512, 256, 10],
];
const BATCH_SIZES = [32, 256];

const cores = availableParallelism();
const THREADS = [...new Set([1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, cores])]
  .filter((threads) => threads <= Math.min(cores, 64))
  .sort((a, b) => a - b);

const random = randomSource(1);
const inputs = Float32Array.from({ length: SAMPLES * 784 }, random);
const classes = Uint8Array.from({ length: SAMPLES }, () => Math.floor(10 * random()));

/**
 * @param {readonly number[]} units
 * @param {number | 'auto'} threads
 */
function createNetwork([inputs = 0, ...units], threads) {
  const layers = units.map((count, i) => ({
    units: count,
    activation: /** @type {'sigmoid' | 'softmax'} */ (i < units.length - 1 ? 'sigmoid' : 'softmax'),
  }));
  return Network.create({ inputs, layers, seed: 1, threads });
}

/** @param {readonly number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/**
 * Samples per second of each network, in the order given.
 * @param {readonly Network[]} networks
 * @param {number} batchSize
 */
async function speedsOf(networks, batchSize) {
  const train = async (/** @type {Network} */ network, /** @type {number} */ epochs) => {
    const { seconds } = await network.fit(inputs, classes, { epochs, batchSize });
    return (epochs * SAMPLES) / seconds;
  };
  // Starts the workers, and shows how many epochs a turn is.
  let epochs = 1;
  for (const [i, network] of networks.entries()) {
    const speed = await train(network, 1);
    if (i === 0) epochs = Math.max(Math.round((TURN_SECONDS * speed) / SAMPLES), 1);
  }
  const speeds = networks.map(() => /** @type {number[]} */ ([]));
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [i, network] of networks.entries()) speeds[i]?.push(await train(network, epochs));
  }
  return speeds.map(median);
}

/** @param {Network} network */
const bits = (network) => Buffer.from(network.save()).toString('base64');

console.log(`\n${bold('All cores, the same bits')}\n`);
console.log(`  ${cores} ${cores === 1 ? 'core' : 'cores'}, ${dim(`medians of ${TURNS}, in turns`)}\n`);
for (const units of NETWORKS) {
  for (const batchSize of BATCH_SIZES) {
    const networks = [];
    for (const threads of THREADS) networks.push(await createNetwork(units, threads));
    const speeds = await speedsOf(networks, batchSize);
    console.log(`  ${bold(units.join('-'))}, batches of ${batchSize}`);
    console.log(dim('    threads    samples/s    times one'));
    for (const [i, speed] of speeds.entries()) {
      const ratio = speed / (speeds[0] ?? Number.NaN);
      const cells = [String(THREADS[i]).padStart(11), grouped(speed).padStart(13), ratio.toFixed(2).padStart(13)];
      console.log(cells.join(''));
    }
    const { engine } = await createNetwork(units, 'auto');
    console.log(`    'auto' takes ${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'}`);
    const same = new Set(networks.map(bits)).size === 1;
    console.log(`    ${same ? green('the same weights, bit for bit') : 'the weights differ: please report this'}\n`);
  }
}
