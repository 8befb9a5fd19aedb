/** Reads safetensors files: validates one, or throws ERR_MODEL_FORMAT or ERR_MODEL_LIMIT. Knows nothing of networks. */
import { describe } from '../../foundation/errors.js';
import { float32, float64 } from '../../foundation/memory.js';
import { LITTLE_ENDIAN } from '../bytes.js';
import { textOfUtf8 } from '../decode-utf8.js';
import { JsonTokens } from '../json.js';
import { bad, type Refuse } from './refused.js';
import {
  checkLimits,
  type Dtype,
  FLOAT_BYTES,
  LENGTH_BYTES,
  MAX_DIMENSIONS,
  METADATA,
  type Tensor,
  type TensorValues,
} from './write-safetensors.js';

/** Bytes of a number of each type. */
const DTYPE_BYTES: Readonly<Record<Dtype, number>> = { F32: 4, F64: 8, U8: 1 };

/** What the header of a file says. */
export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: readonly TensorEntry[];
  /** Where the tensors' bytes begin. */
  readonly start: number;
}

/** A tensor as the header describes it. Its values have these types; nothing else is checked yet. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly offsets: readonly number[];
}

interface Place {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Reads the header and does not check its tensors: in a file of a newer version they may be of other types. */
export function readHeader(file: Uint8Array, call = 'load', refuse: Refuse = bad): Header {
  if (file.length < LENGTH_BYTES) throw refuse(`it has ${file.length} bytes, fewer than a header takes`);
  const headerBytes = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (file[LENGTH_BYTES] !== 0x7b) throw refuse('it does not begin as a safetensors file does');
  checkLimits(call, headerBytes, 0);
  const start = LENGTH_BYTES + Number(headerBytes);
  if (start > file.length) throw refuse(`its header ends at byte ${start}, but it has ${file.length} bytes`);
  const text = textOf(file.subarray(LENGTH_BYTES, start), 'its header', refuse);
  const tokens = new JsonTokens(text, 'its header', refuse);
  const metadata = new Map<string, string>();
  const tensors: TensorEntry[] = [];
  tokens.object((name) => {
    if (name !== METADATA) tensors.push(readEntry(tokens, name, refuse));
    else tokens.object((key) => metadata.set(key, tokens.string()));
  });
  tokens.end();
  return { metadata, tensors, start };
}

/** `what` is for the message. */
export function textOf(bytes: Uint8Array, what: string, refuse: Refuse = bad): string {
  try {
    return textOfUtf8(bytes);
  } catch (cause) {
    throw refuse(`${what} is not UTF-8`, cause);
  }
}

function readEntry(tokens: JsonTokens, name: string, refuse: Refuse): TensorEntry {
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  tokens.object((key) => {
    if (key === 'dtype') dtype = tokens.string();
    else if (key === 'shape') shape = tokens.counts(MAX_DIMENSIONS);
    else if (key === 'data_offsets') offsets = tokens.counts(2);
    else throw refuse(`${tensorNamed(name)} has the key ${describe(key)}`);
  });
  if (dtype === undefined || shape === undefined || offsets?.length !== 2) {
    throw refuse(`${tensorNamed(name)} lacks its dtype, its shape or its two offsets`);
  }
  return { name, dtype, shape, offsets };
}

/**
 * Reads the tensors that a header lists. `dtypeOf` says which type each must have; float32 where it is left out. Where the host can read
 * them in place, their numbers are views of `file`, so that memory holds the file only once. Nobody else may change `file`.
 */
export function readTensors(file: Uint8Array, header: Header): Map<string, Tensor>;
export function readTensors(
  file: Uint8Array,
  header: Header,
  dtypeOf: (name: string) => Dtype,
): Map<string, Tensor<TensorValues>>;
export function readTensors(
  file: Uint8Array,
  { tensors, start }: Header,
  dtypeOf: (name: string) => Dtype = () => 'F32',
): Map<string, Tensor<TensorValues>> {
  const data = file.byteLength - start;
  checkLimits(
    'load',
    0,
    Math.max(
      data / FLOAT_BYTES,
      tensors.reduce((sum, { shape }) => sum + numbersOf(shape), 0),
    ),
  );
  const places = tensors.map((tensor) => placeOf(tensor, dtypeOf(tensor.name), data));
  checkCover(places, data);
  return new Map(
    places.map(({ name, dtype, shape, begin, end }) => [
      name,
      { shape, values: VALUES[dtype](file, file.byteOffset + start + begin, (end - begin) / DTYPE_BYTES[dtype]) },
    ]),
  );
}

/** How many numbers a shape claims; the file may have fewer. Always finite: a shape has only 8 sizes. */
export function numbersOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function placeOf({ name, dtype: came, shape, offsets }: TensorEntry, dtype: Dtype, data: number): Place {
  const tensor = tensorNamed(name);
  if (came !== dtype) throw bad(`${tensor} is ${describe(came)}, and only "${dtype}" is read`);
  const [begin, end] = offsets as [number, number];
  if (end > data) throw bad(`${tensor} ends at byte ${end} of ${data}`);
  const bytes = numbersOf(shape) * DTYPE_BYTES[dtype];
  if (end - begin !== bytes) throw bad(`${tensor} takes ${end - begin} bytes, its shape ${bytes}`);
  return { name, dtype, shape, begin, end };
}

/** Checks that every byte belongs to exactly one tensor. */
export function checkCover(
  places: readonly Pick<Place, 'name' | 'begin' | 'end'>[],
  data: number,
  refuse: Refuse = bad,
): void {
  let end = 0;
  for (const place of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (place.begin !== end) throw refuse(`${tensorNamed(place.name)} begins at byte ${place.begin}, not at ${end}`);
    end = place.end;
  }
  if (end !== data) throw refuse(`its tensors take ${end} bytes, and there are ${data}`);
}

/** The numbers of a tensor from byte `at` of the file's buffer on. */
const VALUES: Readonly<Record<Dtype, (file: Uint8Array, at: number, length: number) => TensorValues>> = {
  F32({ buffer }, at, length) {
    if (LITTLE_ENDIAN && at % FLOAT_BYTES === 0) return new Float32Array(buffer, at, length);
    const view = new DataView(buffer, at);
    const values = float32(length);
    for (let i = 0; i < length; i++) values[i] = view.getFloat32(i * FLOAT_BYTES, true);
    return values;
  },
  F64({ buffer }, at, length) {
    const view = new DataView(buffer, at);
    const values = float64(length);
    for (let i = 0; i < length; i++) values[i] = view.getFloat64(i * DTYPE_BYTES.F64, true);
    return values;
  },
  U8: ({ buffer }, at, length) => new Uint8Array(buffer, at, length),
};

/** Names a tensor in a message. */
export function tensorNamed(name: string): string {
  return `its tensor ${describe(name)}`;
}
