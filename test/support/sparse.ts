/** Sparse rows for tests: random ones, and the same rows written out. */
import type { SeededRandom } from './seeded.js';

export interface Sparse {
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values?: Float32Array;
}

/** `count` rows of `width` inputs with up to `most` entries: some have none. Without values where `ones`. */
export function randomSparse(random: SeededRandom, count: number, width: number, most: number, ones = false): Sparse {
  const starts = new Uint32Array(count + 1);
  const columns: number[] = [];
  for (let row = 0; row < count; row++) {
    const chosen = new Set<number>();
    for (let left = random.integer(0, most); left > 0; left--) {
      // Some columns are frequent, as words are.
      chosen.add(random.chance(0.5) ? random.integer(0, Math.min(9, width - 1)) : random.integer(0, width - 1));
    }
    columns.push(...[...chosen].sort((a, b) => a - b));
    starts[row + 1] = columns.length;
  }
  const sparse = { starts, columns: Uint32Array.from(columns) };
  return ones ? sparse : { ...sparse, values: random.floats(columns.length, 2) };
}

/** The rows with their zeros, end to end. */
export function writtenOut({ starts, columns, values }: Sparse, width: number): Float32Array {
  const rows = new Float32Array((starts.length - 1) * width);
  for (let row = 0; row < starts.length - 1; row++) {
    for (let at = starts[row] as number; at < (starts[row + 1] as number); at++) {
      rows[row * width + (columns[at] as number)] = values?.[at] ?? 1;
    }
  }
  return rows;
}

/** Rows `from` to `to` - 1. */
export function sparseRowsAt({ starts, columns, values }: Sparse, from: number, to: number): Sparse {
  const [first, end] = [starts[from] as number, starts[to] as number];
  const part = { starts: starts.slice(from, to + 1).map((start) => start - first), columns: columns.slice(first, end) };
  return values === undefined ? part : { ...part, values: values.slice(first, end) };
}

/** The rows of these indexes, in their order. */
export function sparseRowsOf(rows: Sparse, indexes: Iterable<number>): Sparse {
  const parts = Array.from(indexes, (row) => sparseRowsAt(rows, row, row + 1));
  const starts = new Uint32Array(parts.length + 1);
  parts.forEach(({ columns }, i) => {
    starts[i + 1] = (starts[i] as number) + columns.length;
  });
  const columns = Uint32Array.from(parts.flatMap((part) => [...part.columns]));
  if (rows.values === undefined) return { starts, columns };
  return { starts, columns, values: Float32Array.from(parts.flatMap(({ values = [] }) => [...values])) };
}
