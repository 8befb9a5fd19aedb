/**
 * Hands out blocks of one growing memory. Pure bookkeeping over addresses: knows no WebAssembly, and `grow` is a function
 * so that tests run without one.
 */
import { ALIGNMENT_BYTES } from '../../../assembly/abi.js';
import { codedError } from '../../foundation/errors.js';

/** What a 32-bit address can reach, less a page: the end of a block at 2^32 would read as 0, and loops up to it as empty. */
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
  /** Free blocks below `#top`, by address, never touching each other. */
  readonly #free: Block[] = [];
  /** End of each reserved block by its start. */
  readonly #reserved = new Map<number, number>();
  readonly #grow: (endBytes: number) => void;
  #top: number;

  /** `base` is the first address to hand out; `grow` makes memory up to an end usable or throws. */
  constructor(base: number, grow: (endBytes: number) => void) {
    this.#top = roundUp(base, ALIGNMENT_BYTES);
    this.#grow = grow;
  }

  /** Address of a new block, aligned to a cache line. ERR_OUT_OF_MEMORY where the host has no more. */
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

  /** Takes a block back, merging it with free neighbours. */
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

  /** Bytes handed out at present. */
  get reservedBytes(): number {
    let sum = 0;
    for (const [start, end] of this.#reserved) sum += end - start;
    return sum;
  }

  #extend(size: number): number {
    const start = this.#top;
    if (start + size > ADDRESSABLE_BYTES) {
      const needed = `${mebibytes(size)} MiB more than the ${mebibytes(start)} MiB in use`;
      const limit = 'and WebAssembly addresses 4096 MiB';
      throw codedError(
        'ERR_OUT_OF_MEMORY',
        `memory: needs ${needed}, ${limit}. Use a smaller network or fewer samples.`,
      );
    }
    this.#grow(start + size);
    this.#top = start + size;
    return start;
  }

  /** Joins the free block at `index` to the one before it where they touch. */
  #merge(index: number): void {
    const before = this.#free[index - 1];
    const block = this.#free[index];
    if (before !== undefined && block !== undefined && before.end === block.start) {
      before.end = block.end;
      this.#free.splice(index, 1);
    }
  }
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
