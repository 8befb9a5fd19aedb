/** Fits in a worker, by the built library: the same bits, callbacks as in the foreground, every way to end. */
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ErrorCode, FitOptions, History, NetworkOptions, Samples } from '../../src/index.js';
import { runNode } from '../examples/run.js';
import { ENGINES, fingerprint, randomClasses, randomRows, thrownBy } from '../fixtures.js';
import { REPRODUCE, SeededRandom } from '../seeded.js';

const { Network, WasmlpError } = (await import(
  new URL('../../dist/index.js', import.meta.url).href
)) as typeof import('../../src/index.js');
type Trained = Awaited<ReturnType<typeof Network.create>>;

const COUNT = 90;
const INPUTS = randomRows(COUNT, 3, 5);
const CLASSES = randomClasses(COUNT, 3, 6);
const NUMBERS = randomRows(COUNT, 2, 7);

interface Course {
  readonly network?: Partial<NetworkOptions>;
  readonly targets?: Samples;
  readonly fit?: FitOptions;
}

const COURSES: Record<string, Course> = {
  plain: {},
  'one sample at a time, a small network': { network: { layers: [{ units: 3 }, { units: 3 }] }, fit: { batchSize: 1 } },
  'adam, dropout, scaling, a fraction that validates, early stopping': {
    network: {
      layers: [
        { units: 9, activation: 'tanh', dropout: 0.4 },
        { units: 3, activation: 'softmax' },
      ],
      optimizer: 'adam',
      normalize: 'standard',
    },
    fit: { validation: 0.2, earlyStopping: { patience: 2 }, classWeights: [1, 2, 0.5] },
  },
  'momentum, a schedule, clipping, scaled targets, samples that validate': {
    network: {
      layers: [
        { units: 7, activation: 'gelu', l2: 0.01 },
        { units: 2, activation: 'linear' },
      ],
      optimizer: { type: 'sgd', learningRate: 0.05, momentum: 0.9 },
      normalizeTargets: 'minMax',
    },
    targets: NUMBERS,
    fit: {
      learningRate: { type: 'cosine' },
      clipNorm: 0.5,
      sampleWeights: randomRows(COUNT, 1, 8).map(Math.abs),
      validation: { inputs: INPUTS.slice(0, 9), targets: NUMBERS.slice(0, 6) },
      shuffle: false,
    },
  },
};

async function create({ network }: Course, engine: 'wasm' | 'js'): Promise<Trained> {
  const layers = [{ units: 8 }, { units: 3, activation: 'softmax' }] as const;
  return await Network.create({ inputs: 3, layers, seed: 4, ...network, engine });
}

async function train(network: Trained, { targets, fit }: Course, options: FitOptions): Promise<History> {
  return await network.fit(INPUTS, targets ?? CLASSES, { epochs: 6, batchSize: 7, ...fit, ...options });
}

/** Without what a clock says. */
function figures({ epochs, bestEpoch, stopped }: History): object {
  return { epochs: epochs.map(({ seconds: _, ...rest }) => rest), bestEpoch, stopped };
}

/** A network that takes a while, and its samples. */
async function slow(): Promise<{ network: Trained; inputs: Float32Array; targets: Float32Array }> {
  const network = await Network.create({ inputs: 200, layers: [{ units: 100 }, { units: 2 }], seed: 2 });
  return {
    network,
    inputs: randomRows(2000, 200, 1),
    targets: randomRows(2000, 2, 3).map((value) => Math.abs(value) % 1),
  };
}

const threads = process.getBuiltinModule('node:worker_threads');

/** From now on, the workers that are started; `at` is where their program is, if not where it should be. */
function watchWorkers(at?: URL): Worker[] {
  const started: Worker[] = [];
  const { Worker: Original } = threads;
  threads.Worker = class extends Original {
    constructor(url: URL | string, options: object) {
      super(at ?? url, options);
      started.push(this);
    }
  };
  restore = () => {
    threads.Worker = Original;
  };
  return started;
}
let restore = (): void => undefined;

/** An error of the built library, whose classes are its own. */
function expectCoded(error: unknown, code: ErrorCode, message: RegExp): void {
  expect(error).toBeInstanceOf(code.startsWith('ERR_INVALID') ? RangeError : WasmlpError);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
}

afterEach(() => {
  restore();
  vi.unstubAllGlobals();
});

