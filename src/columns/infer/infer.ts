/** Looks at the rows of a table and proposes how its columns become inputs and targets. Learns no statistics, and knows no network. */
import { codedError, counted } from '../../foundation/errors.js';
import { withinMemory } from '../../foundation/memory.js';
import type { ColumnOptions, Columns, Row } from '../types.js';
import { type Decision, type Fault, type Ignored, type Input, isIgnored, isInput } from './decision.js';
import { faultError } from './faults.js';
import { checkGiven, type Given } from './given.js';
import { decideInput } from './inputs.js';
import { leaksOf } from './leaks.js';
import { type Profile, profileOf } from './profile.js';
import { tableOf } from './table.js';
import { decideTarget, decideTargets, type Target, targetFault } from './targets.js';

/** What inferColumns is told. */
export interface InferOptions {
  /** The column that the network shall answer, or several. Default none: all columns are inputs. */
  target?: string | readonly string[] | undefined;
  /** Columns that shall be no inputs. Default none. */
  ignore?: readonly string[] | undefined;
  /** Default 100. Of a category with more values, the commonest ones get an input each; the rest share one. */
  maxValues?: number | undefined;
  /** Whether the target is a class or a number. Default: classes are texts, yes and no, and whole numbers of at most 10 values that recur. */
  classes?: boolean | undefined;
}

/** What inferColumns proposes. */
export interface InferredColumns {
  /** For Network.create, beside `layers`. `labels` where the target is a class, or several yes or no. */
  readonly options: {
    readonly inputs: Columns;
    readonly target?: string | readonly string[];
    readonly labels?: readonly string[];
  };
  /** Units of the last layer; 0 without a target. */
  readonly outputs: number;
  /** Activation of the last layer. */
  readonly activation: 'softmax' | 'sigmoid' | 'linear';
  /** Columns that are no inputs, each with the reason. */
  readonly ignored: readonly { readonly column: string; readonly why: string }[];
  /** A table of all columns, for a terminal of 80 columns. */
  toString(): string;
}

/**
 * Proposes how the columns of a table become the inputs and targets of a network. It looks at all cells of all rows, whose order does not
 * matter, and changes nothing. A cell is a text (as CSV files have), a number, true or false, a list of texts, or blank. At least 2 rows.
 *
 * Throws ERR_INVALID_TYPE for rows that are no objects, and for cells that cannot be read as the numbers that they seem to be (`3,5`,
 * `15,916,180`, `$5`, a text among numbers), ERR_SHAPE for fewer than 2 rows and where no column is left for inputs, ERR_INVALID_OPTION for
 * columns that the rows do not have and for a target of one value, ERR_MISSING for rows without a target.
 */
export function inferColumns(rows: readonly Row[], options?: InferOptions): InferredColumns {
  const given = checkGiven(rows, options);
  return withinMemory('the values of a column', () => infer(given));
}

function infer(given: Given): InferredColumns {
  const { rows, names, targets, isList, ignored, most, classes } = given;
  const faults: Fault[] = [];
  const profiles = targets.map((name) => profileOf(rows, name));
  for (const profile of profiles) {
    const fault = targetFault(profile, classes);
    if (fault !== undefined) faults.push(fault);
  }
  const ofTargets = new Set(targets);
  const decisions: (Input | Ignored)[] = [];
  for (const name of names.filter((name) => !ofTargets.has(name))) {
    const decision = ignored.has(name) ? { column: name, why: 'as asked' } : decideColumn(rows, name, most);
    if (isInput(decision) || isIgnored(decision)) decisions.push(decision);
    else faults.push(decision);
  }
  if (faults.length > 0) throw faultError(rows, faults, ofTargets);
  const target = targetOf(profiles, classes);
  const inputs = decisions.filter(isInput);
  const left = decisions.filter(isIgnored);
  const leaks = target?.labels && targets.length === 1 ? leaksOf(rows, inputs, targets[0] as string) : [];
  if (inputs.length === 0) throw noInputs(left);
  const proposal = {
    options: {
      inputs: Object.fromEntries(inputs.map(({ column, kind }) => [column, shortened(kind)])),
      ...(targets.length > 0 && { target: isList ? targets : (targets[0] as string) }),
      ...(target?.labels && { labels: target.labels }),
    },
    outputs: target?.outputs ?? 0,
    activation: target?.activation ?? 'linear',
    ignored: left,
  };
  const printed = (): string => tableOf(rows.length, targets, target, inputs, left, leaks);
  return Object.defineProperty(proposal, 'toString', { value: printed });
}

function decideColumn(rows: readonly Row[], name: string, most: number): Decision {
  // Objects cannot be trusted with it: options spread into others would lose it, or change their prototype.
  if (name === '__proto__')
    return { column: name, why: 'a name that objects cannot have; give the column another one' };
  return decideInput(rows, profileOf(rows, name), most);
}

function targetOf(profiles: readonly Profile[], classes: boolean | undefined): Target | undefined {
  const [first, second] = profiles;
  if (first === undefined) return undefined;
  return second === undefined ? decideTarget(first, classes) : decideTargets(profiles, classes);
}

/** As people write it: `'number'`, or the values of a category. */
function shortened(kind: ColumnOptions): 'number' | 'boolean' | readonly string[] | ColumnOptions {
  const { type, values, other, missing } = kind;
  if (missing || other || type === 'words') return kind;
  return type === 'category' ? (values as readonly string[]) : type;
}

function noInputs(left: readonly Ignored[]): Error {
  const reasons = left.slice(0, 3).map(({ column, why }) => `${JSON.stringify(column)}: ${why}`);
  const numbers = left.find(({ why }) => /^(?:row numbers|identifiers)/.test(why))?.column ?? 'age';
  const more = left.length > reasons.length ? `; and ${counted(left.length - reasons.length, 'more column')}` : '';
  const came = `inferColumns: no column is left for inputs${left.length === 0 ? '' : ` (${reasons.join('; ')}${more})`}`;
  return codedError(
    'ERR_SHAPE',
    `${came}. Add columns of numbers or categories, or name them in Network.create: inputs: { ${JSON.stringify(numbers)}: 'number' }.`,
  );
}
