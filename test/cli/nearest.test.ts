/** Names that were probably meant. */
import { describe, expect, it } from 'vitest';
import { delimiterHint, nearestName } from '../../src/cli/nearest.js';

describe('nearestName', () => {
  it.each([
    ['Body Mass', 'Did you mean "Body Mass (g)"? '],
    ['body mass', 'Did you mean "Body Mass (g)"? '],
    ['Sexx', 'Did you mean "Sex"? '],
    ['nothing like it', ''],
    ['', ''],
  ])('of %j', (given, expected) => {
    expect(nearestName(given, ['Species', 'Body Mass (g)', 'Sex'])).toBe(expected);
  });

  it('takes the one that is spelled most alike, where several begin so', () => {
    expect(nearestName('Flipper', ['Flipper length (mm)', 'Flippers', 'Sex'])).toBe('Did you mean "Flippers"? ');
  });

  it('of no names is none', () => {
    expect(nearestName('a', [])).toBe('');
  });
});

describe('delimiterHint', () => {
  it.each([
    [['a,b,c'], 'Perhaps cells are separated by ",": add --delimiter ",". '],
    [['a\tb'], 'Perhaps cells are separated by tabs: add --delimiter tab. '],
    [['a'], ''],
    [['a,b', 'c'], ''],
  ])('of %j', (names, expected) => {
    expect(delimiterHint(names)).toBe(expected);
  });
});
