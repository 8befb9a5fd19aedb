/** Answers questions about one contender: what it computes, and how fast it is in a turn. Knows no processes. */
import Benchmark from 'benchmark';

/** A contender, ready to run. */
export interface Contender {
  /** What it computes, to compare with the others: the losses of the first two epochs, or its outputs. */
  readonly result: readonly number[];
  /** Samples, rows or operations of one run. */
  readonly work: number;
  readonly run: () => Promise<unknown> | undefined;
  /** Measures the peak of the engine for so many seconds. */
  readonly peak?: (seconds: number) => number;
}

export type Question =
  | { readonly kind: 'result' }
  | { readonly kind: 'turn'; readonly seconds: number }
  | { readonly kind: 'run' };
/**
 * To `result`, the result. To `turn`, the work per second, and the peak if there is one. To `run`, the work of a single run per second,
 * and per second of processor time.
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
