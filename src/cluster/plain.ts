/**
 * Plain data as text: JSON that also keeps what JSON loses (undefined, NaN, infinities, -0, dates, large integers, typed arrays), bit by bit.
 * Long typed arrays are no part of the text: they are blobs, which it names by their SHA-256. Reading makes values only, and runs nothing.
 */
import { createHash } from 'node:crypto';
import { codedError, describe } from '../foundation/errors.js';
import { uint8, uint8From, withinMemory } from '../foundation/memory.js';

type TypedArray = Uint8Array | Int32Array | Uint32Array | Float32Array | Float64Array;

const KINDS = {
  Uint8Array: { make: Uint8Array, width: 1 },
  Int32Array: { make: Int32Array, width: 4 },
  Uint32Array: { make: Uint32Array, width: 4 },
  Float32Array: { make: Float32Array, width: 4 },
  Float64Array: { make: Float64Array, width: 8 },
} as const;
export type Kind = keyof typeof KINDS;

/** Bytes with their name. */
export interface Blob {
  /** The SHA-256 of the bytes, in hexadecimal digits. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly kind: Kind | 'text';
}

/** A blob that a text names. */
export interface BlobRef {
  readonly name: string;
  readonly size: number;
  readonly kind: Kind;
}

/** Shorter arrays are in the text. */
const SHORT_BYTES = 1024;
/** What is nested deeper is no data of a training. */
const MOST_DEPTH = 64;
const TAG = '$';
const NAME = /^[0-9a-f]{64}$/;

export function hashOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function isBlobName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}

/** The text of a value, and the blobs that it names. Throws ERR_UNSUPPORTED for what is no data. */
export function write(where: string, value: unknown): { readonly text: string; readonly blobs: readonly Blob[] } {
  const blobs: Blob[] = [];
  const text = JSON.stringify(written(where, value, blobs, 0));
  return { text, blobs };
}

function written(where: string, value: unknown, blobs: Blob[], depth: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return writtenNumber(value);
  if (value === undefined) return { [TAG]: 'undefined' };
  if (typeof value === 'bigint') return writtenBigint(where, value);
  if (depth > MOST_DEPTH) throw unsupported(where, `is nested more than ${MOST_DEPTH} deep`);
  if (value instanceof Date) return { [TAG]: 'Date', value: writtenNumber(value.getTime()) };
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (ArrayBuffer.isView(value)) {
    if (!Object.hasOwn(KINDS, kind)) throw unsupported(where, `has ${describe(value)}`);
    return writtenArray(kind as Kind, value as TypedArray, blobs);
  }
  // Not map, which leaves out holes.
  if (Array.isArray(value)) return Array.from(value, (inner) => written(where, inner, blobs, depth + 1));
  if (typeof value !== 'object' || kind !== 'Object') throw unsupported(where, `has ${describe(value)}`);
  const entries = Object.entries(value).map(([key, inner]) => [key, written(where, inner, blobs, depth + 1)] as const);
  // Readers refuse it.
  if (Object.hasOwn(value, '__proto__')) throw unsupported(where, 'has a key __proto__');
  const isSafe = entries.every(([key]) => key !== TAG);
  return isSafe ? Object.fromEntries(entries) : { [TAG]: 'entries', value: entries };
}

/** More digits nobody reads. */
const MOST_DIGITS = 1000;

function writtenBigint(where: string, value: bigint): unknown {
  const text = String(value);
  if (text.length > MOST_DIGITS) throw unsupported(where, `has a big integer of ${text.length} digits`);
  return { [TAG]: 'bigint', value: text };
}

function writtenNumber(value: number): unknown {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return { [TAG]: 'number', value: Object.is(value, -0) ? '-0' : String(value) };
}

function writtenArray(kind: Kind, value: TypedArray, blobs: Blob[]): unknown {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (bytes.length <= SHORT_BYTES) return { [TAG]: kind, value: bytes.toString('base64') };
  const name = hashOf(bytes);
  blobs.push({ name, bytes, kind });
  return { [TAG]: kind, blob: name, size: bytes.length };
}

function unsupported(where: string, what: string): Error {
  return codedError(
    'ERR_UNSUPPORTED',
    `${where} ${what}, which cannot go to other machines. Use numbers, texts, and arrays and objects of them.`,
  );
}

