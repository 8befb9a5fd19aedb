/**
 * Reads IDX, the file format of MNIST: http://yann.lecun.com/exdb/mnist. Big-endian, gzipped or not.
 *
 *   0 0 type dimensions | size of each dimension, uint32 | values, the last dimension fastest
 */
import { createGunzip } from 'node:zlib';
import { codedError } from '../foundation/errors.js';
import { float32, outOfMemory, sliceOf, uint8, withinMemory } from '../foundation/memory.js';
import { int32 } from '../foundation/more-memory.js';
import { checkPath, type FilePath, quoted, readWhole } from './disk.js';

export interface IdxArray {
  /** The size of each dimension: [60000, 28, 28] for the images of MNIST. */
  shape: number[];
  /** As in the file, not scaled: pixels are from 0 to 255. */
  values: Float32Array | Uint8Array | Int32Array;
}

interface ElementType {
  readonly bytes: number;
  /** Whether they are whole numbers: in one dimension, those may be classes. */
  readonly whole: boolean;
  readonly read: (view: DataView, offset: number) => number;
}

/** By the third byte of the file. */
const TYPES: ReadonlyMap<number, ElementType> = new Map([
  [0x08, { bytes: 1, whole: true, read: (view, offset) => view.getUint8(offset) }],
  [0x09, { bytes: 1, whole: true, read: (view, offset) => view.getInt8(offset) }],
  [0x0b, { bytes: 2, whole: true, read: (view, offset) => view.getInt16(offset) }],
  [0x0c, { bytes: 4, whole: true, read: (view, offset) => view.getInt32(offset) }],
  [0x0d, { bytes: 4, whole: false, read: (view, offset) => view.getFloat32(offset) }],
  [0x0e, { bytes: 8, whole: false, read: (view, offset) => view.getFloat64(offset) }],
] satisfies [number, ElementType][]);
const UNSIGNED_BYTE = 0x08;

/** 1 GB of float32 numbers, and at most 1 GB for the bytes of the file. A megabyte of gzip can claim as many. */
const MAX_VALUES = 2 ** 28;
const MAX_BYTES = 2 ** 30;
/** Room for the longest header, and for what gzip adds to values that do not compress. */
const ROOM_BYTES = 2 ** 20;
/** Bytes unpacked at a time. */
const CHUNK_BYTES = 2 ** 18;

/**
 * Reads the numbers of an IDX file. One dimension of whole numbers is classes, as `fit` takes them: a Uint8Array for unsigned bytes
 * (MNIST's labels), an Int32Array for other types. Everything else is a Float32Array, rounded to float32: samples end to end, as `fit`
 * takes them. Nothing is scaled: let the network do it (`normalize`), or divide.
 *
 * Rejects with ERR_IO where the file cannot be read, ERR_INVALID_TYPE for a file that is not IDX and for broken gzip, ERR_SHAPE where
 * it holds fewer or more values than its dimensions say, no values, or more than 2^28 values or 1 GB, ERR_NON_FINITE for NaN, Infinity
 * and what float32 cannot hold.
 */
export async function readIdx(path: FilePath): Promise<IdxArray> {
  const file = checkPath('readIdx', path);
  const limit = MAX_BYTES + ROOM_BYTES;
  const bytes = await readWhole('readIdx', file, limit, (size) =>
    codedError('ERR_SHAPE', `readIdx: ${quoted(file)} has ${size} bytes, at most ${limit} are read.`),
  );
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const data = isGzip ? await unpack(file, bytes) : bytes;
  const header = headerOf(file, data);
  if (header === undefined) throw cut(file, data.length, 'a header takes more');
  if (data.length < header.end) throw cut(file, data.length, `its dimensions [${header.shape}] take ${header.end}`);
  if (data.length > header.end) throw tooLong(file, header);
  return { shape: header.shape, values: valuesOf(file, header, data) };
}

interface Header {
  readonly code: number;
  readonly type: ElementType;
  readonly shape: number[];
  readonly count: number;
  /** Where values begin and end in the file. */
  readonly start: number;
  readonly end: number;
}

