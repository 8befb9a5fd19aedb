/**
 * Checks of single option values, all with the same wording. Each returns the value with its checked type, or throws
 * ERR_INVALID_TYPE (wrong kind) or ERR_INVALID_OPTION (right kind, wrong value). `where` names the call and the option:
 * `create: layers[0].units`. Knows no option by name.
 */
import { codedError, describe, tagOf } from './errors.js';
import { isOutOfMemory, sliceOf } from './memory.js';
import type { UnknownWord } from './words.js';

/**
 * An object that has only known keys. Returns a copy of their values, inherited ones too, with no prototype: what somebody put on
 * Object.prototype is no option.
 */
export function checkObject(where: string, value: unknown, known: readonly string[]): Record<string, unknown> {
  if (tagOf(value) !== 'Object') {
    throw codedError('ERR_INVALID_TYPE', `${where} is ${describe(value)}, expected an object with options.`);
  }
  for (const key in value as object) {
    if (!known.includes(key) && isGiven(value as object, key)) {
      const message = `${where} has an unknown option ${describe(key)}. Known: ${known.join(', ')}.`;
      throw unknownWord(codedError('ERR_INVALID_OPTION', message), key, known);
    }
  }
  return readOptions(value as object, known);
}

/** The options themselves, if they are a plain object that has no others: for calls that checkObject would slow down. */
export function plainOptions(value: unknown, known: readonly string[]): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return undefined;
  // Also finds what somebody put on Object.prototype.
  for (const key in value) if (!known.includes(key) || !Object.hasOwn(value, key)) return undefined;
  return value as Record<string, unknown>;
}

/** The values of the known options, in an object without a prototype. */
export function readOptions(value: object, known: readonly string[]): Record<string, unknown> {
  const options: Record<string, unknown> = Object.create(null);
  for (const key of known) {
    if (isGiven(value, key)) options[key] = (value as Record<string, unknown>)[key];
  }
  return options;
}

/** Whether the caller gave it: it is the object's own, or inherited, but not from Object.prototype. */
function isGiven(value: object, key: string): boolean {
  return Object.hasOwn(value, key) || (key in value && !(key in Object.prototype));
}

/** An integer from `low` to `high`, both included. */
export function checkInteger(where: string, value: unknown, low: number, high: number): number {
  const allowed = (v: number): boolean => Number.isInteger(v) && v >= low && v <= high;
  return checkNumber(where, value, `a whole number from ${low} to ${high}`, allowed);
}

/** A finite number that `allowed` accepts; `expected` describes such numbers in the message. */
export function checkNumber(
  where: string,
  value: unknown,
  expected: string,
  allowed: (value: number) => boolean,
): number {
  checkKind(where, value, 'number', expected);
  const number = value as number;
  if (!Number.isFinite(number) || !allowed(number)) {
    throw codedError('ERR_INVALID_OPTION', `${where} is ${describe(value)}, expected ${expected}.`);
  }
  // Turns -0 into 0: options are saved as JSON, which has no -0.
  return number + 0;
}

/** A learning rate: at least 0, and finite in float32. */
export function checkRate(where: string, value: unknown): number {
  const expected = 'a number of at least 0 that float32 can hold';
  return checkNumber(where, value, expected, (rate) => rate >= 0 && Number.isFinite(Math.fround(rate)));
}

/** A finite number above 0, in float32 too. */
export function checkPositive(where: string, value: unknown): number {
  const expected = 'a number above 0 that float32 can hold';
  return checkNumber(where, value, expected, (v) => Math.fround(v) > 0 && Number.isFinite(Math.fround(v)));
}

export function checkBoolean(where: string, value: unknown, expected = 'true or false'): boolean {
  checkKind(where, value, 'boolean', expected);
  return value as boolean;
}

export function checkFunction<T>(where: string, value: unknown): T {
  checkKind(where, value, 'function', 'a function');
  return value as T;
}

function checkKind(where: string, value: unknown, kind: string, expected: string): void {
  if (typeof value !== kind) {
    throw codedError('ERR_INVALID_TYPE', `${where} is ${describe(value)}, expected ${expected}.`);
  }
}

/** The words that errors are about, for those who know more of them. */
const unknownWords = new WeakMap<object, UnknownWord>();

/** Marks an error: `explained` looks for what the word may stand for. */
export function unknownWord<E extends Error>(error: E, word: string, known: readonly string[]): E {
  unknownWords.set(error, { word, known });
  return error;
}

/**
 * Runs an asynchronous call of users. Where it rejects because of a word that is no option, the error says which one it may stand for: one
 * that is spelled alike, or what a word of another library is called here. Their list is a chunk of its own, loaded only then.
 */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const word = unknownWords.get(Object(error));
    if (word !== undefined) {
      // Where the chunk cannot be loaded, the error is good enough as it is.
      await import('./words.js').then(({ explain }) => explain(error as Error, word)).catch(() => undefined);
    }
    throw error;
  }
}

/** Whether it is a typed array of that kind, also one from another realm (an iframe, node:vm). */
export function isTyped(value: unknown, kind: string): boolean {
  return ArrayBuffer.isView(value) && tagOf(value) === kind;
}

/**
 * A copy of what is checked after a wait: the caller may change the original meanwhile. The check refuses what cannot be cloned. What is
 * neither an array nor a plain object stays as it is, since structuredClone makes plain objects of others, Math among them.
 */
export function copyOf(value: unknown): unknown {
  try {
    // structuredClone would copy all of the buffer that the array is a part of.
    if (value instanceof Float32Array) return sliceOf(value);
    const isPlain = tagOf(value) === 'Object' && Object.getPrototypeOf(value) === Object.prototype;
    return isPlain || Array.isArray(value) ? structuredClone(value) : value;
  } catch (error) {
    if (isOutOfMemory(error)) throw error;
    return value;
  }
}
