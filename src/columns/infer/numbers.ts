/** Decides what a column of numbers is: a number, labels, what goes round, identifiers, or times. Knows one column at a time. */
import { categoryOf, constant } from './categories.js';
import { blankPart, type Decision, exampleOf } from './decision.js';
import { namesIdentifier, namesLabel, namesNumber, namesTime, roundOf } from './names.js';
import type { Profile } from './profile.js';
import { isCompactDate } from './texts.js';

/** Rows from which on whole numbers without a gap are row numbers: a small table may well have the hours 1 to 8. */
const MANY_ROWS = 20;

/** The part of row numbers that may be gone: somebody has left rows out. */
const GAPS = 0.1;

/** The part of the cells of an identifier that differ, where the name says that it is one: a person may come twice. */
const NEARLY_ALL = 0.9;

/** Rows per month that are needed before each month is a value of its own. */
const ROWS_PER_VALUE = 5;

export function decideNumbers(profile: Profile, most: number): Decision {
  const { name: column, blanks, looks } = profile;
  const blank = blanks + looks.unknown;
  if (looks.min === looks.max && blank === 0) return constant(profile);
  if (looks.areWhole) {
    const decision = timesOf(profile) ?? identifiersOf(profile) ?? labelsOf(profile, most) ?? roundsOf(profile, most);
    if (decision !== undefined) return decision;
  }
  const range = looks.min === looks.max ? rounded(looks.min) : `${rounded(looks.min)} to ${rounded(looks.max)}`;
  const seen = `${looks.areWhole ? 'whole, ' : ''}${range}${blankPart(profile, looks.unknown)}`;
  return { column, kind: { type: 'number', ...(blank > 0 && { missing: true }) }, seen };
}

/** Seconds or milliseconds since 1970, and dates as 20210403. */
function timesOf(profile: Profile): Decision | undefined {
  const { name: column, values, looks } = profile;
  const areMilliseconds = looks.min >= 1e12 && looks.max < 2.2e12;
  const areSeconds = looks.min >= 1e9 && looks.max < 2.2e9 && namesTime(column);
  const areCompact = looks.distinct > 2 && [...values.keys()].every(isCompactDate);
  if (!areMilliseconds && !areSeconds && !areCompact) return undefined;
  const what = areCompact ? 'dates' : 'times since 1970';
  return { column, why: `${what}, as ${exampleOf(profile)}; make numbers of them, such as the year or the hour` };
}

function identifiersOf(profile: Profile): Decision | undefined {
  const { name: column, filled, looks } = profile;
  const cells = filled - looks.unknown;
  const allDiffer = looks.distinct === cells;
  const isDense = looks.max - looks.min < (1 + GAPS) * cells && looks.min >= 0 && looks.min <= 1 + GAPS * cells;
  const areRows = allDiffer && cells >= MANY_ROWS && isDense;
  if (areRows) return { column, why: `row numbers: ${rounded(looks.min)} to ${rounded(looks.max)}, all different` };
  const isNamed = namesIdentifier(column) || namesLabel(column) || looks.haveLeadingZeros;
  const areNamed = isNamed
    ? looks.distinct >= NEARLY_ALL * cells
    : allDiffer && cells >= MANY_ROWS && namesNumber(column);
  if (!areNamed) return undefined;
  const differ = allDiffer ? `all ${cells} values differ` : `${looks.distinct} values in ${cells} cells`;
  return { column, why: `identifiers: ${differ}, as ${exampleOf(profile)}` };
}

/** Whole numbers that name things, by the name of the column, or because they have zeros before them. */
function labelsOf(profile: Profile, most: number): Decision | undefined {
  const { name: column, values, filled, looks } = profile;
  if (!looks.haveLeadingZeros && !namesIdentifier(column) && !namesLabel(column)) return undefined;
  const example = exampleOf(profile);
  return categoryOf(profile, most) ?? { column, why: `codes: ${values.size} values in ${filled} cells, as ${example}` };
}

/** Months, weekdays and hours: 12 is as near to 1 as to 11, which one number cannot say. */
function roundsOf(profile: Profile, most: number): Decision | undefined {
  const { name, filled, looks } = profile;
  const highest = roundOf(name);
  const isRound = highest !== undefined && looks.min >= 0 && looks.max <= highest;
  return isRound && filled >= ROWS_PER_VALUE * looks.distinct ? categoryOf(profile, most) : undefined;
}

/** A number with 6 digits at the most, as people read it. */
export function rounded(value: number): string {
  return String(Number.isInteger(value) && Math.abs(value) < 1e15 ? value : Number(value.toPrecision(6)));
}
