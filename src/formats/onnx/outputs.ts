/**
 * Chooses the output of a graph that is the network's: the only one that layers make, or the one that a caller names. Beside it, exporters
 * have classes, states that pass through, and what critics say. Knows no operator.
 */
import { codedError, describe } from '../../foundation/errors.js';
import { wholeOf } from './classes.js';
import { type Decoded, type Port, TYPES } from './decode.js';
import { unsupported } from './refused.js';
import type { Column, Rows, Value } from './values.js';

/** What exporters of actors call outputs that are not the action. */
const BESIDES =
  /^(values?|value_preds?|critic|v|log_?probs?|entropy|log_?stds?|stds?|sigma|states?_?outs?|h_?n|h_?outs?)$/i;

/** An output of numbers that layers make. */
interface Candidate {
  readonly name: string;
  readonly value: Rows | Column;
}

export interface Output {
  readonly rows: Rows;
  readonly labels: readonly string[] | undefined;
}

/** `chosen` is the name that a caller gave, unchecked. */
export function outputOf(model: Decoded, values: ReadonlyMap<string, Value>, chosen: unknown): Output {
  const labels = model.outputs.map(({ name }) => labelsOf(values.get(name))).find((names) => names !== undefined);
  if (chosen !== undefined) return { rows: namedOutput(model, values, chosen), labels };
  const candidates = candidatesIn(model, values);
  const refused = model.outputs.filter((port) => isRefused(port, values));
  const rows = rowsAmong(candidates, refused, model, values);
  if (rows !== undefined) return { rows, labels };
  const [first] = refused;
  const reason = first && values.get(first.name);
  if (candidates.length === 0 && reason?.kind === 'refused') throw reason.error;
  if (candidates.length === 0 && model.outputs.some(({ name }) => values.get(name)?.kind === 'rows')) {
    throw unsupported('the model has no layer: its outputs are its inputs, or scaled');
  }
  const names = namesOf(model.outputs.map(({ name }) => name));
  const count = candidates.length + (candidates.length === 0 ? 0 : refused.length);
  const why = reason?.kind === 'refused' ? ` (of ${describe(first?.name)}: ${reasonOf(reason.error)})` : '';
  const mend =
    candidates.length === 0
      ? ''
      : `. Choose one: output: ${candidates
          .slice(0, 4)
          .map(({ name }) => describe(name))
          .join(' or ')}`;
  throw unsupported(
    `${count} of the model's outputs (${names}) are numbers, expected one, or all its columns${why}${mend}`,
  );
}

/** The only candidate, all columns of one result, or the action of an actor. */
function rowsAmong(
  candidates: readonly Candidate[],
  refused: readonly Port[],
  { outputs }: Decoded,
  values: ReadonlyMap<string, Value>,
): Rows | undefined {
  const found = [...new Set(candidates.map(({ value }) => value))];
  const whole = refused.length === 0 && found.length > 1 ? wholeOf(found) : undefined;
  if (whole !== undefined) return whole;
  const plain = candidates.filter(({ name }) => !BESIDES.test(lastOf(name)));
  const others = refused.filter(({ name }) => !BESIDES.test(lastOf(name)));
  const [only, ...more] = new Set((plain.length > 0 ? plain : candidates).map(({ value }) => value));
  if (only?.kind === 'rows' && more.length === 0 && others.length === 0) return only;
  if (only?.kind === 'column' && more.length === 0 && others.length === 0) return wholeOf([only]);
  return outputs.length === 3 ? actionAmong(outputs.map(({ name }) => values.get(name))) : undefined;
}

/** Policies of Stable-Baselines3 give an action, its value, which is one number, and its log-probability, which no layer gives. */
function actionAmong([action, value, probability]: readonly (Value | undefined)[]): Rows | undefined {
  if (probability?.kind !== 'refused' || value?.kind !== 'rows' || value.base.width !== 1) return undefined;
  if (action?.kind === 'rows' && action.base.layer !== undefined) return action;
  return action?.kind === 'classes' ? action.of : undefined;
}

function candidatesIn({ outputs }: Decoded, values: ReadonlyMap<string, Value>): Candidate[] {
  return outputs.flatMap(({ name }) => {
    const value = values.get(name);
    return value?.kind === 'column' || (value?.kind === 'rows' && value.base.layer !== undefined)
      ? [{ name, value }]
      : [];
  });
}

/** Whether an output may be numbers that could not be followed. Names of classes, and their indexes, are no such numbers. */
function isRefused({ name, type }: Port, values: ReadonlyMap<string, Value>): boolean {
  const value = values.get(name);
  const kind = value?.kind === 'refused' && value.passes ? undefined : value?.kind;
  return (
    (kind === 'refused' || kind === 'shifted' || kind === 'logarithm') && type !== TYPES.string && type !== TYPES.int64
  );
}

function namedOutput({ outputs }: Decoded, values: ReadonlyMap<string, Value>, chosen: unknown): Rows {
  if (typeof chosen !== 'string') {
    const came = `fromONNX: output is ${describe(chosen)}, expected the name of an output`;
    throw codedError('ERR_INVALID_TYPE', `${came}. The model has ${namesOf(outputs.map(({ name }) => name))}.`);
  }
  const value = outputs.some(({ name }) => name === chosen) ? values.get(chosen) : undefined;
  if (value === undefined) {
    const names = namesOf(outputs.map(({ name }) => name));
    throw codedError('ERR_INVALID_OPTION', `fromONNX: output is ${describe(chosen)}, and the model has ${names}.`);
  }
  if (value.kind === 'refused') throw value.error;
  if (value.kind === 'rows') return value;
  throw unsupported(`output ${describe(chosen)} is not rows of numbers that layers make`);
}

function labelsOf(value: Value | undefined): readonly string[] | undefined {
  return value?.kind === 'rows' || value?.kind === 'classes' ? value.labels : undefined;
}

function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, 4).map((name) => describe(name));
  return [...shown, ...(names.length > 4 ? ['…'] : [])].join(', ');
}

/** The last part of a name, without what exporters append: model/value:0 is value. */
function lastOf(name: string): string {
  return name.replace(/(:\d+|[._]\d+)$/, '').replace(/^.*[./]/, '');
}

function reasonOf({ message }: Error): string {
  return message.replace(/^fromONNX: /, '').slice(0, 200);
}
