/** The arena: blocks never overlap, merge when free, are used again; a refused grow changes nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena, roundUp } from '../../../src/engine/wasm/arena.js';
import { codedError } from '../../../src/foundation/errors.js';
import { expectCoded, expectRefused, thrownBy } from '../../support/refusals.js';

const BASE = 1000;
const FIRST = 1024;

/** An arena of `limit` bytes that notes how far it was asked to grow. */
function limited(limit = Number.POSITIVE_INFINITY): { arena: Arena; grown: number[] } {
  const grown: number[] = [];
  const arena = new Arena(BASE, (endBytes) => {
    if (endBytes > limit) throw codedError('ERR_OUT_OF_MEMORY', 'memory: the limit.');
    grown.push(endBytes);
  });
  return { arena, grown };
}

describe('roundUp', () => {
  it.each([
    [0, 0],
    [1, 64],
    [63, 64],
    [64, 64],
    [65, 128],
    [2 ** 32 - 1, 2 ** 32],
  ])('%d becomes %d', (value, rounded) => {
    expect(roundUp(value, 64)).toBe(rounded);
  });
});

describe('an arena', () => {
  it('hands out aligned blocks one after the other, from the base on', () => {
    const { arena, grown } = limited();
    expect([arena.reserve(1), arena.reserve(64), arena.reserve(65), arena.reserve(0)]).toEqual([
      FIRST,
      FIRST + 64,
      FIRST + 128,
      FIRST + 256,
    ]);
    expect(grown).toEqual([FIRST + 64, FIRST + 128, FIRST + 256, FIRST + 320]);
    expect(arena.reservedBytes).toBe(320);
  });

  it('uses a released block again, the smallest that fits', () => {
    const { arena } = limited();
    const [large, , small] = [arena.reserve(256), arena.reserve(64), arena.reserve(128), arena.reserve(64)];
    arena.release(large as number);
    arena.release(small as number);
    expect(arena.reserve(100)).toBe(small);
    expect(arena.reserve(64)).toBe(large);
    expect(arena.reserve(192)).toBe((large as number) + 64);
  });

  it.each([[[0, 1, 2]], [[0, 2, 1]], [[1, 0, 2]], [[2, 1, 0]]])(
    'merges neighbours released in the order %j',
    (order) => {
      const { arena, grown } = limited();
      const blocks = [arena.reserve(64), arena.reserve(64), arena.reserve(64)];
      arena.reserve(64);
      const before = grown.length;
      for (const index of order) arena.release(blocks[index] as number);
      expect(arena.reserve(192)).toBe(FIRST);
      expect(grown).toHaveLength(before);
    },
  );

  it('gives the end back, and asks for it anew', () => {
    const { arena } = limited(FIRST + 128);
    const [first, second] = [arena.reserve(64), arena.reserve(64)];
    arena.release(first);
    arena.release(second);
    expect(arena.reservedBytes).toBe(0);
    expect(arena.reserve(128)).toBe(FIRST);
  });

  it('is as before where the host gives no more', async () => {
    const { arena } = limited(FIRST + 128);
    const first = arena.reserve(64);
    await expectRefused(() => arena.reserve(65), 'ERR_OUT_OF_MEMORY', /the limit/);
    expect(arena.reservedBytes).toBe(64);
    expect(arena.reserve(64)).toBe(first + 64);
  });

  it('addresses 4 GiB less a page, so that no block ends at an address that reads as 0', async () => {
    const { arena, grown } = limited();
    const error = await thrownBy(() => arena.reserve(2 ** 32 - 65536 - FIRST + 1));
    expectCoded(
      error,
      'ERR_OUT_OF_MEMORY',
      /^memory: needs 4096 MiB, and WebAssembly addresses less than 4096 MiB\. Use/,
    );
    expect(grown).toEqual([]);
    expect(arena.reserve(2 ** 32 - 65536 - FIRST)).toBe(FIRST);
  });

  it('knows its blocks', async () => {
    const { arena } = limited();
    const block = arena.reserve(64);
    await expectRefused(() => arena.release(block + 64), 'ERR_ENGINE', /^arena: no block starts at 1088\.$/);
    arena.release(block);
    await expectRefused(() => arena.release(block), 'ERR_ENGINE', /no block starts at 1024/);
  });

  it('agrees with a model that lists every block, over random sequences', () => {
    // A number above 0 reserves so many bytes, one below releases some block.
    const commands = fc.array(fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: -1000, max: -1 })), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(commands, fc.integer({ min: 4000, max: 40_000 }), (sequence, limit) => {
        const { arena } = limited(limit);
        const model: { start: number; end: number }[] = [];
        for (const command of sequence) {
          if (command < 0 && model.length > 0) {
            const [block] = model.splice(-command % model.length, 1);
            arena.release((block as { start: number }).start);
          } else if (command >= 0) reserveBoth(arena, model, command, limit);
          expect(arena.reservedBytes).toBe(model.reduce((sum, { start, end }) => sum + end - start, 0));
        }
        for (const { start } of model) arena.release(start);
        // All merged: the whole of the memory is one block again.
        expect(arena.reserve(roundUp(limit - FIRST - 63, 64))).toBe(FIRST);
      }),
      { numRuns: 300 },
    );
  });
});

/** Reserves in the arena; refused only where the model has no gap that fits. */
function reserveBoth(arena: Arena, model: { start: number; end: number }[], bytes: number, limit: number): void {
  const size = Math.max(64, roundUp(bytes, 64));
  const blocks = model.toSorted((a, b) => a.start - b.start);
  const gaps = blocks.map(({ end }, i) => (blocks[i + 1]?.start ?? limit) - end);
  gaps.push((blocks[0]?.start ?? limit) - FIRST);
  let start: number;
  try {
    start = arena.reserve(bytes);
  } catch (error) {
    expectCoded(error, 'ERR_OUT_OF_MEMORY', /the limit/);
    expect(Math.max(...gaps)).toBeLessThan(size);
    return;
  }
  expect(start % 64).toBe(0);
  expect(start).toBeGreaterThanOrEqual(FIRST);
  expect(start + size).toBeLessThanOrEqual(limit);
  for (const block of model) expect(start >= block.end || start + size <= block.start).toBe(true);
  model.push({ start, end: start + size });
}
