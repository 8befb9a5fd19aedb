/** The crew of one search on a cluster: makes its trainings jobs. Knows no queue. */
import { VERSION } from '../foundation/generated/version.js';
import { Network } from '../index.js';
import { alone, type Crew } from '../search/crew.js';
import type { StudyData } from '../search/data.js';
import { isOwn } from '../search/failures.js';
import type { Task, TaskOutcome } from '../search/task.js';
import { checkTask, plainTask } from './check-task.js';
import { idOf, type JobData, newScope, ofData, ofJob, type Packed, PROTOCOL, pack } from './job.js';
import { persist } from './patience.js';
import type { Blob } from './plain.js';
import { type Server, serverError } from './server.js';
import { KEPT_SECONDS, putBlobs } from './store.js';

/** Trainings of one search in the queue: enough for thousands of cores, and few enough to be taken away in seconds. */
export const IN_FLIGHT = 4096;
const TOUCH_MILLISECONDS = (KEPT_SECONDS * 1000) / 24;

/** One training on its way. */
export interface Entry {
  readonly id: string;
  readonly job: JobData;
  readonly task: Task;
  /** In the job: tells it from what another search put there under the same name. Its own blobs lie there. */
  readonly scope: string;
  readonly blobs: readonly Blob[];
  /** The searches that wait for it. Their samples are the same. */
  readonly crews: Set<ClusterCrew>;
  readonly outcome: Promise<TaskOutcome>;
  readonly resolve: (outcome: TaskOutcome) => void;
  readonly reject: (error: unknown) => void;
  /** When it was last looked at; undefined while it is not in the queue. */
  lookedAt: number | undefined;
  isBusy: boolean;
  tries: number;
}

/** Who brings jobs to their end. */
export interface Queueing {
  readonly server: Server;
  readonly entries: ReadonlyMap<string, Entry>;
  /** Aborts when the cluster is closed. */
  readonly signal: AbortSignal;
  add(entry: Entry): void;
  end(crew: ClusterCrew): Promise<void>;
}

/** The crew of one search. */
export class ClusterCrew implements Crew {
  readonly size = IN_FLIGHT;
  readonly #coordinator: Queueing;
  readonly #data: Packed;
  readonly #blobs: readonly Blob[];
  readonly #samples: StudyData;
  /** Trains here what cannot travel. */
  readonly #here: Crew | Promise<Crew>;
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(coordinator: Queueing, data: StudyData, signal: AbortSignal) {
    this.#coordinator = coordinator;
    this.#samples = data;
    this.#here = alone(Network)(data, signal);
    const { packed, blobs } = pack('search: the samples have a value that', data);
    this.#data = packed;
    this.#blobs = blobs;
    this.#timer = setInterval(() => void this.#touch().catch(() => undefined), TOUCH_MILLISECONDS);
    this.#timer.unref();
  }

  /** Puts the samples beside the queue, where they are not there yet. */
  static async begin(coordinator: Queueing, data: StudyData, signal: AbortSignal): Promise<ClusterCrew> {
    const crew = new ClusterCrew(coordinator, data, signal);
    const either = AbortSignal.any([signal, coordinator.signal]);
    try {
      await persist(either, () => crew.putData(false, either));
    } catch (error) {
      clearInterval(crew.#timer);
      // What aborts has its own reason.
      throw either.aborted ? error : serverError('search', coordinator.server, error);
    }
    return crew;
  }

  async putData(anew: boolean, signal?: AbortSignal): Promise<void> {
    await putBlobs(this.#coordinator.server.store, this.#blobs, ofData, anew, signal);
  }

  async #touch(): Promise<void> {
    const { server, entries } = this.#coordinator;
    for (const blob of this.#blobs) await server.store.touch(ofData(blob));
    for (const { scope, blobs, crews } of entries.values()) {
      if (crews.has(this)) for (const blob of blobs) await server.store.touch(ofJob(scope)(blob));
    }
  }

  /**
   * Two trainings that are the same are one job. Options that are no data, or that no job may have, are trained here: on one thread they are the
   * outcome of their trial too, most often its error.
   */
  async run(task: Task): Promise<TaskOutcome> {
    const travelling = this.#packed(task);
    if (travelling === undefined) return await (await this.#here).run(task);
    const { packed, blobs } = travelling;
    const folder = this.#coordinator.server.store !== this.#coordinator.server.marks;
    const job: JobData = { protocol: PROTOCOL, version: VERSION, data: this.#data, task: packed, folder };
    const id = idOf(job);
    const known = this.#coordinator.entries.get(id);
    if (known !== undefined) {
      known.crews.add(this);
      return await known.outcome;
    }
    let resolve: Entry['resolve'] = () => undefined;
    let reject: Entry['reject'] = () => undefined;
    const outcome = new Promise<TaskOutcome>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    const shared = { id, job, task, scope: newScope(), blobs, crews: new Set([this]), outcome, resolve, reject };
    this.#coordinator.add({ ...shared, lookedAt: undefined, isBusy: false, tries: 0 });
    return await outcome;
  }

  /** Undefined for what a worker would refuse. */
  #packed(task: Task): ReturnType<typeof pack> | undefined {
    const plain = plainTask(task);
    try {
      checkTask(plain, this.#samples);
      return pack('search: a trial has a value that', plain);
    } catch (error) {
      if (isOwn(error) && ['ERR_UNSUPPORTED', 'ERR_MODEL_FORMAT'].includes(error.code)) return undefined;
      throw error;
    }
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#coordinator.end(this);
  }
}
