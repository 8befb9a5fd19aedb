/** Reads safetensors files: validates one, or throws ERR_MODEL_FORMAT or ERR_MODEL_LIMIT. Knows nothing of networks. */
import { describe } from '../../foundation/errors.js';
import { LITTLE_ENDIAN } from '../bytes.js';
import { JsonTokens } from '../json.js';
import { bad, type Refuse } from './refused.js';
import { checkLimits, FLOAT_BYTES, LENGTH_BYTES, MAX_DIMENSIONS, METADATA, type Tensor } from './write-safetensors.js';

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
  const tokens = new JsonTokens(textOf(file.subarray(LENGTH_BYTES, start), refuse), 'its header', refuse);
  const metadata = new Map<string, string>();
  const tensors: TensorEntry[] = [];
  tokens.object((name) => {
    if (name !== METADATA) tensors.push(readEntry(tokens, name, refuse));
    else tokens.object((key) => metadata.set(key, tokens.string()));
  });
  tokens.end();
  return { metadata, tensors, start };
}

function textOf(bytes: Uint8Array, refuse: Refuse): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refuse('its header is not UTF-8', cause);
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
 * Reads the tensors that a header lists. Where the host can read them in place, their numbers are views of `file`, so that memory
 * holds the file only once. Nobody else may change `file`.
 */
export function readTensors(file: Uint8Array, { tensors, start }: Header): Map<string, Tensor> {
  const data = file.byteLength - start;
  checkLimits(
    'load',
    0,
    Math.max(
      data / FLOAT_BYTES,
      tensors.reduce((sum, { shape }) => sum + numbersOf(shape), 0),
    ),
  );
  const places = tensors.map((tensor) => placeOf(tensor, data));
  checkCover(places, data);
  return new Map(
    places.map(({ name, shape, begin, end }) => [
      name,
      { shape, values: valuesAt(file, start + begin, (end - begin) / FLOAT_BYTES) },
    ]),
  );
}

/** How many numbers a shape claims; the file may have fewer. Always finite: a shape has only 8 sizes. */
export function numbersOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function placeOf({ name, dtype, shape, offsets }: TensorEntry, data: number): Place {
  const tensor = tensorNamed(name);
  if (dtype !== 'F32') throw bad(`${tensor} is ${describe(dtype)}, and only "F32" is read`);
  const [begin, end] = offsets as [number, number];
  if (end > data) throw bad(`${tensor} ends at byte ${end} of ${data}`);
  const bytes = numbersOf(shape) * FLOAT_BYTES;
  if (end - begin !== bytes) throw bad(`${tensor} takes ${end - begin} bytes, its shape ${bytes}`);
  return { name, shape, begin, end };
}

/** Checks that every byte belongs to exactly one tensor. */
export function checkCover(places: readonly Place[], data: number, refuse: Refuse = bad): void {
  let end = 0;
  for (const place of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (place.begin !== end) throw refuse(`${tensorNamed(place.name)} begins at byte ${place.begin}, not at ${end}`);
    end = place.end;
  }
  if (end !== data) throw refuse(`its tensors take ${end} bytes, and there are ${data}`);
}

function valuesAt(file: Uint8Array, offset: number, length: number): Float32Array {
  const at = file.byteOffset + offset;
  if (LITTLE_ENDIAN && at % FLOAT_BYTES === 0) return new Float32Array(file.buffer, at, length);
  const view = new DataView(file.buffer, at);
  return Float32Array.from({ length }, (_, i) => view.getFloat32(i * FLOAT_BYTES, true));
}

/** Names a tensor in a message. */
export function tensorNamed(name: string): string {
  return `its tensor ${describe(name)}`;
}
