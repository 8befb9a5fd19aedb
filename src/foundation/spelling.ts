/** Finds the known name that was probably meant. Calls that were refused load it. */
import { describe } from './errors.js';

/** "Did you mean …? " where a known name is spelled alike; else an empty string. */
export function suggest(name: string, known: readonly string[]): string {
  const limit = Math.min(Math.max(2, Math.floor(name.length / 3)), name.length - 1);
  const nearest = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .reduce((best, next) => (next.distance < best.distance ? next : best));
  return nearest.distance <= limit ? `Did you mean ${describe(nearest.candidate)}? ` : '';
}

/** Levenshtein: the fewest single-character edits from a to b. */
function editDistance(a: string, b: string): number {
  if (a.length > 64) return Number.POSITIVE_INFINITY;
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, (previous[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    previous = row;
  }
  return previous[b.length] as number;
}
