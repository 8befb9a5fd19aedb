/** Where trainings of a worker stand, for the worker that goes on where this one dies. Knows no queue but the job itself. */
import type { Standing } from '../search/task.js';
import type { Job } from './bull.js';
import { checkStanding, plainStanding } from './check-task.js';
import { type JobProgress, type Packed, pack, unpack } from './job.js';
import { persist } from './patience.js';
import { putBlobs, type Store } from './store.js';

/** The share of the time of a training in which its standings may be written. */
const MOST_WRITING = 0.1;

/** Where one training stands, beside the queue: written one after another, the latest kept. */
export class Standings {
  readonly #job: Job;
  readonly #scope: string;
  readonly #store: Store;
  readonly #signal: AbortSignal;
  #latest: { readonly packed: Packed; readonly names: readonly string[] } | undefined;
  readonly #from: JobProgress | undefined;
  written: Promise<void> = Promise.resolve();
  #isWriting = false;
  /** Large ones are written less often. */
  #notBefore = 0;

  constructor(job: Job, scope: string, store: Store, signal: AbortSignal, from: JobProgress | undefined) {
    this.#job = job;
    this.#scope = scope;
    this.#store = store;
    this.#signal = signal;
    this.#from = from;
  }

  get isAny(): boolean {
    return this.#from !== undefined || this.#latest !== undefined;
  }

  /** What the worker before left; undefined where there is nothing, or where it is lost: the training then begins anew, to the same bits. */
  async read(): Promise<Standing | undefined> {
    const { standing } = this.#from ?? {};
    if (standing === undefined) return undefined;
    const scopeOf = (): string => this.#scope;
    try {
      return checkStanding(await persist(this.#signal, () => unpack('standing', this.#store, standing, scopeOf)));
    } catch (error) {
      if ((error as { code?: unknown }).code === undefined) throw error;
      return undefined;
    }
  }

  /** One that comes while another is on its way, or soon after a large one, is left out. */
  add(standing: Standing): void {
    const started = performance.now();
    if (this.#isWriting || started < this.#notBefore) return;
    this.#isWriting = true;
    this.written = this.#write(standing)
      .catch(() => undefined)
      .finally(() => {
        this.#isWriting = false;
        const took = performance.now() - started;
        this.#notBefore = started + took / MOST_WRITING;
      });
  }

  async #write(standing: Standing): Promise<void> {
    const scope = this.#scope;
    const { packed, blobs } = pack('a standing', plainStanding(standing));
    const names = blobs.map(({ name }) => name);
    await putBlobs(this.#store, blobs, () => scope);
    const progress: JobProgress = { standing: packed, deaths: this.#job.stalledCounter };
    await this.#job.updateProgress(progress);
    const old = this.#latest?.names ?? [];
    this.#latest = { packed, names };
    for (const name of old) if (!names.includes(name)) await this.#store.remove(scope, name);
  }
}
