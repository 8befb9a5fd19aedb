/** Decides what the targets are: classes, numbers, or several labels. Knows columns by their counts, and no inputs. */
import { COUNTED, codedError, counted, describe } from '../../foundation/errors.js';
import { isNumber, lacksNumber } from '../cells.js';
import { type Fault, percent } from './decision.js';
import { faultOf } from './faults.js';
import { isBoolean } from './inputs.js';
import { rounded } from './numbers.js';
import type { Profile } from './profile.js';
import { inOrder } from './values.js';

/** What a network answers. */
export interface Target {
  readonly outputs: number;
  readonly activation: 'softmax' | 'sigmoid' | 'linear';
  readonly labels?: readonly string[];
  /** Lines that say it to people. */
  readonly seen: readonly string[];
}

/** Whole numbers are classes where at most so many of them share at least so many rows each, on average. */
const MOST_CLASSES = 10;
const ROWS_PER_CLASS = 3;

/** Whole numbers of at most so many values may still be classes: it is worth a word. */
const FEW_NUMBERS = 30;

/** Above this part of different texts, targets are names: each class would have a row or two. */
const DIFFERENT = 0.5;

/** What keeps a column of texts or numbers from being a target, whatever its kind; undefined where nothing does. */
export function targetFault(profile: Profile, classes: boolean | undefined): Fault | undefined {
  const fault = faultOf(profile);
  if (fault === undefined || classes === true) return undefined;
  return { ...fault, mend: `${fault.mend}; if the target is a class, set classes: true` };
}

/** Of rows that come from a file, the reader leaves out all with a blank, also in another column. */
const MEND_BLANK =
  "A row without an answer teaches nothing: leave it out, or read the file with missing: 'skip', which leaves out rows with blanks.";

/** Decides about a single target. `classes`: the caller's word, where given. Throws coded errors for a column that is none. */
export function decideTarget(profile: Profile, classes: boolean | undefined): Target {
  check(profile);
  if (profile.lists > 0) return severalLabels(profile);
  const numeric = areNumbers(profile);
  if (classes === false && !numeric) throw notOf(profile, 'numbers');
  const isClass = classes ?? (!numeric || areClasses(profile));
  return isClass ? classTarget(profile, numeric && classes === undefined) : numberTarget([profile], classes !== false);
}

/** Decides about several targets: all numbers, or all yes and no. */
export function decideTargets(profiles: readonly Profile[], classes: boolean | undefined): Target {
  for (const profile of profiles) check(profile);
  if (classes !== false && profiles.every(isBoolean)) {
    const labels = profiles.map(({ name }) => name);
    const seen = [`${labels.length} labels, each yes or no: ${labels.join(', ')}`];
    return { outputs: labels.length, activation: 'sigmoid', labels, seen };
  }
  const wrong = profiles.find((profile) => !areNumbers(profile));
  if (wrong !== undefined) throw notOf(wrong, 'numbers, or all targets yes or no');
  return numberTarget(profiles, false);
}

function check(profile: Profile): void {
  const { name, rows, blanks, firstBlank, filled, lists, dates, strange, looks } = profile;
  const where = `inferColumns: the target ${describe(name)}`;
  if (strange !== undefined) {
    const came = `${where} is ${describe(strange.cell)} in row ${strange.row}`;
    throw codedError(
      'ERR_INVALID_TYPE',
      `${came}, expected a number, a text, or true or false. Correct it. ${COUNTED}`,
    );
  }
  // A Date is never the name of a class.
  if (dates > 0 || (looks.dates > 0 && looks.dates >= filled / 2)) {
    const mend = 'Give a column of numbers, such as days since the first one';
    throw codedError('ERR_INVALID_TYPE', `${where} has dates or times, expected numbers or classes. ${mend}.`);
  }
  const blank = blanks + (areNumbers(profile) || isBoolean(profile) ? looks.unknown : 0);
  if (blank > 0) {
    const first = firstBlank < 0 ? '' : `, the first of them row ${firstBlank}`;
    const came = `${where} is blank in ${blank} of ${counted(rows, 'row')}${first}`;
    throw codedError('ERR_MISSING', `${came}. ${MEND_BLANK} ${COUNTED}`);
  }
  if (lists === 0 && profile.values.size < 2) {
    const came = `${where} is ${describe([...profile.values.keys()][0])} in all rows`;
    throw codedError('ERR_INVALID_OPTION', `${came}: there is nothing to learn. Give rows with other values as well.`);
  }
}

