/** Addresses in messages: what may be a password is cut off, and all else stays. */
import { describe, expect, it } from 'vitest';
import { codedError, describe as inWords } from '../../src/foundation/errors.js';
import { discreetly, withoutSecrets } from '../../src/foundation/secrets.js';

describe('a message', () => {
  it.each([
    ['"redis://:secret@host:1/2" is too much', '"redis://…" is too much'],
    ['redis://me:se/c@ret@host and //b:secret@c', 'redis://… and //…'],
    ['postgres://host/db?password=secret is wrong', 'postgres://… is wrong'],
    [
      `name is ${inWords(`redis://:${'secret'.repeat(9)}@host`)}, expected a name`,
      'name is "redis://…", expected a name',
    ],
    ['see https://host:80/path.', 'see https://host:80/path.'],
    ['me@host // what?', 'me@host // what?'],
  ])('has no password: %s', (text, shown) => {
    expect(withoutSecrets(text)).toBe(shown);
    expect(withoutSecrets(shown)).toBe(shown);
  });

  it('of an error that a check throws is another error, of the same code and class', () => {
    const failing = (message: string) => () =>
      discreetly(() => {
        throw codedError('ERR_INVALID_TYPE', message);
      });
    expect(failing('it is "redis://:secret@host".')).toThrow(
      expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_TYPE', message: 'it is "redis://…".' }),
    );
    expect(failing('it is 5.')).toThrow('it is 5.');
    expect(discreetly(() => 7)).toBe(7);
  });
});
