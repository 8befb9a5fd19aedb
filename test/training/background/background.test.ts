/** Fits in a worker, with the built library: the same bits and callbacks as in the foreground, and a thread that stays free. */
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { History } from '../../../src/index.js';
import { ENGINES, fingerprint } from '../../support/networks.js';
import { thrownBy } from '../../support/refusals.js';
import { randomRows } from '../../support/samples.js';
import {
  batches,
  CLASSES,
  COUNT,
  type Course,
  create,
  expectBuiltCoded,
  INPUTS,
  Network,
  slow,
  train,
  watchWorkers,
} from '../../support/training/background.js';

const NUMBERS = randomRows(COUNT, 2, 7);

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

/** A result without the numbers that depend on a clock. */
function figures({ epochs, bestEpoch, stopped }: History): object {
  return { epochs: epochs.map(({ seconds: _, ...rest }) => rest), bestEpoch, stopped };
}

describe.each(ENGINES)('in the background, on %s', (engine) => {
  describe.each(Object.entries(COURSES))('%s', (_, course) => {
    it.each([true, false])('ends with the same bits, shared memory %s', async (isShared) => {
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
    const options = { epochs: 4, classWeights: [1, 3, 2] };
    const histories = [
      await here.fitStream(batches, { ...options, batchSize: 5 }),
      await away.fitStream(batches, { ...options, batchSize: 5, background: true }),
    ];
    expect(figures(histories[1] as History)).toEqual(figures(histories[0] as History));
    expect(Buffer.compare(here.saveCheckpoint(), away.saveCheckpoint())).toBe(0);
  });

  it('learns its scaling anew to the same bits', async () => {
    const course: Course = {
      network: {
        layers: [
          { units: 7, activation: 'tanh' },
          { units: 2, activation: 'linear' },
        ],
        optimizer: 'adam',
        normalize: 'standard',
        normalizeTargets: 'minMax',
      },
      targets: NUMBERS,
    };
    const [here, away] = await Promise.all([create(course, engine), create(course, engine)]);
    for (const network of [here, away]) {
      await network.fit(INPUTS.slice(0, 9), NUMBERS.slice(0, 6), { epochs: 2 });
      await train(network, course, { relearnScaling: true, background: network === away });
    }
    expect(Buffer.compare(here.saveCheckpoint(), away.saveCheckpoint())).toBe(0);
    expect(away.scaling).toEqual(here.scaling);
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
    expectBuiltCoded(came, 'ERR_DIVERGED', /^fit: the loss or a weight stopped being finite in epoch \d+/);
    expect({ ...(came as Error), message: (came as Error).message }).toEqual({
      ...(expected as Error),
      message: (expected as Error).message,
    });
    expect(fingerprint(away)).toBe(fingerprint(here));
  });
});

describe('what a worker is sent', () => {
  it('has only the numbers of a batch, however large the array that they are part of', async () => {
    const [here, away] = await Promise.all([create(), create()]);
    const large = { inputs: new Float32Array(1e6), targets: new Uint8Array(1e6) };
    large.inputs.set(INPUTS, 500);
    large.targets.set(CLASSES, 70);
    const parts = function* () {
      for (let i = 0; i < COUNT; i += 18) {
        yield {
          inputs: large.inputs.subarray(500 + 3 * i, 500 + 3 * (i + 18)),
          targets: large.targets.subarray(70 + i, 70 + i + 18),
        };
      }
    };
    const { sent } = watchWorkers();
    const bytes: number[] = [];
    const { push } = sent;
    sent.push = (message) => {
      const { value } = message as { value?: { inputs: Float32Array; targets: Float32Array } };
      if (value !== undefined) bytes.push(value.inputs.buffer.byteLength, value.targets.buffer.byteLength);
      return push.call(sent, message);
    };
    await away.fitStream(parts, { epochs: 1, background: true });
    expect(bytes).toEqual(Array.from({ length: 5 }, () => [18 * 3 * 4, 18 * 4]).flat());
    await here.fitStream(batches, { epochs: 1 });
    expect(fingerprint(away)).toBe(fingerprint(here));
  });

  it('has the content of options that are proxies, as in reactive pages', async () => {
    const [here, away] = await Promise.all([create(), create()]);
    const options = { earlyStopping: { patience: 2, minDelta: 0.1 }, learningRate: { type: 'cosine' } } as const;
    const proxies = {
      earlyStopping: new Proxy(options.earlyStopping, {}),
      learningRate: new Proxy(options.learningRate, {}),
    };
    const histories = [await train(here, {}, options), await train(away, {}, { ...proxies, background: true })];
    expect(figures(histories[1] as History)).toEqual(figures(histories[0] as History));
    expect(fingerprint(away)).toBe(fingerprint(here));
  });
});

describe('a checkpoint', () => {
  it.each([true, false])('of a fit that was aborted has its early stopping, shared memory %s', async (isShared) => {
    if (!isShared) vi.stubGlobal('SharedArrayBuffer', undefined);
    const { network, inputs, targets } = await slow();
    const { network: twin } = await slow();
    const options = { earlyStopping: { patience: 1000 }, batchSize: 500 };
    const controller = new AbortController();
    const onProgress = ({ epoch }: { epoch: number }): void => {
      if (epoch > 3) controller.abort();
    };
    await thrownBy(() =>
      network.fit(inputs, targets, {
        ...options,
        epochs: 1e6,
        background: true,
        signal: controller.signal,
        onProgress,
      }),
    );
    const { epochs } = network;
    expect(epochs).toBeGreaterThan(2);
    let expected: unknown;
    const onEpoch = ({ epoch }: { epoch: number }): void => {
      if (epoch === epochs) expected = patienceIn(twin.saveCheckpoint());
    };
    await twin.fit(inputs, targets, { ...options, epochs: epochs + 1, onEpoch });
    expect(expected).toBeDefined();
    expect(patienceIn(network.saveCheckpoint())).toEqual(expected);
  });
});

/** The state of early stopping in a checkpoint. */
function patienceIn(checkpoint: Uint8Array): unknown {
  const length = Number(new DataView(checkpoint.buffer, checkpoint.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(checkpoint.subarray(8, 8 + length)));
  return JSON.parse(header.__metadata__.checkpoint).patience;
}

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

  it('a wrong learning rate is refused as in the foreground', async () => {
    const network = await create({}, 'wasm');
    const error = await thrownBy(() => train(network, {}, { background: true, learningRate: () => -1 }));
    expectBuiltCoded(error, 'ERR_INVALID_OPTION', /^fit: learningRate\(1\) is -1, expected/);
  });
});

describe('meanwhile', () => {
  it("the network predicts by whole batches and refuses other training; the samples are the caller's", async () => {
    const { network, inputs, targets } = await slow();
    const before = fingerprint(network);
    const seen = new Set<string>([before]);
    const onEpoch = (): void => void seen.add(fingerprint(network));
    const running = network.fit(inputs, targets, { epochs: 60, background: true, onEpoch });
    inputs.fill(Number.NaN);
    targets.fill(Number.NaN);
    const row = new Array<number>(200).fill(0.5);
    let isOver = false;
    void running.then(() => {
      isOver = true;
    });
    expectBuiltCoded(
      await thrownBy(() => network.fit(row, [0, 1])),
      'ERR_BUSY',
      /^fit: a fit of this network is running/,
    );
    while (!isOver) {
      seen.add(fingerprint(network));
      expect(network.predict(row).every(Number.isFinite)).toBe(true);
      await wait(5);
    }
    expect(seen.size).toBeGreaterThan(60);
    const twin = await slow();
    await twin.network.fit(twin.inputs, twin.targets, { epochs: 60 });
    expect(fingerprint(network)).toBe(fingerprint(twin.network));
  });

  it('this thread stays free, as it does not in the foreground', async () => {
    const network = await Network.create({ inputs: 784, layers: [{ units: 128 }, { units: 10 }] });
    const inputs = randomRows(3000, 784, 1);
    const targets = randomRows(3000, 10, 2).map((value) => Math.abs(value) % 1);
    /** The share of a fit's time in which this thread worked, without the copying of the samples. */
    const shareOf = async (background: boolean): Promise<number> => {
      let since: EventLoopUtilization | undefined;
      const onEpoch = (): void => {
        since ??= performance.eventLoopUtilization();
      };
      await network.fit(inputs, targets, { epochs: 8, background, onEpoch });
      return performance.eventLoopUtilization(since).utilization;
    };
    const [here, away] = [await shareOf(false), await shareOf(true)];
    // 1 and 0.05 on a free machine. Other programs on the cores slow down both the worker and this thread.
    expect(away, `in the foreground ${here}`).toBeLessThan(here / 2);
  });
});
