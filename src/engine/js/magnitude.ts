/** How large numbers are. Not beside allFinite, which the core needs: this is for the js engine alone. */

/** At least the largest magnitude, and at most 8 times it; infinite or NaN where a number is. Adds eight at a time, as allFinite does. */
export function magnitudeOf(values: Float32Array): number {
  const at = (i: number): number => Math.abs(values[i] as number);
  let most = 0;
  const whole = values.length & ~7;
  for (let i = 0; i < whole; i += 8) {
    const sum = at(i) + at(i + 1) + (at(i + 2) + at(i + 3)) + (at(i + 4) + at(i + 5) + (at(i + 6) + at(i + 7)));
    if (sum - sum !== 0) return sum;
    if (sum > most) most = sum;
  }
  for (let i = whole; i < values.length; i++) most = Math.max(most, at(i));
  return most;
}
