/** The side of a cluster that trains: takes jobs from the queue, checks them, and trains on the threads of this machine. */
import { checkBoolean, checkFunction, checkInteger, checkNumber, checkObject } from '../foundation/checks.js';
import { coresOfHost } from '../foundation/cores.js';
import { codedError } from '../foundation/errors.js';
import { discreetly } from '../foundation/secrets.js';
import { Network } from '../index.js';
import { ignored } from '../search/promises.js';
import { type Address, checkAddress, messageOf } from './address.js';
import type { Worker as BullWorker, Job, Processor } from './bull.js';
import { checkTask, plainOutcome } from './check-task.js';
import type { ClusterServer } from './cluster.js';
import { DataSets } from './data-sets.js';
import { checkJob, checkProgress, type JobData, type JobReturn, ofJob, pack, reasonOf, unpack } from './job.js';
import { AGAIN_MILLISECONDS, atMost, MOST_SECONDS, persist } from './patience.js';
import { checkClusterName, checkFolder, connectedOne, openServer, type Server } from './server.js';
import { Slots } from './slots.js';
import { Standings } from './standings.js';
import { isToStop, STOPPED } from './stops.js';
import { putBlobs, type Store } from './store.js';
import { beginsText, endsText, lostLockText } from './worker-words.js';

export type ClusterWorkerOptions = ClusterServer & {
  /** The name of the cluster, as searches give it. */
  name: string;
  /** Trainings at a time. Default: one for each core. */
  concurrency?: number | undefined;
  /** The folder that all machines share, where searches have one. Nothing outside of it is opened. */
  folder?: string | undefined;
  /** After so many seconds without a sign of life, a worker counts as dead and its trainings go to others. From 1 to 86,400; default 20. */
  lockSeconds?: number | undefined;
  /** Called with what happens: jobs that are refused, a server that is away. Without passwords. What it throws is left out. */
  onMessage?: ((message: string) => void) | undefined;
  /** Whether `onMessage` also hears of each training, when it begins and when it ends. Default false. */
  verbose?: boolean | undefined;
};

export interface ClusterWorker {
  /**
   * Takes no more trainings, finishes those that end within `graceSeconds` (default 5), and gives the others back with their last checkpoint.
   */
  close(options?: { graceSeconds?: number }): Promise<void>;
}

const CALL = 'startClusterWorker';
const OPTIONS = ['redis', 'postgres', 'name', 'concurrency', 'folder', 'lockSeconds', 'onMessage', 'verbose'];
/** How often a worker keeps a checkpoint and asks whether its training is still wanted, as a share of the time until a death is noticed. */
const CHECKPOINT_SHARE = 1 / 4;
/** The same error after so long without one is of another outage. */
const SILENT_MILLISECONDS = 10_000;
/** How long a worker that ends waits for the server to take back what it trained. From a server that is away, others get it later. */
const GIVE_BACK_MILLISECONDS = 3000;
/** A training that kills so many workers, and gets no further meanwhile, has failed. */
const MOST_DEATHS = 5;

/**
 * Starts a worker of a cluster: it takes trainings of searches until it is closed. A job is data: its options are checked as those of a call,
 * nothing in it is run as code, and no path in it is opened.
 *
 * Rejects with ERR_UNSUPPORTED where BullMQ or the client of the server is not installed, and ERR_IO where the server does not answer within
 * five seconds. A server that goes away later is waited for.
 */
