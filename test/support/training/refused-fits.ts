/** Shared by the tables of refused fits: samples, and the check that a refusal changes nothing. */
import { expect } from 'vitest';
import type { ErrorCode, FitOptions, Network } from '../../../src/index.js';
import { stateOf } from '../networks.js';
import { expectRefused } from '../refusals.js';

export type Row = [title: string, options: unknown, code: ErrorCode, message: RegExp];

/** Samples for the classifier of networks.ts. */
export const INPUTS = [
  [1, 2],
  [3, 4],
  [5, 6],
];
export const TARGETS = ['red', 'green', 'blue'];

/** Checks that a fit with these options is refused, and leaves the network as it was and usable. */
export async function expectFitRefused(
  network: Network,
  options: unknown,
  code: ErrorCode,
  message: RegExp,
): Promise<void> {
  const before = { ...(await stateOf(network)), summary: network.summary() };
  await expectRefused(() => network.fit(INPUTS, TARGETS, options as FitOptions), code, message);
  expect({ ...(await stateOf(network)), summary: network.summary() }).toEqual(before);
  const { epochs } = await network.fit(INPUTS, TARGETS, { epochs: 1 });
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1]);
  network.dispose();
}

/** Wrong values for an option that must be at least 0 and within float32, each with its error code. */
export const WRONG_RATES: readonly (readonly [value: unknown, code: ErrorCode, came: string])[] = [
  [-1, 'ERR_INVALID_OPTION', '-1'],
  [Number.NaN, 'ERR_INVALID_OPTION', 'NaN'],
  [Number.POSITIVE_INFINITY, 'ERR_INVALID_OPTION', 'Infinity'],
  [1e39, 'ERR_INVALID_OPTION', '1e\\+39'],
  ['1', 'ERR_INVALID_TYPE', '"1"'],
  [null, 'ERR_INVALID_TYPE', 'null'],
  [1n, 'ERR_INVALID_TYPE', '1n'],
];

/** Wrong values for an option that must be a whole number of at least 1. */
export const WRONG_COUNTS: readonly (readonly [value: unknown, code: ErrorCode, came: string])[] = [
  [0, 'ERR_INVALID_OPTION', '0'],
  [-1, 'ERR_INVALID_OPTION', '-1'],
  [1.5, 'ERR_INVALID_OPTION', '1\\.5'],
  [Number.NaN, 'ERR_INVALID_OPTION', 'NaN'],
  [Number.POSITIVE_INFINITY, 'ERR_INVALID_OPTION', 'Infinity'],
  [2 ** 31, 'ERR_INVALID_OPTION', '2147483648'],
  ['10', 'ERR_INVALID_TYPE', '"10"'],
  [10n, 'ERR_INVALID_TYPE', '10n'],
  [true, 'ERR_INVALID_TYPE', 'true'],
  [null, 'ERR_INVALID_TYPE', 'null'],
];

export const COUNT = 'expected a whole number from 1 to 2147483647\\.$';
export const RATE = 'expected a number of at least 0 that float32 can hold\\.$';
export const POSITIVE = 'expected a number above 0 that float32 can hold\\.$';
