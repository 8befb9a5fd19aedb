/** Samples in WASM memory, in one block: the record, then inputs, targets, order and weights. */
import * as abi from '../../../assembly/abi.js';
import type { Metric } from '../../options/losses.js';
import type { EngineSamples, LoadedSamples } from '../engine.js';
import { roundUp } from './arena.js';
import type { Holdings } from './holdings.js';
import type { Realm } from './realm.js';

export class WasmSamples implements LoadedSamples {
  readonly count: number;
  readonly metric: Metric;
  readonly weighted: boolean;
  /** Address of the record. */
  readonly address: number;
  readonly #realm: Realm;
  readonly #holdings: Holdings;
  readonly #classes: boolean;
  /** Where inputs, targets, order and weights begin, in numbers. */
  readonly #inputs: number;
  readonly #targets: number;
  readonly #order: number;
  readonly #weights: number;
  /** How many numbers inputs and targets are. */
  readonly #lengths: readonly [inputs: number, targets: number];
  #largest: number | undefined;

  constructor(realm: Realm, holdings: Holdings, { count, inputs, targets, metric, weights, isLater }: EngineSamples) {
    this.count = count;
    this.metric = metric;
    this.weighted = weights !== undefined;
    this.#realm = realm;
    this.#holdings = holdings;
    // Lengths alone: the caller's arrays may be collected.
    this.#lengths = [inputs.length, targets.length];
    const inputsOffset = roundUp(abi.DATASET_BYTES, abi.ALIGNMENT_BYTES);
    const targetsOffset = roundUp(inputsOffset + inputs.byteLength, abi.ALIGNMENT_BYTES);
    const orderOffset = roundUp(targetsOffset + targets.byteLength, abi.ALIGNMENT_BYTES);
    const weightsOffset = orderOffset + count * 4;
    const address = holdings.reserve(weightsOffset + (weights?.byteLength ?? 0));
    this.address = address;
    this.#inputs = (address + inputsOffset) >>> 2;
    this.#targets = (address + targetsOffset) >>> 2;
    this.#order = (address + orderOffset) >>> 2;
    this.#weights = (address + weightsOffset) >>> 2;
    this.#classes = targets instanceof Uint32Array;
    const { words, floats } = realm;
    words[(address + abi.DATASET_INPUTS) >>> 2] = address + inputsOffset;
    words[(address + abi.DATASET_TARGETS) >>> 2] = address + targetsOffset;
    words[(address + abi.DATASET_ORDER) >>> 2] = address + orderOffset;
    words[(address + abi.DATASET_TARGET_KIND) >>> 2] = this.#classes ? abi.TARGETS_CLASSES : abi.TARGETS_DENSE;
    words[(address + abi.DATASET_WEIGHTS) >>> 2] = weights === undefined ? 0 : address + weightsOffset;
    if (weights !== undefined) floats.set(weights, this.#weights);
    // What is between inputs and targets is left of earlier data, and counts in the largest input.
    floats.fill(0, this.#targets - abi.ALIGNMENT_BYTES / 4, this.#targets);
    if (!isLater) floats.set(inputs, this.#inputs);
    (this.#classes ? words : floats).set(targets, this.#targets);
    for (let i = 0; i < count; i++) words[this.#order + i] = i;
  }

  get given(): EngineSamples {
    this.#holdings.check();
    const { floats, words } = this.#realm;
    const [inputs, targets] = this.#lengths;
    const memory = this.#classes ? words : floats;
    return {
      count: this.count,
      metric: this.metric,
      inputs: floats.subarray(this.#inputs, this.#inputs + inputs),
      targets: memory.subarray(this.#targets, this.#targets + targets),
      weights: this.weighted ? floats.subarray(this.#weights, this.#weights + this.count) : undefined,
    };
  }

  /** The largest magnitude of the inputs. Found when it is first asked for. */
  get largest(): number {
    this.#largest ??= this.#realm.largest(this.#inputs * 4, (this.#targets - this.#inputs) * 4);
    return this.#largest;
  }

  set largest(magnitude: number) {
    this.#largest = magnitude;
  }

  setOrder(order: Uint32Array): void {
    this.#holdings.check();
    this.#realm.words.set(order, this.#order);
  }

  write(row: Float32Array): void {
    this.#holdings.check();
    const { floats } = this.#realm;
    const [inputs, targets] = this.#lengths;
    for (let i = 0; i < inputs; i++) floats[this.#inputs + i] = row[i] as number;
    for (let i = 0; i < targets; i++) floats[this.#targets + i] = row[inputs + i] as number;
    this.#largest = undefined;
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
