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

interface Place {
  readonly areWords: boolean;
  readonly start: number;
  readonly end: number;
}

export class WasmSamples implements LoadedSamples {
  readonly count: number;
  readonly metric: Metric;
  readonly weighted: boolean;
  readonly isSparse: boolean;
  /** Address of the record. */
  readonly address: number;
  readonly #realm: Realm;
  readonly #holdings: Holdings;
  /** Where the order begins, in numbers. */
  readonly #order: number;
  readonly #inputsBytes: number;
  /** Where each array begins and how long it is, in numbers; undefined where there is none. The caller's arrays may be collected. */
  readonly #places: readonly (Place | undefined)[];
  #largest: number | undefined;

  constructor(realm: Realm, holdings: Holdings, { count, inputs, targets, metric, weights, isLater }: EngineSamples) {
    this.count = count;
    this.metric = metric;
    this.weighted = weights !== undefined;
    this.isSparse = inputs.starts !== undefined;
    this.#realm = realm;
    this.#holdings = holdings;
    const arrays = [inputs, targets, weights, inputs.starts, inputs.columns];
    let bytes = abi.ALIGNMENT_BYTES;
    const offsets = arrays.map((values) => {
      const offset = bytes;
      bytes += roundUp(values?.byteLength ?? 0, abi.ALIGNMENT_BYTES);
      return offset;
    });
    const address = holdings.reserve(bytes + count * 4);
    this.address = address;
    this.#order = (address + bytes) >>> 2;
    this.#inputsBytes = (offsets[1] as number) - abi.ALIGNMENT_BYTES;
    const { words, floats } = realm;
    // What is between two arrays is left of earlier data, and the end of the inputs counts in the largest one.
    const end = (address + (offsets[1] as number)) >>> 2;
    floats.fill(0, end - abi.ALIGNMENT_BYTES / 4, end);
    this.#places = arrays.map((values, i) => {
      const at = address + (offsets[i] as number);
      words[(address + (FIELDS[i] as number)) >>> 2] = values === undefined ? 0 : at;
      if (values === undefined) return undefined;
      const areWords = values instanceof Uint32Array;
      const start = at >>> 2;
      if (i > 0 || !isLater) (areWords ? words : floats).set(values, start);
      return { areWords, start, end: start + values.length };
    });
    words[(address + abi.DATASET_ORDER) >>> 2] = address + bytes;
    words[(address + abi.DATASET_TARGET_KIND) >>> 2] =
      targets instanceof Uint32Array ? abi.TARGETS_CLASSES : abi.TARGETS_DENSE;
    for (let i = 0; i < count; i++) words[this.#order + i] = i;
  }

  get given(): EngineSamples {
    this.#holdings.check();
    const { count, metric } = this;
    const { words, floats } = this.#realm;
    const [inputs, targets, weights, starts, columns] = this.#places.map(
      (place) => place && (place.areWords ? words : floats).subarray(place.start, place.end),
    );
    return {
      count,
      metric,
      inputs: Object.assign(inputs as Float32Array, { starts, columns }),
      targets,
      weights,
    } as EngineSamples;
  }

  /** The largest magnitude of the inputs. Found when it is first asked for. */
  get largest(): number {
    this.#largest ??= this.#realm.largest(this.address + abi.ALIGNMENT_BYTES, this.#inputsBytes);
    return this.#largest;
  }

  fill(at: number, inputs: Float32Array): number {
    this.#holdings.check();
    const start = (this.#places[0] as Place).start + at;
    this.#realm.floats.set(inputs, start);
    const largest = this.#realm.largest(start * 4, roundUp(inputs.byteLength, abi.ALIGNMENT_BYTES));
    this.#largest = Math.max(this.#largest ?? 0, largest);
    return largest;
  }

  setOrder(order: Uint32Array): void {
    this.#holdings.check();
    this.#realm.words.set(order, this.#order);
  }

  write(row: Float32Array): void {
    this.#holdings.check();
    const { floats } = this.#realm;
    const inputs = this.#places[0] as Place;
    const targets = this.#places[1] as Place;
    let from = 0;
    let largest = 0;
    for (let at = inputs.start; at < inputs.end; at++) {
      const value = row[from++] as number;
      largest = Math.max(largest, Math.abs(value));
      floats[at] = value;
    }
    for (let at = targets.start; at < targets.end; at++) floats[at] = row[from++] as number;
    this.#largest = largest;
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
