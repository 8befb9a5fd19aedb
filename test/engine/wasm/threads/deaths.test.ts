/** Workers that die: whenever that is, the fit settles, the weights are those after a whole batch, and the next fit works. */
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { firstCall, never, turn, until } from '../../../support/event-loop.js';
import { thrownBy } from '../../../support/refusals.js';
import { repeats } from '../../../support/repeats.js';
import { randomClasses, randomRows } from '../../../support/samples.js';
import { REPRODUCE, SeededRandom } from '../../../support/seeded.js';
import {
  expectBuiltCoded,
  leaveWorkers,
  Network,
  type Trained,
  watchWorkers,
} from '../../../support/training/background.js';
import { digestOfAll, recordOfTeam, team } from '../../../support/training/threads.js';

const WIDTH = 220;
const COUNT = 240;
const BATCH = 60;
const INPUTS = randomRows(COUNT, WIDTH, 3);
const CLASSES = randomClasses(COUNT, 5, 4);

async function create(threads: number | 'auto' = 3): Promise<Trained> {
  const layers = [
    { units: 64, activation: 'tanh' },
    { units: 5, activation: 'softmax' },
  ] as const;
  return await Network.create({ inputs: WIDTH, layers, seed: 9, optimizer: 'adam', threads });
}

const train = (network: Trained, options: object = {}) =>
  network.fit(INPUTS, CLASSES, { epochs: 3, batchSize: BATCH, shuffle: false, ...options });

/** A helper may not have started yet, where other programs keep all cores busy. */
const DIED = /^fit: the worker (that trained (with this one|in the background) died|for threads did not start)\. /;
const NOT_STARTED = /^fit: the worker for threads did not start\. Put dist\/worker\.js/;

/** Numbers of a network as text. */
function parametersOf(network: Trained): string {
  return [0, 1].map((layer) => Buffer.from(network.getParameters(layer).weights.buffer).toString('latin1')).join();
}

/** Checks that a network has numbers that one thread has after some batch, and that its next fit goes on from there. */
async function expectWholeBatches(network: Trained): Promise<void> {
  const steps = await create(1);
  const wanted = parametersOf(network);
  let batches = 0;
  for (; parametersOf(steps) !== wanted; batches++) {
    expect(batches, 'batches until the numbers are found').toBeLessThan(100_000);
    const from = (batches * BATCH) % COUNT;
    steps.trainOnBatch(INPUTS.subarray(from * WIDTH, (from + BATCH) * WIDTH), CLASSES.subarray(from, from + BATCH));
  }
  await expectGoesOn(network);
}

