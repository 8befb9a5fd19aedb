/** What a network says and does before, during and after a fit on several threads is what it would with one. With the built library. */
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { firstCall, turn } from '../../../support/event-loop.js';
import { digestOf, sha256 } from '../../../support/networks.js';
import { thrownBy } from '../../../support/refusals.js';
import { randomClasses, randomRows } from '../../../support/samples.js';
import { expectBuiltCoded, Network, type Trained } from '../../../support/training/background.js';
import { digestOfAll, figures, recordOfTeam, team } from '../../../support/training/threads.js';

const WIDTH = 300;
const COUNT = 240;
const BATCH = 40;
const INPUTS = randomRows(COUNT, WIDTH, 3);
const CLASSES = randomClasses(COUNT, 5, 4);

const LAYERS = [
  { units: 64, activation: 'tanh' },
  { units: 5, activation: 'softmax' },
] as const;

async function create(threads: number | 'auto', options: object = {}): Promise<Trained> {
  return await Network.create({ inputs: WIDTH, layers: LAYERS, seed: 9, ...options, threads });
}

const train = (network: Trained, options: object = {}) =>
  network.fit(INPUTS, CLASSES, { epochs: 4, batchSize: BATCH, ...options });

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('helpers help: in some fit they did a part of a phase', async () => {
  const network = await create(3);
  const { epochs } = await train(network, {
    epochs: 1e6,
    onEpoch: () => recordOfTeam().done === 0,
  });
  expect(recordOfTeam().threads).toBe(3);
  const alone = await create(1);
  await train(alone, { epochs: epochs.length });
  expect(digestOfAll(network)).toBe(digestOfAll(alone));
});

it('"auto" trains on all cores, with the same bits', async () => {
  vi.spyOn(process.getBuiltinModule('node:os'), 'availableParallelism').mockReturnValue(3);
  const [alone, auto] = await Promise.all([create(1), create('auto')]);
  const { fits } = team;
  await train(alone);
  expect(team.fits).toBe(fits);
  await train(auto);
  expect(team.fits).toBe(fits + 1);
  expect(recordOfTeam().threads).toBe(3);
  expect(digestOfAll(auto)).toBe(digestOfAll(alone));
});

it('a fit that gains nothing asks nobody for help', async () => {
  const network = await create(3);
  const { fits } = team;
  await network.fit(INPUTS, CLASSES, { epochs: 1, batchSize: 8 });
  const small = await Network.create({ inputs: 2, layers: [{ units: 2 }, { units: 1 }], threads: 2 });
  await small.fit([0, 1, 1, 0], [1, 0], { batchSize: 2 });
  expect(team.fits).toBe(fits);
});

/** Everything that a network answers. */
function answersOf(network: Trained): unknown {
  const { weights, biases } = network.getParameters(0);
  const numbers = [network.predict(INPUTS), network.predict(INPUTS, { layer: 0 } as never), weights, biases];
  return {
    numbers: numbers.map((values) => digestOf(values as Float32Array)),
    figures: network.evaluate(INPUTS, CLASSES),
    files: [network.save(), network.saveCheckpoint(), network.clone().save()].map(sha256),
    json: JSON.stringify(network.toJSON()),
    epochs: network.epochs,
    scaling: network.scaling,
  };
}