function areNumbers({ filled, lists, dates, looks }: Profile): boolean {
  return looks.numbers > 0 && looks.numbers === filled - looks.unknown && lists + dates === 0;
}

/** Whether numbers are classes: 0 and 1, or a few whole numbers that recur. */
function areClasses(profile: Profile): boolean {
  const { filled, looks } = profile;
  if (isBoolean(profile)) return true;
  return looks.areWhole && looks.distinct <= MOST_CLASSES && filled >= ROWS_PER_CLASS * looks.distinct;
}

function classTarget(profile: Profile, areWhole: boolean): Target {
  const { name, values, filled } = profile;
  if (values.size > 2 && values.size > DIFFERENT * filled) {
    const came = `inferColumns: the target ${describe(name)} has ${values.size} different values in ${counted(filled, 'row')}`;
    const mend = 'Give a column of classes or of numbers, or more rows of each class';
    throw codedError('ERR_INVALID_OPTION', `${came}, expected classes that recur. ${mend}.`);
  }
  const labels = inOrder(values.keys());
  const [outputs, activation] = labels.length === 2 ? ([1, 'sigmoid'] as const) : ([labels.length, 'softmax'] as const);
  const parts = labels.map((label) => `${label} ${percent(values.get(label) as number, filled)}`);
  const seen = [`${labels.length} classes: ${parts.join(', ')}`];
  const isObvious = !areWhole || isBoolean(profile);
  if (!isObvious) seen.push('These are whole numbers of few values; for numbers, set classes: false.');
  return { outputs, activation, labels, seen };
}

function numberTarget(profiles: readonly Profile[], mayBeClasses: boolean): Target {
  const [first] = profiles as readonly [Profile, ...Profile[]];
  const ranges = profiles.map(({ name, looks }) => {
    const range = `${rounded(looks.min)} to ${rounded(looks.max)}`;
    return profiles.length === 1 ? range : `${name} ${range}`;
  });
  const seen = [`${profiles.length === 1 ? 'a number' : `${profiles.length} numbers`}: ${ranges.join(', ')}`];
  if (mayBeClasses && first.looks.areWhole && first.looks.distinct <= Math.min(FEW_NUMBERS, first.filled / 2)) {
    seen.push('These are whole numbers; for classes, set classes: true.');
  }
  return { outputs: profiles.length, activation: 'linear', seen };
}

/** A list of names in each cell. */
function severalLabels(profile: Profile): Target {
  const { words, filled } = profile;
  if (filled > 0) throw notOf(profile, 'a list of names in each row, or in none');
  const labels = inOrder(words.keys());
  if (labels.length < 2) throw notOf(profile, 'lists with at least two different names');
  const seen = [`${labels.length} labels, several a row: ${labels.join(', ')}`];
  return { outputs: labels.length, activation: 'sigmoid', labels, seen };
}

function notOf(profile: Profile, expected: string): Error {
  const { name, values } = profile;
  const wrong = [...values.keys()].find((text) => !isNumber(text) && !lacksNumber(text)) ?? [...values.keys()][0];
  const came = `inferColumns: the target ${describe(name)} has ${wrong === undefined ? 'lists' : `cells such as ${describe(wrong)}`}, expected ${expected}`;
  return codedError('ERR_INVALID_TYPE', `${came}. Correct the cells, or name other columns as target.`);
}
