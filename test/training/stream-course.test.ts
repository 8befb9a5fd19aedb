/** Streams while they run: one batch at a time, and how a fit ends them. */
import { describe, expect, it, vi } from 'vitest';
import type { NetworkOptions } from '../../src/index.js';
import { turn } from '../support/event-loop.js';
import { collectGarbage } from '../support/garbage.js';
import { classifier, ENGINES, type EngineName, fingerprint, reservedBytes } from '../support/networks.js';
import { expectCoded, expectRefused, thrownBy } from '../support/refusals.js';
import {
  type Batch,
  type Batches,
  batchOf,
  given,
  INPUTS,
  sleep,
  streamOf,
  TARGETS,
  watched,
} from '../support/training/streams.js';

describe.each(ENGINES)('fitStream on %s', (engine) => {
  const create = (options: Partial<NetworkOptions> = {}) => classifier(engine, options);

  it('asks for a batch after training on the one before, never for two at once', async () => {
    const network = await create();
    let outstanding = 0;
    const seen: string[] = [];
    const { batches } = watched(async (call) => {
      expect(++outstanding).toBe(1);
      seen.push(fingerprint(network));
      await sleep(1);
      outstanding--;
      return call > 6 ? { done: true, value: undefined } : { done: false, value: batchOf(0, 10) };
    });
    await network.fitStream(batches, { epochs: 1 });
    // The states of the weights before each batch, and at the end.
    expect(new Set(seen).size).toBe(7);
    expect(seen.at(-1)).toBe(fingerprint(network));
  });

  it('holds one batch at a time, in the memory of the engine and outside', async () => {
    const network = await create();
    const reserved: number[] = [];
    const kept: WeakRef<Batch>[] = [];
    let alive = Number.NaN;
    async function* batches() {
      for (let i = 0; i < 1000; i++) {
        const batch = batchOf(0, 50);
        kept.push(new WeakRef(batch));
        yield batch;
        if (i % 100 === 99) {
          reserved.push(await reservedBytes());
          await sleep(0);
        }
      }
      // While the fit runs: after, nothing of it holds anything.
      await turn();
      collectGarbage();
      await turn();
      alive = kept.filter((reference) => reference.deref() !== undefined).length;
    }
    await network.fitStream(batches, { epochs: 1 });
    expect(reserved).toHaveLength(10);
    for (const bytes of reserved) expect(bytes).toBeLessThanOrEqual(reserved[0] as number);
    expect(alive).toBeLessThan(10);
  });

  it('leaves an endless stream in time when it is aborted', async () => {
    const network = await create({ normalize: 'standard' });
    const one = batchOf(0, 30);
    let returned = 0;
    const endless = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: one }),
        return: () => ({ done: true, value: ++returned }),
      }),
    };
    const stream = (() => endless) as unknown as Batches;
    const learning = thrownBy(() => network.fitStream(stream, { signal: AbortSignal.timeout(20) }));
    expect(await learning).toMatchObject({ name: 'TimeoutError' });
    expect(network.summary()).toContain('to be learned');
    await network.fit(INPUTS, TARGETS, { epochs: 1 });
    const training = thrownBy(() => network.fitStream(stream, { signal: AbortSignal.timeout(20) }));
    expect(await training).toMatchObject({ name: 'TimeoutError' });
    expect(returned).toBe(2);
  });

  describe('closes a stream that it leaves', () => {
    const left = ['next', 'next', 'return'];

    it('when it is aborted, even one that hangs', async () => {
      const network = await create();
      const controller = new AbortController();
      const reason = new Error('enough');
      const { batches, calls } = watched((call) => {
        if (call === 1) return given(batchOf(0, 10));
        setTimeout(() => controller.abort(reason), 1);
        return new Promise(() => undefined);
      });
      expect(await thrownBy(() => network.fitStream(batches, { signal: controller.signal }))).toBe(reason);
      expect(calls).toEqual(left);
      const twin = await create();
      twin.trainOnBatch(batchOf(0, 10).inputs, batchOf(0, 10).targets);
      expect(fingerprint(network)).toBe(fingerprint(twin));
      await network.fitStream(streamOf(30), { epochs: 1 });
    });

    it('when the network is disposed of, and says so', async () => {
      const reserved = await reservedBytes();
      const network = await create();
      const { batches, calls } = watched((call) => {
        if (call === 1) return given(batchOf(0, 10));
        setTimeout(() => network.dispose(), 1);
        return new Promise(() => undefined);
      });
      const error = await thrownBy(() => network.fitStream(batches));
      expectCoded(error, 'ERR_DISPOSED', /^fitStream: this network was disposed of\. Create a new one\.$/);
      expect(calls).toEqual(left);
      expect(await reservedBytes()).toBeLessThanOrEqual(reserved);
    });

    it('when a callback throws', async () => {
      const network = await create();
      const error = new Error('enough');
      const { batches, calls } = watched(() => given(batchOf(0, 10)));
      const onProgress = () => {
        throw error;
      };
      const clock = vi.spyOn(performance, 'now').mockImplementation(() => (clock.mock.calls.length > 40 ? 0 : -1e6));
      expect(await thrownBy(() => network.fitStream(batches, { onProgress }))).toBe(error);
      clock.mockRestore();
      expect(calls.filter((call) => call === 'return')).toEqual(['return']);
    });

    it('when a batch is wrong', async () => {
      const network = await create();
      const { batches, calls } = watched((call) => given(call === 1 ? batchOf(0, 10) : 5));
      await thrownBy(() => network.fitStream(batches));
      expect(calls).toEqual(left);
    });

    it('and reports its own error, even if the stream throws then', async () => {
      const error = new Error('enough');
      for (const close of [
        () => Promise.reject(error),
        () => {
          throw error;
        },
        () => new Promise(() => undefined),
      ]) {
        const network = await create();
        const iterator = { next: () => given(5), return: close };
        const batches = () => ({ [Symbol.asyncIterator]: () => iterator }) as unknown as AsyncIterable<Batch>;
        await expectRefused(
          () => network.fitStream(batches),
          'ERR_INVALID_TYPE',
          /^fitStream: batch 1 of the stream is 5/,
        );
      }
    });

    it('and reports the reason of an abort, even if the stream throws then', async () => {
      const network = await create();
      const controller = new AbortController();
      const reason = new Error('enough');
      const iterator = {
        next: () => {
          setTimeout(() => controller.abort(reason), 1);
          return new Promise(() => undefined);
        },
        return: () => {
          throw new Error('closing failed');
        },
      };
      const batches = () => ({ [Symbol.asyncIterator]: () => iterator }) as unknown as AsyncIterable<Batch>;
      expect(await thrownBy(() => network.fitStream(batches, { signal: controller.signal }))).toBe(reason);
    });

    it('but not one that has ended', async () => {
      const network = await create();
      const { batches, calls } = watched((call) => (call === 1 ? given(batchOf(0, 10)) : { done: true }));
      await network.fitStream(batches, { epochs: 1 });
      expect(calls).toEqual(['next', 'next']);
    });
  });
});

it.each(ENGINES satisfies readonly EngineName[])(
  'streams of two networks on %s do not wait for one another',
  async (engine) => {
    const [slow, fast] = await Promise.all([classifier(engine), classifier(engine)]);
    const controller = new AbortController();
    const hanging = watched(() => new Promise(() => undefined));
    const waiting = thrownBy(() => slow.fitStream(hanging.batches, { signal: controller.signal }));
    await fast.fitStream(streamOf(10), { epochs: 3 });
    controller.abort();
    expect(await waiting).toMatchObject({ name: 'AbortError' });
  },
);
