/** Workers of this machine that train for searches. They stay for the next search. */
import { compiledKernel, kernelsInUse, type Variant } from '../../engine/wasm/kernel.js';
import { codedError, WasmlpError } from '../../foundation/errors.js';
import { VERSION } from '../../foundation/generated/version.js';
import { Resident, type Tenant } from '../../foundation/residents.js';
import { hasWorkers, type WorkerAddress, type WorkerProgram } from '../../foundation/workers.js';
import type { Crew, CrewFor } from '../crew.js';
import type { StudyData } from '../data.js';
import type { OnStanding } from '../run-task.js';
import type { Task, TaskOutcome } from '../task.js';
import type { PoolMessage, TrialWorkerMessage } from './messages.js';

const TRIALS: WorkerProgram = {
  url: () => new URL('./search-worker.js', import.meta.url),
  start: () => new Worker(new URL('./search-worker.js', import.meta.url), { type: 'module' }),
};

const VARIANTS: readonly Variant[] = ['basic', 'simd', 'relaxed', 'wide', 'relaxedWide'];

/** A task whose worker died is trained by another one, but one that kills each of them fails. */
const MOST_DEATHS = 3;
const KILLS_WORKERS = {
  code: 'ERR_WORKER_DIED',
  message: 'the worker that trained died, and so did those that took over. Use fewer workers, or a smaller network',
};
/** Shorter tasks than this wait in the worker for the one before: so it never waits for this thread. */
const SHORT_MILLISECONDS = 50;
const MOST_WAITING = 3;

/** A task on its way, and who wants to know of it. */
interface Order {
  task: Task;
  readonly resolve: (outcome: TaskOutcome) => void;
  readonly onStanding: OnStanding | undefined;
  deaths: number;
}

/** What a worker tells the pool that has it. */
interface Owner {
  onOutcome(order: Order, outcome: TaskOutcome): void;
  onDeath(worker: TrialWorker, orders: readonly Order[], cause: unknown): void;
}

class TrialWorker implements Tenant<TrialWorkerMessage> {
  readonly #resident: Resident<TrialWorkerMessage>;
  readonly #owner: Owner;
  isReady = false;
  /** Whether it worked for an earlier search. */
  readonly isOld: boolean;
  readonly orders = new Map<number, Order>();
  #ids = 0;

  constructor(address: WorkerAddress, owner: Owner) {
    this.#owner = owner;
    this.#resident = Resident.hire<TrialWorkerMessage>(address, this, TRIALS);
    this.isOld = this.#resident.isOld;
    const kernels = VARIANTS.filter((variant) => kernelsInUse()[variant]);
    this.#send({ kind: 'begin', version: VERSION, lock: this.#resident.takeLock(), kernels });
  }

  begin(data: StudyData): void {
    this.#send({ kind: 'data', data });
  }

  give(order: Order): void {
    const id = this.#ids++;
    this.orders.set(id, order);
    this.#send({ kind: 'task', id, task: order.task });
  }

  /** Leaves the worker to the next search, or ends it where it is in the middle of something. */
  leave(): void {
    if (this.isReady && this.orders.size === 0) {
      this.#send({ kind: 'data', data: undefined });
      this.#resident.rest();
    } else void this.#resident.end();
  }

  onMessage(message: TrialWorkerMessage): void {
    switch (message.kind) {
      case 'ready':
        this.isReady = true;
        if (message.holdsLock) this.#resident.watchLock();
        break;
      case 'kernel':
        void compiledKernel(message.variant)
          .catch(() => undefined)
          .then((module) => this.#send({ kind: 'kernel', variant: message.variant, module }));
        break;
      case 'standing': {
        const order = this.orders.get(message.id) as Order;
        // Another worker goes on from there if this one dies.
        order.task = { ...order.task, checkpoint: message.standing.checkpoint, earlier: message.standing.epochs };
        order.onStanding?.(message.standing);
        break;
      }
      case 'outcome': {
        const order = this.orders.get(message.id) as Order;
        this.orders.delete(message.id);
        this.#owner.onOutcome(order, message.outcome);
      }
    }
  }

  onEnd(cause: unknown): void {
    this.#owner.onDeath(this, [...this.orders.values()], cause);
  }

  #send(message: PoolMessage): void {
    this.#resident.send(message);
  }
}

