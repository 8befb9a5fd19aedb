/** Decides what a column of texts, or of labels, is: a category, words, or too many different texts. Knows one column at a time. */
import { counted } from '../../foundation/errors.js';
import { blankPart, type Decision, exampleOf, percent } from './decision.js';
import type { Profile } from './profile.js';
import { unitOf } from './texts.js';
import { type Chosen, chooseValues } from './values.js';
import { wordsInput } from './word-lists.js';

/** The part of the cells that must have a value with an input of its own. Of the rest, a network learns no more than that it is other. */
const COVERED = 0.5;

/** A few values are a category in the smallest table. Many need rows: at least so many each, on average. */
const FEW_VALUES = 10;
const ROWS_PER_VALUE = 5;

/** Words in a cell, on average, from which on a text is taken for a sentence. */
const SENTENCE = 4;

export function decideTexts(profile: Profile, most: number): Decision {
  const { name: column } = profile;
  const chosen = chooseValues(profile.values, most);
  return (
    wordsInput(profile, chosen, most) ??
    (areTooMany(profile, chosen) ? { column, why: whyTooMany(profile) } : categoryInput(profile, chosen))
  );
}

export function constant(profile: Profile): Decision {
  return { column: profile.name, why: `constant: ${exampleOf(profile)} in all rows` };
}

/** A category, or undefined where its values are too many. */
export function categoryOf(profile: Profile, most: number): Decision | undefined {
  const chosen = chooseValues(profile.values, most);
  return areTooMany(profile, chosen) ? undefined : categoryInput(profile, chosen);
}

function areTooMany({ filled }: Profile, { values, covered }: Chosen): boolean {
  return covered < COVERED || values.length > Math.max(FEW_VALUES, (covered * filled) / ROWS_PER_VALUE);
}

function categoryInput(profile: Profile, { values, other, covered }: Chosen): Decision {
  const { name: column, blanks } = profile;
  const rest = other ? `, ${percent(1 - covered, 1)} other` : '';
  const count = counted(values.length, 'value');
  return {
    column,
    kind: { type: 'category', values, ...(other && { other }), ...(blanks > 0 && { missing: true }) },
    seen: `${count}${rest}${blankPart(profile)}: ${values.join(', ')}`,
  };
}

function whyTooMany(profile: Profile): string {
  const { values, filled } = profile;
  const units = new Set([...values.keys()].map(unitOf));
  const example = exampleOf(profile);
  if (units.size === 1 && !units.has(undefined)) {
    return `numbers with a unit, as ${example}; write them without it to use them`;
  }
  const isSentence = isProse(profile);
  const differ = values.size === filled ? `all ${filled} values differ` : `${values.size} values in ${filled} cells`;
  const what = isSentence ? 'free text' : values.size > filled / 2 ? 'names or identifiers' : 'too many values';
  return `${what}: ${differ}, as ${example}`;
}

function isProse({ values }: Profile): boolean {
  let words = 0;
  for (const text of values.keys()) words += text.split(/\s+/).length;
  return words >= SENTENCE * values.size;
}