export async function startClusterWorker(options: ClusterWorkerOptions): Promise<ClusterWorker> {
  const { address, cluster, count, folder, seconds, tell, tellMore } = discreetly(() => checked(options));
  let last = '';
  let lastAt = 0;
  let isEnding = false;
  const onError = (error: unknown): void => {
    const came = messageOf(address, error);
    // What is about one training is not about the server.
    const message = lostLockText(came) ?? `${address.shown}: ${came}`;
    // A server that is away is told of once: its errors come every few seconds until it is back.
    const now = performance.now();
    if ((message !== last || now - lastAt > SILENT_MILLISECONDS) && !isEnding) tell(message);
    last = message;
    lastAt = now;
  };
  const server = await openServer(CALL, address, cluster, folder, onError);
  // Brings the kernels that the threads ask for.
  await Network.create({ inputs: 1, layers: [{ units: 1 }] }).then((network) => network.dispose());
  const worker = new Trainer(server, count, seconds * CHECKPOINT_SHARE, { tell, tellMore });
  const { bull, backend } = server;
  const settings = {
    ...server.options,
    concurrency: count,
    lockDuration: seconds * 1000,
    stalledInterval: (seconds * 1000) / 2,
    // The worker itself counts those who died without getting further.
    maxStalledCount: 1_000_000,
    runRetryDelay: 1000,
  };
  const take = (): BullWorker => {
    const queue = new bull.Worker(cluster, worker.processor, settings, backend);
    queue.on('error', (error) => {
      onError(error);
      // BullMQ looks for dead workers no more after errors that it does not know: those of a PostgreSQL that restarts.
      setTimeout(() => void queue.startStalledCheckTimer().catch(() => undefined), AGAIN_MILLISECONDS).unref();
    });
    return queue;
  };
  const queue = await connectedOne(CALL, server, take, (left) => left.close(true));
  return {
    async close(options = {}) {
      const { graceSeconds = 5 } = checkObject('close: options', options, ['graceSeconds']);
      const seconds = checkSeconds('close: graceSeconds', graceSeconds, 0);
      // What is told of connections from here on is that they end.
      isEnding = true;
      const grace = worker.isIdle ? 0 : seconds * 1000;
      const timer = setTimeout(() => worker.giveBack(), grace);
      await atMost(grace + GIVE_BACK_MILLISECONDS, queue.close());
      clearTimeout(timer);
      worker.end();
      await server.close();
    },
  };
}

/** Who hears what happens, and who hears of each training. */
interface Listeners {
  readonly tell: (message: string) => void;
  readonly tellMore: (message: string) => void;
}

interface Checked {
  readonly address: Address;
  readonly cluster: string;
  readonly count: number;
  readonly folder: string | undefined;
  readonly seconds: number;
  readonly tell: (message: string) => void;
  readonly tellMore: (message: string) => void;
}

function checked(options: unknown): Checked {
  const given = checkObject(`${CALL}: options`, options, OPTIONS);
  const {
    redis,
    postgres,
    name,
    concurrency = coresOfHost(),
    folder,
    lockSeconds = 20,
    onMessage,
    verbose = false,
  } = given;
  const tell = listenerOf(onMessage);
  return {
    address: checkAddress(CALL, {
      ...(redis !== undefined && { redis }),
      ...(postgres !== undefined && { postgres }),
    }),
    tell,
    tellMore: checkBoolean(`${CALL}: verbose`, verbose) ? tell : () => undefined,
    count: checkInteger(`${CALL}: concurrency`, concurrency, 1, 1024),
    seconds: checkSeconds(`${CALL}: lockSeconds`, lockSeconds, 1),
    cluster: checkClusterName(CALL, name),
    folder: checkFolder(CALL, folder),
  };
}

function checkSeconds(where: string, value: unknown, least: number): number {
  const expected = `a number from ${least} to ${MOST_SECONDS}`;
  return checkNumber(where, value, expected, (seconds) => seconds >= least && seconds <= MOST_SECONDS);
}

/** What a listener throws is left out: nobody waits for a worker who could hear it, and no training is to end by it. */
function listenerOf(onMessage: unknown): (message: string) => void {
  if (onMessage === undefined) return () => undefined;
  const listener = checkFunction<(message: string) => unknown>(`${CALL}: onMessage`, onMessage);
  return (message) => {
    try {
      ignored(listener(message));
    } catch {
      // See above.
    }
  };
}

/** Why a training ends here that goes on elsewhere. */
const GIVEN_BACK = new Error('given back');

