/**
 * Times contenders fairly with the package `benchmark`: in one process, taking turns, several rounds, medians.
 *
 * A shared machine changes its speed from second to second; contenders that take turns share that fate, so the ratio of
 * their medians holds where the figures themselves do not.
 */
import Benchmark from 'benchmark';

export interface Contender {
  readonly name: string;
  /** How much work one run does, in the unit of the comparison: samples, rows, operations. */
  readonly work: number;
  readonly run: () => Promise<unknown> | undefined;
}

export interface Measurement {
  readonly name: string;
  /** Work per second: the median over the rounds, with the slowest and the fastest round. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface Effort {
  /** Turns that each contender takes. */
  readonly rounds: number;
  /** Length of a turn. */
  readonly seconds: number;
}

/** Rates of all contenders, in their order. */
export async function takeTurns(contenders: readonly Contender[], effort: Effort): Promise<Measurement[]> {
  const rates = contenders.map((): number[] => []);
  for (const { run } of contenders) await run();
  for (let round = 0; round < effort.rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      rates[index]?.push(contender.work / (await secondsPerRun(contender, effort.seconds)));
    }
  }
  return contenders.map(({ name }, index) => {
    const sorted = (rates[index] ?? []).sort((a, b) => a - b);
    const at = (position: number): number => sorted[position] ?? Number.NaN;
    return { name, median: at(Math.floor(sorted.length / 2)), low: at(0), high: at(sorted.length - 1) };
  });
}

function secondsPerRun({ name, run }: Contender, seconds: number): Promise<number> {
  return new Promise((resolve, reject) => {
    new Benchmark(name, {
      defer: true,
      async: true,
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
