/** Turns of the event loop, for tests that must let something else run first. They count turns and never milliseconds. */
import { setTimeout as sleep } from 'node:timers/promises';

// Taken now, because some tests fake timers later.
const { setImmediate } = globalThis;

/** Resolves in the next turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Resolves after so many turns. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

/** Resolves once a condition holds. Checks every millisecond, so that a worker or another process gets the cores meanwhile. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(1);
}

/** A callback that answers so, and a promise of its first call. */
export function firstCall<T = void>(answer: () => T): { called: Promise<void>; callback: () => T } {
  let resolve: () => void;
  const called = new Promise<void>((first) => {
    resolve = first;
  });
  const callback = (): T => {
    resolve();
    return answer();
  };
  return { called, callback };
}

/** What a callback answers that keeps its caller waiting. */
export function never(): Promise<void> {
  return new Promise(() => undefined);
}
