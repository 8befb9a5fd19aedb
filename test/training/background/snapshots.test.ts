/** Snapshots in shared memory: a reader always gets the last complete one. */
import { expect, it, vi } from 'vitest';
import { canShareMemory, SharedSnapshots } from '../../../src/training/background/snapshots.js';

it('gives the last snapshot that another view of the memory wrote', () => {
  const here = new SharedSnapshots(3);
  expect(here.read()).toBeUndefined();
  const there = new SharedSnapshots(3, here.buffer);
  for (const epochs of [0, 1, 2 ** 31 - 1, 2 ** 32 + 5, 2 ** 53 - 1]) {
    there.write(Float32Array.of(epochs, -0, 1e-45), epochs);
    expect(here.read()).toEqual({ epochs, numbers: Float32Array.of(epochs, -0, 1e-45) });
  }
});

it('gives copies', () => {
  const state = new SharedSnapshots(2);
  state.write(Float32Array.of(1, 2), 1);
  const before = state.read();
  state.write(Float32Array.of(3, 4), 2);
  state.write(Float32Array.of(5, 6), 3);
  expect(before?.numbers).toEqual(Float32Array.of(1, 2));
});

it('reads again if the writer has written to the same place meanwhile', () => {
  const here = new SharedSnapshots(1);
  const there = new SharedSnapshots(1, here.buffer);
  there.write(Float32Array.of(1), 1);
  const { slice } = Float32Array.prototype;
  const overtaken = vi.spyOn(Float32Array.prototype, 'slice').mockImplementationOnce(function (this: Float32Array) {
    there.write(Float32Array.of(2), 2);
    there.write(Float32Array.of(3), 3);
    return slice.call(this) as Float32Array<ArrayBuffer>;
  });
  expect(here.read()).toEqual({ epochs: 3, numbers: Float32Array.of(3) });
  overtaken.mockRestore();
});

it('works in Node and in isolated pages', () => {
  expect(canShareMemory()).toBe(true);
  vi.stubGlobal('crossOriginIsolated', false);
  expect(canShareMemory()).toBe(false);
  vi.stubGlobal('crossOriginIsolated', true);
  expect(canShareMemory()).toBe(true);
  vi.unstubAllGlobals();
});
