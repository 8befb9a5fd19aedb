/** What the command says of a study that another search began: in the words of its options. Reads what the error has, and no message. */
import type { AnotherStudy } from '../search/study-file.js';
import type { Difference } from '../search/study-key.js';

const MEND = 'Give the options that it was begun with, or another file.';

/** What a part of the key of a study comes from, by its path: the first that fits. */
const OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/\bunits$|\blayers(\.\d+)?$/, '--layers'],
  [/\blayers\.\d+\.activation$/, '--layers or --activation'],
  [/\bdropout$/, '--dropout'],
  [/\bl2$/, '--l2'],
  [/\blearningRate$/, '--learning-rate'],
  [/\boptimizer(\.type)?$/, '--optimizer'],
  [/\bloss$/, '--loss'],
  [/\bepochs$/, '--epochs'],
  [/\bbatchSize$/, '--batch-size'],
  [/\bpatience$/, '--patience'],
  [/\bfit\.(validation|earlyStopping)$/, '--validation'],
  [/\b(classWeights|sampleWeights)\b/, '--class-weights'],
  [/\bnetwork\.(inputs|target|labels)\b/, '--target, --task, --categories or --ignore'],
];

/** Undefined for other errors. */
export function studyInCommandWords(error: Error & Partial<AnotherStudy>): string | undefined {
  const { study, difference, trial } = error;
  if (difference?.path === 'samples') {
    return `study ${study} was begun with other rows: another table, or other options for its rows, as --test. ${MEND}`;
  }
  if (difference !== undefined) return `study ${study} was begun with ${optionsOf(difference)}. ${MEND}`;
  if (trial === undefined) return undefined;
  return `study ${study} was begun with other options: it has trial ${trial} with other options. ${MEND}`;
}

function optionsOf({ path, came, now }: Difference): string {
  const direct = [came, now].map((value) => optionOf(path, value));
  if (!direct.includes(undefined)) return direct.join(', not ');
  const option = OPTIONS.find(([ends]) => ends.test(path))?.[1];
  if (option === undefined) return `other options (${path})`;
  const areShort = [came, now].every((value) => typeof value === 'string' || typeof value === 'number');
  return `other options, see ${option}${areShort ? `: its first trial has ${came}, not ${now}` : ''}`;
}

/** An option that is a part of the key itself, as it is given; undefined for what a trial draws. */
function optionOf(path: string, value: unknown): string | undefined {
  const given = value ?? 'none';
  if (path === 'validation') {
    const { folds } = Object(value) as { folds?: unknown };
    if (folds !== undefined) return `--folds ${folds}`;
    // A program may have asked for the last rows, which the command cannot.
    return typeof value === 'number' ? `--validation ${value}` : undefined;
  }
  if (path === 'validation.folds') return `--folds ${given}`;
  if (path === 'halving') return given === 'none' ? 'no --halving' : '--halving';
  return ['seed', 'score', 'trials'].includes(path) ? `--${path} ${given}` : undefined;
}
