/** Calls that are refused: the error that they throw, its class, its code and its message. */
import { expect } from 'vitest';
import { type ErrorCode, WasmlpError } from '../../src/index.js';

/** What a call throws, or what its promise rejects with. Fails where it does neither. */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error('The call was expected to be refused, and was not.');
}

const CLASSES: Partial<Record<ErrorCode, ErrorConstructor | TypeErrorConstructor | RangeErrorConstructor>> = {
  ERR_INVALID_TYPE: TypeError,
  ERR_INVALID_OPTION: RangeError,
  ERR_SHAPE: RangeError,
  ERR_NON_FINITE: RangeError,
};

/** Class, code and message of an error of this library. The built one has a WasmlpError of its own. */
export function expectCoded(error: unknown, code: ErrorCode, message: RegExp, own: unknown = WasmlpError): void {
  expect(error).toBeInstanceOf(CLASSES[code] ?? own);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
}

/** The call is refused so. */
export async function expectRefused(call: () => unknown, code: ErrorCode, message: RegExp): Promise<void> {
  expectCoded(await thrownBy(call), code, message);
}
