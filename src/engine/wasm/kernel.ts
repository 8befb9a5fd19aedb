/** Turns the embedded bytes of the kernel into an instance with its memory. Knows the exports, not what they are for. */
import { instantiate } from '@assemblyscript/loader';
import { codedError } from '../../errors.js';

/** What assembly/index.ts exports for the engine. Pointers and counts are 32-bit integers. */
export interface KernelExports {
  heapBase(): number;
  forward(network: number, rows: number): void;
  evaluate(network: number, dataset: number, from: number, count: number): void;
  gradients(network: number, dataset: number, from: number, count: number): number;
  train(network: number, dataset: number, from: number, count: number, batchSize: number, learningRate: number): number;
  allFinite(values: number, bytes: number): number;
}

export interface Kernel {
  readonly exports: KernelExports;
  readonly memory: WebAssembly.Memory;
}

/**
 * 16 MiB of addresses, which the host backs with memory as they are touched. Growing would detach the buffer, and V8 then
 * checks for detached buffers in every access to a typed array of that thread: plain TypeScript beside it trained at 0.73
 * of its speed. Most networks and their data never grow this.
 */
const INITIAL_PAGES = 256;

let compiled: Promise<WebAssembly.Module> | undefined;

/** A new instance with a memory of its own; the module is compiled once. ERR_ENGINE where the host refuses it. */
export async function instantiateKernel(): Promise<Kernel> {
  try {
    compiled ??= compile();
    // Awaited before anything else can throw: a rejection that nobody awaits would end the process.
    const module = await compiled;
    const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES });
    const { instance } = await instantiate(module, { env: { memory } });
    // The loader's own exports count arguments in a closure on every call; the instance's do not.
    return { exports: instance.exports as unknown as KernelExports, memory };
  } catch (cause) {
    compiled = undefined;
    const mend = 'Allow WebAssembly (in a page: script-src "wasm-unsafe-eval"), or use engine: "js".';
    throw codedError('ERR_ENGINE', `create: this host refuses WebAssembly with SIMD. ${mend}`, { cause });
  }
}

async function compile(): Promise<WebAssembly.Module> {
  const { KERNEL_BASE64 } = await import('./generated/simd.js');
  return WebAssembly.compile(Uint8Array.from(atob(KERNEL_BASE64), (character) => character.charCodeAt(0)));
}
