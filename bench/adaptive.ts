/**
 * `npm run bench:adaptive`: how near the steps of adam and rmsprop come to the bandwidth of the cache that holds weights and moments. Beside
 * each step, in turns and in the same process, a loop loads and stores the same bytes (the kernel that multiplies numbers in place).
 *
 * Two sizes: 784 x 8 weights, whose moments fit a first-level cache or nearly, and 784 x 128, with 1.2 MB of weights and moments.
 */
import { readFileSync } from 'node:fs';
import { median } from './measure.js';

interface Kernels {
  adaptiveStep(
    ...numbers: [
      w: number,
      g: number,
      m: number,
      v: number,
      bytes: number,
      rate: number,
      scale: number,
      ...rest: number[],
    ]
  ): void;
  multiply(values: number, bytes: number, factor: number): void;
}

const WEIGHTS = [784 * 8, 784 * 128];
const ROUNDS = 40;
/** Vectors of a turn, so that the cost of the timer does not matter. */
const VECTORS = 100_000;

const memory = new WebAssembly.Memory({ initial: 64 });
const { instance } = await WebAssembly.instantiate(readFileSync('build/kernels/simd.wasm'), { env: { memory } });
const kernels = instance.exports as unknown as Kernels;

console.log('| step | weights | ns for 4 weights | GB/s | a loop of loads and stores, GB/s | of it |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
for (const weights of WEIGHTS) {
  const bytes = 4 * weights;
  // A line apart, so that they do not all begin at the same place of a cache.
  const [w, m, v, g] = [1, 2, 3, 4].map((n) => 0x20000 + n * (bytes + 64)) as [number, number, number, number];
  new Float32Array(memory.buffer).fill(0.01);
  const steps = {
    adam: {
      moments: [w, m, v],
      run: () => kernels.adaptiveStep(w, g, m, v, bytes, 1e-9, 1, 0, 0, 0.9, 0.999, 0.001, 1, 1e-8),
    },
    rmsprop: {
      moments: [w, v],
      run: () => kernels.adaptiveStep(w, g, 0, v, bytes, 1e-9, 1, 0, 0, 0, 0.99, 0.01, 1, 1e-8),
    },
  };
  for (const [name, { moments, run }] of Object.entries(steps)) {
    const move = (): void => {
      for (const tensor of moments) kernels.multiply(tensor, bytes, 1);
    };
    const [step, moved] = inTurns([run, move], Math.ceil((4 * VECTORS) / weights)) as [number, number];
    // Each is loaded and stored once.
    const moves = 2 * moments.length * bytes;
    const cells = [
      ((step * 4e9) / weights).toFixed(2),
      (moves / step / 1e9).toFixed(0),
      (moves / moved / 1e9).toFixed(0),
    ];
    console.log(`| ${name} | ${weights} | ${cells.join(' | ')} | ${((100 * moved) / step).toFixed(0)}% |`);
  }
}

/** The median seconds of one run of each. */
function inTurns(runs: readonly (() => void)[], times: number): number[] {
  const seconds = runs.map((): number[] => []);
  for (let round = 0; round < 2 * ROUNDS; round++) {
    for (const [index, run] of runs.entries()) {
      const start = performance.now();
      for (let i = 0; i < times; i++) run();
      // V8 optimizes them in the first half.
      if (round >= ROUNDS) seconds[index]?.push((performance.now() - start) / 1000 / times);
    }
  }
  return seconds.map(median);
}
