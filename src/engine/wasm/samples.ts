/** Samples in WASM memory, in one block: the record, inputs, targets, weights, where the entries of sparse rows are, then the order. */
import * as abi from '../../../assembly/abi.js';
import type { Metric } from '../../options/losses.js';
import type { EngineSamples, LoadedSamples } from '../engine.js';
import { roundUp } from './arena.js';
import type { Holdings } from './holdings.js';
import type { Realm } from './realm.js';

/** The fields of a record that are addresses, in the order of the arrays in the block. */
const FIELDS = [
  abi.DATASET_INPUTS,
  abi.DATASET_TARGETS,
  abi.DATASET_WEIGHTS,
  abi.DATASET_STARTS,
  abi.DATASET_COLUMNS,
] as const;

export class WasmSamples implements LoadedSamples {
  readonly count: number;
  readonly metric: Metric;
  readonly weighted: boolean;
  readonly isSparse: boolean;
  /** Address of the record. */
  readonly address: number;
  readonly #realm: Realm;
  readonly #holdings: Holdings;
  readonly #order: number;
  readonly #inputsBytes: number;
  /** For each array a function that makes a view of it; undefined where there is none. */
  readonly #views: readonly ((() => Float32Array | Uint32Array) | undefined)[];
  #largest: number | undefined;

  constructor(realm: Realm, holdings: Holdings, { count, inputs, targets, metric, weights, sparse }: EngineSamples) {
    this.count = count;
    this.metric = metric;
    this.weighted = weights !== undefined;
    this.isSparse = sparse !== undefined;
    this.#realm = realm;
    this.#holdings = holdings;
    const arrays = [inputs, targets, weights, sparse?.starts, sparse?.columns];
    const sizes = arrays.map((values) => roundUp(values?.byteLength ?? 0, abi.ALIGNMENT_BYTES));
    const size = sizes.reduce((sum, bytes) => sum + bytes, abi.ALIGNMENT_BYTES);
    const address = holdings.reserve(size + count * Uint32Array.BYTES_PER_ELEMENT);
    this.address = address;
    this.#order = address + size;
    this.#inputsBytes = sizes[0] as number;
    const { words, floats } = realm;
    let at = address + abi.ALIGNMENT_BYTES;
    // What is between two arrays is left of earlier data, and the end of the inputs counts in the largest one.
    floats.fill(0, at >>> 2, (at + this.#inputsBytes) >>> 2);
    this.#views = arrays.map((values, i) => {
      words[(address + (FIELDS[i] as number)) >>> 2] = values === undefined ? 0 : at;
      const start = at >>> 2;
      at += sizes[i] as number;
      if (values === undefined) return undefined;
      const areWords = values instanceof Uint32Array;
      (areWords ? words : floats).set(values, start);
      // The length alone: the caller's arrays may be collected.
      const end = start + values.length;
      return () => (areWords ? realm.words : realm.floats).subarray(start, end);
    });
    words[(address + abi.DATASET_ORDER) >>> 2] = this.#order;
    words[(address + abi.DATASET_TARGET_KIND) >>> 2] =
      targets instanceof Uint32Array ? abi.TARGETS_CLASSES : abi.TARGETS_DENSE;
    for (let i = 0; i < count; i++) words[(this.#order >>> 2) + i] = i;
  }

  get given(): EngineSamples {
    this.#holdings.check();
    const { count, metric } = this;
    const [inputs, targets, weights, starts, columns] = this.#views.map((view) => view?.());
    const sparse = starts && { starts, columns };
    return { count, metric, inputs, targets, weights, sparse } as EngineSamples;
  }

  /** The largest magnitude of the inputs. Found when it is first asked for. */
  get largest(): number {
    this.#largest ??= this.#realm.largest(this.address + abi.ALIGNMENT_BYTES, this.#inputsBytes);
    return this.#largest;
  }

  setOrder(order: Uint32Array): void {
    this.#holdings.check();
    this.#realm.words.set(order, this.#order >>> 2);
  }

  release(): void {
    this.#holdings.release(this.address);
  }
}

/** From this many numbers on, set() with a view is faster than a loop, although making the view costs time. */
const WORTH_A_VIEW = 128;

/** Copies rows of `width` numbers from one array to another. Rows lie a stride apart. Offsets and strides count elements. */
export function copyRows(
  rows: number,
  width: number,
  source: Float32Array,
  sourceOffset: number,
  sourceStride: number,
  target: Float32Array,
  targetOffset: number,
  targetStride: number,
): void {
  if (width === sourceStride && width === targetStride && rows * width >= WORTH_A_VIEW) {
    target.set(source.subarray(sourceOffset, sourceOffset + rows * width), targetOffset);
    return;
  }
  for (let row = 0; row < rows; row++) {
    const from = sourceOffset + row * sourceStride;
    const to = targetOffset + row * targetStride;
    for (let i = 0; i < width; i++) target[to + i] = source[from + i] as number;
  }
}
