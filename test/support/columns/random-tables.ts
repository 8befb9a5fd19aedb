/** Random tables: columns of all types, odd names and values, and rows whose cells come in all forms that a column takes. */
import type { ColumnOptions, Columns, NetworkOptions, Row } from '../../../src/index.js';
import type { SeededRandom } from '../seeded.js';

const NAMES = [
  'age',
  'constructor',
  '__proto__',
  'toString',
  '7',
  '',
  'a "b"',
  '<script>',
  'größe',
  'x=y',
  '0x1',
  ' city ',
] as const;
const VALUES = [
  'Rome',
  'Oslo',
  '1',
  'true',
  '__proto__',
  'constructor',
  '</script>',
  'größe',
  'NA',
  'new york',
  '∅',
] as const;
const WORDS = ['good', 'wine', 'été', '42', 'constructor', '__proto__'] as const;

/** Everything that a network with columns is made of, and rows for it. */
export interface RandomTable {
  readonly options: NetworkOptions & { readonly inputs: Columns };
  readonly rows: readonly Row[];
}

export function randomTable(random: SeededRandom, rows: number): RandomTable {
  const columns: Record<string, ColumnOptions> = Object.create(null);
  const names = Array.from(random.order(NAMES.length), (i) => NAMES[i] as string);
  for (const name of names.slice(0, random.integer(1, 5))) columns[name] = randomColumn(random);
  const task = random.pick(['number', 'classes', 'yesNo'] as const);
  const units = task === 'classes' ? 3 : 1;
  const activation = ({ number: 'linear', classes: 'softmax', yesNo: 'sigmoid' } as const)[task];
  return {
    options: {
      inputs: columns,
      target: 'answer',
      layers: [
        { units: random.integer(1, 6), activation: random.pick(['tanh', 'relu', 'gelu']) },
        { units, activation },
      ],
      normalize: random.pick<false | 'standard' | 'minMax'>([false, 'standard', 'minMax']),
      seed: random.integer(0, 2 ** 32 - 1),
      ...(task === 'classes' && { labels: ['a', 'b', 'c'] }),
    },
    rows: Array.from({ length: rows }, () => {
      const row: Record<string, unknown> = Object.create(null);
      for (const name of Object.keys(columns)) row[name] = randomCell(columns[name] as ColumnOptions, random);
      row.answer = {
        number: random.integer(-9, 9) / 4,
        classes: random.pick(['a', 'b', ' c ']),
        yesNo: random.pick<unknown>(['yes', 0, true]),
      }[task];
      return row;
    }),
  };
}

function randomColumn(random: SeededRandom): ColumnOptions {
  const type = random.pick(['number', 'number', 'boolean', 'category', 'words'] as const);
  const missing = random.chance(0.5);
  if (type === 'number' || type === 'boolean') return { type, missing };
  const known = type === 'category' ? VALUES : WORDS;
  const order = Array.from(random.order(known.length), (i) => known[i] as string);
  return { type, values: order.slice(0, random.integer(1, 4)), other: random.chance(0.5), missing };
}

/** A cell that the column takes. */
export function randomCell({ type, values = [], other, missing }: ColumnOptions, random: SeededRandom): unknown {
  if (missing && random.chance(0.2)) return random.pick([undefined, null, '', '  ', Number.NaN]);
  switch (type) {
    case 'number': {
      const number = random.pick([0, -0, 1.5, -3, 1e-3, 123.456789, random.uniform()] as const);
      return random.chance(0.3) ? ` ${number} ` : number;
    }
    case 'boolean':
      return random.pick<unknown>([true, false, 0, 1, 'yes', 'NO', ' t ', 'F', 'True', '0'] as const);
    case 'category': {
      if (other && random.chance(0.2)) return random.pick<unknown>(['elsewhere', 12.5, 'Atlantis', false] as const);
      const value = values[random.integer(0, values.length - 1)] as string;
      return value === '1' ? random.pick<unknown>([1, '1', ' 1']) : random.chance(0.2) ? `  ${value}` : value;
    }
    case 'words':
      return random.pick<unknown>([
        'Good wine, good WINE!',
        [values[0], 'good', 'Good'],
        [],
        '...',
        'Été 42: constructor',
      ] as const);
  }
}
