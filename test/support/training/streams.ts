/** Streams for the tests of fitStream. */
import type { Network } from '../../../src/index.js';
import { randomClasses, randomRows, rowsAt } from '../samples.js';

export const COUNT = 60;
export const INPUTS = randomRows(COUNT, 2);
export const TARGETS = randomClasses(COUNT, 3);

export type Batch = { inputs: Float32Array; targets: Uint8Array };
export type Batches = Parameters<Network['fitStream']>[0];

/** Samples `from` to `to`. */
export function batchOf(from: number, to: number): Batch {
  return { inputs: rowsAt(INPUTS, 2, from, to), targets: TARGETS.slice(from, to) };
}

/** All samples in batches of `size`. Each call begins a new stream. */
export function streamOf(size: number): Batches {
  return async function* () {
    for (let from = 0; from < COUNT; from += size) yield batchOf(from, Math.min(from + size, COUNT));
  };
}

export const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A stream that records its calls. `next` gives its answers. */
export function watched(next: (call: number) => unknown): { batches: Batches; calls: string[] } {
  const calls: string[] = [];
  let asked = 0;
  const iterator = {
    next: () => {
      calls.push('next');
      return next(++asked);
    },
    return: () => {
      calls.push('return');
      return Promise.resolve({ done: true, value: undefined });
    },
  };
  return { batches: () => ({ [Symbol.asyncIterator]: () => iterator }) as AsyncIterable<Batch>, calls };
}

export const given = (value: unknown): Promise<unknown> => Promise.resolve({ done: false, value });
