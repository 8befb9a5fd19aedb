/** Makes model files by hand and takes them apart, without the library's own writer and reader. */

/** A tensor in a header. */
export interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: number[];
}

/** The parts of a file. */
export interface Parts {
  metadata: Record<string, string>;
  tensors: Record<string, Entry>;
  data: Uint8Array;
}

/** A file with this header: text, bytes, or a value for JSON. `pad` spaces follow; by default they fill up to a multiple of 8. */
export function fileOf(header: string | object, data: Uint8Array = new Uint8Array(), pad?: number): Uint8Array {
  const text = typeof header === 'string' || header instanceof Uint8Array ? header : JSON.stringify(header);
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const length = bytes.length + (pad ?? (8 - (bytes.length % 8)) % 8);
  const file = new Uint8Array(8 + length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.fill(0x20, 8, 8 + length);
  file.set(bytes, 8);
  file.set(data, 8 + length);
  return file;
}

/** The length and the text of a file's header. */
export function headerOf(file: Uint8Array): { length: number; text: string } {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  return { length, text: new TextDecoder().decode(file.subarray(8, 8 + length)) };
}

export function partsOf(file: Uint8Array): Parts {
  const { length, text } = headerOf(file);
  const { __metadata__: metadata, ...tensors } = JSON.parse(text);
  return { metadata, tensors, data: file.slice(8 + length) };
}

export function joined({ metadata, tensors, data }: Parts): Uint8Array {
  return fileOf({ __metadata__: metadata, ...tensors }, data);
}

/** The file with changed parts. */
export function changed(file: Uint8Array, change: (parts: Parts) => void): Uint8Array {
  const parts = partsOf(file);
  change(parts);
  return joined(parts);
}

/** The file with a changed value in its metadata: the JSON of one key. */
export function withMetadata(
  file: Uint8Array,
  key: 'network' | 'scaling' | 'checkpoint',
  change: (value: Record<string, never>) => unknown,
): Uint8Array {
  return changed(file, ({ metadata }) => {
    const value = JSON.parse(metadata[key] ?? '{}');
    metadata[key] = JSON.stringify(change(value) ?? value);
  });
}

/** The numbers of a tensor. */
export function tensorIn({ tensors, data }: Parts, name: string): Float32Array {
  const [begin, end] = (tensors[name] as Entry).data_offsets as [number, number];
  const view = new DataView(data.buffer, data.byteOffset + begin, end - begin);
  return Float32Array.from({ length: (end - begin) / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

/** float32 numbers as little-endian bytes. */
export function bytesOf(...numbers: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  for (const [i, number] of numbers.entries()) view.setFloat32(4 * i, number, true);
  return new Uint8Array(view.buffer);
}

/** The bytes of each number in reverse order, as on a host with the other byte order. */
export function turned<T extends Float32Array | Float64Array>(values: T): T {
  const copy = values.slice() as T;
  const size = copy.BYTES_PER_ELEMENT;
  for (let at = 0; at < copy.byteLength; at += size) new Uint8Array(copy.buffer, at, size).reverse();
  return copy;
}

/** The options of the smallest model there is. */
export const NETWORK = '{"inputs":1,"layers":[{"units":1,"activation":"linear"}]}';
/** Its header, its numbers, its file: y = 2 x + 3. */
export const HEADER = {
  __metadata__: { wasmlp: '1', network: NETWORK },
  '0.weight': { dtype: 'F32', shape: [1, 1], data_offsets: [0, 4] },
  '0.bias': { dtype: 'F32', shape: [1], data_offsets: [4, 8] },
};
export const DATA = bytesOf(2, 3);
export const FILE = fileOf(HEADER, DATA);

const MEND = 'Give all of what network\\.save\\(\\) or network\\.toJSON\\(\\) returned\\.$';
/** The message of every refused file of a format. */
export const said = (what: string): RegExp => new RegExp(`^load: this is not a wasmlp model: ${what}\\. ${MEND}`);
