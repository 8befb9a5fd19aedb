/**
 * Tensors of a TensorFlow.js model: a manifest of names, shapes and types, and bytes that lie end to end in its order. Knows no
 * layers.
 */
import { codedError, describe } from '../../errors.js';
import { withinMemory } from '../../memory.js';
import { FLOAT_BYTES, NUMBERS_LIMIT } from '../safetensors.js';
import type { Origin, Part } from './part.js';

/** Bytes of a number, of the types that may stand in a model of dense layers: a Normalization counts in int32. */
const TYPE_BYTES: Readonly<Record<string, number>> = { float32: FLOAT_BYTES, int32: 4 };
/** No tensor of any library has more. */
export const MOST_DIMENSIONS = 8;

/** A tensor of the manifest, which is not yet known to be of a layer. */
interface Entry {
  readonly part: Part;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly numbers: number;
  readonly offset: number;
}

/** Bytes of all shards, in their order. ERR_INVALID_TYPE for what is no bytes. */
export function bytesOf({ call }: Origin, given: unknown): Uint8Array {
  const shards = Array.isArray(given) ? Array.from(given as unknown[]) : [given];
  const parts = shards.map((shard, i) => {
    // By their tags: those of another realm (an iframe, node:vm, Jest) are no instances.
    const tag = Object.prototype.toString.call(shard);
    if (ArrayBuffer.isView(shard) && tag === '[object Uint8Array]') return shard as Uint8Array;
    if (tag === '[object ArrayBuffer]') return new Uint8Array(shard as ArrayBuffer);
    const came = `${call}: weights${Array.isArray(given) ? `[${i}]` : ''} is ${describe(shard)}`;
    const mend = 'Give the bytes of the .bin files, in the order of the manifest.';
    throw codedError('ERR_INVALID_TYPE', `${came}, expected a Uint8Array or an ArrayBuffer. ${mend}`);
  });
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = withinMemory('the weights', () => new Uint8Array(length));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** The tensors of a model, each taken once by its layer. */
export class Tensors {
  readonly #entries = new Map<string, Entry>();
  readonly #view: DataView;
  readonly #file: Part;

  /** `file` is the model; ERR_MODEL_FORMAT where the bytes are not those that its manifest tells of. */
  constructor(file: Part, bytes: Uint8Array) {
    this.#file = file;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let offset = 0;
    for (const part of manifestOf(file)) {
      const entry = entryOf(part, offset);
      offset += entry.numbers * (TYPE_BYTES[entry.dtype] as number);
      if (offset > bytes.length) break;
      // An optimizer's are not for layers, and are not trained on with.
      if (part.get('group').value === 'optimizer') continue;
      // Keras writes dense/kernel:0, or the names of models before it: sequential/dense/kernel.
      const name = part.get('name').string().replace(/:\d+$/, '').split('/').slice(-2).join('/');
      if (this.#entries.has(name)) throw part.get('name').bad('a name of its own');
      this.#entries.set(name, entry);
    }
    if (offset !== bytes.length) {
      const came = `tells of ${offset > bytes.length ? 'more than ' : ''}${Math.min(offset, bytes.length)} bytes of weights`;
      throw file.refused('ERR_MODEL_FORMAT', `${came}, and there are ${bytes.length}`);
    }
  }

  has(layer: string, name: string): boolean {
    return this.#entries.has(`${layer}/${name}`);
  }

  /** The shape of a layer's tensor; ERR_MODEL_FORMAT where it has none. */
  shape(layer: string, name: string): readonly number[] {
    return this.#entry(layer, name).shape;
  }

  /** Hands out the numbers of a tensor: number `i` of it goes to `place(i)`. */
  take(layer: string, name: string, shape: readonly number[], place: (index: number) => number): Float32Array {
    const entry = this.#entry(layer, name);
    const { part, dtype, numbers, offset } = entry;
    if (dtype !== 'float32') throw part.get('dtype').bad('"float32"');
    if (entry.shape.join() !== shape.join())
      throw part.refused('ERR_MODEL_FORMAT', `has the shape [${entry.shape}], expected [${shape}]`);
    this.#entries.delete(`${layer}/${name}`);
    const values = withinMemory('the weights', () => new Float32Array(numbers));
    for (let i = 0; i < numbers; i++) {
      const value = this.#view.getFloat32(offset + i * FLOAT_BYTES, true);
      if (!Number.isFinite(value))
        throw part.refused('ERR_MODEL_FORMAT', `has ${value} as number ${i}, expected finite ones`);
      values[place(i)] = value;
    }
    return values;
  }

  /** Takes a tensor without a look at it, where it is there. */
  drop(layer: string, name: string): void {
    this.#entries.delete(`${layer}/${name}`);
  }

  /** ERR_MODEL_FORMAT for tensors that no layer has taken. */
  end(): void {
    for (const { part } of this.#entries.values()) throw part.get('name').bad('the name of a tensor that a layer has');
  }

  #entry(layer: string, name: string): Entry {
    const entry = this.#entries.get(`${layer}/${name}`);
    if (entry === undefined)
      throw this.#file.refused('ERR_MODEL_FORMAT', `has no weights ${describe(`${layer}/${name}`)}`);
    return entry;
  }
}

/** A model.json has groups of weights, what a save handler of TensorFlow.js is given has one list. */
function manifestOf(file: Part): Part[] {
  const groups = file.get('weightsManifest');
  return groups.missing
    ? file.get('weightSpecs').items()
    : groups.items().flatMap((group) => group.get('weights').items());
}

function entryOf(part: Part, offset: number): Entry {
  if (!part.get('quantization').missing) {
    const mend = 'Convert the model again without quantization: float32 weights are read.';
    throw part.get('quantization').refused('ERR_UNSUPPORTED', 'is of quantized weights', mend);
  }
  const dtype = part.get('dtype').string();
  if (!Object.hasOwn(TYPE_BYTES, dtype)) {
    throw part.get('dtype').refused('ERR_UNSUPPORTED', `is ${describe(dtype)}`, 'Only float32 weights are read.');
  }
  const sizes = part.get('shape').items();
  if (sizes.length > MOST_DIMENSIONS) throw part.get('shape').bad(`at most ${MOST_DIMENSIONS} sizes`);
  const shape = sizes.map((size) => size.width());
  const numbers = shape.reduce((product, size) => product * size, 1);
  if (numbers > NUMBERS_LIMIT) {
    throw part.refused(
      'ERR_MODEL_LIMIT',
      `has ${numbers} numbers, and at most ${NUMBERS_LIMIT} are read`,
      'Use a smaller network.',
    );
  }
  return { part, dtype, shape, numbers, offset };
}
