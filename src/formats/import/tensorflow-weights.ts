/**
 * Reads the tensors of a TensorFlow.js model: a manifest lists names, shapes and types, and the bytes lie end to end in its order.
 * Knows no layers.
 */
import { isTyped } from '../../foundation/checks.js';
import { codedError, describe, tagOf } from '../../foundation/errors.js';
import { float32, uint8 } from '../../foundation/memory.js';
import { FLOAT_BYTES, MAX_DIMENSIONS, MAX_NUMBERS } from '../safetensors/write-safetensors.js';
import type { Origin, Part } from './part.js';

/** Bytes of a number, for each type that a model of dense layers may have. A Normalization layer counts in int32. */
const TYPE_BYTES: Readonly<Record<string, number>> = { float32: FLOAT_BYTES, int32: 4 };

/** TensorFlow.js begins a new file after 4 MB. The largest network takes 256. */
const MAX_SHARDS = 2 ** 16;
/** The parameters of the largest network, and the optimizer state of each. */
const MAX_BYTES = 4 * FLOAT_BYTES * MAX_NUMBERS;

/** A tensor of the manifest. Not yet known: whether a layer takes it. */
interface Entry {
  /** As in the file, without the :0 of Keras. */
  readonly name: string;
  readonly part: Part;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly numbers: number;
  readonly offset: number;
}

/** The bytes of all shards, in order. ERR_INVALID_TYPE for what is not bytes. */
export function bytesOf({ call }: Origin, given: unknown): Uint8Array {
  if (!Array.isArray(given)) return shardOf(`${call}: weights`, given);
  if (given.length > MAX_SHARDS) {
    const came = `${call}: weights is ${describe(given)}, expected at most ${MAX_SHARDS}`;
    throw codedError('ERR_MODEL_LIMIT', `${came}. Join the .bin files in the order of the manifest.`);
  }
  // By index: the caller's array may have an iterator of its own.
  const parts = Array.from({ length: given.length }, (_, i) => shardOf(`${call}: weights[${i}]`, given[i]));
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > MAX_BYTES) {
    const came = `${call}: weights has ${length} bytes, and at most ${MAX_BYTES} are read`;
    throw codedError('ERR_MODEL_LIMIT', `${came}. Use a smaller network.`);
  }
  const bytes = uint8(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function shardOf(where: string, shard: unknown): Uint8Array {
  const view = isTyped(shard, 'Uint8Array') ? (shard as Uint8Array) : undefined;
  const mend = 'Give the bytes of the .bin files, in the order of the manifest.';
  if (view === undefined && tagOf(shard) !== 'ArrayBuffer') {
    const came = `${where} is ${describe(shard)}, expected a Uint8Array or an ArrayBuffer`;
    throw codedError('ERR_INVALID_TYPE', `${came}. ${mend}`);
  }
  try {
    return view === undefined
      ? new Uint8Array(shard as ArrayBuffer)
      : new Uint8Array(view.buffer, view.byteOffset, view.length);
  } catch (cause) {
    const came = `${where} is ${describe(shard)} whose bytes are gone, perhaps transferred to a worker`;
    throw codedError('ERR_INVALID_TYPE', `${came}. ${mend}`, { cause });
  }
}

/** The tensors of a model, each taken once by its layer. */
export class Tensors {
  readonly #entries = new Map<string, Entry>();
  /** Entries that no layer has taken, by the last two parts of their names: layer and tensor. Model names may stand before these. */
  readonly #byEnd = new Map<string, Set<Entry>>();
  readonly #view: DataView;
  readonly #file: Part;

  /** `file` is the model. ERR_MODEL_FORMAT where its manifest describes more or fewer bytes than there are. */
  constructor(file: Part, bytes: Uint8Array) {
    this.#file = file;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let offset = 0;
    for (const part of manifestOf(file)) {
      const entry = entryOf(part, offset);
      offset += entry.numbers * (TYPE_BYTES[entry.dtype] as number);
      if (offset > bytes.length) break;
      // The optimizer's tensors are skipped: training does not go on from them.
      if (part.get('group').value === 'optimizer') continue;
      if (this.#entries.has(entry.name)) throw part.get('name').bad('a unique name');
      this.#entries.set(entry.name, entry);
      const end = endOf(entry.name);
      this.#byEnd.set(end, (this.#byEnd.get(end) ?? new Set()).add(entry));
    }
    if (offset !== bytes.length) {
      const came = `describes ${offset > bytes.length ? 'more than ' : ''}${Math.min(offset, bytes.length)} bytes of weights`;
      throw file.refused('ERR_MODEL_FORMAT', `${came}, and there are ${bytes.length}`);
    }
  }

  has(layer: string, name: string): boolean {
    return this.#find(layer, name) !== undefined;
  }

  /** The shape of a layer's tensor; ERR_MODEL_FORMAT where it has none. */
  shape(layer: string, name: string): readonly number[] {
    return this.#entry(layer, name).shape;
  }

  /** Takes a tensor and returns its numbers, number `i` at index `place(i)`. */
  take(layer: string, name: string, shape: readonly number[], place: (index: number) => number): Float32Array {
    const entry = this.#entry(layer, name);
    const { part, dtype, numbers, offset } = entry;
    if (dtype !== 'float32') throw part.get('dtype').bad('"float32"');
    if (entry.shape.join() !== shape.join())
      throw part.refused('ERR_MODEL_FORMAT', `has the shape [${entry.shape}], expected [${shape}]`);
    this.#remove(entry);
    const values = float32(numbers);
    for (let i = 0; i < numbers; i++) {
      const value = this.#view.getFloat32(offset + i * FLOAT_BYTES, true);
      if (!Number.isFinite(value))
        throw part.refused('ERR_MODEL_FORMAT', `has ${value} as number ${i}, expected finite ones`);
      values[place(i)] = value;
    }
    return values;
  }

  /** Takes a tensor, if there is one, and ignores its numbers. */
  drop(layer: string, name: string): void {
    const entry = this.#find(layer, name);
    if (entry !== undefined) this.#remove(entry);
  }

  /** ERR_MODEL_FORMAT for tensors that no layer has taken. */
  end(): void {
    for (const { part } of this.#entries.values()) throw part.get('name').bad('the name of a tensor that a layer has');
  }

  #entry(layer: string, name: string): Entry {
    const entry = this.#find(layer, name);
    if (entry === undefined)
      throw this.#file.refused('ERR_MODEL_FORMAT', `has no weights ${describe(`${layer}/${name}`)}`);
    return entry;
  }

  /** Finds a tensor by its whole name, or by its end where no other name ends so: Keras writes sequential/dense/kernel. */
  #find(layer: string, name: string): Entry | undefined {
    const full = `${layer}/${name}`;
    const exact = this.#entries.get(full);
    const alike = this.#byEnd.get(endOf(full));
    if (exact !== undefined || alike?.size !== 1) return exact;
    const [found] = alike;
    return found?.name.endsWith(`/${full}`) ? found : undefined;
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.name);
    this.#byEnd.get(endOf(entry.name))?.delete(entry);
  }
}

