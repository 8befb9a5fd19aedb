/** The kernels of the threads build, and the record by which a leader and its helpers find each other. */
import { readFileSync } from 'node:fs';
import * as abi from '../../assembly/abi.js';

type Call<Names extends string> = Readonly<Record<Names, (...numbers: number[]) => void>>;

/** What this folder calls of assembly/kernels.ts. Their files say what the arguments are. */
export type Kernels = Call<
  | 'activationBackward'
  | 'activationForward'
  | 'addScaled'
  | 'denseBackwardBiases'
  | 'denseBackwardInput'
  | 'denseBackwardWeights'
  | 'denseForward'
  | 'denseStepWeights'
  | 'gram'
  | 'gramActivate'
  | 'help'
  | 'lossBackward'
  | 'lossSum'
  | 'multiply'
  | 'rowBackwardStep'
  | 'rowForward'
  | 'rowLoss'
  | 'squareSum'
>;

const PAGE_BYTES = 65536;
/** 64 MiB: room for the largest network of cases.ts with its samples. */
const PAGES = 1024;

/** Past the record of the team. */
export const BASE = 2 * PAGE_BYTES;

/** A shared memory. The threads build takes no other. */
export function createMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
}

export function compileThreads(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync('build/kernels/threads.wasm'));
}

export function kernelsOf(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}

/** The words of the team's record. */
export function recordOf(memory: WebAssembly.Memory): Int32Array {
  return new Int32Array(memory.buffer, abi.TEAM_ADDRESS, abi.TEAM_BYTES / Int32Array.BYTES_PER_ELEMENT);
}