describe('during a fit', () => {
  it.each([
    ['sgd', {}, {}],
    ['adam and a scaling', { optimizer: 'adam', normalize: 'standard' }, {}],
    ['one that validates and stops early', {}, { validation: 0.2, earlyStopping: { patience: 2 } }],
    ['one in the background', { optimizer: 'adam' }, { background: true }],
  ])('of %s, answers are those of one thread after each epoch', async (_, options, fit) => {
    const answers: unknown[][] = [];
    for (const threads of [1, 3]) {
      const network = await create(threads, options);
      const seen: unknown[] = [];
      await train(network, { ...fit, onEpoch: () => void seen.push(answersOf(network)) });
      seen.push(answersOf(network));
      answers.push(seen);
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  it('the event loop sees the weights after whole batches, in their order', async () => {
    const network = await create(2);
    const steps = await create(1);
    const places = new Map([[digestOfAll(steps), 0]]);
    for (let batch = 0; batch < (6 * COUNT) / BATCH; batch++) {
      const from = (batch * BATCH) % COUNT;
      steps.trainOnBatch(INPUTS.subarray(from * WIDTH, (from + BATCH) * WIDTH), CLASSES.subarray(from, from + BATCH));
      places.set(parametersOf(steps), batch + 1);
    }
    let isRunning = true;
    const found: (number | undefined)[] = [];
    const watching = (async () => {
      while (isRunning) {
        const place = places.get(parametersOf(network));
        if (network.epochs > 0 || place !== undefined) found.push(place);
        await turn();
      }
    })();
    await train(network, { epochs: 6, shuffle: false });
    isRunning = false;
    await watching;
    expect(found).not.toContain(undefined);
    expect(found).toEqual([...found].sort((a, b) => (a as number) - (b as number)));
    expect(parametersOf(network)).toBe(parametersOf(steps));
  });

  it('calls that need more memory than the fit has change no bit of it', async () => {
    const digests: string[] = [];
    const [inputs, classes] = [randomRows(5000, WIDTH, 8), randomClasses(5000, 5, 9)];
    for (const threads of [1, 3]) {
      const network = await create(threads, { optimizer: 'adam' });
      const seen: unknown[] = [];
      await train(network, {
        onEpoch: () => {
          seen.push(network.evaluate(inputs, classes), network.predict(inputs.subarray(0, 700 * WIDTH)));
        },
      });
      digests.push(digestOfAll(network), JSON.stringify(seen));
    }
    expect(digests.slice(2)).toEqual(digests.slice(0, 2));
  });

  it('a clone trains at the same time, on a team of its own', async () => {
    const digests: string[][] = [];
    for (const threads of [1, 3]) {
      const network = await create(threads, { optimizer: 'adam' });
      const clones: Trained[] = [];
      await train(network, {
        onEpoch: async ({ epoch }: { epoch: number }) => {
          const clone = network.clone();
          clones.push(clone);
          if (epoch === 2) await train(clone);
        },
      });
      digests.push([network, ...clones].map(digestOfAll));
    }
    expect(digests[1]).toEqual(digests[0]);
  });

  it('other training is refused', async () => {
    const network = await create(3);
    const errors: unknown[] = [];
    await train(network, {
      epochs: 1,
      onEpoch: async () => {
        const { weights } = network.getParameters(0);
        errors.push(
          await thrownBy(() => network.setParameters(0, { weights })),
          await thrownBy(() => network.trainOnBatch(INPUTS, CLASSES)),
          await thrownBy(() => train(network)),
        );
      },
    });
    for (const error of errors) expectBuiltCoded(error, 'ERR_BUSY', /: a fit of this network is running/);
    expect(errors).toHaveLength(3);
  });
});

function parametersOf(network: Trained): string {
  return [0, 1].map((layer) => Buffer.from(network.getParameters(layer).weights.buffer).toString('latin1')).join();
}

describe('two fits at the same time', () => {
  it('have the bits of one thread each', async () => {
    const alone = await create(1, { optimizer: 'adam' });
    await train(alone);
    const pair = await Promise.all([create(2, { optimizer: 'adam' }), create(4, { optimizer: 'adam' })]);
    const { fits } = team;
    await Promise.all(pair.map((network) => train(network)));
    expect(team.fits).toBe(fits + 2);
    expect(pair.map(digestOfAll)).toEqual([digestOfAll(alone), digestOfAll(alone)]);
  });
});

describe('two fits one after another', () => {
  it.each([false, true])(
    'have the same helper, though it has not said yet that it left the first, in the background %s',
    async (background) => {
      const { prototype } = process.getBuiltinModule('node:worker_threads').Worker;
      const { emit } = prototype;
      vi.spyOn(prototype, 'emit').mockImplementation(function (this: Worker, ...event) {
        return (event[1] as { kind?: string })?.kind !== 'free' && emit.apply(this, event);
      });
      const network = await create(2);
      await train(network, { background });
      const [helper] = team.workers;
      await train(network, { background });
      expect(team.workers).toEqual([helper]);
      expect(helper).toBeDefined();
      // Its team would wait for the word in a later test.
      await helper?.terminate();
    },
  );
});

describe('before and after fits', () => {
  it('single steps carry the state of the optimizer', async () => {
    const digests: string[][] = [];
    for (const threads of [1, 3]) {
      const network = await create(threads, { optimizer: 'adam' });
      const seen = [digestOfAll(network)];
      network.trainOnBatch(INPUTS, CLASSES);
      seen.push(digestOfAll(network));
      await train(network);
      seen.push(digestOfAll(network));
      network.trainOnBatch(INPUTS, CLASSES);
      await train(network, { epochs: 1 });
      seen.push(digestOfAll(network));
      digests.push(seen);
    }
    expect(digests[1]).toEqual(digests[0]);
  });

  it('a fit that fails before its first step leaves no optimizer state', async () => {
    const network = await create(3, { optimizer: 'adam' });
    const before = digestOfAll(network);
    const fails = new Error('mine');
    const learningRate = (): number => {
      throw fails;
    };
    expect(await thrownBy(() => train(network, { learningRate }))).toBe(fails);
    expect(digestOfAll(network)).toBe(before);
  });

  it('a checkpoint of an epoch resumes on other threads', async () => {
    const options = { validation: 0.2, earlyStopping: { patience: 3 } };
    const network = await create(1, { optimizer: 'adam', normalize: 'standard' });
    await train(network, { ...options, epochs: 6 });
    const first = await create(3, { optimizer: 'adam', normalize: 'standard' });
    let checkpoint = new Uint8Array();
    await train(first, {
      ...options,
      epochs: 6,
      onEpoch: ({ epoch }: { epoch: number }) => {
        if (epoch === 2) checkpoint = first.saveCheckpoint() as Uint8Array<ArrayBuffer>;
      },
    });
    const resumed = await Network.load(checkpoint, { threads: 2 });
    await train(resumed, { ...options, epochs: 4 });
    expect(digestOfAll(first)).toBe(digestOfAll(network));
    expect(digestOfAll(resumed)).toBe(digestOfAll(network));
  });

  it('a scaling is learned anew as with one thread, and hints are the same', async () => {
    const moved = INPUTS.map((value) => 50 + 7 * value);
    const seen: unknown[][] = [];
    for (const threads of [1, 3]) {
      const network = await create(threads, { normalize: 'standard' });
      const histories = [
        await train(network),
        await network.fit(moved, CLASSES, { epochs: 2, batchSize: BATCH }),
        await network.fit(moved, CLASSES, { epochs: 2, batchSize: BATCH, relearnScaling: true }),
        await train(network, { epochs: 2, learningRate: 1e-12 }),
      ];
      seen.push([digestOfAll(network), histories.map(figures), histories.map(({ hints }) => hints.length)]);
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[0]?.[2]).not.toEqual([0, 0, 0, 0]);
  });

  it('one that diverges has the same error, and goes back to the same weights', async () => {
    const seen: unknown[] = [];
    for (const threads of [1, 2, 4]) {
      const layers = [
        { units: 64, activation: 'relu' },
        { units: 2, activation: 'linear' },
      ] as const;
      const network = await Network.create({ inputs: WIDTH, layers, seed: 1, threads });
      const targets = randomRows(COUNT, 2, 5);
      const run = () => network.fit(INPUTS, targets, { batchSize: BATCH, epochs: 50, learningRate: 9 });
      const error = (await thrownBy(run)) as Error & { epoch: number; batch: number };
      expectBuiltCoded(error, 'ERR_DIVERGED', /^fit: /);
      seen.push([error.message, error.epoch, error.batch, digestOfAll(network)]);
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  it('the summary counts the shared memory only while it is used', async () => {
    const network = await create(3, { optimizer: 'adam' });
    const memoryOf = (): number => Number(/memory: ([\d.]+) KiB/.exec(network.summary())?.[1]);
    const before = memoryOf();
    let during = 0;
    await train(network, {
      onEpoch: () => {
        during = memoryOf();
      },
    });
    expect(before).toBeGreaterThan(0);
    expect(during).toBeGreaterThan(2 * memoryOf());
  });
});

describe('a fit that ends in the middle', () => {
  it.each([false, true])(
    'by its signal has whole batches, and the next goes on from there, in the background %s',
    async (background) => {
      const network = await create(3, { optimizer: 'adam' });
      const controller = new AbortController();
      const { called, callback: onProgress } = firstCall(() => undefined);
      const running = thrownBy(() =>
        train(network, { background, epochs: 1e6, signal: controller.signal, onProgress }),
      );
      await called;
      const reason = new Error('enough');
      controller.abort(reason);
      expect(await running).toBe(reason);
      const copy = await Network.load(network.saveCheckpoint());
      await Promise.all([train(network), train(copy)]);
      expect(digestOfAll(network)).toBe(digestOfAll(copy));
    },
  );

  it.each([false, true])(
    'by disposal rejects, and the next network gets the team, in the background %s',
    async (background) => {
      const network = await create(3);
      const { called, callback: onProgress } = firstCall(() => undefined);
      const running = thrownBy(() => train(network, { background, epochs: 1e6, onProgress }));
      await called;
      network.dispose();
      expectBuiltCoded(await running, 'ERR_DISPOSED', /^fit: this network was disposed of/);
      const [alone, next] = await Promise.all([create(1), create(3)]);
      await train(alone);
      await train(next);
      expect(digestOfAll(next)).toBe(digestOfAll(alone));
    },
  );
});

describe('a host', () => {
  it('whose thread may not wait trains in workers alone', async () => {
    vi.spyOn(Atomics, 'wait').mockImplementation(() => {
      throw new TypeError('Atomics.wait cannot be called in this context');
    });
    const [alone, several] = await Promise.all([create(1, { optimizer: 'adam' }), create(3, { optimizer: 'adam' })]);
    await train(alone);
    const { fits } = team;
    let turns = 0;
    const { called, callback: onProgress } = firstCall(() => undefined);
    const running = train(several, { onProgress });
    void called.then(() => turns++);
    await running;
    expect(team.fits).toBe(fits + 1);
    expect(digestOfAll(several)).toBe(digestOfAll(alone));
    // A fit that gains nothing stays here.
    await several.fit(INPUTS, CLASSES, { epochs: 1, batchSize: 8 });
    await alone.fit(INPUTS, CLASSES, { epochs: 1, batchSize: 8 });
    expect(team.fits).toBe(fits + 1);
    expect(digestOfAll(several)).toBe(digestOfAll(alone));
  });

  it.each([false, true])('without memory to share: "auto" trains alone, in the background %s', async (background) => {
    vi.spyOn(process.getBuiltinModule('node:os'), 'availableParallelism').mockReturnValue(3);
    const networks = await Promise.all([create(1), create('auto'), create(3)]);
    const scarce = new Proxy(WebAssembly.Memory, {
      construct: (Memory, [descriptor]: [WebAssembly.MemoryDescriptor]) => {
        if (descriptor.shared) throw new RangeError('could not allocate memory');
        return new Memory(descriptor);
      },
    });
    vi.stubGlobal('WebAssembly', Object.create(WebAssembly, { Memory: { value: scarce } }));
    const [alone, auto, exact] = networks as [Trained, Trained, Trained];
    // More than the idle team of an earlier test has.
    const [inputs, classes] = [randomRows(40_000, WIDTH, 8), randomClasses(40_000, 5, 9)];
    const run = (network: Trained) =>
      network.fit(inputs, classes, { epochs: 1, batchSize: 2000, background, stopAt: { seconds: 1e-9 } });
    const before = digestOfAll(exact);
    const message =
      /^memory: the host does not give \d+ MiB to share\. Use a smaller network or fewer samples, or leave threads/;
    expectBuiltCoded(await thrownBy(() => run(exact)), 'ERR_OUT_OF_MEMORY', message);
    expect(digestOfAll(exact)).toBe(before);
    await run(auto);
    expect(auto.epochs).toBe(1);
    expect(alone.epochs).toBe(0);
  });
});
