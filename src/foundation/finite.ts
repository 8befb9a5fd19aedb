/** Checks for NaN and infinity. Not in math.ts, because the core does not need the tables of that file. */

/**
 * Whether no number is NaN or infinite. Adds eight at a time in float64: their sum is finite if all of them are. A branch for each
 * number takes three times as long, which is a sixth of the time that predict takes for 256 rows of 784.
 */
export function allFinite(values: Float32Array | Float64Array | Uint8Array): boolean {
  const at = (i: number): number => values[i] as number;
  const whole = values.length & ~7;
  for (let i = 0; i < whole; i += 8) {
    const sum = at(i) + at(i + 1) + (at(i + 2) + at(i + 3)) + (at(i + 4) + at(i + 5) + (at(i + 6) + at(i + 7)));
    if (sum - sum !== 0) return false;
  }
  for (let i = whole; i < values.length; i++) if (!Number.isFinite(at(i))) return false;
  return true;
}
