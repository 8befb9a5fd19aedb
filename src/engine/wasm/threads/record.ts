/** The record by which threads find each other, in the memory they share: how a fit begins there, and ends. Knows no kernel. */
import * as abi from '../../../../assembly/abi.js';

/** Bytes at the start of the memory that hold no network: the module's data, then the record. */
export const RESERVED_BYTES = abi.TEAM_ADDRESS + abi.TEAM_BYTES;

/** What the threads of a fit share. Another thread can lead it too. */
export interface SharedFit {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly threads: number;
}

function wordsOf(memory: WebAssembly.Memory): Int32Array {
  return new Int32Array(memory.buffer, abi.TEAM_ADDRESS, abi.TEAM_BYTES / Int32Array.BYTES_PER_ELEMENT);
}

const index = (offset: number): number => offset / Int32Array.BYTES_PER_ELEMENT;

/** Begins a fit. Helpers of an earlier session then leave, if they are still there. */
export function beginSession(memory: WebAssembly.Memory, session: number, threads: number): void {
  const words = wordsOf(memory);
  setPhase(words, abi.PHASE_NONE, () => {
    words[index(abi.TEAM_SESSION)] = session;
    words[index(abi.TEAM_THREAD_COUNT)] = threads;
  });
}

/** Ends a fit: helpers leave. */
export function endSession(memory: WebAssembly.Memory): void {
  setPhase(wordsOf(memory), abi.PHASE_END, () => undefined);
}

/** A phase without work, written as the kernel writes one (assembly/train/team/claims.ts): the ticket is odd meanwhile, and only goes up. */
function setPhase(words: Int32Array, phase: number, write: () => void): void {
  const ticket = index(abi.TEAM_TICKET);
  // Odd already where the leader was ended in the middle.
  const odd = Atomics.load(words, ticket) | 1;
  Atomics.store(words, ticket, odd);
  words[index(abi.TEAM_PHASE)] = phase;
  Atomics.store(words, index(abi.TEAM_CHUNKS), 0);
  Atomics.store(words, index(abi.TEAM_ACTIVE), 0);
  write();
  Atomics.store(words, ticket, odd + 1);
  Atomics.notify(words, ticket);
}
