/**
 * Reads JSON from files that may be hostile. Where we know all that may come, JsonTokens reads it token by token; other JSON is
 * scanned before JSON.parse. JSON.parse alone takes 80 ms and 70 MB for a megabyte of brackets (Node 20, 2026-11-21). Where a key
 * comes twice it takes the last value, while other readers take the first.
 */

import { describe } from '../foundation/errors.js';
import { isObject } from '../foundation/more-checks.js';
import { bad, type Refuse } from './safetensors/refused.js';

/** Most keys of one object. A header of 1 MiB has room for fewer tensors. */
const MAX_KEYS = 2 ** 14;
/** Limits for a whole text. Options of layers and scalings need no more. */
const LIMITS = { depth: 8, containers: 2 ** 14, names: 64 };

/** Reads a text from its beginning to its end. `what` is for messages. */
export class JsonTokens {
  readonly #text: string;
  readonly #what: string;
  readonly #refuse: Refuse;
  #at = 0;
  /** Keys of the open objects, outermost first. Sets are reused: a new one for each tensor would take half the time of reading. */
  readonly #keys: Set<string>[] = [];
  #depth = 0;

  constructor(text: string, what: string, refuse: Refuse = bad) {
    this.#text = text;
    this.#what = what;
    this.#refuse = refuse;
  }

  /** Reads an object. Calls `read` after the colon of each key. */
  object(read: (key: string) => void): void {
    const seen = this.#keys[this.#depth] ?? new Set<string>();
    this.#keys[this.#depth++] = seen;
    this.#list('{', '}', () => {
      const key = this.string();
      if (seen.size === MAX_KEYS) throw this.#refuse(`${this.#what} has more than ${MAX_KEYS} keys in an object`);
      checkKey(this.#what, key, seen, this.#refuse);
      this.#expect(':');
      read(key);
    });
    seen.clear();
    this.#depth--;
  }

  /** Reads an array of at most `most` counts. */
  counts(most: number): number[] {
    const counts: number[] = [];
    this.#list('[', ']', () => {
      if (counts.length === most) throw this.#unexpected(`at most ${most} counts`);
      counts.push(this.#count());
    });
    return counts;
  }

  string(): string {
    this.#skipSpace();
    const end = this.#text[this.#at] === '"' ? closingQuote(this.#text, this.#at) : -1;
    const value = end < 0 ? undefined : unquote(this.#text.slice(this.#at, end + 1));
    if (value === undefined) throw this.#unexpected('a string');
    this.#at = end + 1;
    return value;
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#unexpected('its end');
  }

  /** Reads a count, such as a size in a file: digits only, no sign, fraction or exponent. */
  #count(): number {
    this.#skipSpace();
    const start = this.#at;
    let count = 0;
    for (let digit = this.#digit(); digit >= 0 && count <= Number.MAX_SAFE_INTEGER; digit = this.#digit()) {
      count = 10 * count + digit;
      this.#at++;
    }
    const length = this.#at - start;
    const isCount = length === 1 || (length > 1 && this.#text[start] !== '0');
    if (isCount && Number.isSafeInteger(count) && !'.eE'.includes(this.#text[this.#at] ?? ' ')) return count;
    this.#at = start;
    throw this.#unexpected('a count');
  }

  /** The digit that comes next, or -1. */
  #digit(): number {
    const digit = this.#text.charCodeAt(this.#at) - 0x30;
    return digit >= 0 && digit <= 9 ? digit : -1;
  }

  #list(open: string, close: string, item: () => void): void {
    this.#expect(open);
    if (this.#take(close)) return;
    do item();
    while (this.#take(','));
    this.#expect(close);
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw this.#unexpected(`"${character}"`);
  }

  #take(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  #unexpected(expected: string): Error {
    const found = this.#at < this.#text.length ? describe(this.#text.slice(this.#at, this.#at + 10)) : 'its end';
    return this.#refuse(`${this.#what} has ${found} at character ${this.#at}, where ${expected} was expected`);
  }
}

/** Parses a JSON object, with so many objects and arrays at most. Refuses it where any object in it has a key twice. */
export function parseJson(text: string, what: string, containers = LIMITS.containers): Record<string, unknown> {
  lookOver(text, what, containers);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw bad(`${what} is not JSON`, cause);
  }
  if (!isObject(value)) throw bad(`${what} is not a JSON object`);
  return value;
}

/** Refuses text that is costly to parse, and keys that come twice. JSON.parse finds what else is wrong. */
function lookOver(text: string, what: string, most: number): void {
  /** Keys of each open object; an empty set for an array. */
  const open: Set<string>[] = [];
  const names = new Set<string>();
  let containers = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') {
      open.push(new Set());
      if (++containers > most || open.length > LIMITS.depth) {
        throw bad(`${what} has more, or deeper, objects and arrays than a network's options`);
      }
    } else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const end = closingQuote(text, at);
      if (end < 0) return;
      const start = at;
      at = end;
      while (isSpace(text.charCodeAt(at + 1))) at++;
      if (text[at + 1] !== ':') continue;
      const key = unquote(text.slice(start, end + 1));
      const keys = open[open.length - 1];
      if (key === undefined || keys === undefined) return;
      checkKey(what, key, keys);
      if (names.add(key).size > LIMITS.names) throw bad(`${what} has more than ${LIMITS.names} names of options`);
    }
  }
}

/** Remembers a key. Refuses one that the object has already, and `__proto__`, which JavaScript takes for a prototype. */
function checkKey(what: string, key: string, seen: Set<string>, refuse: Refuse = bad): void {
  if (seen.has(key)) throw refuse(`${what} has the key ${describe(key)} twice`);
  if (key === '__proto__') throw refuse(`${what} has the key ${describe(key)}`);
  seen.add(key);
}

/** The index of the quote that closes the string opened at `start`; -1 where none does. */
export function closingQuote(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0) {
    let first = end;
    while (text[first - 1] === '\\') first--;
    if ((end - first) % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return -1;
}

/** What a string in JSON may not hold, and the backslash, which begins an escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids these.
const SPECIAL = /[\\\u0000-\u001f]/;

/** The value of a string in JSON, given with its quotes; undefined where it is not valid. */
function unquote(literal: string): string | undefined {
  if (!SPECIAL.test(literal)) return literal.slice(1, -1);
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
