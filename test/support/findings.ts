/** Collects what a sweep finds wrong, so that one failure shows the first few cases and how many there are. */
import { expect } from 'vitest';
import { REPRODUCE } from './seeded.js';

const SHOWN = 5;

export class Findings {
  readonly #shown: string[] = [];
  #count = 0;
  #cases = 0;

  /** Counts a case. `faults` are sentences that say what was wrong in it. */
  add(label: string, problems: readonly (string | undefined)[]): void {
    this.#cases++;
    for (const problem of problems) {
      if (problem === undefined) continue;
      this.#count++;
      if (this.#shown.length < SHOWN) this.#shown.push(`${label}: ${problem}`);
    }
  }

  /** Fails if something was wrong, or if the sweep did not try exactly `cases` cases. */
  expectNone(cases: number): void {
    const message = `${this.#count} problems in ${this.#cases} cases; ${REPRODUCE}`;
    expect(this.#shown, message).toEqual([]);
    expect(this.#cases, 'cases tried').toBe(cases);
  }
}

/** The worst place where numbers differ from the expected ones by more than their bounds allow, if there is one. NaN always does. */
export function beyondBound(
  name: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  bound: (index: number) => number,
): string | undefined {
  if (actual.length !== expected.length) return `${name} has ${actual.length} numbers, expected ${expected.length}`;
  let worst = 0;
  let place: number | undefined;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs((actual[i] as number) - (expected[i] as number));
    if (error <= bound(i)) continue;
    const excess = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error / bound(i);
    if (excess <= worst) continue;
    worst = excess;
    place = i;
  }
  if (place === undefined) return undefined;
  return `${name}[${place}] is ${actual[place]}, expected ${expected[place]} within ${bound(place)}`;
}
