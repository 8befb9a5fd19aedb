/** How fits in a worker end, with the built library: whatever ends a fit, its worker ends too, and the network is intact. */
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { ReplyMessage } from '../../../src/training/background/messages.js';
import { firstCall, never, turn, until } from '../../support/event-loop.js';
import { fingerprint } from '../../support/networks.js';
import { runNode } from '../../support/programs.js';
import { thrownBy } from '../../support/refusals.js';
import { repeats } from '../../support/repeats.js';
import { REPRODUCE, SeededRandom } from '../../support/seeded.js';
import {
  batches,
  CLASSES,
  create,
  expectBuiltCoded,
  INPUTS,
  leaveWorkers,
  Network,
  slow,
  train,
  watchWorkers,
} from '../../support/training/background.js';

const NOT_STARTED = /^fit: the worker for the background did not start\. Put dist\/worker\.js beside/;

const ABORTS = repeats(4, 20);

describe('the end', () => {
  it(`by abort leaves whole batches, at ${ABORTS} random moments`, async () => {
    const random = new SeededRandom('background abort');
    const { network: twin, inputs, targets } = await slow();
    // An epoch is one batch, so these are all possible states.
    const all = { shuffle: false, batchSize: 2000 };
    const states = [fingerprint(twin)];
    const found = new Set<number>();
    for (let i = 0; i < ABORTS; i++) {
      if (i === ABORTS / 2) vi.stubGlobal('SharedArrayBuffer', undefined);
      const { network } = await slow();
      const controller = new AbortController();
      const reason = new Error('enough');
      const { called: begun, callback: onProgress } = firstCall(() => undefined);
      const options = { ...all, epochs: 1e6, background: true, signal: controller.signal, onProgress };
      const running = network.fit(inputs, targets, options);
      // Every fifth abort comes before the worker has started.
      if (i % 5 !== 0) {
        await begun;
        await wait(60 * random.uniform());
      }
      controller.abort(reason);
      await expect(running).rejects.toBe(reason);
      // The fit may have trained on the last batch of an epoch without ending the epoch, and one more epoch follows below.
      while (states.length <= network.epochs + 2) {
        await twin.fit(inputs, targets, { ...all, epochs: 1 });
        states.push(fingerprint(twin));
      }
      const state = states.indexOf(fingerprint(network));
      expect([state, state - 1], REPRODUCE).toContain(network.epochs);
      found.add(state);
      await network.fit(inputs, targets, { ...all, epochs: 1 });
      expect(states.indexOf(fingerprint(network))).toBe(state + 1);
      network.dispose();
    }
    expect(found.size).toBeGreaterThan(1);
  });

  it('by disposal', async () => {
    const { network, inputs, targets } = await slow();
    const { called: begun, callback: onProgress } = firstCall(() => undefined);
    const running = network.fit(inputs, targets, { epochs: 1e6, background: true, onProgress });
    await begun;
    network.dispose();
    expectBuiltCoded(await thrownBy(() => running), 'ERR_DISPOSED', /^fit: this network was disposed of/);
  });

  it.each([true, false])(
    'of a fit and of a stream that wait for a callback, in the background %s',
    async (background) => {
      for (const method of ['fit', 'fitStream'] as const) {
        for (const end of ['abort', 'dispose'] as const) {
          const network = await create();
          const controller = new AbortController();
          const reason = new Error('enough');
          const { called, callback: onEpoch } = firstCall(never);
          const options = { background, signal: controller.signal, onEpoch };
          const running = thrownBy(() =>
            method === 'fit' ? network.fit(INPUTS, CLASSES, options) : network.fitStream(batches, options),
          );
          await called;
          if (end === 'abort') {
            controller.abort(reason);
            expect(await running).toBe(reason);
          } else {
            network.dispose();
            expectBuiltCoded(await running, 'ERR_DISPOSED', new RegExp(`^${method}: this network was disposed of`));
          }
        }
      }
    },
  );

  it('comes at once, even if a batch of the stream takes long', async () => {
    const { network, inputs, targets } = await slow();
    const controller = new AbortController();
    const { workers } = watchWorkers();
    let asked = 0;
    const stream = function* () {
      for (;;) {
        asked++;
        yield { inputs, targets };
      }
    };
    const reason = new Error('enough');
    const running = thrownBy(() =>
      network.fitStream(stream, { batchSize: 1, background: true, signal: controller.signal }),
    );
    await until(() => asked === 2);
    controller.abort(reason);
    expect(await running).toBe(reason);
    expect(asked).toBe(2);
    expect(workers[0]?.threadId).toBe(-1);
  });

  it.each([true, false])('of the last epoch, by its onEpoch, rejects too, in the background %s', async (background) => {
    for (const method of ['fit', 'fitStream'] as const) {
      const network = await create();
      const controller = new AbortController();
      const reason = new Error('enough');
      const onEpoch = ({ epoch }: { epoch: number }): void => {
        if (epoch === 2) controller.abort(reason);
      };
      const options = { epochs: 2, background, signal: controller.signal, onEpoch };
      const run = () =>
        method === 'fit' ? network.fit(INPUTS, CLASSES, options) : network.fitStream(batches, options);
      expect(await thrownBy(run)).toBe(reason);
      expect(network.epochs).toBe(2);
    }
  });

  const fails = new Error('mine');
  const thrower = (from: number) => {
    let calls = 0;
    return (): number => {
      if (++calls === from) throw fails;
      return 0.1;
    };
  };
  it.each([
    ['onEpoch', 3],
    ['learningRate', 3],
  ])('by %s that throws leaves the epochs before, and the worker no answer', async (name, calls) => {
    const [here, away] = await Promise.all([create(), create()]);
    expect(await thrownBy(() => train(here, {}, { [name]: thrower(calls) }))).toBe(fails);
    const { sent } = watchWorkers();
    expect(await thrownBy(() => train(away, {}, { [name]: thrower(calls), background: true }))).toBe(fails);
    expect(sent.filter((message) => (message as ReplyMessage).isFailure === false)).toHaveLength(calls - 1);
    expect(fingerprint(away)).toBe(fingerprint(here));
    expect(away.epochs).toBe(here.epochs);
  });

  it('by a stream that throws leaves the epochs before, and the worker gets no answer', async () => {
    const [here, away] = await Promise.all([create(), create()]);
    const { sent } = watchWorkers();
    for (const network of [here, away]) {
      let streams = 0;
      const stream = function* () {
        streams++;
        for (const batch of batches()) {
          yield batch;
          if (streams === 2) throw fails;
        }
      };
      expect(await thrownBy(() => network.fitStream(stream, { background: network === away }))).toBe(fails);
    }
    // After five batches and the end of the first epoch, and one batch of the second.
    expect(sent.filter((message) => (message as ReplyMessage).isFailure === false)).toHaveLength(7);
    expect([away.epochs, here.epochs]).toEqual([1, 1]);
  });

  it('before the first step changes nothing, as in the foreground', async () => {
    const options = { earlyStopping: { patience: 3 }, epochs: 12 };
    const before = await create({ network: { normalize: 'standard' } });
    let checkpoint = new Uint8Array();
    const onEpoch = ({ epoch }: { epoch: number }): void => {
      if (epoch === 4) checkpoint = before.saveCheckpoint() as Uint8Array<ArrayBuffer>;
    };
    await train(before, {}, { ...options, onEpoch });
    const resumed = await Network.load(checkpoint);
    const fresh = await create({ network: { normalize: 'standard' } });
    const emptied = await create({ network: { normalize: 'standard' } });
    for (const network of [resumed, fresh]) {
      const saved = network.saveCheckpoint();
      const learningRate = thrower(1);
      expect(await thrownBy(() => train(network, {}, { ...options, learningRate, background: true }))).toBe(fails);
      expect(Buffer.compare(network.saveCheckpoint(), saved)).toBe(0);
    }
    const saved = emptied.saveCheckpoint();
    let streams = 0;
    const once = () => (streams++ === 0 ? batches() : [][Symbol.iterator]());
    const error = await thrownBy(() => emptied.fitStream(once, { background: true }));
    expectBuiltCoded(error, 'ERR_SHAPE', /^fitStream: the stream ended without a batch/);
    expect(Buffer.compare(emptied.saveCheckpoint(), saved)).toBe(0);
  });

  it('by an onProgress that rejects late, and not as the last, rejects the fit', async () => {
    const { network, inputs, targets } = await slow();
    let isFirst = true;
    let last: () => void = () => undefined;
    const isLast = new Promise<void>((resolve) => {
      last = resolve;
    });
    const onProgress = async ({ fraction }: { fraction: number }): Promise<void> => {
      if (fraction === 1) last();
      if (!isFirst) return;
      isFirst = false;
      await isLast;
      await wait(50);
      throw fails;
    };
    expect(await thrownBy(() => network.fit(inputs, targets, { epochs: 60, background: true, onProgress }))).toBe(
      fails,
    );
  });

  it('closes a stream that hangs', async () => {
    const network = await create();
    let isClosed = false;
    let hangs: () => void = () => undefined;
    const isHanging = new Promise<void>((resolve) => {
      hangs = resolve;
    });
    const [first] = batches();
    const stream = () => {
      let asked = 0;
      return {
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            if (asked++ === 0) return { done: false as const, value: first as NonNullable<typeof first> };
            hangs();
            return await new Promise<never>(() => undefined);
          },
          return: async () => {
            isClosed = true;
            return { done: true as const, value: undefined };
          },
        }),
      };
    };
    const { workers } = watchWorkers();
    const running = thrownBy(() => network.fitStream(stream, { background: true }));
    await isHanging;
    await workers[0]?.terminate();
    expectBuiltCoded(await running, 'ERR_WORKER_DIED', /^fitStream: the worker that trained/);
    await until(() => isClosed);
  });

  it('by an onProgress that rejects after the last epoch rejects the fit, as in the foreground', async () => {
    for (const background of [false, true]) {
      const network = await create();
      const onProgress = async (): Promise<void> => {
        await wait(50);
        throw fails;
      };
      expect(await thrownBy(() => train(network, {}, { background, onProgress }))).toBe(fails);
    }
  });

  it.each([true, false])(
    'of the worker is ERR_WORKER_DIED by itself, not by a timer, shared memory %s',
    async (isShared) => {
      if (!isShared) vi.stubGlobal('SharedArrayBuffer', undefined);
      const { workers } = watchWorkers();
      const { network, inputs, targets } = await slow();
      const before = fingerprint(network);
      const { called: begun, callback: onProgress } = firstCall(() => undefined);
      const options = { epochs: 1e6, background: true, onProgress };
      const running = thrownBy(() => network.fit(inputs, targets, options));
      await begun;
      // From now on, waiting ends nothing.
      vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
      try {
        await workers[0]?.terminate();
        const message = /^fit: the worker that trained in the background died\. The network/;
        expectBuiltCoded(await running, 'ERR_WORKER_DIED', message);
      } finally {
        vi.useRealTimers();
      }
      expect(fingerprint(network)).not.toBe(before);
      await network.fit(inputs, targets, { epochs: 1, background: true });
    },
  );

  it.each([
    ['is not there', new URL('file:///nowhere/worker.js')],
    ['throws', new URL('data:text/javascript,throw new Error("no")')],
    ['ends at once', new URL('data:text/javascript,process.exit(3)')],
  ])('of a worker whose program %s', async (_, url) => {
    watchWorkers(url);
    const network = await create({}, 'wasm');
    const before = fingerprint(network);
    expectBuiltCoded(await thrownBy(() => train(network, {}, { background: true })), 'ERR_WORKER_DIED', NOT_STARTED);
    expect(fingerprint(network)).toBe(before);
    leaveWorkers();
    await train(network, {}, { background: true });
  });

  it('comes after 30 seconds if a worker does not answer', async () => {
    const { workers } = watchWorkers(new URL('data:text/javascript,setInterval(() => 0, 1000)'));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const network = await create();
      const running = thrownBy(() => train(network, {}, { background: true }));
      while (workers.length === 0) await turn();
      vi.advanceTimersByTime(29_999);
      expect(workers[0]?.threadId).toBeGreaterThan(0);
      vi.advanceTimersByTime(1);
      const error = await running;
      expectBuiltCoded(error, 'ERR_WORKER_DIED', NOT_STARTED);
      expect(error).toHaveProperty('cause.message', 'it did not answer for 30 seconds');
    } finally {
      vi.useRealTimers();
    }
  });

  it('of a worker of another version says so', async () => {
    const program = await readFile('dist/worker.js', 'utf8');
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    const other = program.replaceAll(version, '9.8.7');
    expect(other).not.toBe(program);
    watchWorkers(new URL(`data:text/javascript,${encodeURIComponent(other)}`));
    const network = await create();
    const message = /^fit: worker\.js is of wasmlp 9\.8\.7, expected \d+\.\d+\.\d+\. Put the dist\/worker\.js of this/;
    expectBuiltCoded(await thrownBy(() => train(network, {}, { background: true })), 'ERR_WORKER_DIED', message);
  });

  it('by a worker without memory has the error of the worker', async () => {
    const scarce = `globalThis.Float32Array = new Proxy(Float32Array, {
      construct: (target, given, newTarget) => {
        if (given[0] > 5000) throw new RangeError('no memory');
        return Reflect.construct(target, given, newTarget);
      },
    });`;
    const program = await readFile('dist/worker.js', 'utf8');
    watchWorkers(new URL(`data:text/javascript,${encodeURIComponent(scarce + program)}`));
    const { network, inputs, targets } = await slow();
    const before = fingerprint(network);
    const error = await thrownBy(() => network.fit(inputs, targets, { background: true }));
    expectBuiltCoded(error, 'ERR_OUT_OF_MEMORY', /^memory: the host has no room for \d+ numbers\./);
    expect(fingerprint(network)).toBe(before);
  });

  it('on a host without workers is ERR_UNSUPPORTED, and nothing is trained', async () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
    const network = await create();
    const before = fingerprint(network);
    expectBuiltCoded(
      await thrownBy(() => train(network, {}, { background: true })),
      'ERR_UNSUPPORTED',
      /^fit: background needs a worker, and this host has none\. Leave background out\.$/,
    );
    expect(fingerprint(network)).toBe(before);
  });

  it('wasmlp/worker is refused outside of a worker', async () => {
    const program = "await import('./dist/worker.js').catch(({ code, message }) => console.log(code, message));";
    expect(await runNode('--input-type=module', '--eval', program)).toBe(
      'ERR_UNSUPPORTED wasmlp/worker runs only in a worker, which fit starts by itself. Import wasmlp.\n',
    );
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
