/** The errors for cells that are no numbers: what to write in their place. Knows no table. */
import { isNumber } from '../columns/cells.js';
import { hasGroups, notationOf, plainDecimal, plainNumber, pointed } from '../columns/notations.js';
import { codedError, describe } from '../foundation/errors.js';
import { isText, isWrittenNumber } from './kinds.js';

/** What is known of a cell. */
interface Place {
  readonly decimal: '.' | ',';
  readonly isTarget: boolean;
  /** Whether a name is expected there. */
  readonly isName: boolean;
  /** Whether targets may be names: there is one column of them. */
  readonly mayBeNames: boolean;
  /** Whether the row is the first of a table that has no header, as the caller says. */
  readonly isFirst: boolean;
  readonly row: readonly string[];
}

/** The error for a cell, trimmed. `where` names the call, the row and the column. */
export function refusedNumber(where: string, text: string, place: Place): Error {
  const { decimal, isTarget } = place;
  if (text === '') {
    const expected = place.isName ? 'a name' : 'a number';
    const mend = "Fill it in, leave the row out, or set missing: 'skip'";
    return codedError('ERR_INVALID_TYPE', `${where} is empty, expected ${expected}. ${mend}.`);
  }
  const orNames = place.mayBeNames ? ', or set names: true if targets are names' : '';
  const mend = isTarget
    ? `Correct it${orNames}.`
    : 'Correct it, leave the row out, name the column as target, or choose other columns.';
  if (!isText(text) && !(decimal === ',' && text.includes('.'))) {
    const expected = 'a finite number that float32 can hold';
    return codedError('ERR_NON_FINITE', `${where} is ${text.slice(0, 40)}, expected ${expected}. ${mend}`);
  }
  const came = `${where} is ${describe(text)}, expected a number`;
  if (place.isFirst && place.row.every((cell) => isText(cell.trim()))) {
    return codedError('ERR_INVALID_TYPE', `${came}. If the first row has names, leave out header: false.`);
  }
  return codedError('ERR_INVALID_TYPE', `${came}. ${writing(text, decimal)}${mend}`);
}

function writing(text: string, decimal: '.' | ','): string {
  const isPointed = decimal === ',' && !isText(text);
  if (!isPointed && !isWrittenNumber(text)) return '';
  const sample = sampleOf(text, decimal);
  const as = sample === undefined ? '' : `, as ${sample}${commaHint(text, decimal)}`;
  return `Write numbers with a ${decimal === ',' ? 'comma' : 'point'} and no other signs${as}. `;
}

/** How the number of a cell is to be written; where a comma may part groups or stand before decimals, both ways. Undefined where it is none. */
export function sampleOf(text: string, decimal: '.' | ','): string | undefined {
  if (decimal === ',') {
    if (isNumber(text) && !hasGroups(text)) return text.replace('.', ',');
    return hasGroups(text) || notationOf(text) !== undefined ? plainNumber(text, ',') : undefined;
  }
  const notation = notationOf(text);
  if (notation === undefined) return undefined;
  const whole = plainNumber(text, '.');
  const decimals = plainDecimal(text);
  if (notation === 'either') return `${decimals} or ${whole}`;
  return notation === 'decimalComma' ? decimals : whole;
}

/** A hint for a number with a comma before decimals. */
export function commaHint(text: string, decimal: '.' | ','): string {
  return decimal === '.' && pointed(text) !== text ? ", or set decimal: ',' where commas stand before decimals" : '';
}