describe.each(ENGINES)('in the background, on %s', (engine) => {
  describe.each(Object.entries(COURSES))('%s', (_, course) => {
    it.each([true, false])('comes to the same bits, shared memory %s', async (isShared) => {
      if (!isShared) vi.stubGlobal('SharedArrayBuffer', undefined);
      const [here, away] = await Promise.all([create(course, engine), create(course, engine)]);
      const states: string[][] = [[], []];
      const histories: object[] = [];
      for (const [i, network] of [here, away].entries()) {
        const onEpoch = (): void =>
          void states[i]?.push(fingerprint(network), Buffer.from(network.saveCheckpoint()).toString('base64'));
        const background = network === away;
        for (const options of [
          { background, onEpoch },
          { background, epochs: 2 },
        ]) {
          histories.push(figures(await train(network, course, options)));
        }
      }
      expect(histories.slice(2)).toEqual(histories.slice(0, 2));
      expect(states[1]).toEqual(states[0]);
      expect(Buffer.compare(here.saveCheckpoint(), away.saveCheckpoint())).toBe(0);
      expect(away.epochs).toBe(here.epochs);
    });
  });

  it('trains on a stream to the same bits', async () => {
    const course: Course = { network: { normalize: 'standard', optimizer: 'rmsprop' } };
    const [here, away] = await Promise.all([create(course, engine), create(course, engine)]);
    const batches = async function* () {
      for (let i = 0; i < COUNT; i += 18) {
        yield { inputs: INPUTS.slice(3 * i, 3 * (i + 18)), targets: CLASSES.slice(i, i + 18) };
      }
    };
    const options = { epochs: 4, classWeights: [1, 3, 2] };
    const histories = [
      await here.fitStream(batches, { ...options, batchSize: 5 }),
      await away.fitStream(batches, { ...options, batchSize: 5, background: true }),
    ];
    expect(figures(histories[1] as History)).toEqual(figures(histories[0] as History));
    expect(Buffer.compare(here.saveCheckpoint(), away.saveCheckpoint())).toBe(0);
  });

  it('says where it diverged, with the weights of the foreground', async () => {
    const course = {
      network: { layers: [{ units: 3, activation: 'linear' }] },
      targets: randomRows(COUNT, 3, 9),
    } as const;
    const [here, away] = await Promise.all([create(course, engine), create(course, engine)]);
    const [expected, came] = [
      await thrownBy(() => train(here, course, { learningRate: 1e10 })),
      await thrownBy(() => train(away, course, { learningRate: 1e10, background: true })),
    ];
    expectCoded(came, 'ERR_DIVERGED', /^fit: the loss or a weight stopped being finite in epoch \d+/);
    expect({ ...(came as Error), message: (came as Error).message }).toEqual({
      ...(expected as Error),
      message: (expected as Error).message,
    });
    expect(fingerprint(away)).toBe(fingerprint(here));
  });
});

describe('callbacks', () => {
  it('are called on this thread, in their order, and waited for', async () => {
    const network = await create({}, 'wasm');
    const calls: unknown[] = [];
    let isIn = false;
    await train(
      network,
      {},
      {
        epochs: 3,
        background: true,
        learningRate: (epoch) => {
          calls.push(['rate', epoch, isIn]);
          return 0.1 / epoch;
        },
        onEpoch: async ({ epoch, learningRate }) => {
          isIn = true;
          await wait(20);
          isIn = false;
          calls.push(['epoch', epoch, learningRate, network.epochs]);
        },
        onProgress: ({ fraction }) => void (fraction === 1 && calls.push('end')),
      },
    );
    const epochs = [1, 2, 3].flatMap((epoch) => [
      ['rate', epoch, false],
      ['epoch', epoch, 0.1 / epoch, epoch],
    ]);
    expect(calls).toEqual([...epochs, 'end']);
  });

  it.each(['learningRate', 'onEpoch', 'onProgress'])('%s that throws rejects the fit', async (name) => {
    const { network, inputs, targets } = await slow();
    const mine = new Error('mine');
    const callback = (): never => {
      throw mine;
    };
    const before = fingerprint(network);
    await expect(network.fit(inputs, targets, { background: true, [name]: callback })).rejects.toBe(mine);
    expect(fingerprint(network) === before).toBe(name === 'learningRate');
    await network.fit(inputs, targets, { epochs: 1, background: true });
  });

  it('a learning rate that is none is refused as in the foreground', async () => {
    const network = await create({}, 'wasm');
    const error = await thrownBy(() => train(network, {}, { background: true, learningRate: () => -1 }));
    expectCoded(error, 'ERR_INVALID_OPTION', /^fit: learningRate\(1\) is -1, expected/);
  });
});

describe('meanwhile', () => {
  it("the network predicts by whole batches and refuses other training; the samples are the caller's", async () => {
    const { network, inputs, targets } = await slow();
    const before = fingerprint(network);
    const running = network.fit(inputs, targets, { epochs: 60, background: true });
    inputs.fill(Number.NaN);
    targets.fill(Number.NaN);
    const seen = new Set<string>([before]);
    const row = new Array<number>(200).fill(0.5);
    let isOver = false;
    void running.then(() => {
      isOver = true;
    });
    expectCoded(await thrownBy(() => network.fit(row, [0, 1])), 'ERR_BUSY', /^fit: a fit of this network is running/);
    while (!isOver) {
      seen.add(fingerprint(network));
      expect(network.predict(row).every(Number.isFinite)).toBe(true);
      await wait(5);
    }
    expect(seen.size).toBeGreaterThan(2);
    const twin = await slow();
    await twin.network.fit(twin.inputs, twin.targets, { epochs: 60 });
    expect(fingerprint(network)).toBe(fingerprint(twin.network));
  });

  it('this thread stays free', async () => {
    const network = await Network.create({ inputs: 784, layers: [{ units: 128 }, { units: 10 }] });
    const inputs = randomRows(3000, 784, 1);
    const targets = randomRows(3000, 10, 2).map((value) => Math.abs(value) % 1);
    // Other programs may take the machine from it, but not three times in a row.
    const found: number[] = [];
    while (found.length < 3 && !found.some((delay) => delay < 20)) {
      const running = network.fit(inputs, targets, { epochs: 40, background: true });
      // Past the copying of the samples, which is on this thread.
      await wait(100);
      const delays = await delaysUntil(running);
      expect(delays.length).toBeGreaterThan(100);
      found.push(delays[Math.floor(delays.length * 0.99)] as number);
    }
    expect(Math.min(...found), `${found}`).toBeLessThan(20);
  });
});

