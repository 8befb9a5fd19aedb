/** A study that does not fit: what the command says of it. */
import { describe, expect, it } from 'vitest';
import { studyInCommandWords } from '../../src/cli/study-words.js';
import { codedError } from '../../src/foundation/errors.js';
import type { AnotherStudy } from '../../src/search/study-file.js';
import { firstDifference } from '../../src/search/study-key.js';

const MEND = 'Give the options that it was begun with, or another file.';

describe('a study of other options', () => {
  const errorOf = (more: object): Error => Object.assign(codedError('ERR_INVALID_OPTION', 'search: a message'), more);
  const said = (came: object, now: object): string | undefined => {
    const given = { study: 'a, not b.study', difference: firstDifference(came, now) } as AnotherStudy;
    return studyInCommandWords(errorOf(given));
  };

  it.each([
    [{ seed: 0 }, { seed: 1 }, '--seed 0, not --seed 1'],
    [{ validation: { folds: 5 } }, { validation: 0.2 }, '--folds 5, not --validation 0.2'],
    [{ validation: { last: 0.2 } }, { validation: 0.2 }, 'other options (validation)'],
    [{ validation: { folds: 5 } }, { validation: { folds: 3 } }, '--folds 5, not --folds 3'],
    [{ score: 'loss' }, { score: 'accuracy' }, '--score loss, not --score accuracy'],
    [{ halving: 'none' }, { halving: { factor: 3 } }, 'no --halving, not --halving'],
    [{ halving: 'none', trials: undefined }, { halving: 'none', trials: 9 }, '--trials none, not --trials 9'],
    [{ samples: 'a' }, { samples: 'b' }, 'other rows: another table, or other options for its rows, as --test'],
    [
      { firstTrial: { network: { layers: [{ units: 19 }] } } },
      { firstTrial: { network: { layers: [{ units: 8 }] } } },
      'other options, see --layers: its first trial has 19, not 8',
    ],
    [
      { firstTrial: { network: { optimizer: { type: 'adam', learningRate: 0.1 } } } },
      { firstTrial: { network: { optimizer: { type: 'sgd', learningRate: 0.1 } } } },
      'other options, see --optimizer: its first trial has adam, not sgd',
    ],
    [
      { firstTrial: { fit: { epochs: 5 } } },
      { firstTrial: { fit: { epochs: 5, earlyStopping: { patience: 3 } } } },
      'other options, see --validation',
    ],
    [
      { firstTrial: { fit: { batchSize: 8 } } },
      { firstTrial: { fit: { batchSize: 16 } } },
      /--batch-size: .* 8, not 16$/,
    ],
    [{ firstTrial: { network: { inputs: { a: 1 } } } }, { firstTrial: { network: { inputs: {} } } }, /--ignore$/],
    [{ firstTrial: { code: 'A' } }, { firstTrial: { code: 'B' } }, 'other options (firstTrial.code)'],
  ])('%j, %j', (came, now, expected) => {
    const beginning = 'study a, not b.study was begun with ';
    const text = said(came, now) as string;
    expect(text.startsWith(beginning)).toBe(true);
    expect(text.endsWith(`. ${MEND}`)).toBe(true);
    const middle = text.slice(beginning.length, -MEND.length - 2);
    if (expected instanceof RegExp) expect(middle).toMatch(expected);
    else expect(middle).toBe(expected);
  });

  it('in a later trial, is one of other options too', () => {
    expect(studyInCommandWords(errorOf({ study: 'a', trial: 3 }))).toBe(
      `study a was begun with other options: it has trial 3 with other options. ${MEND}`,
    );
  });

  it('is asked of other errors too, which have messages of their own', () => {
    expect(studyInCommandWords(errorOf({}))).toBeUndefined();
  });
});
