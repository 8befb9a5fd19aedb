/** What hosts say of workers and shared memory, and where a worker's program is. */
import { afterEach, expect, it, vi } from 'vitest';
import { canShareMemory, hasWorkers, knowsWorker, workerAddressOf } from '../../src/foundation/workers.js';
import { expectRefused } from '../support/refusals.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('threads share memory in Node and in isolated pages', () => {
  expect(canShareMemory()).toBe(true);
  vi.stubGlobal('crossOriginIsolated', false);
  expect(canShareMemory()).toBe(false);
  vi.stubGlobal('crossOriginIsolated', true);
  expect(canShareMemory()).toBe(true);
  vi.stubGlobal('SharedArrayBuffer', undefined);
  expect(canShareMemory()).toBe(false);
});

it('workers are those of Node, or of a page', () => {
  expect(hasWorkers()).toBe(true);
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
  vi.stubGlobal('Worker', undefined);
  expect(hasWorkers()).toBe(false);
  vi.stubGlobal('Worker', class {});
  expect(hasWorkers()).toBe(true);
});

it('the program is beside this file, unless an address says where', async () => {
  expect(knowsWorker()).toBe(true);
  expect(workerAddressOf('fit', true)).toBeUndefined();
  expect(workerAddressOf('fit', { workerUrl: './worker.js' })).toBe('./worker.js');
  const url = new URL('file:///app/worker.js');
  expect(workerAddressOf('fit', { workerUrl: url })).toBe('file:///app/worker.js');
  await expectRefused(
    () => workerAddressOf('fit', { workerUrl: 7 }),
    'ERR_INVALID_TYPE',
    /^fit: background\.workerUrl is 7, expected the address of a copy of wasmlp's dist\/worker\.js, as a string/,
  );
});
