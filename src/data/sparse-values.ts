/** The inputs of sparse rows, as engines take them. Knows nothing of what users give. */
import type { SparseEntries } from '../engine/engine.js';

/** The values of the entries, and where these are. Nobody changes them: a copy is the same. */
export class SparseValues extends Float32Array implements SparseEntries {
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;

  constructor(values: Float32Array, { starts, columns }: SparseEntries) {
    super(values.buffer as ArrayBuffer, values.byteOffset, values.length);
    this.starts = starts;
    this.columns = columns;
  }

  /** What other methods return has no entries. */
  static get [Symbol.species](): typeof Float32Array {
    return Float32Array;
  }

  override slice(): SparseValues & Float32Array<ArrayBuffer> {
    return this as this & Float32Array<ArrayBuffer>;
  }
}
