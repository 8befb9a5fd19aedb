/** The parts of BullMQ that this room needs, and how the optional packages are loaded. */
import { codedError } from '../foundation/errors.js';
import type { ServerKind } from './address.js';
import type { Pg, Pool } from './pool.js';
import type { Redis } from './redis.js';

export interface Job {
  readonly id?: string;
  readonly data: unknown;
  readonly progress: unknown;
  readonly returnvalue: unknown;
  readonly failedReason?: string;
  /** Of one that is completed or failed. */
  readonly finishedOn?: number | null;
  /** How many workers it was taken from, since they did not renew its lock. */
  readonly stalledCounter: number;
  updateProgress(progress: object): Promise<unknown>;
  moveToWait(token?: string): Promise<unknown>;
}

export interface JobOptions {
  readonly jobId: string;
  readonly attempts: number;
  readonly removeOnComplete: { readonly age: number };
  readonly removeOnFail: { readonly age: number };
}

export interface NewJob {
  readonly name: string;
  readonly data: object;
  readonly opts: JobOptions;
}

interface Connected {
  waitUntilReady(): Promise<unknown>;
  close(force?: boolean): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface Queue extends Connected {
  addBulk(jobs: readonly NewJob[]): Promise<unknown>;
  getJob(id: string): Promise<Job | undefined>;
  getJobState(id: string): Promise<string>;
  getJobCounts(...states: readonly string[]): Promise<Record<string, number>>;
  remove(id: string): Promise<number>;
}

export interface QueueEvents extends Omit<Connected, 'on'> {
  /** Rejects where they are being read already. */
  run(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'completed', listener: (args: { jobId: string; returnvalue: unknown }) => void): unknown;
  on(event: 'failed', listener: (args: { jobId: string }) => void): unknown;
  on(event: 'duplicated', listener: (args: { jobId: string }) => void): unknown;
}

export interface Worker extends Connected {
  /** Does nothing where it runs. */
  startStalledCheckTimer(): Promise<void>;
}

export type Processor = (job: Job, token?: string, signal?: AbortSignal) => Promise<unknown>;

export interface PostgresConnection {
  readonly schema: string;
}

export interface Bull {
  readonly Queue: new (name: string, options: object, backend?: unknown) => Queue;
  readonly QueueEvents: new (name: string, options: object, backend?: unknown) => QueueEvents;
  readonly Worker: new (name: string, processor: Processor, options: object, backend?: unknown) => Worker;
  readonly UnrecoverableError: new (message: string) => Error;
  readonly WaitingError: new () => Error;
  readonly PostgresConnection: new (pool: Pool) => PostgresConnection;
  readonly PostgresQueueBackend: new (connection: PostgresConnection, name: string, options: object) => object;
  runMigrations(client: unknown, schema: string): Promise<void>;
}

export interface Packages {
  readonly bull: Bull;
  readonly Redis: (new (url: string, options: object) => Redis) | undefined;
  readonly pg: Pg | undefined;
}

/** Throws ERR_UNSUPPORTED with the command that installs what is missing. */
export async function loadPackages(call: string, kind: ServerKind): Promise<Packages> {
  const client = kind === 'redis' ? 'ioredis' : 'pg';
  try {
    const bull = (await import('bullmq')) as unknown as Bull;
    if (kind === 'redis') {
      const { Redis } = (await import('ioredis')) as unknown as { Redis: Packages['Redis'] };
      return { bull, Redis, pg: undefined };
    }
    const { default: pg } = (await import('pg')) as unknown as { default: Pg };
    return { bull, Redis: undefined, pg };
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    const message = `${call}: a cluster needs the packages bullmq and ${client}. Install them: npm install bullmq@6 ${client}`;
    throw codedError('ERR_UNSUPPORTED', message, { cause });
  }
}
