/** Turns a compiled kernel into an instance with its memory. Knows the exports, but not what they do or where kernels come from. */
import { codedError } from '../../foundation/errors.js';
import { isOutOfMemory } from '../../foundation/memory.js';
import type { NetworkSpec } from '../../options/spec.js';
import type { Engine } from '../engine.js';

/** What assembly/index.ts exports to the engine. Pointers and counts are 32-bit integers. */
export interface KernelExports {
  heapBase(): number;
  forward(network: number, rows: number): void;
  evaluate(network: number, dataset: number, from: number, count: number): void;
  gradients(network: number, dataset: number, from: number, count: number): number;
  train(network: number, dataset: number, from: number, count: number, batchSize: number, learningRate: number): number;
  largest(values: number, bytes: number): number;
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
 * 16 MiB of addresses. The host backs them with real memory only when they are touched. Growing the memory detaches its buffer,
 * and V8 then checks for detached buffers in every access to a typed array on that thread: plain TypeScript beside it trained at
 * 0.73 of its speed. Most networks and their data never need to grow it.
 */
const INITIAL_PAGES = 256;

/**
 * The builds of assembly/ that the package carries. `basic` is the part of `simd` that plain stochastic gradient descent needs
 * with the most common activations and losses. It is two thirds of the download, and lacks the code for networks that fit the
 * registers. The wide builds compute the same as the others, in code that V8 widens best.
 */
export type Variant = 'basic' | 'simd' | 'relaxed' | 'wide' | 'relaxedWide';

/**
 * Functions that compile the builds of an entry point. It always has `simd`, which can do what `basic` can. `threads` loads what several
 * threads need, with kernels of their own.
 */
export interface Kernels extends Readonly<Partial<Record<Variant, (() => Promise<WebAssembly.Module>) | undefined>>> {
  readonly threads?: () => Promise<SeveralThreads>;
  /** Throws, where no entry point has given a kernel yet. */
  readonly refuse?: () => never;
}

/** What threads/engine.ts exports. */
export interface SeveralThreads {
  withThreads(engine: Engine, call: string, threads: number | 'auto', network: NetworkSpec): Promise<Engine>;
}

let kernels: Kernels = {};

/**
 * From now on, networks of this thread run on these kernels. The entry points of the package differ only in their kernels. Returns
 * `exported`, for the entry point to export. So a bundler keeps this call if a program uses that export. If the program uses no
 * export, the bundler drops the whole entry point, as `sideEffects: false` in package.json allows.
 */
export function withKernels<T>(exported: T, given: Kernels): T {
  kernels = { ...kernels, ...given };
  return exported;
}

/** Throws ERR_ENGINE in wasmlp/slim before init. */
export function kernelsInUse(): Kernels {
  if (!kernels.simd) kernels.refuse?.();
  return kernels;
}

const compiled = new Map<Variant, Promise<WebAssembly.Module>>();

/** A kernel of this entry point, compiled once; undefined where it has no such kernel. Compiled again only if that failed. */
export async function compiledKernel(variant: Variant): Promise<WebAssembly.Module | undefined> {
  const compile = kernelsInUse()[variant];
  if (compile === undefined) return undefined;
  const compiling = compiled.get(variant) ?? compile();
  compiled.set(variant, compiling);
  try {
    // Awaited before anything else can throw: an unhandled rejection would end the process.
    return await compiling;
  } catch (error) {
    compiled.delete(variant);
    throw error;
  }
}

/** Makes a new instance with its own memory. Rejects with ERR_ENGINE if the entry point has no such kernel or the host refuses it. */
export async function instantiateKernel(variant: Variant): Promise<Kernel> {
  if (kernelsInUse()[variant] === undefined) {
    throw codedError('ERR_ENGINE', `create: this entry point has no ${variant} kernel.`);
  }
  try {
    const module = (await compiledKernel(variant)) as WebAssembly.Module;
    const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES });
    const instance = await instanceOf(module, memory);
    // The instance's exports, not the loader's: the loader wraps each in a closure that counts arguments on every call.
    return { module, exports: instance.exports as unknown as KernelExports, memory };
  } catch (cause) {
    if (isOutOfMemory(cause)) throw cause;
    const mend = `Allow WebAssembly (in a page: script-src 'self' 'wasm-unsafe-eval'), or use engine: "js".`;
    throw codedError('ERR_ENGINE', `create: this host refuses WebAssembly with SIMD. ${mend}`, { cause });
  }
}

/**
 * The kernels of the package import their memory and nothing else, so the host instantiates them alone: AssemblyScript's loader would be
 * a twelfth of what a page fetches, for wrappers that no call goes through. The debug build also imports `abort`. There the loader makes
 * an error of a failed assertion, with its message, file and line.
 */
async function instanceOf(module: WebAssembly.Module, memory: WebAssembly.Memory): Promise<WebAssembly.Instance> {
  const imports = { env: { memory } };
  if (WebAssembly.Module.imports(module).length > 1) {
    const { instanceByLoader } = await import('./loader.js');
    return instanceByLoader(module, imports);
  }
  return await WebAssembly.instantiate(module, imports);
}
