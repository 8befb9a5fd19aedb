/** What a table lacks: columns that a model needs, and answers in some of its rows. */
import type { Row } from 'wasmlp';
import { isBlank, saysMissing, textOf } from '../columns/cells.js';
import { codedError, describe } from '../foundation/errors.js';
import { delimiterHint, nearestName } from './nearest.js';

/** A column that the whole table lacks would be a blank in each row, which some networks take for what it is not. Throws ERR_MISSING. */
export function checkInputs(call: string, columns: readonly string[], names: readonly string[]): void {
  const lacking = columns.find((column) => !names.includes(column));
  if (lacking !== undefined) throw noColumn(call, lacking, names, ', which the model was trained on');
}

/** Throws ERR_MISSING for a table without the answers that a model is judged by. */
export function checkAnswers(call: string, targets: readonly string[], names: readonly string[]): void {
  const lacking = targets.find((target) => !names.includes(target));
  if (lacking === undefined) return;
  throw noColumn(call, lacking, names, ' to compare the answers with', ' For answers, use predict.');
}

function noColumn(call: string, lacking: string, names: readonly string[], why: string, mend = ''): Error {
  const shown = names.slice(0, 12).join(', ');
  const has = `It has ${shown}${names.length > 12 ? ` and ${names.length - 12} more` : ''}.`;
  const came = `${call}: the table has no column ${describe(lacking)}${why}`;
  return codedError('ERR_MISSING', `${came}. ${delimiterHint(names) || nearestName(lacking, names)}${has}${mend}`);
}

/** Whether a cell is blank, or says that its value is missing. */
export function lacks(cell: unknown): boolean {
  return isBlank(cell) || (typeof cell === 'string' && saysMissing(cell));
}

/** Whether a row has all its answers. `labels` are those of a model: one may read as NA does. */
export function hasTarget(row: Row, targets: readonly string[], labels: readonly string[] = []): boolean {
  return targets.every((target) => !lacks(row[target]) || labels.includes(textOf(row[target]) ?? ''));
}
