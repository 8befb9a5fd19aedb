/** Checks the columns that `create` is given as inputs, and its target. Knows no rows and no layers. */
import { checkBoolean, checkObject } from '../foundation/checks.js';
import { codedError, counted, describe, tagOf } from '../foundation/errors.js';
import { checkName } from '../foundation/more-checks.js';
import { withJson } from './saved.js';
import { type ColumnSpec, type ColumnSpecs, inputsOf } from './spec.js';
import type { ColumnOptions } from './types.js';

const TYPES = ['number', 'boolean', 'category', 'words'] as const;
const EXAMPLE = "{ age: 'number', city: ['Rome', 'Oslo'] }";

/** The columns of a table, or an error. They become `most` inputs at most. */
export function resolveColumns(inputs: unknown, most: number): ColumnSpecs {
  if (tagOf(inputs) !== 'Object') {
    const came = `create: inputs is ${describe(inputs)}, expected the width of a sample, or columns by their names`;
    throw codedError('ERR_INVALID_TYPE', `${came}: ${EXAMPLE}.`);
  }
  const given = inputs as Readonly<Record<string, unknown>>;
  const names = Object.keys(given);
  if (names.length === 0) {
    throw codedError('ERR_INVALID_OPTION', `create: inputs names no column. Name at least one: ${EXAMPLE}.`);
  }
  let first = 0;
  const columns = names.map((name) => {
    const column = resolveColumn(`create: inputs[${describe(name)}]`, name, given[name], first);
    first += column.width;
    return column;
  });
  const width = inputsOf(columns);
  if (width > most) {
    const mend = 'List fewer values, with other: true for the rest.';
    throw codedError(
      'ERR_INVALID_OPTION',
      `create: inputs are ${width} with all values, expected at most ${most}. ${mend}`,
    );
  }
  return withJson(columns);
}

function resolveColumn(where: string, name: string, given: unknown, first: number): ColumnSpec {
  const options = optionsOf(where, given);
  const type = checkName(`${where}.type`, options.type, TYPES);
  const flag = (key: 'other' | 'missing'): boolean =>
    options[key] === undefined ? false : checkBoolean(`${where}.${key}`, options[key]);
  const [other, missing] = [flag('other'), flag('missing')];
  const listed = type === 'category' || type === 'words';
  for (const key of ['values', 'other'] as const) {
    if (listed || options[key] === undefined || options[key] === false) continue;
    const mend = 'Only categories and words have it.';
    throw codedError('ERR_INVALID_OPTION', `${where}.${key} is given for a ${type}. ${mend}`);
  }
  const values = listed ? resolveValues(where, type, options.values) : [];
  const width = (listed ? values.length : 1) + Number(other) + Number(missing);
  return { name, type, values, other, missing, first, width };
}

/** The short forms as options. */
function optionsOf(where: string, given: unknown): Partial<Record<keyof ColumnOptions, unknown>> {
  if (typeof given === 'string') return { type: given };
  if (Array.isArray(given)) return { type: 'category', values: given };
  if (tagOf(given) === 'Object') return checkObject(where, given, ['type', 'values', 'other', 'missing']);
  const expected = "expected 'number', 'boolean', a list of values, or { type, values, other, missing }";
  throw codedError('ERR_INVALID_TYPE', `${where} is ${describe(given)}, ${expected}.`);
}

function resolveValues(where: string, type: string, given: unknown): readonly string[] {
  if (!Array.isArray(given) || given.length === 0) {
    const code = given === undefined || Array.isArray(given) ? 'ERR_INVALID_OPTION' : 'ERR_INVALID_TYPE';
    const mend = `Write { type: '${type}', values: ['a', 'b'] }; inferColumns lists the values of your rows.`;
    throw codedError(code, `${where}.values is ${describe(given)}, expected a list of texts, at least one. ${mend}`);
  }
  const seen = new Map<string, number>();
  return Array.from(given, (value, i) => {
    if (typeof value !== 'string') {
      const mend = 'Write it in quotes: cells are compared as text.';
      throw codedError('ERR_INVALID_TYPE', `${where}.values[${i}] is ${describe(value)}, expected a text. ${mend}`);
    }
    const text = value.trim();
    if (text === '') {
      const mend = 'A blank is no value: missing: true gives it an input.';
      throw codedError('ERR_INVALID_OPTION', `${where}.values[${i}] is ${describe(value)}. ${mend}`);
    }
    const before = seen.get(text);
    if (before !== undefined) {
      const mend = 'Blanks around a value do not count. List every value once.';
      throw codedError(
        'ERR_INVALID_OPTION',
        `${where}.values[${i}] is ${describe(value)}, as values[${before}] is. ${mend}`,
      );
    }
    seen.set(text, i);
    return text;
  });
}

/** The target of a network with these columns, whose outputs are so many; undefined where it has none. */
export function resolveTarget(
  target: unknown,
  columns: ColumnSpecs | undefined,
  outputs: number,
): string | readonly string[] | undefined {
  if (target === undefined) return undefined;
  const where = 'create: target';
  if (columns === undefined) {
    const mend = `Give inputs: ${EXAMPLE}, or leave target out.`;
    throw codedError('ERR_INVALID_OPTION', `${where} names a column, but inputs are no columns. ${mend}`);
  }
  const names = Array.isArray(target) ? Array.from(target as unknown[]) : [target];
  const wrong = names.find((name) => typeof name !== 'string');
  if (wrong !== undefined || names.length === 0) {
    const came = `${where} is ${describe(target)}${wrong === undefined || wrong === target ? '' : `, with ${describe(wrong)}`}`;
    throw codedError('ERR_INVALID_TYPE', `${came}, expected the name of a column, or a list of names.`);
  }
  const texts = names as string[];
  const input = texts.find((name) => columns.some((column) => column.name === name));
  if (input !== undefined) {
    const mend = 'The network would read the answer. Leave it out of one of them.';
    throw codedError('ERR_INVALID_OPTION', `${where} is ${describe(input)}, which is a column of inputs too. ${mend}`);
  }
  if (new Set(texts).size < texts.length) {
    throw codedError('ERR_INVALID_OPTION', `${where} names a column twice. Name each once.`);
  }
  if (texts.length > 1 && texts.length !== outputs) {
    const mend = `Give the last layer units: ${texts.length}, or name one column.`;
    throw codedError(
      'ERR_SHAPE',
      `${where} has ${counted(texts.length, 'column')}, the last layer ${outputs} units. ${mend}`,
    );
  }
  return Array.isArray(target) ? texts : (target as string);
}
