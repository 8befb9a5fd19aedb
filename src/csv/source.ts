/** What a table may come from, in every host: text, bytes, Blob, Response, streams. Gives it in pieces, as it comes. Knows no CSV. */
import { isTyped } from '../foundation/checks.js';
import { codedError, describe, tagOf, WasmlpError } from '../foundation/errors.js';
import { uint8From } from '../foundation/memory.js';

/** A table as text or as bytes, whole or in pieces. A Response is that of `fetch`. Streams are read once, and cancelled if reading ends early. */
export type CsvSource =
  | string
  | Uint8Array
  | ArrayBuffer
  | Blob
  | Response
  | ReadableStream<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>;

/** The call, and its source as messages name it. */
export interface Origin {
  readonly call: string;
  readonly name: string;
}

/** Characters or bytes of a piece, where everything is there at once. */
const PIECE = 2 ** 16;

/** What people give in place of the table that is there. */
const ADDRESS = /^(?:[^\s,;|]{1,500}\.(?:csv|tsv|txt)|https?:\/\/[^\s,;|]{1,2000})$/i;

/** What reading a source begins with. */
interface Opened {
  readonly name: string;
  readonly pieces: (origin: Origin) => AsyncIterable<unknown>;
}

/** Throws ERR_INVALID_TYPE for what is no source, ERR_INVALID_OPTION for one that was read before, ERR_IO for a Response without success. */
export function openSource(call: string, source: unknown): Opened {
  let opened: Opened | Error | undefined;
  try {
    opened = opener(call, source);
  } catch {
    // It throws when it is asked what it is.
  }
  if (opened instanceof Error) throw opened;
  if (opened !== undefined) return opened;
  const came = `${call}: source is ${describe(source)}`;
  const expected = 'text, bytes, a Blob, a Response or a stream of text or bytes';
  throw codedError('ERR_INVALID_TYPE', `${came}, expected ${expected}.${mendOf(source)}`);
}

function mendOf(source: unknown): string {
  const tag = tagOf(source);
  if (Array.isArray(source)) return ' Join lines by "\\n".';
  if (tag === 'URL' || tag === 'Request') return ' Give the Response that fetch resolves to.';
  return /^Uint8Array$|ArrayBuffer$/.test(tag) ? ' Its memory was transferred: give a copy from before.' : '';
}

/** Undefined for what is no source. Kinds are told by what they can do: objects of another realm are none of this realm's classes. */
function opener(call: string, source: unknown): Opened | Error | undefined {
  if (typeof source === 'string') {
    if (ADDRESS.test(source)) {
      const came = `${call}: source is ${describe(source)}, an address, expected the text of a table`;
      return codedError('ERR_INVALID_TYPE', `${came}. Fetch it first, or use wasmlp/node.`);
    }
    return { name: 'the text', pieces: () => cut(source.length, (from, to) => source.slice(from, to)) };
  }
  const bytes = bytesIn(source);
  if (bytes !== undefined) {
    return { name: 'the source', pieces: () => cut(bytes.length, (from, to) => bytes.subarray(from, to)) };
  }
  if (typeof source !== 'object' || source === null) return undefined;
  const tag = tagOf(source);
  if (tag === 'Response') return ofResponse(call, source as Response);
  const { stream, getReader, [Symbol.asyncIterator]: iterate } = source as Partial<Blob & ReadableStream>;
  if ((tag === 'Blob' || tag === 'File') && typeof stream === 'function') {
    const { name } = source as { name?: unknown };
    const pieces = (origin: Origin) => ofStream(origin, (source as Blob).stream());
    return { name: typeof name === 'string' ? JSON.stringify(name) : 'the Blob', pieces };
  }
  if (typeof getReader === 'function') {
    if ((source as ReadableStream).locked) return alreadyRead(call, 'the stream');
    return { name: 'the stream', pieces: (origin) => ofStream(origin, source as ReadableStream) };
  }
  if (typeof iterate !== 'function') return undefined;
  return { name: 'the stream', pieces: (origin) => watched(origin, source as AsyncIterable<unknown>) };
}

