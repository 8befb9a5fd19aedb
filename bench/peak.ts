/**
 * The peak: what the fastest of the loops of loops.ts reaches on this engine, now. It is measured beside each turn of a kernel,
 * in the same process, since a shared machine changes its speed from second to second.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { compileLoops, LOOPS, nameOf } from './loops.js';

const FOLDER = 'build/bench';
/** Operations of a slice, the shortest time that is taken: 40 microseconds. */
const SLICE = 2e6;
const LANES = 4;
/** Of the trial of each loop, which V8 optimises meanwhile. */
const TRIAL_SECONDS = 0.01;
/**
 * Loops below this part of the fastest are dropped after the trial. On Node 20 those that V8 makes spill cost more than their
 * own time: among them the clock of an Intel Xeon (Sapphire Rapids) falls by 7%, and the other loops with it.
 */
const GOOD = 0.9;

/** Writes the modules once, for all processes to come. */
export function writeLoops(): void {
  mkdirSync(FOLDER, { recursive: true });
  for (const fused of [false, true]) writeFileSync(fileOf(fused), compileLoops(fused));
}

/** A function that measures for so many seconds: operations per second, each vector counting for its four lanes. */
export async function createPeak(fused: boolean): Promise<(seconds: number) => number> {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const floats = new Float32Array(memory.buffer);
  const { instance } = await WebAssembly.instantiate(readFileSync(fileOf(fused)), { env: { memory } });
  const slices = LOOPS.map((loop) => {
    const run = instance.exports[nameOf(loop)] as (address: number, iterations: number) => void;
    const operations = 2 * LANES * loop.accumulators * loop.repeats;
    const iterations = Math.ceil(SLICE / operations);
    return (): number => {
      // Numbers that stay numbers, however long a sum.
      floats.fill(0.5);
      const start = performance.now();
      run(0, iterations);
      return (performance.now() - start) / 1000 / (operations * iterations);
    };
  });
  const trials = slices.map((slice) => 1 / Math.min(...inTurns([slice], TRIAL_SECONDS).flat()));
  const good = slices.filter((_, index) => (trials[index] as number) >= GOOD * Math.max(...trials));
  // The mean, as of the kernels: both lose what the machine does meanwhile.
  return (seconds) => 1 / Math.min(...inTurns(good, seconds).map(mean));
}

/** The seconds per operation of each, one slice after the other until the time is over. */
function inTurns(slices: readonly (() => number)[], seconds: number): number[][] {
  const times = slices.map((): number[] => []);
  const end = performance.now() + seconds * 1000;
  do {
    for (const [index, slice] of slices.entries()) times[index]?.push(slice());
  } while (performance.now() < end);
  return times;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function fileOf(fused: boolean): string {
  return `${FOLDER}/loops-${fused ? 'fused' : 'ieee'}.wasm`;
}