/** How late timers of this thread are until something is over: milliseconds, the longest last. */
async function delaysUntil(over: Promise<unknown>): Promise<number[]> {
  let isOver = false;
  const ended = over.finally(() => {
    isOver = true;
  });
  const delays: number[] = [];
  while (!isOver) {
    const asked = performance.now();
    await wait(1);
    delays.push(performance.now() - asked - 1);
  }
  await ended;
  return delays.sort((a, b) => a - b);
}

describe('the end', () => {
  it('by abort leaves whole batches, at 20 random moments', async () => {
    const random = new SeededRandom('background abort');
    const { network: twin, inputs, targets } = await slow();
    // One batch is an epoch: every state there is.
    const all = { shuffle: false, batchSize: 2000 };
    const states = [fingerprint(twin)];
    await twin.fit(inputs, targets, { ...all, epochs: 100, onEpoch: () => void states.push(fingerprint(twin)) });
    const found = new Set<number>();
    for (let i = 0; i < 20; i++) {
      if (i === 10) vi.stubGlobal('SharedArrayBuffer', undefined);
      const { network } = await slow();
      const controller = new AbortController();
      const reason = new Error('enough');
      const running = network.fit(inputs, targets, {
        ...all,
        epochs: 100,
        background: true,
        signal: controller.signal,
      });
      setTimeout(() => controller.abort(reason), 50 + 400 * random.uniform());
      await expect(running).rejects.toBe(reason);
      const state = states.indexOf(fingerprint(network));
      expect(state, REPRODUCE).toBeGreaterThanOrEqual(0);
      // The last batch of an epoch may be trained on before the epoch is at its end.
      expect([state, state - 1]).toContain(network.epochs);
      found.add(state);
      await network.fit(inputs, targets, { ...all, epochs: 1 });
      expect(states.indexOf(fingerprint(network))).toBe(state + 1);
      network.dispose();
    }
    expect(found.size).toBeGreaterThan(1);
  });

  it('by disposal', async () => {
    const { network, inputs, targets } = await slow();
    const running = network.fit(inputs, targets, { background: true });
    await wait(100);
    network.dispose();
    expectCoded(await thrownBy(() => running), 'ERR_DISPOSED', /^fit: this network was disposed of/);
  });

  it.each([true, false])('of the worker is ERR_WORKER_DIED within a second, shared memory %s', async (isShared) => {
    if (!isShared) vi.stubGlobal('SharedArrayBuffer', undefined);
    const workers = watchWorkers();
    const { network, inputs, targets } = await slow();
    const before = fingerprint(network);
    let running: Promise<unknown> | undefined;
    await new Promise<void>((resolve) => {
      const options = { epochs: 1000, background: true, onProgress: () => resolve() };
      running = thrownBy(() => network.fit(inputs, targets, options));
    });
    const killed = performance.now();
    await workers[0]?.terminate();
    expectCoded(
      await running,
      'ERR_WORKER_DIED',
      /^fit: the worker that trained in the background died, or never started/,
    );
    expect(performance.now() - killed).toBeLessThan(1000);
    expect(fingerprint(network)).not.toBe(before);
    await network.fit(inputs, targets, { epochs: 1, background: true });
  });

  it.each([
    ['is not there', new URL('file:///nowhere/worker.js')],
    ['throws', new URL('data:text/javascript,throw new Error("no")')],
    ['ends at once', new URL('data:text/javascript,process.exit(3)')],
  ])('of a worker whose program %s', async (_, url) => {
    watchWorkers(url);
    const network = await create({}, 'wasm');
    const before = fingerprint(network);
    expectCoded(await thrownBy(() => train(network, {}, { background: true })), 'ERR_WORKER_DIED', /^fit: the worker/);
    expect(fingerprint(network)).toBe(before);
    restore();
    await train(network, {}, { background: true });
  });

  it('leaves nothing that keeps the process alive', async () => {
    const program = `
      import { Network } from './dist/index.js';
      const network = await Network.create({ inputs: 1, layers: [{ units: 1 }] });
      await network.fit([1], [1], { epochs: 3, background: true });
      console.log(network.epochs);
    `;
    expect(await runNode('--input-type=module', '--eval', program)).toBe('3\n');
  });
});
