/** Errors: the class of each code, the cause, and how values read in messages. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { checkObject, explained } from '../../src/foundation/checks.js';
import { codedError, describe as inWords } from '../../src/foundation/errors.js';
import { checkName } from '../../src/foundation/more-checks.js';
import { WasmlpError } from '../../src/index.js';
import { thrownBy } from '../support/refusals.js';

describe('codedError', () => {
  it.each([
    ['ERR_INVALID_TYPE', TypeError],
    ['ERR_INVALID_OPTION', RangeError],
    ['ERR_SHAPE', RangeError],
    ['ERR_NON_FINITE', RangeError],
    ['ERR_DIVERGED', WasmlpError],
    ['ERR_BUSY', WasmlpError],
    ['ERR_DISPOSED', WasmlpError],
    ['ERR_OUT_OF_MEMORY', WasmlpError],
    ['ERR_ENGINE', WasmlpError],
    ['ERR_UNSUPPORTED', WasmlpError],
    ['ERR_IO', WasmlpError],
    ['ERR_MODEL_LIMIT', WasmlpError],
  ] as const)('of %s is the class it should be', (code, Class) => {
    const cause = new Error('below');
    const error = codedError(code, 'what happened', { cause });
    expect(error).toBeInstanceOf(Class);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code, message: 'what happened', cause, name: Class.name });
  });
});

describe('a value in words', () => {
  it.each([
    ['abc', '"abc"'],
    ['a\nb', '"a\\nb"'],
    ['x'.repeat(99), `"${'x'.repeat(40)}…"`],
    [5n, '5n'],
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('s'), 'Symbol(s)'],
    [[], 'an empty array'],
    [[1, 2], 'an array of 2'],
    [new Float64Array(2), 'a Float64Array'],
    [Object.assign(new Float64Array(2), { constructor: undefined }), 'a Float64Array'],
    [{}, 'an object'],
    [Object.create(null), 'an object'],
    [new Map(), 'a Map'],
    [(function* () {})(), 'a Generator'],
    [(async function* () {})(), 'an AsyncGenerator'],
    [function named() {}, 'the function named'],
    [(() => () => {})(), 'the function (anonymous)'],
  ])('%s', (value, words) => {
    expect(inWords(value)).toBe(words);
  });
});

describe('suggestions', () => {
  it.each([
    ['epoch', 'epochs'],
    ['EPOCHS', 'epochs'],
    ['batchsize', 'batchSize'],
    ['learningrates', 'learningRate'],
  ])('for %s is %s', async (given, meant) => {
    const known = ['epochs', 'batchSize', 'learningRate'];
    const asked = `Did you mean "${meant}"?`;
    for (const check of [
      () => checkObject('fit: options', { [given]: 1 }, known),
      () => checkName('option', given, known),
    ]) {
      const error = (await thrownBy(() => explained(async () => check()))) as Error;
      expect(error.message).toContain(asked);
      // What is printed of an error that nobody catches.
      expect(inspect(error)).toContain(asked);
      // There is no time for that in a call without a promise.
      expect(check).not.toThrow('Did you mean');
    }
  });

  it.each(['quantum', 'zz', 'e'.repeat(10_000)])('are not given for %s', async (given) => {
    await expect(explained(async () => checkName('option', given, ['epochs', 'batchSize']))).rejects.toThrow(
      /^option is "[a-z…]+"\. Expected one of: epochs, batchSize\.$/,
    );
  });
});
