/** The text of a source: decodes bytes, and refuses files that are no text. Knows no CSV. */
import { codedError } from '../foundation/errors.js';
import { uint8 } from '../foundation/memory.js';
import { checkPiece, type Origin } from './source.js';

/** Files that people take for CSV, by their first bytes: what they are, and the mend. */
const FORMATS: readonly (readonly [bytes: readonly number[], what: string, mend: string])[] = [
  [[0x1f, 0x8b], 'gzipped', 'Unpack it first: gunzip does.'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'packed by zstd', 'Unpack it first: unzstd does.'],
  [[0x50, 0x4b, 3, 4], 'a zip file, as those of spreadsheets are', 'Save the table as CSV, or unpack the file first.'],
  [[0x50, 0x41, 0x52, 0x31], 'a Parquet file', 'Save the table as CSV, or read it by hyparquet.'],
];
const UTF_16 = [
  [0xff, 0xfe],
  [0xfe, 0xff],
];
/** The most first bytes that tell a format. */
const HEAD = 4;

/** What stands for bytes that the encoding does not have. Some files have it as a character of its own: somebody broke them before. */
export const BROKEN = '\uFFFD';

/** A piece of text. */
export interface TextPiece {
  readonly text: string;
  /** Whether this piece or one before had bytes that its encoding does not have. */
  readonly isBroken: boolean;
}

/** The text in pieces, without a byte order mark. `encoding` is a label that TextDecoder knows; undefined for UTF-8. */
export async function* textsOf(
  origin: Origin,
  pieces: AsyncIterable<unknown>,
  encoding: string | undefined,
): AsyncGenerator<TextPiece, void, undefined> {
  const decoder = new Decoder(origin, encoding);
  let begins = true;
  const piece = (text: string): TextPiece => {
    const isMarked = begins && text.startsWith('\uFEFF');
    begins = false;
    return { text: isMarked ? text.slice(1) : text, isBroken: decoder.isBroken };
  };
  for await (const given of pieces) {
    const text = decoder.add(checkPiece(origin, given));
    if (text !== '') yield piece(text);
  }
  const text = decoder.finish();
  if (text !== '') yield piece(text);
}

class Decoder {
  readonly #origin: Origin;
  readonly #encoding: string | undefined;
  readonly #decoder: TextDecoder;
  /** The first bytes, until there are enough to tell a format; undefined after that. */
  #head: Uint8Array | undefined = uint8(0);
  #hasText = false;
  #isBroken = false;
  /** The last two bytes of the pieces before: a character may be cut. */
  #tail: readonly number[] = [];

  constructor(origin: Origin, encoding: string | undefined) {
    this.#origin = origin;
    this.#encoding = encoding;
    this.#decoder = new TextDecoder(encoding ?? 'utf-8', { ignoreBOM: true });
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** The text of a piece, as far as it is complete. */
  add(piece: string | Uint8Array): string {
    if (typeof piece === 'string') {
      this.#hasText = true;
      const text = this.finish() + piece;
      this.#isBroken ||= text.includes(BROKEN);
      return text;
    }
    if (this.#hasText) {
      const { call, name } = this.#origin;
      throw codedError(
        'ERR_INVALID_TYPE',
        `${call}: ${name} gave bytes after text, expected one of them. Give all as text.`,
      );
    }
    if (this.#head === undefined) return this.#decode(piece);
    const head = uint8(this.#head.length + piece.length);
    head.set(this.#head);
    head.set(piece, this.#head.length);
    if (head.length < HEAD) {
      this.#head = head;
      return '';
    }
    return this.#begin(head);
  }

  /** The text of what is left over. */
  finish(): string {
    const text = this.#head === undefined ? '' : this.#begin(this.#head);
    const rest = this.#decoder.decode();
    this.#isBroken ||= rest !== '';
    return text + rest;
  }

  #decode(bytes: Uint8Array): string {
    const text = this.#decoder.decode(bytes, { stream: true });
    // Characters that are in the file as such come from three bytes each; what is more of them stands for broken ones.
    this.#isBroken ||= text.includes(BROKEN) && text.split(BROKEN).length - 1 > this.#markers(bytes);
    this.#tail = [...this.#tail, ...bytes.subarray(-2)].slice(-2);
    return text;
  }

  /** How often UTF-8 has the character of `BROKEN` that ends in these bytes. */
  #markers(bytes: Uint8Array): number {
    const [a = 0, b = 0] = this.#tail.length < 2 ? [0, ...this.#tail] : this.#tail;
    let [before, last, count] = [a, b, 0];
    for (const byte of bytes) {
      if (before === 0xef && last === 0xbf && byte === 0xbd) count++;
      [before, last] = [last, byte];
    }
    return count;
  }

  #begin(head: Uint8Array): string {
    this.#head = undefined;
    const { call, name } = this.#origin;
    const begins = (bytes: readonly number[]): boolean => bytes.every((byte, i) => head[i] === byte);
    for (const [bytes, what, mend] of FORMATS) {
      if (begins(bytes)) throw codedError('ERR_INVALID_TYPE', `${call}: ${name} is ${what}. ${mend}`);
    }
    if (this.#encoding === undefined && UTF_16.some(begins)) {
      const label = head[0] === 0xff ? 'utf-16le' : 'utf-16be';
      const mend = `Save the file as UTF-8, or set encoding: '${label}'`;
      throw codedError('ERR_INVALID_TYPE', `${call}: ${name} is UTF-16. ${mend}.`);
    }
    return this.#decode(head);
  }
}
