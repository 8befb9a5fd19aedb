/**
 * A part of a file that another library wrote: a value that nobody has checked yet, and the path to it, for messages. Every method
 * reads the value once, and checks what it returns. Knows no format.
 */

import { codedError, describe, type ErrorCode } from '../../foundation/errors.js';
import { float32 } from '../../foundation/memory.js';
import { isObject } from '../../foundation/more-checks.js';
import { MAX_WIDTH } from '../../options/plain.js';
import type { GivenOptions } from '../imported-options.js';
import { excessOf } from './json-text.js';

const FINITE = 'a finite number within float32';

/** The call that reads, with its options. */
export interface Reading {
  readonly call: string;
  readonly given: GivenOptions;
}

/** The same, and the sentence that its messages end with. */
export interface Origin extends Reading {
  readonly mend: string;
}

export class Part {
  readonly value: unknown;
  readonly path: string;
  readonly origin: Origin;

  constructor(origin: Origin, path: string, value: unknown) {
    this.origin = origin;
    this.path = path;
    this.value = value;
  }

  /** A whole file, given as an object or as JSON text. ERR_INVALID_TYPE for anything else. */
  static of(origin: Origin, name: string, given: unknown): Part {
    if (typeof given !== 'string') {
      if (isObject(given) && !ArrayBuffer.isView(given)) return new Part(origin, '', given);
      const came = `${origin.call}: ${name} is ${describe(given)}, expected an object, or a string with its JSON`;
      throw codedError('ERR_INVALID_TYPE', `${came}. ${origin.mend}`);
    }
    const excess = excessOf(given);
    if (excess !== undefined) {
      const came = `${origin.call}: ${name} is JSON with ${excess}, which no network has`;
      throw codedError('ERR_MODEL_LIMIT', `${came}. ${origin.mend}`);
    }
    let value: unknown;
    try {
      value = JSON.parse(given);
    } catch (cause) {
      const error = `${origin.call}: ${name} is not JSON, but ${describe(given)}. ${origin.mend}`;
      throw codedError('ERR_MODEL_FORMAT', error, { cause });
    }
    if (isObject(value)) return new Part(origin, '', value);
    throw codedError(
      'ERR_MODEL_FORMAT',
      `${origin.call}: ${name} is JSON of ${describe(value)}, expected JSON of an object. ${origin.mend}`,
    );
  }

  /** Whether there is no value. null is none: Python writes None as null. */
  get missing(): boolean {
    return this.value === undefined || this.value === null;
  }

  get isArray(): boolean {
    return Array.isArray(this.value);
  }

  /** The object's own value of a key; a missing part where it has none. */
  get(key: string): Part {
    const object = this.#object();
    const path = /^[A-Za-z_$][\w$]{0,40}$/.test(key) ? `${this.path && '.'}${key}` : `[${describe(key)}]`;
    return this.#inside(path, Object.hasOwn(object, key) ? object[key] : undefined);
  }

  /** The object's own keys. */
  keys(): string[] {
    const keys = Object.keys(this.#object());
    if (keys.length > MAX_WIDTH) throw this.#tooMany(`has ${keys.length} keys`);
    return keys;
  }

  /** The elements of an array, `length` of them where that is known. */
  items(length?: number): Part[] {
    // By index: the caller's array may have an iterator of its own.
    const given = this.#array(length);
    return Array.from({ length: given.length }, (_, i) => this.#inside(`[${i}]`, given[i]));
  }

  string(): string {
    if (typeof this.value !== 'string') throw this.bad('a string');
    return this.value;
  }

  /** `fallback` where there is nothing. */
  boolean(fallback: boolean): boolean {
    if (this.missing) return fallback;
    if (typeof this.value !== 'boolean') throw this.bad('true or false');
    return this.value;
  }

  /** A finite number, also in float32; `fallback` where there is nothing and one is given. */
  number(fallback?: number): number {
    if (this.missing && fallback !== undefined) return fallback;
    if (typeof this.value !== 'number' || !Number.isFinite(Math.fround(this.value))) throw this.bad(FINITE);
    return this.value;
  }

  /** How wide a sample or a layer is. ERR_MODEL_LIMIT where that is too wide. */
  width(): number {
    const width = this.number();
    if (!Number.isInteger(width) || width < 1) throw this.bad('a whole number of at least 1');
    if (width > MAX_WIDTH) throw this.#tooMany(`is ${width}`);
    return width;
  }

  /** An array of float32 numbers, `length` of them where that is known. */
  numbers(length?: number): Float32Array {
    const given = this.#array(length);
    const values = float32(given.length);
    for (let i = 0; i < values.length; i++) {
      const value = given[i];
      values[i] = typeof value === 'number' ? value : Number.NaN;
      if (!Number.isFinite(values[i])) throw this.#inside(`[${i}]`, value).bad(FINITE);
    }
    return values;
  }

  /** ERR_MODEL_FORMAT: the value is not what was expected. */
  bad(expected: string): Error {
    return this.refused('ERR_MODEL_FORMAT', `is ${describe(this.value)}, expected ${expected}`);
  }

  /** An error for this part. `what` follows the path in the message. */
  refused(code: ErrorCode, what: string, mend: string = this.origin.mend): Error {
    return codedError(code, `${this.origin.call}: ${this.path || 'the file'} ${what}. ${mend}`);
  }

  #inside(path: string, value: unknown): Part {
    return new Part(this.origin, this.path + path, value);
  }

  #object(): Record<string, unknown> {
    if (!isObject(this.value)) throw this.bad('an object');
    return this.value;
  }

  #array(length: number | undefined): readonly unknown[] {
    const { value } = this;
    const kind = length === undefined ? 'an array' : `an array of ${length}`;
    if (!Array.isArray(value)) throw this.bad(kind);
    if (value.length > MAX_WIDTH) throw this.#tooMany(`is ${describe(value)}`);
    if (value.length !== (length ?? value.length)) throw this.bad(kind);
    return value;
  }

  #tooMany(came: string): Error {
    return this.refused('ERR_MODEL_LIMIT', `${came}, and at most ${MAX_WIDTH} are read`, 'Use a smaller network.');
  }
}
