/** The tables of codes: every code of the kernel is somebody's, and nobody else's. */
import { describe, expect, it } from 'vitest';
import * as abi from '../../../assembly/abi.js';
import { ACTIVATION_TABLE, LOSS_TABLE, METRIC_CODES } from '../../../src/engine/wasm/codes.js';
import { OPTIMIZER_CODES } from '../../../src/engine/wasm/moments.js';

const TABLES: readonly (readonly [family: string, codes: Readonly<Record<string, number>>])[] = [
  ['ACTIVATION', codesOf(ACTIVATION_TABLE)],
  ['LOSS', codesOf(LOSS_TABLE)],
  ['METRIC', METRIC_CODES],
  ['OPTIMIZER', { ...OPTIMIZER_CODES, plain: abi.OPTIMIZER_PLAIN }],
];

function codesOf(table: Readonly<Record<string, { code: number }>>): Record<string, number> {
  return Object.fromEntries(Object.entries(table).map(([name, { code }]) => [name, code]));
}

describe.each(TABLES)('codes of the family %s', (family, codes) => {
  it('are the constants of abi.ts of the same names', () => {
    const named = Object.entries(codes).map(([name, code]) => {
      const constant = name.replace(/[A-Z]/g, '_$&').toUpperCase();
      return [`${family}_${constant}`, code];
    });
    const constants = Object.entries(abi).filter(([name]) => name.startsWith(`${family}_`));
    expect(Object.fromEntries(named)).toEqual(Object.fromEntries(constants));
  });

  it('are whole numbers from 0 on, each of one name', () => {
    const values = Object.values(codes);
    expect(values.filter((code) => !Number.isInteger(code) || code < 0)).toEqual([]);
    expect(new Set(values).size).toBe(values.length);
  });
});

it('what says that a derivative is kept is the code of no activation, now or ever', () => {
  expect(abi.DERIVATIVE_KEPT).toBeLessThan(0);
});