class Trainer {
  readonly #server: Server;
  readonly #tell: Listeners['tell'];
  readonly #tellMore: Listeners['tellMore'];
  readonly #checkpointSeconds: number;
  readonly #slots: Slots;
  readonly #sets = new DataSets();
  /** Aborts when trainings are to be given back. */
  readonly #over = new AbortController();
  #trainings = 0;

  constructor(server: Server, count: number, checkpointSeconds: number, { tell, tellMore }: Listeners) {
    this.#server = server;
    this.#checkpointSeconds = checkpointSeconds;
    this.#tell = tell;
    this.#tellMore = tellMore;
    this.#slots = new Slots(count);
  }

  /** Whether it trains nothing. */
  get isIdle(): boolean {
    return this.#trainings === 0;
  }

  giveBack(): void {
    this.#over.abort(GIVEN_BACK);
  }

  end(): void {
    this.#slots.end();
  }

  readonly processor: Processor = async (job, token) => {
    const { bull } = this.#server;
    this.#trainings++;
    try {
      return await this.#train(job);
    } catch (error) {
      if (error === GIVEN_BACK) {
        await job.moveToWait(token);
        throw new bull.WaitingError();
      }
      const reason = this.#server.address.clean(reasonOf(error));
      if (error !== STOPPED) this.#tell(`a training was refused: ${reason}`);
      throw new bull.UnrecoverableError(reason);
    } finally {
      this.#trainings--;
    }
  };

  async #train(job: Job): Promise<JobReturn> {
    const id = job.id as string;
    const checked = checkJob(job.data);
    const { scope } = checked;
    const store = this.#storeOf(checked);
    const { signal } = this.#over;
    const set = await persist(signal, () => this.#sets.get(store, checked.data));
    const given = await persist(signal, () => unpack('task', store, checked.task, ofJob(scope)));
    const task = checkTask(given, set.data);
    const progress = checkProgress(job.progress);
    const deaths = job.stalledCounter - (progress?.deaths ?? 0);
    if (deaths >= MOST_DEATHS) {
      const message = `${deaths} workers died while they trained this. Use a smaller network.`;
      throw codedError('ERR_WORKER_DIED', `worker: ${message}`);
    }
    const standings = new Standings(job, scope, store, signal, progress);
    const from = await standings.read();
    if (from !== undefined) this.#tell(`goes on with a training after epoch ${from.epochs.at(-1)?.epoch}`);
    this.#tellMore(beginsText(id));
    const goesOn = from && { checkpoint: from.checkpoint, earlier: from.epochs };
    // Not AbortSignal.any: what it makes of a signal that lives on is never collected in Node 20.
    const stop = new AbortController();
    const giveBack = (): void => stop.abort(GIVEN_BACK);
    signal.addEventListener('abort', giveBack);
    if (signal.aborted) giveBack();
    const timer = setInterval(() => {
      void isToStop(this.#server.marks, id).then(
        (isTold) => isTold && stop.abort(STOPPED),
        () => undefined,
      );
    }, this.#checkpointSeconds * 1000);
    try {
      const outcome = await this.#slots.run(
        set,
        { ...task, ...goesOn, checkpointSeconds: this.#checkpointSeconds },
        stop.signal,
        (standing) => standings.add(standing),
      );
      this.#tellMore(endsText(id, outcome));
      await standings.written;
      const { packed, blobs } = pack('a result', plainOutcome(outcome));
      await persist(signal, () => putBlobs(store, blobs, () => scope));
      return { outcome: packed, scope, hasBlobs: blobs.length > 0 || standings.isAny };
    } catch (error) {
      if (error === STOPPED) await Promise.all([store.drop(scope), this.#server.marks.drop(id)]).catch(() => undefined);
      throw error;
    } finally {
      signal.removeEventListener('abort', giveBack);
      clearInterval(timer);
    }
  }

  #storeOf({ folder }: JobData): Store {
    const { marks, store } = this.#server;
    if (!folder) return marks;
    if (store !== marks) return store;
    const message = 'the search keeps its samples in a folder. Start this worker with it (--folder).';
    throw codedError('ERR_UNSUPPORTED', `worker: ${message}`);
  }
}
