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
  readonly #order: number;
  readonly #inputsBytes: number;
  readonly #views: () => Pick<EngineSamples, 'inputs' | 'targets' | 'weights'>;
  #largest: number | undefined;

  constructor(realm: Realm, holdings: Holdings, { count, inputs, targets, metric, weights }: EngineSamples) {
    this.count = count;
    this.metric = metric;
    this.weighted = weights !== undefined;
    this.#realm = realm;
    this.#holdings = holdings;
    const inputsOffset = roundUp(abi.DATASET_BYTES, abi.ALIGNMENT_BYTES);
    const targetsOffset = roundUp(inputsOffset + inputs.byteLength, abi.ALIGNMENT_BYTES);
    const orderOffset = roundUp(targetsOffset + targets.byteLength, abi.ALIGNMENT_BYTES);
    const weightsOffset = orderOffset + count * Uint32Array.BYTES_PER_ELEMENT;
    const address = holdings.reserve(weightsOffset + (weights?.byteLength ?? 0));
    this.address = address;
    this.#order = address + orderOffset;
    const classes = targets instanceof Uint32Array;
    const { words, floats } = realm;
    words[(address + abi.DATASET_INPUTS) >>> 2] = address + inputsOffset;
    words[(address + abi.DATASET_TARGETS) >>> 2] = address + targetsOffset;
    words[(address + abi.DATASET_ORDER) >>> 2] = this.#order;
    words[(address + abi.DATASET_TARGET_KIND) >>> 2] = classes ? abi.TARGETS_CLASSES : abi.TARGETS_DENSE;
    words[(address + abi.DATASET_WEIGHTS) >>> 2] = weights === undefined ? 0 : address + weightsOffset;
    if (weights !== undefined) floats.set(weights, (address + weightsOffset) >>> 2);
    // What is between inputs and targets is left of earlier data, and counts in the largest input.
    this.#inputsBytes = targetsOffset - inputsOffset;
    floats.fill(0, (address + targetsOffset - abi.ALIGNMENT_BYTES) >>> 2, (address + targetsOffset) >>> 2);
    floats.set(inputs, (address + inputsOffset) >>> 2);
    (classes ? words : floats).set(targets, (address + targetsOffset) >>> 2);
    for (let i = 0; i < count; i++) words[(this.#order >>> 2) + i] = i;
    // Lengths alone: the caller's arrays may be collected.
    const [numbers, answers] = [inputs.length, targets.length];
    this.#views = () => {
      const view = <T extends Float32Array | Uint32Array>(memory: T, offset: number, length: number): T => {
        const start = (address + offset) >>> 2;
        return memory.subarray(start, start + length) as T;
      };
      return {
        inputs: view(realm.floats, inputsOffset, numbers),
        targets: view(classes ? realm.words : realm.floats, targetsOffset, answers),
        weights: this.weighted ? view(realm.floats, weightsOffset, count) : undefined,
      };
    };
  }

  get given(): EngineSamples {
    this.#holdings.check();
    return { count: this.count, metric: this.metric, ...this.#views() };
  }

  /** The largest magnitude of the inputs. Found when it is first asked for. */
  get largest(): number {
    const inputs = this.address + roundUp(abi.DATASET_BYTES, abi.ALIGNMENT_BYTES);
    this.#largest ??= this.#realm.largest(inputs, this.#inputsBytes);
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