/** The last two parts of a name. */
function endOf(name: string): string {
  return name.slice(name.lastIndexOf('/', name.lastIndexOf('/') - 1) + 1);
}

/** A model.json lists weights in groups. What TensorFlow.js gives to a save handler has a single list. */
function manifestOf(file: Part): Part[] {
  const groups = file.get('weightsManifest');
  return groups.missing
    ? file.get('weightSpecs').items()
    : groups.items().flatMap((group) => group.get('weights').items());
}

function entryOf(part: Part, offset: number): Entry {
  if (!part.get('quantization').missing) {
    const mend = 'Convert the model again without quantization: only float32 weights are read.';
    throw part.get('quantization').refused('ERR_UNSUPPORTED', 'is of quantized weights', mend);
  }
  const dtype = part.get('dtype').string();
  if (!Object.hasOwn(TYPE_BYTES, dtype)) {
    throw part.get('dtype').refused('ERR_UNSUPPORTED', `is ${describe(dtype)}`, 'Only float32 weights are read.');
  }
  const sizes = part.get('shape').items();
  if (sizes.length > MAX_DIMENSIONS) throw part.get('shape').bad(`at most ${MAX_DIMENSIONS} sizes`);
  const shape = sizes.map((size) => size.width());
  const numbers = shape.reduce((product, size) => product * size, 1);
  if (numbers > MAX_NUMBERS) {
    throw part.refused(
      'ERR_MODEL_LIMIT',
      `has ${numbers} numbers, and at most ${MAX_NUMBERS} are read`,
      'Use a smaller network.',
    );
  }
  // Keras writes dense/kernel:0.
  const name = part.get('name').string().replace(/:\d+$/, '');
  return { part, name, dtype, shape, numbers, offset };
}
