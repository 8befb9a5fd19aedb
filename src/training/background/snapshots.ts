/**
 * Snapshots of a network in memory that the host and its worker share. The worker may die at any moment: the last snapshot is still
 * complete. Knows no worker.
 *
 * Neither thread ever waits for the other, nor tries again. There are two places. The worker writes into the one that does not hold the
 * last snapshot, and not at all while the host reads, because a second snapshot would take the place that is read:
 *
 *   | state (int32), 4 bytes | epochs of place 0 and of place 1 (float64) | place 0 (float32) | place 1 (float32) |
 *
 *   state: 0 before the first snapshot; then 1 + the place of the last one, READING beside it while the host reads, and SNAPSHOT for
 *   each so far, which may run over
 */
import { withinMemory } from '../../foundation/memory.js';

const EPOCHS_OFFSET = 8;
const HEADER_BYTES = 24;
const PLACE = 3;
const READING = 4;
const SNAPSHOT = 8;

/** A network after a whole number of batches. */
export interface Snapshot {
  /** The engine's snapshot: parameters, then optimizer state. */
  readonly numbers: Float32Array;
  /** Whole epochs trained by then. */
  readonly epochs: number;
}

export class SharedSnapshots {
  readonly buffer: SharedArrayBuffer;
  readonly #state: Int32Array;
  readonly #epochs: Float64Array;
  readonly #places: readonly Float32Array[];
  /** The state when the host read last. */
  #read = 0;

  /** For snapshots of `length` numbers, in a new buffer or in the one that another thread made. */
  constructor(length: number, buffer?: SharedArrayBuffer) {
    const bytes = length * Float32Array.BYTES_PER_ELEMENT;
    this.buffer =
      buffer ?? withinMemory('snapshots of the network', () => new SharedArrayBuffer(HEADER_BYTES + 2 * bytes));
    this.#state = new Int32Array(this.buffer, 0, 1);
    this.#epochs = new Float64Array(this.buffer, EPOCHS_OFFSET, 2);
    this.#places = [0, 1].map((place) => new Float32Array(this.buffer, HEADER_BYTES + place * bytes, length));
  }

  /** Only the worker writes: `fill` gets the place to write to. Returns false, and writes nothing, while the host reads. */
  write(fill: (place: Float32Array) => void, epochs: number): boolean {
    const state = Atomics.load(this.#state, 0);
    if ((state & READING) !== 0) return false;
    const place = (state & PLACE) === 1 ? 1 : 0;
    fill(this.#places[place] as Float32Array);
    this.#epochs[place] = epochs;
    // One step, which leaves READING as it is: the host may have begun to read meanwhile.
    Atomics.add(this.#state, 0, SNAPSHOT + place + 1 - (state & PLACE));
    return true;
  }

  /** Makes the host of the program back the memory, which takes longer than a write does. Before the first write. */
  touch(): void {
    for (const place of this.#places) place.fill(0);
  }

  /**
   * Only the host reads: `take` gets the last snapshot where it lies, and must copy what it keeps. Returns false, and does not call it,
   * if there is no new one since the last time.
   */
  read(take: (snapshot: Snapshot) => void): boolean {
    const state = Atomics.or(this.#state, 0, READING);
    try {
      if (state === this.#read) return false;
      this.#read = state;
      const place = (state & PLACE) - 1;
      take({ numbers: this.#places[place] as Float32Array, epochs: this.#epochs[place] as number });
      return true;
    } finally {
      Atomics.and(this.#state, 0, ~READING);
    }
  }
}
