/** Decides what a column of the inputs is. Knows one column at a time, and no targets. */
import { describe, rowAt } from '../../foundation/errors.js';
import { booleanOf, lacksNumber } from '../cells.js';
import type { Row } from '../types.js';
import { constant, decideTexts } from './categories.js';
import { blankPart, type Decision, exampleOf, percent } from './decision.js';
import { faultOf } from './faults.js';
import { decideNumbers } from './numbers.js';
import { type Profile, rowOf } from './profile.js';
import { chooseValues } from './values.js';
import { decideLists } from './word-lists.js';

/** With fewer cells than FEW_CELLS, and than this part of the rows, a column is as good as blank. */
const HARDLY_FILLED = 0.05;
const FEW_CELLS = 100;

/** The part of the cells that have to be dates before the column is one of dates. */
const MOSTLY = 0.9;

/** Decides by all cells. `most`: how many values of a category get an input. */
export function decideInput(rows: readonly Row[], profile: Profile, most: number): Decision {
  const { name: column, filled, dates, lists, strange, looks } = profile;
  if (strange !== undefined) {
    const came = `${rowAt(strange.row)} is ${describe(strange.cell)}`;
    return { column, why: `${came}; a cell is a number, a text, true or false, or a list of texts` };
  }
  const given = filled + dates + lists;
  if (given === 0) return { column, why: 'blank in all rows' };
  if (given < Math.min(FEW_CELLS, HARDLY_FILLED * profile.rows)) {
    return { column, why: `nearly all blank: ${given} of ${profile.rows} cells are filled` };
  }
  if (profile.values.size === 1 && filled === profile.rows) return constant(profile);
  if (dates + looks.dates >= MOSTLY * given) {
    const example = looks.dates > 0 ? `, as ${exampleOf(profile)}` : '';
    return { column, why: `dates or times${example}; make numbers of them, such as the year, the month or the hour` };
  }
  if (lists > 0) return decideLists(profile, most);
  if (dates > 0) return { column, why: 'dates among other cells; make numbers of them' };
  if (isBoolean(profile)) return booleanInput(profile);
  if (looks.numbers > 0 && looks.numbers === filled - looks.unknown) return decideNumbers(profile, most);
  return decideMixed(rows, profile, most);
}

/** Words for yes and no that belong together: `t` and `n` are two values of a category. */
const PAIRS: ReadonlySet<string> = new Set(['true false', 'yes no', 't f', 'y n', '1 0']);

/** Whether all cells are yes or no, both of them, in words that belong together. */
export function isBoolean({ values }: Profile): boolean {
  const yes = new Set<string>();
  const no = new Set<string>();
  for (const text of values.keys()) {
    if (lacksNumber(text)) continue;
    const value = booleanOf(text);
    if (value === undefined) return false;
    (value ? yes : no).add(text.toLowerCase());
  }
  return PAIRS.has(`${[...yes].join()} ${[...no].join()}`);
}

function booleanInput(profile: Profile): Decision {
  const { name: column, values, filled, blanks, looks } = profile;
  let yes = 0;
  for (const [text, count] of values) if (booleanOf(text) === true) yes += count;
  const missing = blanks + looks.unknown > 0;
  const seen = `${percent(yes, filled - looks.unknown)} yes${blankPart(profile, looks.unknown)}`;
  return { column, kind: { type: 'boolean', ...(missing && { missing }) }, seen };
}

/** Texts, perhaps with numbers among them. */
function decideMixed(rows: readonly Row[], profile: Profile, most: number): Decision {
  const { name: column, values, filled, looks } = profile;
  const cells = filled - looks.unknown;
  const fault = faultOf(profile);
  if (fault !== undefined) return fault;
  if (looks.numbers >= cells / 2 && looks.other !== undefined && chooseValues(values, most).covered < MOSTLY) {
    const came = `${rowAt(rowOf(rows, column, looks.other))} is ${describe(looks.other)}`;
    return { column, why: `numbers and texts: ${came}; leave texts blank to use the numbers` };
  }
  return decideTexts(profile, most);
}
