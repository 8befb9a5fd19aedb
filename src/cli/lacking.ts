/** What a table lacks: columns that a model needs, and answers in some of its rows. */
import type { Row } from 'wasmlp';
import { lacksValue, textOf } from '../columns/cells.js';
import { codedError, describe } from '../foundation/errors.js';
import { columnsShown, delimiterHint, nearestName } from './nearest.js';

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
  const has = `It has ${columnsShown(names)}.`;
  const came = `${call}: the table has no column ${describe(lacking)}${why}`;
  return codedError('ERR_MISSING', `${came}. ${delimiterHint(names) || nearestName(lacking, names)}${has}${mend}`);
}

/** Whether a row has all its answers. `labels` are those of a model: one may read as NA does. */
export function hasTarget(row: Row, targets: readonly string[], labels: readonly string[] = []): boolean {
  return targets.every((target) => !lacksValue(row[target]) || labels.includes(textOf(row[target]) ?? ''));
}
