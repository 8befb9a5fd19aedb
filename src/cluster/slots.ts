/**
 * The threads of a cluster's worker: each a pool of one, so that what kills a thread ends its own training alone, and so that trainings of
 * several searches can take turns on it. Knows no queue.
 */
import type { Crew } from '../search/crew.js';
import { orAbort } from '../search/or-abort.js';
import type { OnStanding } from '../search/run-task.js';
import type { Task, TaskOutcome } from '../search/task.js';
import type { DataSet } from './data-sets.js';

interface Slot {
  /** What its thread has; undefined before the first training. */
  crew: { readonly of: string; readonly crew: Crew } | undefined;
}

export class Slots {
  readonly #free: Slot[];
  readonly #all: readonly Slot[];
  readonly #waiting: ((slot: Slot) => void)[] = [];

  constructor(count: number) {
    this.#all = Array.from({ length: count }, () => ({ crew: undefined }));
    this.#free = [...this.#all];
  }

  /** Trains on a free thread. An error of the thread is an outcome. Rejects with the signal's reason when it aborts: the thread then ends. */
  async run(set: DataSet, task: Task, signal: AbortSignal, onStanding: OnStanding): Promise<TaskOutcome> {
    const slot = await this.#take(set.name);
    try {
      signal.throwIfAborted();
      const crew = await this.#crewOf(slot, set, signal);
      return await orAbort(signal, crew.run(task, onStanding));
    } catch (error) {
      this.#empty(slot);
      if (signal.aborted) throw signal.reason;
      const { code, message } = error as { code?: unknown; message?: string };
      if (code !== 'ERR_WORKER_DIED') throw error;
      return { failure: { code, message: message ?? '' } };
    } finally {
      this.#give(slot);
    }
  }

  async #take(name: string): Promise<Slot> {
    const fitting = this.#free.findIndex(({ crew }) => crew?.of === name);
    const [slot] = this.#free.splice(Math.max(fitting, 0), 1);
    return slot ?? (await new Promise<Slot>((resolve) => this.#waiting.push(resolve)));
  }

  #give(slot: Slot): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(slot);
    else next(slot);
  }

  async #crewOf(slot: Slot, { name, data }: DataSet, signal: AbortSignal): Promise<Crew> {
    if (slot.crew?.of === name) return slot.crew.crew;
    this.#empty(slot);
    // As a search loads it: bundlers then make one file of it for both.
    const { pool } = await import('../search/pool/pool.js');
    const crew = await pool('worker', 1, undefined)(data, signal);
    slot.crew = { of: name, crew };
    return crew;
  }

  /** Its thread rests, and another slot may have it; in the middle of a training it ends. */
  #empty(slot: Slot): void {
    void slot.crew?.crew.end();
    slot.crew = undefined;
  }

  end(): void {
    for (const slot of this.#all) this.#empty(slot);
  }
}
