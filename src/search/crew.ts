/** Who runs the trainings of a search: this thread, workers of this machine, or other machines. */
import { turnWhenDue } from '../training/event-loop.js';
import type { StudyData } from './data.js';
import { type Networks, type OnStanding, runTask, SplitData } from './run-task.js';
import type { Task, TaskOutcome } from './task.js';

export interface Crew {
  /** How many tasks it can have at a time; more only wait. */
  readonly size: number;
  /** Rejects only where the whole search fails. */
  run(task: Task, onStanding?: OnStanding): Promise<TaskOutcome>;
  /** Ends what still runs. */
  end(): void | Promise<void>;
}

/** What makes the crew of one search. */
export type CrewFor = (data: StudyData, signal: AbortSignal) => Crew | Promise<Crew>;

/** This thread, one training after another. */
export function alone(networks: Networks): CrewFor {
  return (data, signal) => {
    const split = new SplitData(data);
    let last: Promise<unknown> = Promise.resolve();
    const run: Crew['run'] = (task, onStanding) => {
      const outcome = last.then(() => runTask(networks, split, task, signal, onStanding));
      // Each begins when the one before is over, however that ended.
      last = outcome.catch(() => undefined);
      return outcome;
    };
    return { size: 1, run, end: () => undefined };
  };
}

/** Gives way to the event loop where that is due, and throws the signal's reason. For loops whose steps take no time. */
export async function heard(signal: AbortSignal | undefined): Promise<void> {
  await turnWhenDue();
  signal?.throwIfAborted();
}

/**
 * Does work in its order, so many at a time. Rejects with the first error and with the signal's reason, and then begins no more.
 * `next` gives the next piece of work; undefined after the last.
 */
export async function inTurns(
  most: number,
  signal: AbortSignal,
  next: () => (() => Promise<void>) | undefined,
): Promise<void> {
  let isOver = false;
  const lane = async (): Promise<void> => {
    while (!isOver) {
      // Work that fails at once must not keep an abort from being heard.
      await heard(signal);
      const work = next();
      if (work === undefined) return;
      await work();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.max(most, 1) }, lane));
  } finally {
    isOver = true;
  }
}
