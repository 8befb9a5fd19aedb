/** What a worker says of its trainings, and, in words of this package, what BullMQ says of one that it lost. Knows no queue. */
import type { TaskOutcome } from '../search/task.js';

/** A worker holds a lock on each training, and renews it: after an outage that lasted longer, others may take the training. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /^could not renew lock for job/i,
    'a training may be given to another worker, as the server did not hear from this one for too long. Nothing is lost',
  ],
  [
    /^(Missing (lock|key) for job|Lock mismatch for job|Job \S+ is not in the active state)/i,
    'a training that ended here was given to another worker meanwhile, which trains it to the same bits. Nothing is lost',
  ],
];

/** Undefined for any other message. */
export function lostLockText(message: string): string | undefined {
  return WORDS.find(([said]) => said.test(message))?.[1];
}

export function beginsText(id: string): string {
  return `training ${nameOf(id)} begins`;
}

export function endsText(id: string, outcome: TaskOutcome): string {
  if ('failure' in outcome) return `training ${nameOf(id)} failed: ${outcome.failure.code}`;
  const { epochs, history } = outcome.result;
  return `training ${nameOf(id)} ends after ${epochs} epochs, in ${history.seconds.toFixed(1)} s`;
}

/** Enough of a job's name to tell it from others. */
function nameOf(id: string): string {
  return id.slice(0, 8);
}
