/** Checks that creating and training a plain network does not need: they are in chunks, as checks.ts is in the core. */
import { unknownWord } from './checks.js';
import { codedError, describe } from './errors.js';

/** One of the known names. */
export function checkName<T extends string>(where: string, value: unknown, known: readonly T[]): T {
  if (typeof value !== 'string') {
    throw codedError('ERR_INVALID_TYPE', `${where} is ${describe(value)}, expected one of: ${known.join(', ')}.`);
  }
  if (!(known as readonly string[]).includes(value)) {
    const message = `${where} is ${describe(value)}. Expected one of: ${known.join(', ')}.`;
    throw unknownWord(codedError('ERR_INVALID_OPTION', message), value, known);
  }
  return value as T;
}

/** For an option that is specified but not built yet: refused rather than ignored. */
export function unsupported(where: string, instead: string): Error {
  return codedError('ERR_UNSUPPORTED', `${where} is not built yet in this version of wasmlp. ${instead}`);
}

/** Whether it is an object other than an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
