/** Allocations of the pure TypeScript engine: where the host has no more memory, the error says so. */
import { codedError } from '../../errors.js';

/** What `allocate` makes; ERR_OUT_OF_MEMORY instead of the host's RangeError. */
export function withinMemory<T>(what: string, allocate: () => T): T {
  try {
    return allocate();
  } catch (cause) {
    const mend = 'Use a smaller network or fewer samples.';
    throw codedError('ERR_OUT_OF_MEMORY', `memory: the host does not give room for ${what}. ${mend}`, { cause });
  }
}
