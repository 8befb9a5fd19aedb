/** Random tables whose columns become many inputs: words with repeats, categories, numbers with blanks, yes and no. */
import type { Columns, Row } from '../../../src/index.js';
import { sha256 } from '../networks.js';
import type { SeededRandom } from '../seeded.js';

export interface WideTable {
  readonly inputs: Columns;
  readonly rows: readonly Row[];
}

const VOCABULARY = 1100;
const word = (n: number): string => `w${n}`;
const city = (n: number): string => `city ${n}`;

/** Some columns of each type, in random order. One column of words always: with it there are more than 1024 inputs. */
export function wideTable(random: SeededRandom, rows: number): WideTable {
  const columns: (readonly [name: string, column: Columns[string], cell: () => unknown])[] = [];
  for (const name of ['size', 'price', 'weight'].slice(0, random.integer(0, 3))) {
    const missing = random.chance(0.6);
    // Numbers of the second kind lie so close together that only doubles tell them apart.
    const cell = random.pick<() => unknown>([
      () => random.uniform() * 9 - 4,
      () => 1e9 + random.integer(0, 99) / 7,
      () => 5,
    ]);
    columns.push([name, { type: 'number', missing }, () => (missing && random.chance(0.3) ? 'n/a' : cell())]);
  }
  if (random.chance(0.5)) {
    const missing = random.chance(0.5);
    const cell = (): unknown => (missing && random.chance(0.2) ? '' : random.chance(0.5));
    columns.push(['open', { type: 'boolean', missing }, cell]);
  }
  const [other, missing] = [random.chance(0.5), random.chance(0.5)];
  if (random.chance(0.7)) {
    const values = Array.from({ length: 30 }, (_, n) => city(n));
    const cell = (): unknown => (missing && random.chance(0.2) ? null : city(random.integer(0, other ? 35 : 29)));
    columns.push(['city', { type: 'category', values, other, missing }, cell]);
  }
  const values = Array.from({ length: VOCABULARY }, (_, n) => word(n));
  const text = (): unknown => {
    if (missing && random.chance(0.1)) return undefined;
    const some = Array.from({ length: random.integer(0, 12) }, () =>
      word(random.integer(0, random.chance(0.5) ? 9 : VOCABULARY + 20)),
    );
    return random.chance(0.5) ? some : `${some.join(', ')}!`;
  };
  columns.push(['title', { type: 'words', values, other, missing }, text]);
  const inOrder = Array.from(random.order(columns.length), (i) => columns[i] as (typeof columns)[number]);
  return {
    inputs: Object.fromEntries(inOrder.map(([name, column]) => [name, column])),
    rows: Array.from({ length: rows }, () =>
      Object.fromEntries([...columns.map(([name, , cell]) => [name, cell()]), ['answer', random.chance(0.5)]]),
    ),
  };
}

/** Equal only if every bit of the numbers is: to compare them one by one takes a test much longer. */
export function digestOf({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): string {
  return sha256(new Uint8Array(buffer, byteOffset, byteLength));
}
