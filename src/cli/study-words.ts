/** What the library says of a study that does not fit, in the options of the command. Knows messages, and no study. */

const ANOTHER = /^study (.*) has (\S+) (.*), not (.*)\. Search as before, or give another file\.$/s;
const OTHER_ROWS = /^study (.*) has other samples\. Search as before, or give another file\.$/s;
const OTHER_TRIAL =
  /^study (.*) has (trial \d+ with other options)\. Search with the same functions, or give another file\.$/s;

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

/** The message of the library without the name of its call; any other message as it is. */
export function studyInCommandWords(message: string): string {
  const [, study, path = '', came = '', now = ''] = ANOTHER.exec(message) ?? [];
  if (study !== undefined) return `study ${study} was begun with ${differenceOf(path, came, now)}. ${MEND}`;
  const [, ofRows] = OTHER_ROWS.exec(message) ?? [];
  if (ofRows !== undefined) {
    return `study ${ofRows} was begun with other rows: another table, or other options for its rows, as --test. ${MEND}`;
  }
  const [, ofTrial, trial] = OTHER_TRIAL.exec(message) ?? [];
  return ofTrial === undefined ? message : `study ${ofTrial} was begun with other options: it has ${trial}. ${MEND}`;
}

function differenceOf(path: string, came: string, now: string): string {
  const direct = [came, now].map((value) => optionOf(path, value));
  if (!direct.includes(undefined)) return direct.join(', not ');
  const option = OPTIONS.find(([ends]) => ends.test(path))?.[1];
  const values = [came, now].map((value) => (/^["\d-]/.test(value) ? value.replaceAll('"', '') : undefined));
  const shown = values.includes(undefined) ? '' : `: its first trial has ${values.join(', not ')}`;
  return option === undefined ? `other options (${path})` : `other options, see ${option}${shown}`;
}

/** An option that is a part of the key itself, as it is given; undefined for what a trial draws. */
function optionOf(path: string, value: string): string | undefined {
  const plain = value.replaceAll('"', '');
  if (path === 'validation') {
    const [, folds] = /^{folds:(\d+)}$/.exec(plain) ?? [];
    return folds === undefined ? `--validation ${plain}` : `--folds ${folds}`;
  }
  if (path === 'validation.folds') return `--folds ${plain}`;
  if (path === 'halving') return plain === 'none' ? 'no --halving' : '--halving';
  return ['seed', 'score', 'trials'].includes(path) ? `--${path} ${plain}` : undefined;
}
