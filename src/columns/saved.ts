/**
 * Columns in JSON, as model files have them: a few lists, because readers limit how many objects a file may have, and 20,000 columns may be
 * that many. Knows no files.
 */
import type { ColumnSpec, ColumnSpecs } from './spec.js';
import type { ColumnOptions, Columns } from './types.js';

/** `sizes`: how many of the values belong to each column. `other` and `missing`: the numbers of the columns that have it. */
interface SavedColumns {
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly sizes: readonly number[];
  readonly values: readonly string[];
  readonly other: readonly number[];
  readonly missing: readonly number[];
}

/** The same columns; JSON.stringify writes them as lists. */
export function withJson(columns: readonly ColumnSpec[]): ColumnSpecs {
  return Object.defineProperty(columns, 'toJSON', { value: () => savedColumns(columns) });
}

function savedColumns(columns: ColumnSpecs): SavedColumns {
  const having = (has: (column: ColumnSpec) => boolean): number[] =>
    columns.flatMap((column, index) => (has(column) ? [index] : []));
  return {
    names: columns.map(({ name }) => name),
    types: columns.map(({ type }) => type),
    sizes: columns.map(({ values }) => values.length),
    values: columns.flatMap(({ values }) => values),
    other: having(({ other }) => other),
    missing: having(({ missing }) => missing),
  };
}

/** The columns as `create` takes them, which checks what they say; undefined where these are no lists of columns. */
export function columnsFrom(saved: unknown): Columns | undefined {
  const { names, types, sizes, values, other, missing } = Object(saved) as Partial<Record<keyof SavedColumns, unknown>>;
  const lists = [names, types, sizes, values, other, missing];
  if (!lists.every((list): list is unknown[] => Array.isArray(list))) return undefined;
  const [name, type, size, value, others, blanks] = lists as [
    unknown[],
    unknown[],
    unknown[],
    unknown[],
    unknown[],
    unknown[],
  ];
  const isName = (text: unknown): boolean => typeof text === 'string';
  const isSize = (count: unknown): boolean => Number.isInteger(count) && (count as number) >= 0;
  if (new Set(name).size !== name.length || type.length !== name.length || size.length !== name.length)
    return undefined;
  if (!name.every(isName) || !size.every(isSize)) return undefined;
  if ((size as number[]).reduce((sum, count) => sum + count, 0) !== value.length) return undefined;
  const [hasOther, hasMissing] = [new Set(others), new Set(blanks)];
  const isColumn = (index: unknown): boolean => isSize(index) && (index as number) < name.length;
  if (![...hasOther, ...hasMissing].every(isColumn)) return undefined;
  // No prototype: a column may be called __proto__.
  const columns: Record<string, ColumnOptions> = Object.create(null);
  let at = 0;
  (name as string[]).forEach((key, index) => {
    const end = at + (size[index] as number);
    columns[key] = {
      type: type[index] as ColumnOptions['type'],
      values: end > at ? (value.slice(at, end) as string[]) : undefined,
      other: hasOther.has(index) || undefined,
      missing: hasMissing.has(index),
    };
    at = end;
  });
  return columns;
}
