/**
 * Times contenders fairly: taking turns in one process, several rounds, medians; each in a thread of its own.
 *
 * A shared machine changes its speed from second to second; contenders that take turns share that fate, so the ratio of
 * their medians holds where the figures themselves do not. Threads keep one contender from slowing another: what V8 has
 * learnt about typed arrays in one (their kinds, whether buffers detach) costs the others speed.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Job } from './contenders.js';
import type { Measurement } from './report.js';
import type { Answer, Question } from './worker.js';

export interface Effort {
  /** Turns that each contender takes. */
  readonly rounds: number;
  /** Length of a turn. */
  readonly seconds: number;
}

/**
 * Rates of the contenders of a job, in their order. Before anything is timed, each is asked for its result (a loss,
 * predictions): they must agree within `agreement`, relative to the first contender's largest number.
 */
export async function takeTurns(
  job: Job,
  contenders: readonly string[],
  effort: Effort,
  agreement: number,
): Promise<Measurement[]> {
  const threads = contenders.map((contender) => ({
    contender,
    worker: new Worker(new URL('worker.js', import.meta.url), { workerData: { job, contender } }),
    rates: [] as number[],
  }));
  try {
    const results: Answer[] = [];
    for (const { worker } of threads) results.push(await ask(worker, { kind: 'result' }));
    checkAgreement(`${job.work}: ${contenders.join(', ')}`, results, agreement);
    for (let round = 0; round < effort.rounds; round++) {
      for (const { worker, rates } of threads) {
        rates.push(...(await ask(worker, { kind: 'turn', seconds: effort.seconds })));
      }
    }
  } finally {
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }
  return threads.map(({ contender, rates }) => {
    const sorted = rates.sort((a, b) => a - b);
    const at = (position: number): number => sorted[position] ?? Number.NaN;
    return { name: contender, median: at(sorted.length >> 1), low: at(0), high: at(sorted.length - 1) };
  });
}

async function ask(worker: Worker, question: Question): Promise<Answer> {
  worker.postMessage(question);
  const [answer] = (await once(worker, 'message')) as [Answer];
  return answer;
}

function checkAgreement(what: string, [expected = [], ...others]: readonly Answer[], agreement: number): void {
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  for (const other of others) {
    const agrees = (value: number, i: number): boolean =>
      Math.abs(value - (other[i] ?? Number.NaN)) <= agreement * scale;
    if (other.length !== expected.length || !expected.every(agrees)) {
      throw new Error(`${what} do not compute the same: ${expected.slice(0, 4)} … ${other.slice(0, 4)}`);
    }
  }
}
