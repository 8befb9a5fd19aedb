/**
 * The side of a cluster that searches: puts trainings into the queue, and takes what comes back, whatever happens to workers, the server and
 * events in between. A job is named by what it says, so that a search that begins again finds its own jobs.
 */
import { codedError } from '../foundation/errors.js';
import type { Job, NewJob, Queue, QueueEvents } from './bull.js';
import { checkOutcome } from './check-task.js';
import { type ClusterCrew, type Entry, IN_FLIGHT, type Queueing } from './crew.js';
import { checkReturn, failureOf, ofJob, unpack } from './job.js';
import { AGAIN_MILLISECONDS, atMost, isAway, persist } from './patience.js';
import { type Server, serverError } from './server.js';
import { isStopReason, markStop } from './stops.js';
import { isMissingBlob, KEPT_SECONDS, putBlobs } from './store.js';

/** A job without news is looked at: events may be lost. */
const LOOK_MILLISECONDS = 5000;
const TICK_MILLISECONDS = 500;
const LOOKS_PER_TICK = 64;
/** Jobs that go into the queue in one call: the server answers others in between, and workers begin. */
const JOBS_PER_CALL = 256;
/** How often a job is put there again whose blobs were lost, or that failed without a reason of its own. */
const MOST_TRIES = 3;
/**
 * Jobs that are taken away at a time. PostgreSQL has some ten connections: of thousands of calls at once, those that waited for one longer than
 * a connection may take failed, and their jobs stayed.
 */
const CLEANUPS_AT_ONCE = 64;
/** How long the end of a search waits for the server to take its jobs away. */
const END_MILLISECONDS = 5000;
/** How long it waits to be told of the end of its connections, which then are cut. */
const LEAVE_MILLISECONDS = 1000;
/** What nobody fetches goes after a day. */
const KEPT = { age: KEPT_SECONDS };

export class Coordinator implements Queueing {
  readonly server: Server;
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly entries = new Map<string, Entry>();
  readonly #fresh: Entry[] = [];
  #isFlushing = false;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #over = new AbortController();
  /** The last cleanup of each lane: the next one there begins when it has ended. */
  readonly #lanes: Promise<unknown>[] = Array.from({ length: CLEANUPS_AT_ONCE }, () => Promise.resolve());
  #lane = 0;
  #closing: Promise<void> | undefined;

