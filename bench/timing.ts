/** Answers for one contender: what it computes, then how fast it is, a turn at a time. Knows nothing of processes. */
import Benchmark from 'benchmark';

/** A contender, ready to run. */
export interface Contender {
  /** What it computes, to be compared with the others: the losses of the first two epochs, or its numbers. */
  readonly result: readonly number[];
  /** Samples, rows or operations that one run takes. */
  readonly work: number;
  readonly run: () => Promise<unknown> | undefined;
  /** Measures, for so many seconds, the most that the engine can do. */
  readonly peak?: (seconds: number) => number;
}

export type Question =
  | { readonly kind: 'result' }
  | { readonly kind: 'turn'; readonly seconds: number }
  | { readonly kind: 'run' };
/**
 * The result; or the work done per second, and the peak where there is one; or, of a single run, the work done per second and per second
 * of processor time.
 */
export type Answer = readonly number[];

/** Length of a measurement of the peak. */
const PEAK_SECONDS = 0.05;

export async function answerOf(contender: Contender, question: Question): Promise<Answer> {
  if (question.kind === 'result') return contender.result;
  if (question.kind === 'run') return await ratesOfRun(contender);
  const rate = contender.work / (await secondsPerRun(contender, question.seconds));
  return contender.peak === undefined ? [rate] : [rate, contender.peak(PEAK_SECONDS)];
}

async function ratesOfRun({ run, work }: Contender): Promise<Answer> {
  const started = performance.now();
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return [(work / (performance.now() - started)) * 1000, (work / (user + system)) * 1e6];
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
