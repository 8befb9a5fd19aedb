/**
 * Columns that take what the rows of training do not have: a value of a category that is new, a blank. The weights of these inputs begin with
 * 0, so that such a cell counts as nothing, and one new value among a million rows does not end `predict`.
 */
import type { ColumnOptions, Columns, Network } from 'wasmlp';

type Column = Columns[string];

/** A column in its long form. */
export function optionsOf(column: Column): ColumnOptions {
  if (typeof column === 'string') return { type: column };
  return 'type' in column ? column : { type: 'category', values: column };
}

/**
 * Categories take other values, and all but numbers take blanks. Numbers take blanks where some column of the table has blanks: in tables
 * without any, each would only make the network larger.
 */
export function openColumns(columns: Columns): Columns {
  const all = Object.entries(columns).map(([name, column]) => [name, optionsOf(column)] as const);
  const hasBlanks = all.some(([, { missing }]) => missing);
  return Object.fromEntries(
    all.map(([name, { type, values, missing }]): [string, Column] => {
      if (type === 'number') return [name, hasBlanks || missing ? { type, missing: true } : type];
      return [name, { type, ...(values !== undefined && { values, other: true }), missing: true }];
    }),
  );
}

/**
 * Sets the weights of inputs that say `other` or `missing` to 0. Training moves them where its rows have such a cell. Where they have none, a
 * later cell counts as nothing: random weights would make noise of it.
 */
export function clearFlags(network: Network): void {
  const { weights } = network.getParameters(0);
  let input = 0;
  for (const { values = [''], other = false, missing = false } of Object.values(network.columns ?? {}).map(optionsOf)) {
    input += values.length;
    for (const end = input + Number(other) + Number(missing); input < end; input++) {
      for (let at = input; at < weights.length; at += network.inputs) weights[at] = 0;
    }
  }
  network.setParameters(0, { weights });
}

/** The same for a program. */
export const OPEN_COLUMNS_CODE = `/**
 * Columns that also take blanks, and values that these rows do not have. Both count as nothing:
 * their weights begin with 0.
 */
function open(columns) {
  const all = Object.entries(columns).map(([name, column]) => {
    if (typeof column === 'string') return [name, { type: column }];
    return [name, Array.isArray(column) ? { type: 'category', values: column } : column];
  });
  const hasBlanks = all.some(([, { missing }]) => missing);
  return Object.fromEntries(
    all.map(([name, { type, values, missing }]) => {
      if (type === 'number') return [name, { type, missing: hasBlanks || missing === true }];
      return [name, { type, ...(values && { values, other: true }), missing: true }];
    }),
  );
}

function clearFlags(network) {
  const { weights } = network.getParameters(0);
  let input = 0;
  for (const { values = [''], other, missing } of Object.values(network.columns)) {
    input += values.length;
    for (const end = input + Number(other ?? false) + Number(missing ?? false); input < end; input++) {
      for (let at = input; at < weights.length; at += network.inputs) weights[at] = 0;
    }
  }
  network.setParameters(0, { weights });
}
`;
