/**
 * Hands out blocks of one growing memory. Only keeps track of addresses: it knows no WebAssembly. `grow` is a function, so that
 * tests run without WebAssembly.
 */
import { ALIGNMENT_BYTES } from '../../../assembly/abi.js';
import { codedError } from '../../foundation/errors.js';

/** What a 32-bit address can reach, minus one page. The end of a block at 2^32 would read as 0, and a loop up to it would not run. */
const ADDRESSABLE_BYTES = 2 ** 32 - 65536;

interface Block {
  start: number;
  end: number;
}

/** `value` rounded up to a multiple of `step`. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

export class Arena {
  /** Free blocks below `#top`, sorted by address. No two of them touch. */
  readonly #free: Block[] = [];
  /** Maps the start of each reserved block to its end. */
  readonly #reserved = new Map<number, number>();
  readonly #grow: (endBytes: number) => void;
  #top: number;

  /** `base` is the first address to hand out. `grow` makes the memory usable up to an end, or throws. */
  constructor(base: number, grow: (endBytes: number) => void) {
    this.#top = roundUp(base, ALIGNMENT_BYTES);
    this.#grow = grow;
  }

  /** Returns the address of a new block, aligned to a cache line. Throws ERR_OUT_OF_MEMORY if the host has no more memory. */
  reserve(bytes: number): number {
    const size = Math.max(roundUp(bytes, ALIGNMENT_BYTES), ALIGNMENT_BYTES);
    let best: Block | undefined;
    for (const block of this.#free) {
      const fits = block.end - block.start >= size;
      if (fits && (best === undefined || block.end - block.start < best.end - best.start)) best = block;
    }
    const start = best?.start ?? this.#extend(size);
    if (best !== undefined) {
      best.start += size;
      if (best.start === best.end) this.#free.splice(this.#free.indexOf(best), 1);
    }
    this.#reserved.set(start, start + size);
    return start;
  }

  /** Takes a block back and merges it with free neighbours. */
  release(start: number): void {
    const end = this.#reserved.get(start);
    if (end === undefined) throw codedError('ERR_ENGINE', `arena: no block starts at ${start}.`);
    this.#reserved.delete(start);
    let index = this.#free.findIndex((block) => block.start > start);
    if (index < 0) index = this.#free.length;
    this.#free.splice(index, 0, { start, end });
    this.#merge(index + 1);
    this.#merge(index);
    const last = this.#free[this.#free.length - 1] as Block;
    if (last.end === this.#top) {
      this.#top = last.start;
      this.#free.pop();
    }
  }

  /** Bytes in blocks that are reserved now. */
  get reservedBytes(): number {
    let sum = 0;
    for (const [start, end] of this.#reserved) sum += end - start;
    return sum;
  }

  #extend(size: number): number {
    const start = this.#top;
    if (start + size > ADDRESSABLE_BYTES) {
      const needed = `${Math.ceil((start + size) / 2 ** 20)} MiB`;
      const mend = 'Use a smaller network or fewer samples.';
      throw codedError(
        'ERR_OUT_OF_MEMORY',
        `memory: needs ${needed}, and WebAssembly addresses less than 4096 MiB. ${mend}`,
      );
    }
    this.#grow(start + size);
    this.#top = start + size;
    return start;
  }

  /** Merges the free block at `index` with the one before it, if they touch. */
  #merge(index: number): void {
    const before = this.#free[index - 1];
    const block = this.#free[index];
    if (before !== undefined && block !== undefined && before.end === block.start) {
      before.end = block.end;
      this.#free.splice(index, 1);
    }
  }
}
