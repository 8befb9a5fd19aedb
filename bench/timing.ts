/** Answers for one contender: what it computes, then how fast it is, a turn at a time. Knows nothing of threads. */
import Benchmark from 'benchmark';
import type { Contender } from './contenders.js';

export type Question = { readonly kind: 'result' } | { readonly kind: 'turn'; readonly seconds: number };
/** The result, or one number: the work done per second. */
export type Answer = readonly number[];

export async function answerOf(contender: Contender, question: Question): Promise<Answer> {
  if (question.kind === 'result') return contender.result;
  return [contender.work / (await secondsPerRun(contender, question.seconds))];
}

function secondsPerRun({ run }: Contender, seconds: number): Promise<number> {
  return new Promise((resolve, reject) => {
    new Benchmark({
      defer: true,
      minSamples: 3,
      maxTime: seconds,
      fn: (deferred: { resolve(): void }) => {
        const done = run();
        if (done === undefined) deferred.resolve();
        else done.then(() => deferred.resolve(), reject);
      },
      onComplete: (event: Benchmark.Event) => {
        const { error, stats } = event.currentTarget as Benchmark;
        if (error) reject(error);
        else resolve(stats?.mean ?? Number.NaN);
      },
    }).run();
  });
}
