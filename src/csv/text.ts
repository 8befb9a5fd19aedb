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

/** What stands for bytes that the encoding does not have. */
export const BROKEN = '\uFFFD';

/** The text in pieces, without a byte order mark. `encoding` is a label that TextDecoder knows; undefined for UTF-8. */
export async function* textsOf(
  origin: Origin,
  pieces: AsyncIterable<unknown>,
  encoding: string | undefined,
): AsyncGenerator<string, void, undefined> {
  const decoder = new Decoder(origin, encoding);
  let begins = true;
  for await (const piece of pieces) {
    const text = decoder.add(checkPiece(origin, piece));
    if (text === '') continue;
    yield begins && text.startsWith('\uFEFF') ? text.slice(1) : text;
    begins = false;
  }
  const text = decoder.finish();
  if (text !== '') yield begins && text.startsWith('\uFEFF') ? text.slice(1) : text;
}

class Decoder {
  readonly #origin: Origin;
  readonly #encoding: string | undefined;
  readonly #decoder: TextDecoder;
  /** The first bytes, until there are enough to tell a format; undefined after that. */
  #head: Uint8Array | undefined = uint8(0);
  #hasText = false;

  constructor(origin: Origin, encoding: string | undefined) {
    this.#origin = origin;
    this.#encoding = encoding;
    this.#decoder = new TextDecoder(encoding ?? 'utf-8', { ignoreBOM: true });
  }

  /** The text of a piece, as far as it is complete. */
  add(piece: string | Uint8Array): string {
    if (typeof piece === 'string') {
      this.#hasText = true;
      return this.finish() + piece;
    }
    if (this.#hasText) {
      const { call, name } = this.#origin;
      throw codedError(
        'ERR_INVALID_TYPE',
        `${call}: ${name} gave bytes after text, expected one of them. Give all as text.`,
      );
    }
    if (this.#head === undefined) return this.#decoder.decode(piece, { stream: true });
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
    return text + this.#decoder.decode();
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
    return this.#decoder.decode(head, { stream: true });
  }
}
