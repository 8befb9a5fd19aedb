/** CRC-32, of bytes and of plain data: tells files that were changed by accident, not by intent. */
import { textOf } from './plain.js';

/** ISO 3309, reversed polynomial 0xedb88320. */
const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc >>> 0;
});

/** Eight hexadecimal digits. */
export function checksum(...parts: readonly Uint8Array[]): string {
  let crc = ~0;
  for (const bytes of parts) {
    for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] as number);
  }
  return (~crc >>> 0).toString(16).padStart(8, '0');
}

/** Of data; what JSON does not have counts by its text. */
export function checksumOf(value: unknown): string {
  return checksum(new TextEncoder().encode(textOf(value)));
}