  constructor(server: Server, onError: (error: Error) => void) {
    this.server = server;
    const { bull, name, options, backend } = server;
    // Events have results in them: the server keeps no more of them than can be on their way.
    this.#queue = new bull.Queue(name, { ...options, streams: { events: { maxLen: 4 * IN_FLIGHT } } }, backend);
    this.#events = new bull.QueueEvents(name, options, backend);
    this.#queue.on('error', onError);
    this.#events.on('error', (error) => {
      onError(error);
      this.#readEventsAgain();
    });
    this.#events.on('completed', ({ jobId, returnvalue }) => this.#attend(jobId, (e) => this.#take(e, returnvalue)));
    // The job says whether it failed for this search.
    this.#events.on('failed', ({ jobId }) => this.#attend(jobId, (entry) => this.#look(entry)));
    this.#events.on('duplicated', ({ jobId }) => this.#attend(jobId, (entry) => this.#look(entry)));
    this.#timer = setInterval(() => this.#lookAtSilent(), TICK_MILLISECONDS);
  }

  /** BullMQ reads no more events after errors that it does not know: those of a PostgreSQL that restarts. */
  #readEventsAgain(): void {
    const again = async (): Promise<void> => {
      if (!this.signal.aborted) await this.#events.run();
    };
    setTimeout(() => void again().catch(() => undefined), AGAIN_MILLISECONDS).unref();
  }

  async waitUntilReady(): Promise<void> {
    await this.#queue.waitUntilReady();
    await this.#events.waitUntilReady();
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  add(entry: Entry): void {
    if (this.signal.aborted) {
      // Nobody would bring it to its end.
      entry.reject(this.signal.reason);
      return;
    }
    this.entries.set(entry.id, entry);
    this.#put(entry);
  }

  #put(entry: Entry): void {
    entry.lookedAt = undefined;
    this.#fresh.push(entry);
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setImmediate(() => void this.#flush());
  }

  /** Puts the jobs of a turn of the event loop into the queue together. */
  async #flush(): Promise<void> {
    try {
      while (this.#fresh.length > 0) {
        const entries = this.#fresh.splice(0, JOBS_PER_CALL).filter(({ id }) => this.entries.has(id));
        try {
          await persist(this.signal, async () => {
            for (const entry of entries) await this.#putBlobs(entry);
            await this.#queue.addBulk(entries.map(newJob));
          });
        } catch (error) {
          const told = serverError('search', this.server, error);
          for (const entry of entries) this.#settle(entry, () => entry.reject(told));
          continue;
        }
        for (const entry of entries) entry.lookedAt = performance.now();
      }
    } finally {
      this.#isFlushing = false;
    }
  }

  async #putBlobs({ scope, blobs, crews, tries }: Entry): Promise<void> {
    const [crew] = crews;
    if (tries > 0) await crew?.putData(tries > 1);
    await putBlobs(this.server.store, blobs, ofJob(scope), tries > 0);
  }

  /** Does something with a job that this search waits for, and nothing else with it meanwhile. */
  #attend(id: string, work: (entry: Entry) => Promise<void>): void {
    const entry = this.entries.get(id);
    if (entry === undefined || entry.isBusy) return;
    entry.isBusy = true;
    work(entry)
      .catch((error: unknown) => {
        // It is looked at again.
        if (!isAway(error)) this.#settle(entry, () => entry.reject(serverError('search', this.server, error)));
      })
      .finally(() => {
        entry.isBusy = false;
        if (entry.lookedAt !== undefined) entry.lookedAt = performance.now();
        // To the end, so that each has its turn to be looked at.
        if (this.entries.get(id) !== entry) return;
        this.entries.delete(id);
        this.entries.set(id, entry);
      });
  }

  #lookAtSilent(): void {
    const before = performance.now() - LOOK_MILLISECONDS;
    let looks = 0;
    for (const { id, lookedAt, isBusy } of this.entries.values()) {
      if (isBusy || lookedAt === undefined || lookedAt > before) continue;
      if (looks++ === LOOKS_PER_TICK) break;
      this.#attend(id, (entry) => this.#look(entry));
    }
  }

  async #look(entry: Entry): Promise<void> {
    const state = await this.#queue.getJobState(entry.id);
    if (state === 'completed' || state === 'failed') {
      const job = await this.#finished(entry);
      if (job === undefined) return;
      const { scope } = Object(job.data) as { scope?: unknown };
      if (state === 'completed') await this.#take(entry, job.returnvalue);
      // What failed for another search may not fail for this one: other workers, or others of their version, and its own blobs.
      else if (scope === entry.scope) await this.#fail(entry, job.failedReason ?? '');
      else await this.#again(entry, undefined);
    } else if (state === 'unknown' && this.entries.get(entry.id) === entry && entry.lookedAt !== undefined) {
      // A server that was killed may have lost its last second.
      this.#put(entry);
    }
  }

  /** The job of an entry as it ended; undefined where another search took it away meanwhile, and maybe put it there anew. */
  async #finished({ id }: Entry): Promise<Job | undefined> {
    const job = await this.#queue.getJob(id);
    return job?.finishedOn ? job : undefined;
  }

  async #take(entry: Entry, value: unknown): Promise<void> {
    const { store } = this.server;
    const { outcome, scope, hasBlobs } = checkReturn(parsed(value));
    let unpacked: unknown;
    try {
      unpacked = await unpack('result', store, outcome, () => scope);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_IO') throw error;
      // Another search took it, and then its blobs away: that is no fault, and happens again and again where many search for the same.
      const isLost = scope === entry.scope || (await this.#returns(entry, scope));
      await this.#again(entry, isLost ? (error as Error) : undefined);
      return;
    }
    const checked = checkOutcome(unpacked, entry.task);
    this.#settle(entry, () => entry.resolve(checked), hasBlobs);
  }

  /** Whether the job is still there with the result of that scope. */
  async #returns(entry: Entry, scope: string): Promise<boolean> {
    const job = await this.#finished(entry);
    return (Object(parsed(job?.returnvalue)) as { scope?: unknown }).scope === scope;
  }

  async #fail(entry: Entry, reason: string): Promise<void> {
    const { code, message } = failureOf(reason);
    // Told to stop by a search that has ended.
    if (isStopReason(reason)) await this.#again(entry, undefined);
    else if (code === 'ERR_WORKER_DIED') this.#settle(entry, () => entry.resolve({ failure: { code, message } }));
    else if (isAway({ message: reason })) await this.#again(entry, undefined);
    else if (code === 'ERR_UNSUPPORTED' || code === 'ERR_MODEL_FORMAT') throw codedError(code, message);
    else await this.#again(entry, codedError(code, message));
  }

  /** Puts a job into the queue anew. With an error not for ever. */
  async #again(entry: Entry, error: Error | undefined): Promise<void> {
    if (error !== undefined && entry.tries >= MOST_TRIES) throw withFolder(entry, error);
    await this.#queue.remove(entry.id);
    await this.server.marks.drop(entry.id);
    if (error !== undefined) entry.tries++;
    if (this.entries.get(entry.id) === entry) this.#put(entry);
  }

  #settle(entry: Entry, tell: () => void, hasBlobs = true): void {
    if (this.entries.get(entry.id) !== entry) return;
    this.entries.delete(entry.id);
    tell();
    const isClean = !hasBlobs && !entry.blobs.some(({ kind }) => kind === 'text' || kind === 'Uint8Array');
    this.#cleanUp(async () => {
      // First the job, which another search may have taken as well.
      await this.#queue.remove(entry.id);
      if (!isClean) await this.server.store.drop(entry.scope);
    });
  }

  /** What is left there goes after a day by itself. */
  #cleanUp(work: () => Promise<unknown>): void {
    this.#lane = (this.#lane + 1) % CLEANUPS_AT_ONCE;
    const before = this.#lanes[this.#lane] as Promise<unknown>;
    this.#lanes[this.#lane] = before.then(work).catch(() => undefined);
  }

  /** Takes the jobs of a search away, and tells those that run to stop. */
  async end(crew: ClusterCrew): Promise<void> {
    this.#drop(crew);
    await this.#cleanedUp();
  }

  #drop(crew: ClusterCrew): void {
    for (const entry of this.entries.values()) {
      if (!entry.crews.delete(crew) || entry.crews.size > 0) continue;
      this.entries.delete(entry.id);
      this.#cleanUp(async () => {
        const isRemoved = (await this.#queue.remove(entry.id)) === 1;
        if (isRemoved) await this.server.store.drop(entry.scope);
        else await markStop(this.server.marks, entry.id);
      });
    }
  }

  async #cleanedUp(): Promise<void> {
    await atMost(END_MILLISECONDS, Promise.all(this.#lanes));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const over = codedError('ERR_DISPOSED', 'search: the cluster is closed.');
    // From here on, nothing begins.
    this.#over.abort(over);
    for (const entry of this.entries.values()) entry.reject(over);
    for (const crew of new Set([...this.entries.values()].flatMap((entry) => [...entry.crews]))) this.#drop(crew);
    await this.#cleanedUp();
    await this.leave();
    await this.server.close();
  }

  /** Its own connections end, not the server's. */
  async leave(): Promise<void> {
    this.#over.abort();
    clearInterval(this.#timer);
    await atMost(LEAVE_MILLISECONDS, Promise.allSettled([this.#events.close(), this.#queue.close()]));
  }
}

/** Events have the text of a result, jobs its value. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    // It is no result then.
    return undefined;
  }
}

/** A blob that is not there, again and again, may lie in the folder of another. */
function withFolder({ job }: Entry, error: Error): Error {
  if (!job.folder || !isMissingBlob(error)) return error;
  const text = `search: workers do not have the folder of the search, or not the same. Start all of them with it (--folder). ${error.message}`;
  return codedError('ERR_UNSUPPORTED', text);
}

function newJob({ id, job, scope }: Entry): NewJob {
  return {
    name: 'train',
    data: { ...job, scope },
    opts: { jobId: id, attempts: 1, removeOnComplete: KEPT, removeOnFail: KEPT },
  };
}
