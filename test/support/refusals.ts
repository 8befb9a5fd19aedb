/** Checks that calls are refused: the class, the code and the message of the error. */
import { expect } from 'vitest';
import { type ErrorCode, WasmlpError } from '../../src/index.js';

/** What a call throws, or what its promise rejects with. Fails if it does neither. */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error('Expected the call to be refused, but it was not.');
}

const CLASSES: Partial<Record<ErrorCode, ErrorConstructor | TypeErrorConstructor | RangeErrorConstructor>> = {
  ERR_INVALID_TYPE: TypeError,
  ERR_INVALID_OPTION: RangeError,
  ERR_SHAPE: RangeError,
  ERR_NON_FINITE: RangeError,
  ERR_MISSING: RangeError,
  ERR_UNKNOWN_VALUE: RangeError,
};

/** Checks the class, the code and the message of an error of this library. The built one has a WasmlpError of its own. */
export function expectCoded(error: unknown, code: ErrorCode, message: RegExp, own: unknown = WasmlpError): void {
  expect(error).toBeInstanceOf(CLASSES[code] ?? own);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
}

/** Checks that a call is refused with this error. */
export async function expectRefused(call: () => unknown, code: ErrorCode, message: RegExp): Promise<void> {
  expectCoded(await thrownBy(call), code, message);
}
