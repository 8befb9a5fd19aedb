/** Reads the tables in this folder: a header, then rows of numbers with the target in the last column. */
import { readFileSync } from 'node:fs';

/**
 * Rows of numbers, and the last column as text.
 * @param {string} name
 * @returns {{ inputs: number[][], targets: string[] }}
 */
export function readSamples(name) {
  const [, ...lines] = readFileSync(new URL(name, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const rows = lines.map((line) => line.split(','));
  return {
    inputs: rows.map((row) => row.slice(0, -1).map(Number)),
    targets: rows.map((row) => row.at(-1) ?? ''),
  };
}
