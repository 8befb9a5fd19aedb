/** The thread of one contender: says what it computes, then how fast it is, a turn at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import Benchmark from 'benchmark';
import { type Contender, createContender, type Job } from './contenders.js';

export type Question = { readonly kind: 'result' } | { readonly kind: 'turn'; readonly seconds: number };
/** The result, or one number: the work done per second. */
export type Answer = readonly number[];

const { job, contender: name } = workerData as { job: Job; contender: string };
const contender = await createContender(job, name);

parentPort?.on('message', async (question: Question) => {
  const answer: Answer =
    question.kind === 'result'
      ? contender.result
      : [contender.work / (await secondsPerRun(contender, question.seconds))];
  parentPort?.postMessage(answer);
});

function secondsPerRun({ run }: Contender, seconds: number): Promise<number> {
  return new Promise((resolve, reject) => {
    new Benchmark(name, {
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
