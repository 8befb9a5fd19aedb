/** JSON text that would be costly to parse, in each call that takes it. Work is counted, in a process without optimized code. */
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { BRAIN_ARRAYS, SCIKIT } from '../../support/formats/foreign-files.js';
import { expectRefused, thrownBy } from '../../support/refusals.js';
import { workOf } from '../../support/work.js';

const js = { engine: 'js' } as const;
const CALLS: Record<string, (json: string) => unknown> = {
  fromBrain: (json) => Network.fromBrain(json, js),
  fromScikitLearn: (json) => Network.fromScikitLearn(json, js),
  fromTensorFlow: (json) => Network.fromTensorFlow(json, new Uint8Array(), js),
};

/** Texts that are too costly to parse, and the messages. */
const TOO_MUCH: readonly (readonly [name: string, text: () => string, what: string])[] = [
  ['brackets', () => '['.repeat(2 ** 21), 'objects and arrays more than 64 deep'],
  ['braces', () => '{"a":'.repeat(2 ** 19), 'objects and arrays more than 64 deep'],
  ['empty arrays', () => `{"a":[${'[],'.repeat(2 ** 20 + 1)}`, 'an object or array of more than 1048576 elements'],
  [
    'empty arrays in arrays',
    () => `{"a":[${`[${'{},'.repeat(2 ** 20 - 1)}[]],`.repeat(5)}`,
    'more than 4194304 objects and arrays',
  ],
];

const SIZE = 2 ** 15;
const some = (count: number, item: unknown): unknown[] => new Array(Math.floor(count)).fill(item);
/** Texts of so many characters. */
const TEXTS: readonly (readonly [name: string, text: string])[] = [
  ['empty arrays', `{"a":[${'[],'.repeat(SIZE / 3)}`],
  ['names', `{${'"\\\\":"\\"",'.repeat(SIZE / 10)}`],
  ['one name of quotes', `{"${'\\"'.repeat(SIZE / 2)}":0}`],
  ['strings', JSON.stringify({ ...SCIKIT, classes: some(SIZE / 5, 'ab') })],
  ['numbers', JSON.stringify({ ...SCIKIT, coefs: [some(SIZE / 6, [0.5]), [[3, -4]]] })],
  ['units', JSON.stringify({ ...BRAIN_ARRAYS, sizes: some(SIZE / 2, 1) })],
];

describe.each(Object.entries(CALLS))('%s', (name, call) => {
  it.each(TOO_MUCH)('refuses %s without parsing them', async (_, text, what) => {
    const json = text();
    const message = new RegExp(`^${name}: (json|model) is JSON with ${what}, which no network has\\. Give`);
    const { steps } = await workOf(() => expectRefused(() => call(json), 'ERR_MODEL_LIMIT', message));
    // JSON.parse counts 64 for each object and array.
    expect(steps).toBeLessThan(8 * json.length);
  });

  it.each(TEXTS)('reads %s with work in proportion to their size', async (_, json) => {
    expect(json.length).toBeGreaterThan(0.9 * SIZE);
    expect(json.length).toBeLessThan(1.2 * SIZE);
    // Reads once before, so that all parts of the reader are loaded.
    await thrownBy(() => call('{}'));
    const { steps } = await workOf(() => Promise.resolve(call(json)).catch(() => undefined));
    expect(steps).toBeLessThan(40 * SIZE);
  });
});
