/** Snapshots in shared memory: a reader gets the last complete one at its first try, whatever the writer does, and the writer never waits. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { expect, it, vi } from 'vitest';
import { SharedSnapshots } from '../../../src/training/background/snapshots.js';
import { turn } from '../../support/event-loop.js';
import { expectCoded, thrownBy } from '../../support/refusals.js';

/** Writes numbers that are all the same. */
function writeAll(snapshots: SharedSnapshots, value: number): boolean {
  return snapshots.write((place) => place.fill(value), value);
}

/** What a reader gets, and how many times it was given something. */
function readAll(snapshots: SharedSnapshots): { numbers: number[]; epochs: number | undefined; takes: number } {
  const found = { numbers: [] as number[], epochs: undefined as number | undefined, takes: 0 };
  snapshots.read(({ numbers, epochs }) => {
    found.numbers = [...new Set(numbers)];
    found.epochs = epochs;
    found.takes++;
  });
  return found;
}

it('gives the last snapshot that another view of the memory wrote', () => {
  const here = new SharedSnapshots(3);
  expect(readAll(here)).toEqual({ numbers: [], epochs: undefined, takes: 0 });
  const there = new SharedSnapshots(3, here.buffer);
  for (const epochs of [0, 1, 2 ** 31 - 1, 2 ** 32 + 5, 2 ** 53 - 1]) {
    expect(there.write((place) => place.set([epochs, -0, 1e-45]), epochs)).toBe(true);
    let read: unknown;
    here.read(({ numbers, epochs }) => {
      read = { numbers: [...numbers], epochs };
    });
    expect(read).toEqual({ numbers: [...Float32Array.of(epochs, -0, 1e-45)], epochs });
  }
});

it('refuses to write while it is read, and writes again afterwards', () => {
  const here = new SharedSnapshots(2);
  const there = new SharedSnapshots(2, here.buffer);
  writeAll(there, 1);
  const fill = vi.fn();
  here.read(({ numbers }) => {
    for (let i = 0; i < 5; i++) expect(there.write(fill, 9)).toBe(false);
    expect([...numbers]).toEqual([1, 1]);
  });
  const take = vi.fn();
  expect(here.read(take)).toBe(false);
  expect(take).not.toHaveBeenCalled();
  expect(fill).not.toHaveBeenCalled();
  expect(writeAll(there, 2)).toBe(true);
  expect(readAll(here)).toEqual({ numbers: [2], epochs: 2, takes: 1 });
});

it('is read whole when it begins in the middle of a write, and the write counts', () => {
  const here = new SharedSnapshots(2);
  const there = new SharedSnapshots(2, here.buffer);
  writeAll(there, 1);
  let during: unknown;
  there.write((place) => {
    place[0] = 2;
    during = readAll(here);
    place[1] = 2;
  }, 2);
  expect(during).toEqual({ numbers: [1], epochs: 1, takes: 1 });
  expect(readAll(here)).toEqual({ numbers: [2], epochs: 2, takes: 1 });
});

it('lets a write that has begun end while it is read, and keeps the one that is read', () => {
  const here = new SharedSnapshots(1);
  const there = new SharedSnapshots(1, here.buffer);
  writeAll(there, 1);
  // The host begins to read between the first and the last step of the writer.
  const atomics = Atomics as { or(state: Int32Array, index: number, value: number): number };
  const { or } = atomics;
  const begun = vi.spyOn(atomics, 'or').mockImplementationOnce((...given) => {
    let state = 0;
    there.write((place) => {
      state = or(...given);
      place[0] = 2;
    }, 2);
    return state;
  });
  here.read(({ numbers, epochs }) => {
    expect([...numbers, epochs]).toEqual([1, 1]);
    expect(writeAll(there, 3)).toBe(false);
    expect([...numbers, epochs]).toEqual([1, 1]);
  });
  begun.mockRestore();
  expect(readAll(here)).toEqual({ numbers: [2], epochs: 2, takes: 1 });
  expect(writeAll(there, 4)).toBe(true);
  expect(readAll(here)).toEqual({ numbers: [4], epochs: 4, takes: 1 });
});

it('keeps the last snapshot if the writer dies in the middle of a write', () => {
  const here = new SharedSnapshots(2);
  const there = new SharedSnapshots(2, here.buffer);
  const dies = (value: number): unknown =>
    thrownBy(() =>
      there.write((place) => {
        place[0] = value;
        throw new Error('dies');
      }, value),
    );
  dies(7);
  expect(readAll(here).takes).toBe(0);
  for (const value of [1, 2, 3]) {
    writeAll(there, value);
    dies(9);
    expect(readAll(here)).toEqual({ numbers: [value], epochs: value, takes: 1 });
  }
});

it('is free again if the reader throws', async () => {
  const snapshots = new SharedSnapshots(1);
  writeAll(snapshots, 1);
  const mine = new Error('mine');
  const thrown = await thrownBy(() =>
    snapshots.read(() => {
      throw mine;
    }),
  );
  expect(thrown).toBe(mine);
  expect(writeAll(snapshots, 2)).toBe(true);
});

it('gives a whole snapshot at every try, while a thread writes without pause, and after its death', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { workerData } from 'node:worker_threads';
        import { SharedSnapshots } from './src/training/background/snapshots.ts';
        const { length, buffer } = workerData;
        const snapshots = new SharedSnapshots(length, buffer);
        for (let value = 0; ; value++) snapshots.write((place) => place.fill(value % 2 ** 24), value);`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  });
  const length = 100_000;
  const here = new SharedSnapshots(length);
  const program = new URL(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text as string)}`);
  const writer = new Worker(program, { workerData: { length, buffer: here.buffer } });
  await once(writer, 'online');
  while (readAll(here).takes === 0) await turn();
  const seen = new Set<number | undefined>();
  for (let i = 0; i < 300; i++) {
    // A reader that has not read yet: it takes whatever is the last one.
    const { numbers, epochs, takes } = readAll(new SharedSnapshots(length, here.buffer));
    expect([numbers, takes]).toEqual([[(epochs as number) % 2 ** 24], 1]);
    seen.add(epochs);
    await turn();
  }
  expect(seen.size).toBeGreaterThan(1);
  await writer.terminate();
  const { numbers, epochs } = readAll(new SharedSnapshots(length, here.buffer));
  expect(numbers).toEqual([(epochs as number) % 2 ** 24]);
});

it('says so if the host has no memory for it', async () => {
  const error = await thrownBy(() => new SharedSnapshots(2 ** 52));
  expectCoded(error, 'ERR_OUT_OF_MEMORY', /^memory: the host has no room for snapshots of the network\./);
});

it('counts snapshots beyond what an integer holds', () => {
  const snapshots = new SharedSnapshots(1);
  // As after 2^28 - 1 snapshots, the last of them in the first place.
  Atomics.store(new Int32Array(snapshots.buffer), 0, 2 ** 31 - 8 + 1);
  for (const value of [1, 2, 3]) {
    expect(writeAll(snapshots, value)).toBe(true);
    expect(readAll(snapshots)).toEqual({ numbers: [value], epochs: value, takes: 1 });
    expect(readAll(snapshots).takes).toBe(0);
  }
});
