/** The options of `search`, each with its help. */
import { OUTPUT, ROW_OPTIONS, SETTING_OPTIONS } from './train-options.js';
import { flag, integer, share, text, word } from './values.js';
import { WORKER_OPTIONS } from './workers.js';

export const SEARCH_OPTIONS = {
  target: text('<column>', 'the column to predict; several with commas between them', 't'),
  trials: integer('<number>', 1, 1_000_000, 'how many networks it tries. Default 50'),
  output: OUTPUT,
  report: text('<file.html>', 'also writes a page with figures, and a picture of the score for each setting'),
  csv: text('<file.csv>', 'also writes all trials as a table'),
  study: text('<file>', 'keeps finished trials: after a stop, the same command goes on with them'),
  json: flag('prints one line for programs, and nothing else'),
  score: word(['loss', 'accuracy'] as const, 'what is best: the lowest loss (default), or the highest accuracy'),
  validation: share(
    'the share of the rows that judges trials and decides when to stop; with --folds only the latter. Default 0.2',
  ),
  folds: integer(
    '<number>',
    2,
    1_000_000,
    'judges each trial by so many parts of the rows in turn: slower, surer. Default: 5 below 1,000 rows, without --validation',
  ),
  halving: flag('trains all trials a little, and only the better third goes on, again and again: faster'),
  ...WORKER_OPTIONS,
  ...ROW_OPTIONS,
  ...SETTING_OPTIONS,
} as const;
