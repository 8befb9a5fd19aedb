/**
 * The building blocks by themselves: the kernels of assembly/ against the same loops in plain TypeScript, and how near the kernels
 * come to the peak of their engine (peak.ts).
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { createPeak } from './peak.js';
import type { Contender } from './timing.js';

/** What is measured, as plain data, so that it can be sent to a process. Dimensions as in assembly/kernels/. */
export interface Block {
  readonly kernel:
    | 'dot product'
    | 'sigmoid'
    | 'SGD update'
    | 'forward'
    | 'input gradient'
    | 'weight gradient'
    | 'steps sample by sample';
  /** Rows, inputs, outputs; a vector is [1, length, 1]. */
  readonly size: readonly [B: number, I: number, O: number];
}

export const BLOCKS: readonly Block[] = [
  { kernel: 'dot product', size: [1, 784, 1] },
  { kernel: 'sigmoid', size: [1, 1024, 1] },
  { kernel: 'SGD update', size: [1, 100352, 1] },
  { kernel: 'forward', size: [32, 784, 128] },
  { kernel: 'forward', size: [32, 64, 32] },
  { kernel: 'forward', size: [256, 784, 512] },
  { kernel: 'input gradient', size: [32, 512, 256] },
  { kernel: 'input gradient', size: [256, 512, 256] },
  { kernel: 'weight gradient', size: [32, 784, 128] },
  { kernel: 'weight gradient', size: [256, 784, 512] },
  { kernel: 'steps sample by sample', size: [8, 784, 128] },
];

/** Builds of assembly/. */
export type Build = 'simd' | 'relaxed' | 'wide' | 'relaxedWide';

/** Operations of one run. A sigmoid counts as 30 operations, as in the kernel, including a division and some on integers. */
function operations({ kernel, size: [B, I, O] }: Block): number {
  return (kernel === 'sigmoid' ? 30 : 2) * B * I * O;
}

/** The unit of the table. */
const GIGA = 1e9;

/** The least number of operations in a run, so that the cost of the timer does not matter. */
const WORK = 2e6;

const X = 0x10000;
/** Small enough that numbers stay finite over millions of steps. */
const STEP = 1e-6;

interface Kernels {
  denseForward(
    B: number,
    I: number,
    O: number,
    x: number,
    xb: number,
    w: number,
    b: number,
    y: number,
    yb: number,
  ): void;
  denseBackwardInput(
    B: number,
    I: number,
    O: number,
    d: number,
    db: number,
    w: number,
    dx: number,
    xb: number,
    scratch: number,
  ): void;
  denseBackwardWeights(
    B: number,
    I: number,
    O: number,
    x: number,
    xb: number,
    d: number,
    db: number,
    w: number,
    scale: number,
  ): void;
  denseStepWeights(B: number, I: number, O: number, x: number, xb: number, d: number, db: number, w: number): void;
  activationForward(
    activation: number,
    slope: number,
    B: number,
    O: number,
    a: number,
    s: number,
    rowBytes: number,
  ): void;
  addScaled(target: number, source: number, bytes: number, scale: number): void;
}

/** Sets the same flag as src/engine/wasm/wide-vectors.ts. It applies to the loops of the peak too. */
async function instantiate(checkout: string, build: Build, memory: WebAssembly.Memory): Promise<Kernels> {
  if (build === 'wide' || build === 'relaxedWide') setFlagsFromString('--experimental-wasm-revectorize');
  const bytes = readFileSync(path.join(checkout, `build/kernels/${build}.wasm`));
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  return instance.exports as unknown as Kernels;
}

/** All weights are equal, and all deltas of a row: so both sides compute the same numbers, whatever their layout. */
const WEIGHT = 0.01;