/** A text as it was parsed: which blobs it needs, and its value once they are there. */
export interface Parsed {
  readonly blobs: readonly BlobRef[];
  /** `bytesOf` gives the bytes of a blob. With `shared`, long arrays lie in memory that threads share. */
  value(bytesOf: (name: string) => Uint8Array, shared?: boolean): unknown;
}

/** Throws ERR_MODEL_FORMAT for what `write` does not write. */
export function parse(where: string, text: string): Parsed {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw broken(where, 'is no JSON');
  }
  const blobs: BlobRef[] = [];
  findBlobs(where, json, blobs, 0);
  return { blobs, value: (bytesOf, shared = false) => read(where, json, bytesOf, shared) };
}

function findBlobs(where: string, json: unknown, blobs: BlobRef[], depth: number): void {
  if (typeof json !== 'object' || json === null) return;
  if (depth > MOST_DEPTH * 2 + 2) throw broken(where, 'is nested too deep');
  if (Array.isArray(json)) {
    for (const inner of json) findBlobs(where, inner, blobs, depth + 1);
    return;
  }
  const { [TAG]: tag, blob: name, size } = json as Record<string, unknown>;
  if (typeof tag === 'string' && Object.hasOwn(KINDS, tag) && name !== undefined) {
    const { width } = KINDS[tag as Kind];
    const isSize = typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 && size % width === 0;
    if (!isBlobName(name) || !isSize) throw broken(where, 'names a blob wrongly');
    blobs.push({ name, size, kind: tag as Kind });
    return;
  }
  for (const inner of Object.values(json)) findBlobs(where, inner, blobs, depth + 1);
}

function read(where: string, json: unknown, bytesOf: (name: string) => Uint8Array, shared: boolean): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map((inner) => read(where, inner, bytesOf, shared));
  const object = json as Record<string, unknown>;
  if (Object.hasOwn(object, TAG)) return tagged(where, object, bytesOf, shared);
  return fromEntries(
    where,
    Object.entries(object).map(([key, inner]) => [key, read(where, inner, bytesOf, shared)]),
  );
}

function fromEntries(where: string, entries: readonly (readonly [string, unknown])[]): object {
  // Defined, not assigned: no key changes a prototype.
  const object = Object.fromEntries(entries);
  if (Object.hasOwn(object, '__proto__')) throw broken(where, 'has a key __proto__');
  return object;
}

function tagged(
  where: string,
  { [TAG]: tag, value, blob }: Record<string, unknown>,
  bytesOf: (name: string) => Uint8Array,
  shared: boolean,
): unknown {
  switch (tag) {
    case 'undefined':
      return undefined;
    case 'number':
      if (['NaN', 'Infinity', '-Infinity', '-0'].includes(value as string)) return Number(value);
      break;
    case 'bigint':
      if (typeof value === 'string' && /^-?\d{1,1000}$/.test(value)) return BigInt(value);
      break;
    case 'Date':
      return new Date(read(where, value, bytesOf, shared) as number);
    case 'entries': {
      const isPair = (pair: unknown): boolean =>
        Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string';
      if (!Array.isArray(value) || !value.every(isPair)) break;
      const pairs = value as [string, unknown][];
      return fromEntries(
        where,
        pairs.map(([key, inner]) => [key, read(where, inner, bytesOf, shared)]),
      );
    }
    default: {
      if (typeof tag !== 'string' || !Object.hasOwn(KINDS, tag)) break;
      if (typeof blob === 'string') return arrayOf(tag as Kind, bytesOf(blob), shared);
      if (typeof value !== 'string' || value.length > 2 * SHORT_BYTES) break;
      const bytes = uint8From(Buffer.from(value, 'base64'));
      if (bytes.length % KINDS[tag as Kind].width === 0) return arrayOf(tag as Kind, bytes, false);
    }
  }
  throw broken(where, `has an unknown value ${describe(tag)}`);
}

/** A typed array with these bytes, in memory of its own. */
function arrayOf(kind: Kind, bytes: Uint8Array, shared: boolean): TypedArray {
  const { make, width } = KINDS[kind];
  const memory = shared
    ? withinMemory(`${bytes.length} bytes`, () => new SharedArrayBuffer(bytes.length))
    : uint8(bytes.length).buffer;
  withinMemory('a view', () => new Uint8Array(memory)).set(bytes);
  return withinMemory('a view', () => new make(memory as ArrayBuffer, 0, bytes.length / width));
}

function broken(where: string, what: string): Error {
  return codedError('ERR_MODEL_FORMAT', `${where} ${what}.`);
}
