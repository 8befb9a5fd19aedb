/**
 * Fits in a worker, with the built library, where each allocation fails once, or in the usual run every fifth: on the calling thread,
 * also while it handles a message, and in the worker. The fit rejects with ERR_OUT_OF_MEMORY, its worker ends, and the network works. A fit whose hints alone lack memory
 * has trained, and resolves.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Shortage } from '../../support/allocations.js';
import { temporaryFolder } from '../../support/folder.js';
import { sha256 } from '../../support/networks.js';
import { repeats } from '../../support/repeats.js';
import {
  batches,
  create,
  expectBuiltCoded,
  train,
  type Watched,
  watchWorkers,
} from '../../support/training/background.js';

const folder = temporaryFolder();
const SHORT_WORKER = new URL('../../support/training/short-worker.js', import.meta.url);
/** From one allocation that fails to the next one. Each is a worker. */
const STEP = repeats(9, 1);
const NONE = /^memory: the host has no room for /;

const rejections: unknown[] = [];
const onRejection = (reason: unknown): void => {
  rejections.push(reason);
};
beforeAll(() => process.on('unhandledRejection', onRejection));
afterAll(() => process.off('unhandledRejection', onRejection));

let shortage: Shortage | undefined;
afterEach(() => {
  shortage?.end();
  delete process.env.SHORT_WORKER;
  delete process.env.SHORT_WORKER_FILE;
});

type Trained = Awaited<ReturnType<typeof create>>;
const COURSE = { network: { optimizer: 'adam', normalize: 'standard' } } as const;
const FITS: Record<string, (network: Trained) => Promise<unknown>> = {
  'a fit': (network) =>
    train(network, COURSE, { epochs: 2, background: true, onEpoch: () => undefined, onProgress: () => undefined }),
  'a fit that validates and stops early': (network) =>
    train(network, COURSE, { epochs: 2, background: true, validation: 0.2, earlyStopping: { patience: 1 } }),
  'a stream': (network) => network.fitStream(stream, { epochs: 2, background: true }),
};

/** Copied before memory runs short. */
const BATCHES = [...batches()];
async function* stream() {
  yield* BATCHES;
}

async function outcomeOf(fit: Promise<unknown>): Promise<{ history?: unknown; error?: unknown }> {
  return await fit.then(
    (history) => ({ history }),
    (error: unknown) => ({ error }),
  );
}

/** A worker without memory has ended. One that trained stays for the next fit. */
async function expectWorks(network: Trained, { workers }: Watched, hasFailed = true): Promise<void> {
  if (hasFailed) for (const worker of workers) expect(worker.threadId).toBe(-1);
  await train(network, COURSE, { epochs: 1 });
  expect(network.predict([1, 2, 3]).every(Number.isFinite)).toBe(true);
  await new Promise((resolve) => setImmediate(resolve));
  expect(rejections).toEqual([]);
}

const WAYS = ['shared memory', 'messages'] as const;
/** In the usual run each fit on each thread with one way of snapshots, and with the other one on the other thread. */
const fitsOf = (way: (typeof WAYS)[number], thread: number): [string, (typeof FITS)[string]][] =>
  Object.entries(FITS).filter((_, fit) => (fit + thread + WAYS.indexOf(way)) % repeats(2, 1) === 0);

describe.each(WAYS)('with snapshots by %s', (by) => {
  it.each(fitsOf(by, 0))('%s, at any allocation of the calling thread', async (_, begin) => {
    let failed = 0;
    for (; ; failed++) {
      if (by === 'messages') vi.stubGlobal('crossOriginIsolated', false);
      const network = await create(COURSE);
      const watched = watchWorkers();
      shortage = new Shortage(1 + failed * STEP);
      const { error } = await outcomeOf(begin(network));
      shortage.end();
      if (!shortage.hasFailed) break;
      expect(error, shortage.place).toHaveProperty('code');
      expectBuiltCoded(error, 'ERR_OUT_OF_MEMORY', NONE);
      await expectWorks(network, watched);
    }
    expect(failed * STEP).toBeGreaterThan(5);
  });

  it.each(fitsOf(by, 1))('%s, at any allocation of the worker', async (name, begin) => {
    const twin = await create(COURSE);
    // Not by a worker that is short of memory.
    watchWorkers();
    await begin(twin);
    let [failed, trained] = [0, 0];
    for (; ; failed++) {
      if (by === 'messages') vi.stubGlobal('crossOriginIsolated', false);
      const network = await create(COURSE);
      const watched = watchWorkers(SHORT_WORKER);
      const file = path.join(folder, `${by}-${name}-${failed}`);
      Object.assign(process.env, { SHORT_WORKER: `${1 + failed * STEP}`, SHORT_WORKER_FILE: file });
      const { history, error } = await outcomeOf(begin(network));
      if (!existsSync(file)) {
        expect(error).toBeUndefined();
        break;
      }
      if (error === undefined) {
        // It has trained, and only its hints lacked memory.
        trained++;
        expect(history).toHaveProperty('hints', []);
        expect(sha256(network.saveCheckpoint())).toBe(sha256(twin.saveCheckpoint()));
      } else {
        expectBuiltCoded(error, 'ERR_OUT_OF_MEMORY', NONE);
      }
      await expectWorks(network, watched, error !== undefined);
    }
    expect((failed - trained) * STEP).toBeGreaterThan(5);
    expect(trained).toBeGreaterThan(0);
  });
});