/** The kernel that a checkout built, on rows padded to 4. */
export async function kernelContender(checkout: string, block: Block, build: Build): Promise<Contender> {
  const [B, I, O] = block.size;
  const memory = new WebAssembly.Memory({ initial: 512 });
  const floats = new Float32Array(memory.buffer);
  const kernels = await instantiate(checkout, build, memory);
  const [xb, yb] = [padded(I) * 4, padded(O) * 4];
  const w = X + B * xb;
  // With room for the gaps between panels (assembly/README.md).
  const b = w + I * yb + Math.ceil(O / 8) * 64;
  const y = b + yb;
  // On a cache line, as the engine's.
  const scratch = Math.ceil((y + B * yb) / 64) * 64;
  for (let r = 0; r < B; r++) {
    for (let i = 0; i < I; i++) floats[((X + r * xb) >> 2) + i] = pattern(r * I + i);
    floats.fill(deltaOf(block, r), (y + r * yb) >> 2, ((y + r * yb) >> 2) + O);
  }
  floats.fill(WEIGHT, w >> 2, b >> 2);
  const once: Record<Block['kernel'], () => void> = {
    'dot product': () => kernels.denseForward(B, I, O, X, xb, w, b, y, yb),
    sigmoid: () => kernels.activationForward(1, 0, B, I, X, X, xb),
    'SGD update': () => kernels.addScaled(w, X, I * 4, STEP),
    forward: () => kernels.denseForward(B, I, O, X, xb, w, b, y, yb),
    'input gradient': () => kernels.denseBackwardInput(B, I, O, y, yb, w, X, xb, scratch),
    'weight gradient': () => kernels.denseBackwardWeights(B, I, O, X, xb, y, yb, w, STEP),
    'steps sample by sample': () => kernels.denseStepWeights(B, I, O, X, xb, y, yb, w),
  };
  once[block.kernel]();
  const rowsAt = (address: number, rowBytes: number, width: number): number[] =>
    Array.from(
      { length: B * width },
      (_, n) => floats[((address + Math.floor(n / width) * rowBytes) >> 2) + (n % width)] as number,
    );
  const stride = O > 4 ? 8 : 4;
  const firstUnit = (): number[] => Array.from({ length: I }, (_, i) => floats[(w >> 2) + i * stride] as number);
  const results: Record<Block['kernel'], () => number[]> = {
    'dot product': () => rowsAt(y, yb, O),
    sigmoid: () => rowsAt(X, xb, I),
    'SGD update': () => [...floats.subarray(w >> 2, (w >> 2) + I)],
    forward: () => rowsAt(y, yb, O),
    'input gradient': () => rowsAt(X, xb, I),
    'weight gradient': firstUnit,
    'steps sample by sample': firstUnit,
  };
  const peak = await createPeak(build === 'relaxed' || build === 'relaxedWide');
  return { ...repeated(block, once[block.kernel], results[block.kernel]()), peak: (seconds) => peak(seconds) / GIGA };
}

/** The same arithmetic in the loops that anybody would write, weights (outputs, inputs) row-major. */
export function plainContender(block: Block): Contender {
  const [B, I, O] = block.size;
  const x = Float32Array.from({ length: B * I }, (_, i) => pattern(i));
  const w = new Float32Array(I * O).fill(WEIGHT);
  const y = Float32Array.from({ length: B * O }, (_, n) => deltaOf(block, Math.floor(n / O)));
  const step = (scale: number): void => {
    for (let r = 0; r < B; r++) {
      for (let o = 0; o < O; o++) {
        const d = scale * (y[r * O + o] as number);
        for (let i = 0; i < I; i++) w[o * I + i] = (w[o * I + i] as number) + d * (x[r * I + i] as number);
      }
    }
  };
  const once: Record<Block['kernel'], () => void> = {
    'dot product': () => multiply(B, I, O, x, w, y),
    sigmoid: () => {
      for (let i = 0; i < I; i++) x[i] = 1 / (1 + Math.exp(-(x[i] as number)));
    },
    'SGD update': () => {
      for (let i = 0; i < I; i++) w[i] = (w[i] as number) + STEP * (x[i] as number);
    },
    forward: () => multiply(B, I, O, x, w, y),
    'input gradient': () => {
      x.fill(0);
      for (let r = 0; r < B; r++) {
        for (let o = 0; o < O; o++) {
          const d = y[r * O + o] as number;
          for (let i = 0; i < I; i++) x[r * I + i] = (x[r * I + i] as number) + d * (w[o * I + i] as number);
        }
      }
    },
    'weight gradient': () => step(STEP),
    'steps sample by sample': () => step(1),
  };
  once[block.kernel]();
  const results = {
    'dot product': y,
    sigmoid: x,
    'SGD update': w,
    forward: y,
    'input gradient': x,
    'weight gradient': w.subarray(0, I),
    'steps sample by sample': w.subarray(0, I),
  };
  return repeated(block, once[block.kernel], [...results[block.kernel]]);
}

function repeated(block: Block, once: () => void, result: readonly number[]): Contender {
  const times = Math.ceil(WORK / operations(block));
  const run = (): undefined => {
    for (let i = 0; i < times; i++) once();
  };
  return { result, work: (times * operations(block)) / GIGA, run };
}

function multiply(B: number, I: number, O: number, x: Float32Array, w: Float32Array, y: Float32Array): void {
  for (let r = 0; r < B; r++) {
    for (let o = 0; o < O; o++) {
      let sum = 0;
      for (let i = 0; i < I; i++) sum += (x[r * I + i] as number) * (w[o * I + i] as number);
      y[r * O + o] = sum;
    }
  }
}

/** The gradient of a row. Where steps add it without a learning rate, it is as small as a step. */
function deltaOf({ kernel }: Block, row: number): number {
  return kernel === 'steps sample by sample' ? STEP * pattern(row) : pattern(row);
}

function padded(width: number): number {
  return Math.ceil(width / 4) * 4;
}

function pattern(i: number): number {
  return (((i * 37) % 101) - 50) / 500;
}
