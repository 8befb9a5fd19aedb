/**
 * `npm run bench:cluster`: what a trial costs on a cluster beside the same trials on the threads of this machine, on a Redis and a PostgreSQL
 * of its own, with one worker that has all cores; and what the coordinator keeps of many trials.
 *
 *   npm run bench:cluster                     1,000 trials on iris, then 10,000 trivial ones: a few minutes
 *   npm run bench:cluster -- --quick          few trials: does everything work?
 *
 * Coordinator, queue and worker share the cores of this machine with the trainings, so the cost has the work of all of them in it.
 */
import { spawn } from 'node:child_process';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { connectCluster } from 'wasmlp/cluster';
import { readCsv } from 'wasmlp/node';
import { type Cluster, type SearchSettings, search } from 'wasmlp/search';
import { missingServer, startServer } from '../../test/support/cluster/servers.js';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const TRIALS = options.quick ? 50 : 1000;
const TRIVIAL = options.quick ? 300 : 10_000;
const EPOCHS = 20;
/** Milliseconds that a trial may cost on Redis. */
const LIMIT = 3;

const { inputs, targets } = await readCsv('examples/data/iris.csv', { target: 'species' });

const SHORT: SearchSettings = {
  trials: TRIALS,
  network: (trial) => ({
    inputs: 4,
    layers: [
      { units: trial.integer('units', 4, 16), activation: 'tanh' },
      { units: 3, activation: 'softmax' },
    ],
    labels: ['setosa', 'versicolor', 'virginica'],
    optimizer: { type: 'adam', learningRate: trial.float('rate', 0.003, 0.1, { log: true }) },
    normalize: 'standard',
  }),
  fit: { epochs: EPOCHS },
};

async function secondsOf(settings: SearchSettings, workers: number | Cluster): Promise<number> {
  const start = performance.now();
  const study = await search({ ...settings, workers }, inputs, targets);
  study.network.dispose();
  return (performance.now() - start) / 1000;
}

/** A worker process with all cores. Resolves when it is ready. */
async function startWorker(server: { options: readonly string[] }, name: string): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, ['dist/cli.js', 'worker', ...server.options, '--name', name], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const closed = new Promise((resolve) => child.on('close', resolve));
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => {
      if (String(chunk).includes('ready for')) resolve();
      else process.stderr.write(chunk);
    });
  });
  return async () => {
    child.kill('SIGTERM');
    await closed;
  };
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;

/** Bytes of live objects, where the program runs with --expose-gc; else of all. */
function heapBytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Trivial trials, and what this program keeps of them: the results, which are about 1.4 KB each, and nothing that grows besides. */
async function memoryOf(workers: number | Cluster): Promise<string> {
  const heaps: string[] = [];
  let finished = 0;
  const every = TRIVIAL / 5;
  const trivial: SearchSettings = {
    trials: TRIVIAL,
    network: (trial) => ({ inputs: 4, layers: [{ units: 3, activation: 'softmax' }], seed: trial.number }),
    fit: { epochs: 1, batchSize: 150 },
    onTrial: () => {
      if (++finished % every === 0) heaps.push(`${finished}: ${megabytes(heapBytes())}`);
    },
  };
  const classes = Uint8Array.from(targets as string[], (target) =>
    ['setosa', 'versicolor', 'virginica'].indexOf(String(target)),
  );
  const study = await search({ ...trivial, workers }, inputs, classes);
  study.network.dispose();
  return heaps.join(', ');
}

console.log(`${os.cpus()[0]?.model}, ${os.availableParallelism()} cores, Node ${process.version}`);
console.log(`${TRIALS} trials on iris, ${EPOCHS} epochs each`);
// The first search starts the threads.
await secondsOf({ ...SHORT, trials: 10 }, os.availableParallelism());
const pool = await secondsOf(SHORT, os.availableParallelism());
console.log(`threads of this machine: ${pool.toFixed(2)} s, ${((pool / TRIALS) * 1000).toFixed(2)} ms a trial`);
console.log(`threads of this machine: memory after trials ${await memoryOf(os.availableParallelism())}`);

for (const kind of ['redis', 'postgres'] as const) {
  const missing = missingServer(kind);
  if (missing !== undefined) {
    console.log(`${kind}: ${missing}`);
    continue;
  }
  const server = await startServer(kind);
  const endWorker = await startWorker(server, 'bench');
  const cluster = await connectCluster(server.address, { name: 'bench' });
  await secondsOf({ ...SHORT, trials: 10 }, cluster);
  const seconds = await secondsOf(SHORT, cluster);
  const cost = ((seconds - pool) / TRIALS) * 1000;
  const limit = kind === 'redis' ? `, at most ${LIMIT}` : '';
  console.log(`${kind}: ${seconds.toFixed(2)} s, ${cost.toFixed(2)} ms a trial more${limit}`);
  console.log(`${kind}: memory after trials ${await memoryOf(cluster)}`);
  await cluster.close();
  await endWorker();
  await server.stop();
}
process.exit(0);
