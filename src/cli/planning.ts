/** From a file to a plan: reads the table, and the rows that test where they are a file of their own. Trains nothing. */
import type { Row } from 'wasmlp';
import { codedError } from '../foundation/errors.js';
import { namingLines } from './lines.js';
import { type Plan, planOf, type Wishes } from './plan.js';
import { formatOf, rowsOf, type TableValues } from './table.js';

export interface Planned {
  readonly plan: Plan;
  /** The rows of the file that tests, with those that the plan leaves out; undefined where the table gives its own. */
  readonly given: readonly Row[] | undefined;
}

/** Throws WrongUse and errors of the table, which name the line. `testFile`: another table to test with. */
export async function planned(
  table: string,
  testFile: string | undefined,
  values: TableValues,
  wishes: Wishes,
): Promise<Planned> {
  const rows = await rowsOf(table, values);
  const given = testFile === undefined ? undefined : await rowsOf(testFile, values);
  const place = { path: table, format: formatOf(values), skipped: rows.skipped };
  const plan = await namingLines(place, () => planOf(rows, given, wishes));
  if (given !== undefined && plan.test.length === 0) {
    const came = `train: all ${given.length} rows of ${testFile} lack ${[plan.target].flat().join(', ')}`;
    throw codedError('ERR_MISSING', `${came}, expected answers to judge the network by. Give other rows as --test.`);
  }
  return { plan, given };
}
