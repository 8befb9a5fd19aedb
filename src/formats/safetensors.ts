/**
 * safetensors: a length, a header in JSON that says where each tensor lies, and the bytes of the tensors. Knows nothing of
 * networks. https://github.com/huggingface/safetensors, format of 2023.
 */
import { codedError } from '../errors.js';

/** A float32 tensor and its shape, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const LENGTH_BYTES = 8;
const FLOAT_BYTES = 4;
const METADATA = '__metadata__';

/** Tensors lie end to end in the order of their names here. The header is padded with spaces, so that they are aligned. */
export function writeSafetensors(tensors: ReadonlyMap<string, Tensor>, metadata: Record<string, string>): Uint8Array {
  const header: Record<string, unknown> = { [METADATA]: metadata };
  let end = 0;
  for (const [name, { shape, values }] of tensors) {
    const start = end;
    end += values.byteLength;
    header[name] = { dtype: 'F32', shape, data_offsets: [start, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / LENGTH_BYTES) * LENGTH_BYTES;
  const file = new Uint8Array(LENGTH_BYTES + headerBytes + end);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  file.set(json, LENGTH_BYTES);
  let offset = LENGTH_BYTES + headerBytes;
  for (const { values } of tensors.values()) {
    for (let i = 0; i < values.length; i++, offset += FLOAT_BYTES) view.setFloat32(offset, values[i] as number, true);
  }
  return file;
}

/** The largest header that is read: a million of characters describe some ten thousand layers. */
const HEADER_LIMIT = 2 ** 20;
/** The most numbers in all tensors together. */
const NUMBERS_LIMIT = 2 ** 28;

/** Proves a file, or throws ERR_MODEL_FORMAT or ERR_MODEL_LIMIT; tensors are copies. */
export function readSafetensors(file: Uint8Array): {
  tensors: ReadonlyMap<string, Tensor>;
  metadata: ReadonlyMap<string, string>;
} {
  if (file.length < LENGTH_BYTES) throw bad(`it has ${file.length} bytes, fewer than a header takes`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerBytes = view.getBigUint64(0, true);
  if (file[LENGTH_BYTES] !== 0x7b) throw bad('it does not begin as a safetensors file does');
  if (headerBytes > HEADER_LIMIT) {
    throw codedError(
      'ERR_MODEL_LIMIT',
      `load: the header takes ${headerBytes} bytes, at most ${HEADER_LIMIT} are read.`,
    );
  }
  const start = LENGTH_BYTES + Number(headerBytes);
  if (start > file.length) throw bad(`its header ends at byte ${start}, but it has ${file.length} bytes`);
  const entries = new Map(Object.entries(parseHeader(file.subarray(LENGTH_BYTES, start))));
  const metadata = metadataOf(entries.get(METADATA));
  entries.delete(METADATA);
  const data = view.byteLength - start;
  const places = [...entries].map(([name, entry]) => placeOf(name, entry, data));
  checkCover(places, data);
  const tensors = new Map<string, Tensor>();
  for (const { name, shape, begin, end } of places) {
    const values = new Float32Array((end - begin) / FLOAT_BYTES);
    for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(start + begin + i * FLOAT_BYTES, true);
    tensors.set(name, { shape, values });
  }
  return { tensors, metadata };
}

interface Place {
  readonly name: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw bad('its header is no UTF-8', cause);
  }
  return parseJson(text, 'its header');
}

/** An object in JSON, none of whose objects has a key twice: JSON.parse would take the last, other readers another. */
export function parseJson(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw bad(`${what} is no JSON`, cause);
  }
  if (!isObject(value)) throw bad(`${what} is no JSON object`);
  const repeated = repeatedKey(text);
  if (repeated !== undefined) throw bad(`${what} has the key ${repeated} twice`);
  return value;
}

/** The first key that an object of a JSON text has twice. The text is known to be JSON. */
function repeatedKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, , colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*(:))?|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (colon !== undefined) {
      const key: unknown = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1));
      const keys = open[open.length - 1] as Set<unknown>;
      if (keys.size === keys.add(key).size) return JSON.stringify(key);
    }
  }
  return undefined;
}

function metadataOf(value: unknown): ReadonlyMap<string, string> {
  if (value === undefined) return new Map();
  if (!isObject(value)) throw bad('its metadata is no object');
  return new Map(
    Object.entries(value).map(([key, text]) => {
      if (typeof text !== 'string') throw bad(`its metadata ${JSON.stringify(key)} is no string`);
      return [key, text];
    }),
  );
}

function placeOf(name: string, entry: unknown, data: number): Place {
  const tensor = `its tensor ${JSON.stringify(name)}`;
  if (!isObject(entry)) throw bad(`${tensor} is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== 'F32') throw bad(`${tensor} is ${JSON.stringify(dtype)}, and only "F32" is read`);
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) throw bad(`${tensor} has no shape or no offsets`);
  const [begin, end] = offsets as [number, number];
  const numbers = shape.reduce((product, size) => product * size, 1);
  if (numbers > NUMBERS_LIMIT) {
    throw codedError('ERR_MODEL_LIMIT', `load: ${tensor} has ${numbers} numbers, at most ${NUMBERS_LIMIT} are read.`);
  }
  if (end > data) throw bad(`${tensor} ends at byte ${end} of ${data}`);
  if (end - begin !== numbers * FLOAT_BYTES)
    throw bad(`${tensor} takes ${end - begin} bytes, its shape ${numbers * FLOAT_BYTES}`);
  return { name, shape, begin, end };
}

/** Every byte belongs to one tensor. */
function checkCover(places: readonly Place[], data: number): void {
  let end = 0;
  for (const place of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (place.begin !== end)
      throw bad(`its tensor ${JSON.stringify(place.name)} begins at byte ${place.begin}, not at ${end}`);
    end = place.end;
  }
  if (end !== data) throw bad(`its tensors take ${end} bytes, and there are ${data}`);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** ERR_MODEL_FORMAT: the file, and what is wrong with it. */
export function bad(what: string, cause?: unknown): Error {
  const mend = 'Give the bytes that network.save() returned, all of them.';
  return codedError(
    'ERR_MODEL_FORMAT',
    `load: this is no model of wasmlp: ${what}. ${mend}`,
    cause === undefined ? {} : { cause },
  );
}
