/**
 * `npm run bench:cluster`: what a trial costs on a cluster beside the same trials on the threads of this machine, on a Redis and a PostgreSQL
 * of its own, with one worker that has all cores; what the coordinator keeps of many trials; and what 1 to 1,000 machines would give.
 *
 *   npm run bench:cluster                     1,000 trials on iris, then 10,000 trivial ones: a few minutes
 *   npm run bench:cluster -- --quick          few trials: does everything work?
 *
 * Coordinator, queue and worker share the cores of this machine with the trainings, so the cost has the work of all of them in it.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import type { NetworkOptions } from 'wasmlp';
import { connectCluster } from 'wasmlp/cluster';
import { readCsv } from 'wasmlp/node';
import { type Cluster, type SearchSettings, search } from 'wasmlp/search';
import { IN_FLIGHT } from '../../src/cluster/crew.js';
import { missingServer, startServer, type TestServer } from '../../test/support/cluster/servers.js';
import { TestWorker } from '../../test/support/cluster/workers.js';
import { CORES_EACH, machinesTable, type Parts } from './machines.js';
import { connectionsTo, cpuSeconds } from './processes.js';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const TRIALS = options.quick ? 50 : 1000;
const TRIVIAL = options.quick ? 300 : 10_000;
const EPOCHS = 20;
/** Milliseconds that a trial may cost on Redis. */
const LIMIT = 3;
/** Of PostgreSQL in the forecast. */
const SERVER_CORES = 8;
/** Megabytes whose way to a worker is measured. */
const SAMPLES = options.quick ? 4 : 64;

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

/** Seconds that this process has computed, in all its threads. */
function ownSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** What one trial costs each side, of trials that took so long. */
async function partsOf(server: TestServer, worker: TestWorker, cluster: Cluster): Promise<[number, Parts]> {
  const count = (): number[] => [ownSeconds(), cpuSeconds(server.pid), cpuSeconds(worker.pid)];
  const before = count();
  const seconds = await secondsOf(SHORT, cluster);
  const spent = count().map((now, i) => now - (before[i] ?? 0));
  const idle = seconds * os.availableParallelism() - spent.reduce((sum, each) => sum + each, 0);
  const [coordinator = 0, ofServer = 0, trained = 0] = spent.map((each) => each / TRIALS);
  const isRedis = server.kind === 'redis';
  return [
    seconds,
    {
      coordinator,
      server: ofServer,
      serverCores: isRedis ? 1 : SERVER_CORES,
      worker: Math.max(trained - poolSeconds, 0),
      gap: Math.max(idle, 0) / TRIALS,
      connections: await connectionsOf(server),
      mostConnections: isRedis ? 10_000 : 500,
    },
  ];
}

/** Connections of a busy worker that has as many trainings at a time as a machine of the forecast has cores. */
async function connectionsOf(server: TestServer): Promise<number> {
  const name = 'bench-connections';
  const worker = await TestWorker.startUsual(server, name, '--concurrency', `${CORES_EACH}`);
  const cluster = await connectCluster(server.address, { name });
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, connectionsTo(server.port, worker.pid));
  }, 20);
  await secondsOf({ ...SHORT, trials: 200 }, cluster);
  clearInterval(timer);
  await cluster.close();
  await worker.kill('SIGTERM');
  return most;
}

/** Seconds until a worker has samples that it did not have. */
async function secondsOfSamples(cluster: Cluster, megabytes: number): Promise<number> {
  const features = 256;
  const rows = Math.round((megabytes * 2 ** 20) / (4 * features));
  const many = Float32Array.from({ length: rows * features }, (_, i) => Math.sin(i));
  const seconds = async (seed: number): Promise<number> => {
    const network = (): NetworkOptions => ({ inputs: features, layers: [{ units: 1 }], seed });
    const start = performance.now();
    await search(
      { trials: 1, network, fit: { epochs: 1, batchSize: 256 }, workers: cluster },
      many,
      new Float32Array(rows),
    );
    return (performance.now() - start) / 1000;
  };
  return (await seconds(1)) - (await seconds(2));
}

const milliseconds = (seconds: number): string => `${(seconds * 1000).toFixed(2)} ms`;

console.log(`${os.cpus()[0]?.model}, ${os.availableParallelism()} cores, Node ${process.version}`);
console.log(`${TRIALS} trials on iris, ${EPOCHS} epochs each`);
// The first search starts the threads.
await secondsOf({ ...SHORT, trials: 10 }, os.availableParallelism());
const poolBefore = ownSeconds();
const pool = await secondsOf(SHORT, os.availableParallelism());
const poolSeconds = (ownSeconds() - poolBefore) / TRIALS;
console.log(`threads of this machine: ${pool.toFixed(2)} s, ${((pool / TRIALS) * 1000).toFixed(2)} ms a trial`);
console.log(`threads of this machine: memory after trials ${await memoryOf(os.availableParallelism())}`);

for (const kind of ['redis', 'postgres'] as const) {
  const missing = missingServer(kind);
  if (missing !== undefined) {
    console.log(`${kind}: ${missing}`);
    continue;
  }
  const server = await startServer(kind);
  const worker = await TestWorker.startUsual(server, 'bench');
  const cluster = await connectCluster(server.address, { name: 'bench' });
  await secondsOf({ ...SHORT, trials: 10 }, cluster);
  const [seconds, parts] = await partsOf(server, worker, cluster);
  const cost = ((seconds - pool) / TRIALS) * 1000;
  const limit = kind === 'redis' ? `, at most ${LIMIT}` : '';
  console.log(`${kind}: ${seconds.toFixed(2)} s, ${cost.toFixed(2)} ms a trial more${limit}`);
  const each = (['coordinator', 'server', 'worker', 'gap'] as const).map((of) => `${of} ${milliseconds(parts[of])}`);
  console.log(
    `${kind}: of a core for each trial: ${each.join(', ')}; ${parts.connections} connections of a worker of ${CORES_EACH} cores`,
  );
  console.log(
    `${kind}: ${SAMPLES} MB of samples reach a worker in ${(await secondsOfSamples(cluster, SAMPLES)).toFixed(2)} s`,
  );
  console.log(`${kind}: memory after trials ${await memoryOf(cluster)}`);
  console.log(`\n${machinesTable(parts, IN_FLIGHT)}\n`);
  await cluster.close();
  await worker.kill('SIGTERM');
  await server.stop();
}
process.exit(0);
