/**
 * Reads protocol buffers field by field, within limits, whatever a file claims. Refuses with ERR_MODEL_FORMAT or ERR_MODEL_LIMIT.
 * Knows nothing of ONNX.
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { textOfUtf8 } from '../decode-utf8.js';
import { bad, tooMuch } from './refused.js';

/** The most messages in a whole file. */
const MAX_MESSAGES = 2 ** 17;
/** The most fields in a whole file. */
const MAX_FIELDS = 2 ** 22;
/** The most bytes in one text. */
const MAX_TEXT_BYTES = 2 ** 12;

/** Functions that read the fields of a message, by field number. */
export type Readers = Readonly<Record<number, (field: Field) => void>>;

/** Reads the messages of one file, and counts them and their fields. */
export class MessageReader {
  #fields = 0;
  #messages = 0;

  /** Skips fields that `readers` does not name. */
  read(bytes: Uint8Array, readers: Readers): void {
    if (++this.#messages > MAX_MESSAGES) throw tooMuch('more parts', MAX_MESSAGES);
    const reader = new BinaryReader(bytes, textOfUtf8);
    while (reader.pos < reader.len) {
      if (++this.#fields > MAX_FIELDS) throw tooMuch('more fields', MAX_FIELDS);
      const [number, wire] = reader.tag();
      const read = readers[number];
      if (read === undefined) reader.skip(wire, number);
      else read(new Field(reader, wire));
    }
  }
}

/** One field, not read yet. */
export class Field {
  readonly #reader: BinaryReader;
  readonly #wire: WireType;

  constructor(reader: BinaryReader, wire: WireType) {
    this.#reader = reader;
    this.#wire = wire;
  }

  bytes(): Uint8Array {
    this.#expect(WireType.LengthDelimited);
    return this.#reader.bytes();
  }

  /** UTF-8. */
  text(): string {
    return textOfUtf8(this.#textBytes());
  }

  /** Bytes that need not be UTF-8: what is not becomes the replacement character. */
  anyText(): string {
    return new TextDecoder().decode(this.#textBytes());
  }

  /** Repeated numbers that are packed: their bytes. Adds one that is not packed to `singles`, and returns undefined. */
  packedOr(singles: number[], what: string, most: number): Uint8Array | undefined {
    if (this.#wire === WireType.Bit32) add(singles, this.#reader.float(), what, most);
    else if (this.#wire === WireType.Bit64) add(singles, this.#reader.double(), what, most);
    else return this.bytes();
    return undefined;
  }

  integer(): number {
    this.#expect(WireType.Varint);
    return Number(this.#reader.int64());
  }

  float(): number {
    this.#expect(WireType.Bit32);
    return this.#reader.float();
  }

  /** Repeated whole numbers: one by one, or packed. */
  integersInto(list: number[], what: string, most: number): void {
    if (this.#wire === WireType.Varint) add(list, this.integer(), what, most);
    else {
      const packed = new BinaryReader(this.bytes(), textOfUtf8);
      while (packed.pos < packed.len) add(list, Number(packed.int64()), what, most);
    }
  }

  floatsInto(list: number[], what: string, most: number): void {
    if (this.#wire === WireType.Bit32) add(list, this.float(), what, most);
    else {
      const packed = new BinaryReader(this.bytes(), textOfUtf8);
      while (packed.pos < packed.len) add(list, packed.float(), what, most);
    }
  }

  #textBytes(): Uint8Array {
    const bytes = this.bytes();
    if (bytes.length > MAX_TEXT_BYTES) throw tooMuch(`a text of ${bytes.length} bytes`, MAX_TEXT_BYTES);
    return bytes;
  }

  #expect(wire: WireType): void {
    if (this.#wire !== wire) throw bad(`a field is of wire type ${this.#wire}, where ${wire} was expected`);
  }
}

/** Adds an item to a list. ERR_MODEL_LIMIT where the list is full. */
export function add<T>(list: T[], item: T, what: string, most: number): void {
  if (list.length === most) throw tooMuch(`more ${what}`, most);
  list.push(item);
}
