/** `wasmlp worker`: trains for the searches of a cluster, until it is told to end. */
import { type ClusterServer, type ClusterWorker, connectCluster, startClusterWorker } from 'wasmlp/cluster';
import { checkAddress } from '../cluster/address.js';
import { MOST_SECONDS } from '../cluster/patience.js';
import { coresOfHost } from '../foundation/cores.js';
import { VERSION } from '../foundation/generated/version.js';
import type { Arguments } from './args.js';
import { CLUSTER_OPTIONS, serverOf } from './cluster-server.js';
import { command } from './command.js';
import { Outage } from './outage.js';
import { listenForStop } from './stop.js';
import { countOf, sayLine } from './terminal.js';
import { flag, integer, number } from './values.js';
import { WrongUse } from './wrong-use.js';

const OPTIONS = {
  ...CLUSTER_OPTIONS,
  concurrency: integer('<n>', 1, 1024, 'trainings at a time. Default one for each core'),
  'lock-seconds': number(
    '<s>',
    `a number from 1 to ${MOST_SECONDS}`,
    (value) => value >= 1 && value <= MOST_SECONDS,
    'after so long without a sign of life a worker counts as dead. Default 20',
  ),
  verbose: flag('also prints a line when a training begins and when it ends'),
};

export const worker = command({
  name: 'worker',
  operands: [],
  needs: '--redis <address> --name <name>',
  summary: 'Trains networks for searches on other machines.',
  details:
    'It takes trainings from a queue on Redis or PostgreSQL, as many at a time as there are cores, until a signal ends it: what it then ' +
    'cannot finish in a few seconds goes to other workers, with its last checkpoint. It needs the packages bullmq and ioredis, or bullmq ' +
    'and pg. An address on the command line can be seen by other users of this machine: one with a password belongs into ' +
    'the environment, as WASMLP_REDIS or WASMLP_POSTGRES.',
  options: OPTIONS,
  examples: [
    'npx wasmlp worker --redis redis://queue:6379 --name digits',
    'WASMLP_REDIS=redis://:secret@queue:6379 npx wasmlp worker --name digits',
  ],
  run,
});

async function run({ values }: Arguments<typeof OPTIONS>): Promise<void> {
  const { name, concurrency, folder, verbose, 'lock-seconds': lockSeconds } = values;
  if (name === undefined) throw new WrongUse('--name is missing: the name of the cluster, as searches give it.');
  const server = serverOf(values);
  const { shown } = checkAddress('worker', server);
  const outage = new Outage(
    () => asked(server, name),
    (message) => say(message),
  );
  const say = (message: string): void => {
    sayLine(process.stderr, `wasmlp worker: ${message}`);
    outage.hear(message);
  };
  const stop = listenForStop();
  const starts = startClusterWorker({
    ...server,
    name,
    concurrency,
    folder,
    lockSeconds,
    onMessage: say,
    verbose,
  });
  const started = await Promise.race([starts, untilAborted(stop.signal)]);
  // It has taken nothing yet.
  if (started === undefined) process.exit(0);
  const trainings = countOf(concurrency ?? coresOfHost(), 'training');
  say(`ready for ${name} at ${shown}, ${trainings} at a time (wasmlp ${VERSION})`);
  await untilAborted(stop.signal);
  // A second signal ends it at once: others then go on after the lock is over.
  stop.end();
  outage.end();
  say('ends: finishes what is short, gives the rest back');
  await close(started);
}

/** Rejects while the server is away. */
async function asked(server: ClusterServer, name: string): Promise<void> {
  const cluster = await connectCluster(server, { name });
  await cluster.close();
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}

/** Nothing keeps the process then; what a library may have left does not either. */
async function close(started: ClusterWorker): Promise<void> {
  await started.close();
  process.exit(0);
}