/** Reads the header. Undefined where the bytes are valid so far, but end inside the header. */
function headerOf(file: string, data: Uint8Array): Header | undefined {
  const [first, second, code, dimensions] = data;
  const type = code === undefined ? undefined : TYPES.get(code);
  if ((first ?? 0) !== 0 || (second ?? 0) !== 0 || (code !== undefined && type === undefined) || dimensions === 0) {
    const came = Array.from(data.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const expected = 'two zeros, a type of 08 to 0e, and a number of dimensions';
    throw codedError(
      'ERR_INVALID_TYPE',
      `readIdx: ${quoted(file)} is not IDX: it begins with ${came}, not ${expected}.`,
    );
  }
  if (code === undefined || type === undefined || dimensions === undefined) return undefined;
  const start = 4 + 4 * dimensions;
  if (data.length < start) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const count = shape.reduce((product, size) => product * size, 1);
  const most = Math.min(MAX_VALUES, MAX_BYTES / type.bytes);
  if (count === 0 || count > most) {
    const came = `${quoted(file)} says that its dimensions are [${shape}], ${count} values`;
    throw codedError('ERR_SHAPE', `readIdx: ${came}, expected 1 to ${most}. Give a whole file, or a part of the data.`);
  }
  return { code, type, shape, count, start, end: start + count * type.bytes };
}

/**
 * Unpacks no more than the header says: a few bytes of gzip can unpack to a thousand times as many. Unpacks into one array of that size:
 * to collect parts and join them would take twice the memory.
 */
async function unpack(file: string, bytes: Uint8Array): Promise<Uint8Array> {
  const gunzip = withinMemory(`the unpacking of ${quoted(file)}`, () => createGunzip({ chunkSize: CHUNK_BYTES }));
  let data = uint8(0);
  let length = 0;
  let header: Header | undefined;
  try {
    gunzip.end(bytes);
    for await (const part of gunzip as AsyncIterable<Uint8Array>) {
      const end = length + part.length;
      if (header === undefined) {
        data = grown(data, end);
        data.set(part, length);
        header = headerOf(file, data);
        if (header !== undefined && end <= header.end) data = grown(data, header.end);
      } else if (end <= header.end) data.set(part, length);
      if (header !== undefined && end > header.end) throw tooLong(file, header);
      length = end;
    }
  } catch (cause) {
    const { code = '', message } = cause as Error & { code?: string };
    const unpacked = `what ${quoted(file)} unpacks to`;
    if (code === 'Z_MEM_ERROR') throw outOfMemory(unpacked, new RangeError(message, { cause }));
    if (!code.startsWith('Z_')) throw outOfMemory(unpacked, cause);
    const came = `${quoted(file)} is broken gzip: ${message}`;
    throw codedError('ERR_INVALID_TYPE', `readIdx: ${came}. Get the file again, all of it.`, { cause });
  }
  return data.subarray(0, length);
}

function grown(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const all = uint8(length);
  all.set(bytes);
  return all;
}

function valuesOf(file: string, { code, type, shape, count, start }: Header, data: Uint8Array): IdxArray['values'] {
  const flat = shape.length === 1;
  if (flat && code === UNSIGNED_BYTE) return sliceOf(data, start);
  const view = new DataView(data.buffer, data.byteOffset + start, data.byteLength - start);
  const values = flat && type.whole ? int32(count) : float32(count);
  for (let i = 0; i < count; i++) values[i] = type.read(view, i * type.bytes);
  if (type.whole) return values;
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const came = `value ${wrong} of ${quoted(file)} is ${type.read(view, wrong * type.bytes)}`;
    throw codedError('ERR_NON_FINITE', `readIdx: ${came}, expected a finite number that float32 can hold.`);
  }
  return values;
}

function cut(file: string, length: number, expected: string): Error {
  const came = `${quoted(file)} is cut: it has ${length} bytes, ${expected}`;
  return codedError('ERR_SHAPE', `readIdx: ${came}. Get the file again, all of it.`);
}

function tooLong(file: string, { shape, end }: Header): Error {
  const came = `${quoted(file)} goes on after byte ${end}, where its dimensions [${shape}] end`;
  return codedError('ERR_SHAPE', `readIdx: ${came}. Get the file again.`);
}