/** A pool of so many workers for one search. Throws ERR_UNSUPPORTED where the host has none. */
export function pool(call: string, size: number, address: WorkerAddress): CrewFor {
  if (!hasWorkers()) {
    throw codedError('ERR_UNSUPPORTED', `${call}: workers is ${size}, and this host has none. Use workers: 1.`);
  }
  return (data) => new Pool(call, size, address, data);
}

class Pool implements Crew, Owner {
  readonly size: number;
  readonly #call: string;
  readonly #address: WorkerAddress;
  readonly #data: StudyData;
  readonly #workers = new Set<TrialWorker>();
  readonly #queue: Order[] = [];
  /** How long the last tasks took, and when the last one ended. */
  #milliseconds = Number.POSITIVE_INFINITY;
  #failure: unknown;
  readonly #rejects = new Set<(error: unknown) => void>();
  #isEnded = false;
  /** Whether a worker of this pool has been ready. */
  #hasWorked = false;
  #failedStarts = 0;

  constructor(call: string, size: number, address: WorkerAddress, data: StudyData) {
    this.#call = call;
    this.size = size * (1 + MOST_WAITING);
    this.#address = address;
    this.#data = data;
    for (let i = 0; i < size && this.#failure === undefined; i++) this.#add();
  }

  run(task: Task, onStanding?: OnStanding): Promise<TaskOutcome> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#rejects.add(reject);
      const settle = (outcome: TaskOutcome): void => {
        this.#rejects.delete(reject);
        resolve(outcome);
      };
      this.#queue.push({ task, resolve: settle, onStanding, deaths: 0 });
      this.#deal();
    });
  }

  end(): void {
    this.#isEnded = true;
    for (const worker of this.#workers) worker.leave();
    this.#workers.clear();
  }

  onOutcome(order: Order, outcome: TaskOutcome): void {
    this.#hasWorked = true;
    if ('result' in outcome) {
      const { seconds } = outcome.result.history;
      this.#milliseconds = seconds * 1000;
    }
    order.resolve(outcome);
    this.#deal();
  }

  onDeath(worker: TrialWorker, orders: readonly Order[], cause: unknown): void {
    this.#workers.delete(worker);
    if (this.#isEnded) return;
    // One that worked before, or whose program works for others, was ended by something else.
    if (worker.isReady) this.#hasWorked = true;
    else if (!(worker.isOld || this.#hasWorked) || ++this.#failedStarts >= MOST_DEATHS) {
      this.#fail(this.#notStarted(cause));
      return;
    }
    // Only the first was being trained.
    const [first, ...others] = orders;
    if (first !== undefined && ++first.deaths >= MOST_DEATHS) first.resolve({ failure: KILLS_WORKERS });
    else if (first !== undefined) others.unshift(first);
    this.#queue.unshift(...others);
    this.#add();
    this.#deal();
  }

  #notStarted(cause: unknown): WasmlpError {
    const mend =
      "Put dist/search-worker.js beside this program's file or give its address (workerUrl), let the page's policy allow it (worker-src, trusted-types wasmlp), or use workers: 1.";
    return new WasmlpError('ERR_WORKER_DIED', `${this.#call}: a worker did not start. ${mend}`, { cause });
  }

  #fail(error: unknown): void {
    this.#failure = error;
    for (const reject of this.#rejects) reject(error);
    this.#rejects.clear();
  }

  #add(): void {
    try {
      const worker = new TrialWorker(this.#address, this);
      this.#workers.add(worker);
      worker.begin(this.#data);
    } catch (cause) {
      this.#fail(this.#notStarted(cause));
    }
  }

  /** Gives tasks to the workers that have the fewest. */
  #deal(): void {
    const most = this.#milliseconds < SHORT_MILLISECONDS ? MOST_WAITING : 1;
    for (let count = 0; count < most; count++) {
      for (const worker of this.#workers) {
        if (worker.orders.size > count) continue;
        const order = this.#queue.shift();
        if (order === undefined) return;
        worker.give(order);
      }
    }
  }
}
