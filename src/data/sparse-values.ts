/** The inputs of sparse rows, as engines take them or before they are scaled. Knows nothing of what users give. */
import type { SparseEntries } from '../engine/engine.js';
import { float32, float64, uint32 } from '../foundation/memory.js';
import type { Numbers } from './samples.js';

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

/** The same in double precision: entries of a table that will be scaled. */
export class SparseDoubles extends Float64Array implements SparseEntries {
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;

  constructor(values: Float64Array, { starts, columns }: SparseEntries) {
    super(values.buffer as ArrayBuffer, values.byteOffset, values.length);
    this.starts = starts;
    this.columns = columns;
  }

  static get [Symbol.species](): typeof Float64Array {
    return Float64Array;
  }

  override slice(): SparseDoubles & Float64Array<ArrayBuffer> {
    return this as this & Float64Array<ArrayBuffer>;
  }
}

export function withEntries(values: Float32Array | Float64Array, entries: SparseEntries): SparseValues | SparseDoubles {
  return values instanceof Float32Array ? new SparseValues(values, entries) : new SparseDoubles(values, entries);
}

/** Where the entries of inputs are; undefined for inputs that are not sparse. */
export function entriesOf(values: (Float32Array | Float64Array) & Partial<SparseEntries>): SparseEntries | undefined {
  const { starts, columns } = values;
  return starts && columns && { starts, columns };
}

/** Those of the rows of these indexes, in their order, with their values. Rows must be right: nothing is checked. */
export function chooseEntries<T extends Numbers | undefined>(
  { starts, columns }: SparseEntries,
  values: T,
  indexes: Uint32Array,
): SparseEntries & { readonly values: T } {
  const lengthOf = (row: number): number => (starts[row + 1] as number) - (starts[row] as number);
  const length = indexes.reduce((sum, row) => sum + lengthOf(row), 0);
  const chosen = { starts: uint32(indexes.length + 1), columns: uint32(length) };
  const chosenValues = values && (values instanceof Float64Array ? float64(length) : float32(length));
  let at = 0;
  indexes.forEach((row, place) => {
    for (let from = starts[row] as number; from < (starts[row + 1] as number); from++, at++) {
      chosen.columns[at] = columns[from] as number;
      if (chosenValues) chosenValues[at] = (values as Numbers)[from] as number;
    }
    chosen.starts[place + 1] = at;
  });
  return { ...chosen, values: chosenValues as T };
}

/** The rows of these indexes, in their order; undefined for inputs that are not sparse. */
export function select(inputs: Numbers, indexes: Uint32Array): Numbers | undefined {
  const entries = entriesOf(inputs);
  if (entries === undefined) return undefined;
  const chosen = chooseEntries(entries, inputs, indexes);
  return withEntries(chosen.values, chosen);
}