/** The bytes that a value is, in the same memory; undefined for any other value. Throws where its memory was transferred. */
function bytesIn(value: unknown): Uint8Array | undefined {
  if (isTyped(value, 'Uint8Array')) {
    const { buffer, byteOffset, byteLength } = value as Uint8Array;
    return new Uint8Array(buffer, byteOffset, byteLength);
  }
  return /^(Shared)?ArrayBuffer$/.test(tagOf(value)) ? new Uint8Array(value as ArrayBuffer) : undefined;
}

function ofResponse(call: string, response: Response): Opened | Error {
  const name = response.url ? JSON.stringify(response.url) : 'the Response';
  if (!response.ok) {
    const came = `${call}: ${name} was answered with status ${response.status}, expected 200`;
    return codedError('ERR_IO', `${came}. Correct the address, or look at what its server says.`);
  }
  const { body } = response;
  if (response.bodyUsed || body?.locked) return alreadyRead(call, name);
  // Those of other libraries have another kind of stream.
  return { name, pieces: body === null ? () => cut(0, () => '') : (origin) => openSource(call, body).pieces(origin) };
}

function alreadyRead(call: string, name: string): Error {
  const mend = 'Give one that nobody reads: a new one, or a clone() or tee() from before it was read';
  return codedError('ERR_INVALID_OPTION', `${call}: ${name} is locked, or was read before. ${mend}.`);
}

async function* cut<T>(length: number, piece: (from: number, to: number) => T): AsyncGenerator<T, void, undefined> {
  for (let from = 0; from < length; from += PIECE) yield piece(from, Math.min(from + PIECE, length));
}

/** By a reader: not every browser can iterate streams. */
async function* ofStream(origin: Origin, stream: ReadableStream): AsyncGenerator<unknown, void, undefined> {
  const reader = await begun(origin, () => stream.getReader());
  let isOpen = true;
  try {
    for (;;) {
      const next = await begun(origin, () => reader.read());
      if (next.done) {
        isOpen = false;
        return;
      }
      yield next.value;
    }
  } finally {
    // Nobody waits for it: a stream that hangs would keep an error from its caller.
    if (isOpen) begun(origin, () => reader.cancel()).catch(() => undefined);
    else reader.releaseLock();
  }
}

async function* watched(origin: Origin, source: AsyncIterable<unknown>): AsyncGenerator<unknown, void, undefined> {
  const iterator = await begun(origin, () => source[Symbol.asyncIterator]());
  let isOpen = true;
  try {
    for (;;) {
      const next = await begun(origin, () => iterator.next()).catch((error) => {
        isOpen = false;
        throw error;
      });
      if (Object(next).done) {
        isOpen = false;
        return;
      }
      yield Object(next).value;
    }
  } finally {
    if (isOpen) await begun(origin, () => iterator.return?.()).catch(() => undefined);
  }
}

/** What a foreign object gives, with ERR_IO where it fails. */
async function begun<T>({ call, name }: Origin, work: () => T): Promise<Awaited<T>> {
  try {
    return await work();
  } catch (cause) {
    // A file of ours says itself what is wrong with it.
    if (cause instanceof WasmlpError) throw cause;
    const said = cause instanceof Error ? String(cause.message) : describe(cause);
    throw codedError('ERR_IO', `${call}: ${name} cannot be read: ${said}. Give it again when it can be read.`, {
      cause,
    });
  }
}

/** A piece as text or bytes, checked. Bytes that threads share are copied: browsers do not decode them. */
export function checkPiece({ call, name }: Origin, piece: unknown): string | Uint8Array {
  if (typeof piece === 'string') return piece;
  const bytes = bytesOrNone(piece);
  if (bytes !== undefined) return tagOf(bytes.buffer) === 'ArrayBuffer' ? bytes : uint8From(bytes);
  const came = `${call}: ${name} gave ${describe(piece)}, expected text or bytes`;
  throw codedError('ERR_INVALID_TYPE', `${came}. Give a stream of texts, or of Uint8Array.`);
}

function bytesOrNone(piece: unknown): Uint8Array | undefined {
  try {
    return bytesIn(piece);
  } catch {
    return undefined;
  }
}
