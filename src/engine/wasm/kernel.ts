/** Turns a compiled kernel into an instance with its memory. Knows the exports, not what they are for, nor where kernels come from. */
import { instantiate, instantiateSync } from '@assemblyscript/loader';
import { codedError } from '../../foundation/errors.js';

/** What assembly/index.ts exports for the engine. Pointers and counts are 32-bit integers. */
export interface KernelExports {
  heapBase(): number;
  forward(network: number, rows: number): void;
  evaluate(network: number, dataset: number, from: number, count: number): void;
  gradients(network: number, dataset: number, from: number, count: number): number;
  train(network: number, dataset: number, from: number, count: number, batchSize: number, learningRate: number): number;
  allFinite(values: number, bytes: number): number;
  denseForward(
    rows: number,
    inputs: number,
    units: number,
    x: number,
    xRowBytes: number,
    weights: number,
    biases: number,
    y: number,
    yRowBytes: number,
  ): void;
  denseBackwardWeights(
    rows: number,
    inputs: number,
    units: number,
    x: number,
    xRowBytes: number,
    deltas: number,
    deltaRowBytes: number,
    weights: number,
    scale: number,
  ): void;
}

export interface Kernel {
  readonly module: WebAssembly.Module;
  readonly exports: KernelExports;
  readonly memory: WebAssembly.Memory;
}

/**
 * 16 MiB of addresses, which the host backs with memory as they are touched. Growing would detach the buffer, and V8 then
 * checks for detached buffers in every access to a typed array of that thread: plain TypeScript beside it trained at 0.73
 * of its speed. Most networks and their data never grow this.
 */
const INITIAL_PAGES = 256;

/**
 * Builds of assembly/ that the package carries. `basic` is the part of `simd` that plain stochastic gradient descent on the
 * commonest activations and losses needs, two thirds of the download; without the code for networks that fit the registers.
 * The wide ones compute what the others do, in code that V8 widens best.
 */
export type Variant = 'basic' | 'simd' | 'relaxed' | 'wide' | 'relaxedWide';

/** Compiles the builds that an entry point has. That is always `simd`, which can do what `basic` can. */
export type Kernels = Readonly<Partial<Record<Variant, () => Promise<WebAssembly.Module>>>>;

let kernels: Kernels | undefined;

/**
 * Networks of this thread run on these kernels from now on: the entry points of the package differ in them, and in nothing else. Returns
 * `exported` for an entry point to export. Bundlers then keep this call where a program uses that export, and drop it with the whole
 * entry point where it uses none, as `sideEffects: false` in package.json allows.
 */
export function withKernels<T>(exported: T, given: Kernels): T {
  kernels = { ...kernels, ...given };
  return exported;
}

/** ERR_ENGINE in wasmlp/slim before init. */
export function kernelsInUse(): Kernels {
  if (kernels === undefined) throw codedError('ERR_ENGINE', 'create: no kernel yet. Await init of wasmlp/slim first.');
  return kernels;
}

const compiled = new Map<Variant, Promise<WebAssembly.Module>>();

/**
 * A new instance with a memory of its own. ERR_ENGINE where the entry point has no such kernel, or the host refuses it.
 */
export async function instantiateKernel(variant: Variant): Promise<Kernel> {
  const compile = kernelsInUse()[variant];
  if (compile === undefined) throw codedError('ERR_ENGINE', `create: this entry point has no kernel ${variant}.`);
  try {
    // Compiled once, and again where that failed.
    const compiling = compiled.get(variant) ?? compile();
    compiled.set(variant, compiling);
    // Awaited before anything else can throw: a rejection that nobody awaits would end the process.
    const module = await compiling;
    const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES });
    const instance = await instanceOf(module, memory);
    // The loader's own exports count arguments in a closure on every call; the instance's do not.
    return { module, exports: instance.exports as unknown as KernelExports, memory };
  } catch (cause) {
    compiled.delete(variant);
    const mend = `Allow WebAssembly (in a page: script-src 'self' 'wasm-unsafe-eval'), or use engine: "js".`;
    throw codedError('ERR_ENGINE', `create: this host refuses WebAssembly with SIMD. ${mend}`, { cause });
  }
}

/**
 * Synchronously where the host allows it: the loader's other form asks whether it was given a Response, and Node loads its
 * HTTP client to answer, which takes 20 of the 30 ms that a first network may. Older pages refuse it on the main thread.
 */
async function instanceOf(module: WebAssembly.Module, memory: WebAssembly.Memory): Promise<WebAssembly.Instance> {
  try {
    return instantiateSync(module, { env: { memory } }).instance;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return (await instantiate(module, { env: { memory } })).instance;
  }
}
