/**
 * Snapshots of a network in memory that the host and its worker share. The worker may die at any moment: the last snapshot is still
 * complete. Knows no worker.
 *
 * Two places take turns. The number of snapshots written so far says which of them is complete:
 *
 *   | count (int32), 4 bytes | epochs of place 0 and of place 1 (float64) | place 0 (float32) | place 1 (float32) |
 */
import { sliceOf, withinMemory } from '../../foundation/memory.js';

const EPOCHS_OFFSET = 8;
const HEADER_BYTES = 24;

/** A network after a whole number of batches. */
export interface Snapshot {
  /** The engine's snapshot: parameters, then optimizer state. */
  readonly numbers: Float32Array<ArrayBuffer>;
  /** Whole epochs trained by then. */
  readonly epochs: number;
}

export class SharedSnapshots {
  readonly buffer: SharedArrayBuffer;
  readonly #count: Int32Array;
  readonly #epochs: Float64Array;
  readonly #places: readonly [Float32Array, Float32Array];

  /** For snapshots of `length` numbers, in a new buffer or in the one that another thread made. */
  constructor(
    length: number,
    buffer = withinMemory(
      'the snapshots of a fit in the background',
      () => new SharedArrayBuffer(HEADER_BYTES + 2 * length * Float32Array.BYTES_PER_ELEMENT),
    ),
  ) {
    this.buffer = buffer;
    this.#count = new Int32Array(buffer, 0, 1);
    this.#epochs = new Float64Array(buffer, EPOCHS_OFFSET, 2);
    const bytes = length * Float32Array.BYTES_PER_ELEMENT;
    this.#places = [
      new Float32Array(buffer, HEADER_BYTES, length),
      new Float32Array(buffer, HEADER_BYTES + bytes, length),
    ];
  }

  /** Only the worker writes. */
  write(numbers: Float32Array, epochs: number): void {
    const count = Atomics.load(this.#count, 0) + 1;
    const place = count & 1;
    (this.#places[place] as Float32Array).set(numbers);
    this.#epochs[place] = epochs;
    Atomics.store(this.#count, 0, count);
  }

  /** A copy of the last snapshot; undefined before the first. Reads again if the worker has written another one meanwhile. */
  read(): Snapshot | undefined {
    for (;;) {
      const count = Atomics.load(this.#count, 0);
      if (count === 0) return undefined;
      const place = count & 1;
      const epochs = this.#epochs[place] as number;
      const numbers = sliceOf(this.#places[place] as Float32Array<ArrayBuffer>);
      if (Atomics.load(this.#count, 0) === count) return { numbers, epochs };
    }
  }
}

/** Whether threads may share memory here: Node allows it, and pages that are isolated from other origins. */
export function canShareMemory(): boolean {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer === 'function' && crossOriginIsolated !== false;
}
