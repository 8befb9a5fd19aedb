/** Sparse rows that a network learns: each has words of its topic, and others. */
import { SeededRandom } from '../seeded.js';
import type { Sparse } from '../sparse.js';

export const TOPICS = 3;

/** Some rows have no entries. */
export function rowsOfTopics(count: number, width: number, ones: boolean): { rows: Sparse; classes: Uint8Array } {
  const random = new SeededRandom(`topics of ${width} words`);
  const starts = new Uint32Array(count + 1);
  const classes = new Uint8Array(count);
  const columns: number[] = [];
  for (let row = 0; row < count; row++) {
    const topic = random.integer(0, TOPICS - 1);
    const words = new Set<number>();
    for (let left = row % 17 === 16 ? 0 : 5; left > 0; left--) {
      words.add(random.chance(0.6) ? topic + TOPICS * random.integer(0, 4) : random.integer(0, width - 2));
    }
    columns.push(...[...words].sort((a, b) => a - b));
    starts[row + 1] = columns.length;
    classes[row] = topic;
  }
  const rows = { starts, columns: Uint32Array.from(columns) };
  return { rows: ones ? rows : { ...rows, values: random.floats(columns.length, 2) }, classes };
}

/** The rows as texts: column 7 is word7. */
export function titlesOf({ starts, columns }: Sparse): string[] {
  return Array.from({ length: starts.length - 1 }, (_, row) =>
    Array.from(columns.subarray(starts[row], starts[row + 1]), (column) => `word${column}`).join(' '),
  );
}
