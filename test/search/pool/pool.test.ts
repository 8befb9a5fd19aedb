/** Pools of workers: they stay, they end, they are replaced. */
import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Labels } from '../../../src/data/targets.js';
import { Network, type NetworkOptions } from '../../../src/index.js';
import { dataOf } from '../../../src/search/data.js';
import { pool } from '../../../src/search/pool/pool.js';
import { runTask, SplitData } from '../../../src/search/run-task.js';
import type { Task } from '../../../src/search/task.js';
import { until } from '../../support/event-loop.js';
import { expectCoded, expectRefused, thrownBy } from '../../support/refusals.js';
import { FLOWERS, irisNetwork, LABELS, SPECIES, WORKER_URL } from '../../support/search/samples.js';

const DATA = dataOf(
  { inputs: FLOWERS, targets: SPECIES as Labels },
  150,
  Uint32Array.from(SPECIES, (name) => LABELS.indexOf(name)),
);

const task = (epochs: number, seed = 1): Task => ({
  network: { ...irisNetwork(6), seed },
  fit: { epochs },
  split: { kind: 'share', share: 0.2, seed: 1 },
  validates: true,
  lastEpoch: undefined,
  checkpoint: undefined,
  keeps: 'nothing',
});
const ENDLESS = task(1e9);

const threads = process.getBuiltinModule('node:worker_threads');
const { Worker: Original } = threads;

/** Notes the workers that start. */
function watched(): Worker[] {
  const workers: Worker[] = [];
  threads.Worker = class extends Original {
    constructor(url: URL | string, options: object) {
      super(url, options);
      workers.push(this);
    }
  };
  return workers;
}

afterEach(() => {
  threads.Worker = Original;
  vi.restoreAllMocks();
});

let addresses = 0;

/** The program at an address that no other test has: workers stay for others. */
function ownAddress(): string {
  return `${pathToFileURL(WORKER_URL).href}?${addresses++}`;
}

const begin = (size: number, address = ownAddress()) =>
  pool('search', size, address)(DATA, new AbortController().signal) as Awaited<ReturnType<ReturnType<typeof pool>>>;

describe('a pool', () => {
  it('trains each task once, in at most so many workers, which stay for the next search', async () => {
    const workers = watched();
    const address = ownAddress();
    const first = await begin(2, address);
    const outcomes = await Promise.all(Array.from({ length: 9 }, (_, seed) => first.run(task(2, seed))));
    await first.end();
    const losses = outcomes.map((outcome) => ('result' in outcome ? outcome.result.loss : outcome.failure));
    expect(new Set(losses).size).toBe(9);
    const second = await begin(2, address);
    const again = await Promise.all(Array.from({ length: 9 }, (_, seed) => second.run(task(2, seed))));
    await second.end();
    expect(again.map((outcome) => ('result' in outcome ? outcome.result.loss : outcome.failure))).toEqual(losses);
    expect(workers).toHaveLength(2);
  });

  it('gives the bits of this thread for every kernel that this thread may have or not', async () => {
    const few = await begin(1);
    for (const options of [{}, { relaxed: true }, { optimizer: 'adam' }] as Partial<NetworkOptions>[]) {
      // Plain descent and more units than registers: in a page, on the small kernel.
      const network = { ...irisNetwork(70), optimizer: 'sgd', seed: 1, ...options } as NetworkOptions;
      const given = { ...task(3), network };
      const alone = await runTask(Network, new SplitData(DATA), given, undefined, () => undefined);
      const found = await few.run(given);
      expect('result' in found && 'result' in alone && found.result.loss - alone.result.loss).toBe(0);
    }
    await few.end();
  });

  it('ends the workers that are in the middle of a training', async () => {
    const workers = watched();
    const crew = await begin(2);
    const quick = crew.run(task(1));
    void crew.run(ENDLESS);
    void crew.run(ENDLESS);
    await quick;
    await crew.end();
    await until(() => workers.every(({ threadId }) => threadId === -1));
  });

  it('trains the task of a worker that dies again, from its last checkpoint', async () => {
    const workers = watched();
    const crew = await begin(1);
    const calm = await crew.run(task(400));
    const standings: number[] = [];
    const outcome = await crew.run({ ...task(400), checkpointSeconds: 0 }, ({ epochs }) => {
      standings.push(epochs.length);
      if (epochs.length === 150) void workers.at(-1)?.terminate();
    });
    // It went on from a checkpoint at the 150th epoch or later: none was reported twice.
    expect(new Set(standings).size).toBe(standings.length);
    const bits = (came: typeof outcome) =>
      'result' in came
        ? { ...came.result, history: came.result.history.epochs.map(({ seconds: _, ...epoch }) => epoch) }
        : came;
    expect(bits(outcome)).toEqual(bits(calm));
    expect(standings.length).toBeGreaterThanOrEqual(150);
    await crew.end();
  });

  it('gives up a task that kills its workers', async () => {
    const workers = watched();
    const crew = await begin(1);
    const running = crew.run(ENDLESS);
    const next = crew.run(task(1));
    for (let deaths = 1; deaths <= 3; deaths++) {
      await until(() => workers.length >= deaths && workers.at(-1)?.threadId !== -1);
      const last = workers.at(-1) as Worker;
      // It is ready when it has said so.
      await new Promise((resolve) => last.once('message', resolve));
      void last.terminate();
      await new Promise((resolve) => last.once('exit', resolve));
    }
    expect(await running).toEqual({
      failure: { code: 'ERR_WORKER_DIED', message: expect.stringMatching(/^the worker that trained died, and so did/) },
    });
    expect(await next).toHaveProperty('result');
    await crew.end();
  });

  it('whose worker cannot start rejects', async () => {
    const crew = await begin(1, '/nowhere/search-worker.js');
    expectCoded(
      await thrownBy(() => crew.run(task(1))),
      'ERR_WORKER_DIED',
      /^search: a worker did not start\. Put dist\/search-worker\.js/,
    );
    await crew.end();
  });

  it('is refused where the host has no workers', async () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
    vi.stubGlobal('Worker', undefined);
    await expectRefused(() => pool('search', 3, undefined), 'ERR_UNSUPPORTED', /workers is 3, and this host has none/);
    vi.unstubAllGlobals();
  });
});