/** Checks that the next fit is as that of one thread with the same numbers. */
async function expectGoesOn(network: Trained): Promise<void> {
  const copy = await Network.load(network.saveCheckpoint());
  await train(copy);
  await train(network);
  expect(digestOfAll(network)).toBe(digestOfAll(copy));
}

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a helper that dies', () => {
  it('while it is idle is replaced', async () => {
    // The team must not end while this test waits for the machine.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const network = await create();
    await train(network, { epochs: 1e6, onEpoch: () => recordOfTeam().done === 0 });
    const before = team.workers;
    await before[0]?.terminate();
    const alone = await Network.load(network.saveCheckpoint());
    await Promise.all([train(network), train(alone)]);
    expect(digestOfAll(network)).toBe(digestOfAll(alone));
    expect(team.workers).not.toContain(before[0]);
    expect(team.workers).toContain(before[1]);
  });

  it('in the middle of a fit ends it', async () => {
    const network = await create();
    const { fits } = team;
    const running = thrownBy(() => train(network, { epochs: 1e6 }));
    await until(() => team.fits > fits);
    const helper = team.workers[1] as Worker;
    // It says that it helps.
    await once(helper, 'message');
    await helper.terminate();
    expectBuiltCoded(await running, 'ERR_WORKER_DIED', DIED);
    await expectWholeBatches(network);
  });

  it('at random turns never makes the leader wait, also where the leader dies', async () => {
    const random = new SeededRandom('workers that die');
    for (let i = 0; i < repeats(2, 60); i++) {
      const background = random.chance(0.3);
      const { workers } = watchWorkers();
      const network = await create(random.integer(2, 4));
      const { called, callback: onProgress } = firstCall(() => undefined);
      const running = thrownBy(() => train(network, { epochs: 1e6, background, onProgress }));
      // In the background nobody else has the worker that leads.
      await (background ? called : until(() => recordOfTeam().active > 1));
      for (let wait = random.integer(0, 60); wait > 0; wait--) await turn();
      const leader = background ? workers.slice(-1) : [];
      // Not awaited: the leader may share the next phase with a thread that is about to end.
      void random.pick([...team.workers, ...leader] as [Worker, ...Worker[]]).terminate();
      expect(await running, REPRODUCE).toHaveProperty('code', 'ERR_WORKER_DIED');
      await expectWholeBatches(network);
      network.dispose();
      leaveWorkers();
    }
  });

  it('before it is ready ends the fit', async () => {
    const { workers } = watchWorkers();
    const network = await create(5);
    const running = thrownBy(() => train(network, { epochs: 1e6 }));
    await until(() => workers.length > 0);
    // The last to start: those of an earlier team are ready.
    void workers.at(-1)?.terminate();
    expectBuiltCoded(await running, 'ERR_WORKER_DIED', NOT_STARTED);
    await expectWholeBatches(network);
  });

  it('while onEpoch makes the fit wait ends it', async () => {
    const network = await create();
    const { called, callback: onEpoch } = firstCall(never);
    const running = thrownBy(() => train(network, { onEpoch }));
    await called;
    await team.workers[0]?.terminate();
    expectBuiltCoded(await running, 'ERR_WORKER_DIED', DIED);
    expect(network.epochs).toBe(1);
    const alone = await create(1);
    await train(alone, { epochs: 1 });
    expect(digestOfAll(network)).toBe(digestOfAll(alone));
    await expectGoesOn(network);
  });
});

describe('in the background', () => {
  async function interrupted(worker: (leader: Worker) => Worker | undefined): Promise<Trained> {
    const { workers } = watchWorkers();
    const network = await create();
    const { called, callback: onProgress } = firstCall(() => undefined);
    const running = thrownBy(() => train(network, { epochs: 1e6, background: true, onProgress }));
    await called;
    await worker(workers.at(-1) as Worker)?.terminate();
    const error = await running;
    expectBuiltCoded(error, 'ERR_WORKER_DIED', DIED);
    leaveWorkers();
    return network;
  }

  it('a helper that dies ends the fit', async () => {
    await expectWholeBatches(await interrupted(() => team.workers[0]));
  });

  it('a leader that dies ends the fit', async () => {
    await expectWholeBatches(await interrupted((leader) => leader));
  });

  it('both that die end the fit', async () => {
    await expectWholeBatches(
      await interrupted((leader) => {
        void team.workers[1]?.terminate();
        return leader;
      }),
    );
  });
});

describe('where worker.js', () => {
  const programs = [
    ['is not there', new URL('file:///nowhere/worker.js')],
    ['throws', new URL('data:text/javascript,throw new Error("no")')],
    ['ends at once', new URL('data:text/javascript,process.exit(3)')],
  ] as const;

  // A fit needs new workers where those of the test before are dead.
  beforeEach(() => Promise.all(team.workers.map((worker) => worker.terminate())));

  it.each(programs)('%s, a number of threads is ERR_WORKER_DIED', async (_, url) => {
    watchWorkers(url);
    const network = await create(6);
    const running = thrownBy(() => train(network, { epochs: 1e6 }));
    expectBuiltCoded(await running, 'ERR_WORKER_DIED', NOT_STARTED);
    leaveWorkers();
    await expectWholeBatches(network);
  });

  it.each(programs)('%s, "auto" trains on alone', async (_, url) => {
    vi.spyOn(process.getBuiltinModule('node:os'), 'availableParallelism').mockReturnValue(7);
    const { workers } = watchWorkers(url);
    const network = await create('auto');
    const alone = await create(1);
    const { epochs } = await train(network, {
      epochs: 1e6,
      // Until all of the new ones have ended.
      onEpoch: () => workers.length === 0 || workers.some(({ threadId }) => threadId !== -1),
    });
    await train(alone, { epochs: epochs.length });
    expect(digestOfAll(network)).toBe(digestOfAll(alone));
  });
});
