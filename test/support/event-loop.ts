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
