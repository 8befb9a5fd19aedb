/**
 * The peak: how fast the fastest loop of loops.ts runs on this engine, now. We measure it next to each turn of a kernel, in the same
 * process, because a shared machine changes its speed from second to second.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { compileLoops, LOOPS, nameOf } from './loops.js';

const FOLDER = 'build/bench';
/** Operations of a slice, the shortest piece that is timed: 40 microseconds. */
const SLICE = 2e6;
const LANES = 4;
/** Seconds for the trial of each loop. V8 optimizes it meanwhile. */
const TRIAL_SECONDS = 0.01;
/**
 * After the trial, loops below this share of the fastest are dropped. On Node 20, V8 spills registers in some of them, and these cost
 * more than their own time: they slow the clock of an Intel Xeon (Sapphire Rapids) by 7%, and so the other loops too.
 */
const GOOD = 0.9;

/** Writes the modules once, for all processes that start later. */
export function writeLoops(): void {
  mkdirSync(FOLDER, { recursive: true });
  for (const fused of [false, true]) writeFileSync(fileOf(fused), compileLoops(fused));
}

/** Returns a function that measures for so many seconds, and returns operations per second. A vector counts as four. */
export async function createPeak(fused: boolean): Promise<(seconds: number) => number> {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const floats = new Float32Array(memory.buffer);
  const { instance } = await WebAssembly.instantiate(readFileSync(fileOf(fused)), { env: { memory } });
  const slices = LOOPS.map((loop) => {
    const run = instance.exports[nameOf(loop)] as (address: number, iterations: number) => void;
    const operations = 2 * LANES * loop.accumulators * loop.repeats;
    const iterations = Math.ceil(SLICE / operations);
    return (): number => {
      // These numbers keep every sum finite.
      floats.fill(0.5);
      const start = performance.now();
      run(0, iterations);
      return (performance.now() - start) / 1000 / (operations * iterations);
    };
  });
  const trials = slices.map((slice) => 1 / Math.min(...inTurns([slice], TRIAL_SECONDS).flat()));
  const good = slices.filter((_, index) => (trials[index] as number) >= GOOD * Math.max(...trials));
  // The mean, as for the kernels: what else the machine does meanwhile slows both.
  return (seconds) => 1 / Math.min(...inTurns(good, seconds).map(mean));
}

/** Seconds per operation of each loop. Runs slices in turn until the time is over. */
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
