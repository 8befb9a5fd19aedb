/** A fit of a network whose snapshots are large, in a worker, with the built library: what it costs the calling thread, in copies. */
import { describe, expect, it, vi } from 'vitest';
import { turn } from '../../support/event-loop.js';
import { fingerprint } from '../../support/networks.js';
import { thrownBy } from '../../support/refusals.js';
import { repeats } from '../../support/repeats.js';
import { randomClasses, randomRows } from '../../support/samples.js';
import { Network, watchWorkers } from '../../support/training/background.js';

/** 3.7 million parameters, 45 MB with the moments of adam; in the usual run a third of that. */
const UNITS = repeats(1024, 2048);
const OPTIONS = {
  inputs: 784,
  layers: [
    { units: UNITS, activation: 'relu' },
    { units: UNITS / 2, activation: 'relu' },
    { units: 10, activation: 'softmax' },
  ],
  optimizer: 'adam',
} as const;
/** More numbers than anything else here has. */
const LARGE = 1e6;
/** The messages of a fit before it is aborted, while this thread is busy. */
const MESSAGES = repeats(3, 12);
/** The parameters, and the moments. */
const RANGES = 2;

/** Counts on this thread what copies as many numbers as the network has. */
function countCopies(): { count: number } {
  const copies = { count: 0 };
  const { set, slice } = Float32Array.prototype;
  vi.spyOn(Float32Array.prototype, 'set').mockImplementation(function (this: Float32Array, source, offset) {
    if (source.length > LARGE) copies.count++;
    set.call(this, source, offset);
  });
  vi.spyOn(Float32Array.prototype, 'slice').mockImplementation(function (this: Float32Array, ...given) {
    const made = slice.apply(this, given) as Float32Array<ArrayBuffer>;
    if (made.length > LARGE) copies.count++;
    return made;
  });
  return copies;
}

describe.each([true, false])('a large network in the background, shared memory %s', (isShared) => {
  it.each([8, 32].slice(0, repeats(1, 2)))(
    'costs this thread one copy per message at most, at batch %i, and an abort one more',
    async (batchSize) => {
      if (!isShared) vi.stubGlobal('SharedArrayBuffer', undefined);
      const { workers } = watchWorkers();
      const network = await Network.create(OPTIONS);
      const before = fingerprint(network);
      const controller = new AbortController();
      const reason = new Error('enough');
      const copies = countCopies();
      const seen: number[] = [];
      const onProgress = (): void => {
        seen.push(copies.count);
        if (seen.length === 12) controller.abort(reason);
      };
      const running = thrownBy(() =>
        network.fit(randomRows(400, 784, 1), randomClasses(400, 10, 2), {
          epochs: 1000,
          batchSize,
          background: true,
          signal: controller.signal,
          onProgress,
        }),
      );
      expect(await running).toBe(reason);
      expect(seen).toHaveLength(12);
      // The worker was sent a copy before the first message.
      for (const [i, count] of seen.entries()) expect(count - (seen[i - 1] ?? RANGES)).toBeLessThanOrEqual(RANGES);
      expect(copies.count - (seen.at(-1) as number)).toBeLessThanOrEqual(RANGES);
      expect(workers[0]?.threadId).toBe(-1);
      vi.restoreAllMocks();
      expect(fingerprint(network)).not.toBe(before);
      expect(network.predict(new Float32Array(784)).every(Number.isFinite)).toBe(true);
    },
  );
});

it('snapshots do not pile up while this thread is busy, without shared memory', async () => {
  const never = new Int32Array(new SharedArrayBuffer(4));
  vi.stubGlobal('SharedArrayBuffer', undefined);
  const { workers, sent } = watchWorkers();
  const network = await Network.create({ inputs: 200, layers: [{ units: 100 }, { units: 2 }], optimizer: 'adam' });
  const controller = new AbortController();
  let progress = 0;
  let snapshots = 0;
  /** Snapshots that the host does not have yet, whenever one arrives. */
  const waiting: number[] = [];
  const taken = (): number => sent.filter((message) => (message as { kind: string }).kind === 'taken').length;
  const onProgress = (): void => {
    // Meanwhile the worker sends its next messages.
    Atomics.wait(never, 0, 0, 300);
    if (++progress === MESSAGES) controller.abort();
  };
  const running = thrownBy(() =>
    network.fit(
      randomRows(300, 200, 1),
      randomRows(300, 2, 2).map((value) => Math.abs(value) % 1),
      {
        epochs: 1e6,
        background: true,
        signal: controller.signal,
        onProgress,
      },
    ),
  );
  while (workers.length === 0) await turn();
  workers[0]?.prependListener('message', (message: { kind: string; snapshot?: unknown }) => {
    if (message.kind !== 'progress' || message.snapshot === undefined) return;
    snapshots++;
    waiting.push(snapshots - taken());
  });
  await running;
  expect(waiting.length).toBeGreaterThan(1);
  expect(new Set(waiting)).toEqual(new Set([1]));
});
