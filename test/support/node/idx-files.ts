/** Writes IDX files, number by number. */

export const TYPES = {
  ubyte: { code: 0x08, bytes: 1, low: 0, high: 255 },
  byte: { code: 0x09, bytes: 1, low: -128, high: 127 },
  short: { code: 0x0b, bytes: 2, low: -32768, high: 32767 },
  int: { code: 0x0c, bytes: 4, low: -(2 ** 31), high: 2 ** 31 - 1 },
  float: { code: 0x0d, bytes: 4, low: 0, high: 0 },
  double: { code: 0x0e, bytes: 8, low: 0, high: 0 },
} as const;
export type TypeName = keyof typeof TYPES;

export function idxBytes(type: TypeName, shape: readonly number[], values: readonly number[]): Uint8Array {
  const { code, bytes } = TYPES[type];
  const start = 4 + 4 * shape.length;
  const view = new DataView(new ArrayBuffer(start + values.length * bytes));
  view.setUint8(2, code);
  view.setUint8(3, shape.length);
  shape.forEach((size, i) => {
    view.setUint32(4 + 4 * i, size);
  });
  values.forEach((value, i) => {
    const offset = start + i * bytes;
    if (type === 'ubyte') view.setUint8(offset, value);
    else if (type === 'byte') view.setInt8(offset, value);
    else if (type === 'short') view.setInt16(offset, value);
    else if (type === 'int') view.setInt32(offset, value);
    else if (type === 'float') view.setFloat32(offset, value);
    else view.setFloat64(offset, value);
  });
  return new Uint8Array(view.buffer);
}
