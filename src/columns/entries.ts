/**
 * The inputs of rows that are not 0: gathered column by column, a block of rows at a time, and put in the order of rows and inputs. Knows no
 * cells and no networks.
 */
import { float32, float64, sliceOf, uint32 } from '../foundation/memory.js';

/** Numbers as an engine takes them, or doubles that will be scaled first. */
type Numbers = Float32Array | Float64Array;

export class EntryList {
  /** Row r has the entries from starts[r] to starts[r + 1] - 1. */
  readonly starts: Uint32Array;
  /** `length` zeros of the kind that values are kept in. */
  readonly room: (length: number) => Numbers;
  #columns = uint32(0);
  #values: Numbers;
  /** The entries of the block, in the order in which they came: row, input and value of each. */
  readonly #block: number[] = [];

  constructor(rows: number, keepsDoubles: boolean) {
    this.starts = uint32(rows + 1);
    this.room = keepsDoubles ? float64 : float32;
    this.#values = this.room(0);
  }

  /** The input of each entry: they ascend in each row. */
  get columns(): Uint32Array {
    return exact(this.#columns, this.#length);
  }

  get values(): Numbers {
    return exact(this.#values, this.#length);
  }

  /** Notes an entry of the block. Those of a row come in the order of its inputs. */
  add(row: number, input: number, value: number): void {
    this.#block.push(row, input, value);
    this.starts[row + 1] = (this.starts[row + 1] as number) + 1;
  }

  /** Puts the entries of rows `from` to `to` - 1 after those of the blocks before. */
  endBlock(from: number, to: number): void {
    const { starts } = this;
    const block = this.#block;
    for (let row = from; row < to; row++) starts[row + 1] = (starts[row] as number) + (starts[row + 1] as number);
    this.#grow(starts[to] as number);
    const next = sliceOf(starts, from, to);
    for (let i = 0; i < block.length; i += 3) {
      const row = (block[i] as number) - from;
      const at = next[row] as number;
      next[row] = at + 1;
      this.#columns[at] = block[i + 1] as number;
      this.#values[at] = block[i + 2] as number;
    }
    block.length = 0;
  }

  get #length(): number {
    return this.starts[this.starts.length - 1] as number;
  }

  #grow(length: number): void {
    const before = this.#values;
    if (length <= before.length) return;
    const size = Math.max(length, before.length && 2 * before.length);
    const columns = uint32(size);
    columns.set(this.#columns);
    this.#columns = columns;
    this.#values = this.room(size);
    this.#values.set(before);
  }
}

/** An array of its own, not a view of a larger one: threads send the whole of it. */
function exact<T extends Numbers | Uint32Array>(values: T, length: number): T {
  return values.length === length ? values : sliceOf(values, 0, length);
}
