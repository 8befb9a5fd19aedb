/** Allocations of JavaScript memory: where the host has no more, the error says so. */
import { codedError } from './errors.js';

/** What `allocate` makes; ERR_OUT_OF_MEMORY instead of the host's RangeError. */
export function withinMemory<T>(what: string, allocate: () => T): T {
  try {
    return allocate();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const mend = 'Use a smaller network or fewer samples.';
    throw codedError('ERR_OUT_OF_MEMORY', `memory: the host does not give room for ${what}. ${mend}`, { cause });
  }
}

/** `length` zeros. */
export function float32(length: number): Float32Array {
  return withinMemory(`${length} numbers`, () => new Float32Array(length));
}
