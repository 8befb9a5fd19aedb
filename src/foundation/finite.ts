/** Whether no number is NaN or infinite. Apart from math.ts, whose tables the core does without. */

/**
 * Eight at a time: their sum, in float64, is finite where they are. A branch for each takes three times as long, which is a sixth of
 * what predict takes for 256 rows of 784.
 */
export function allFinite(values: Float32Array): boolean {
  const at = (i: number): number => values[i] as number;
  const whole = values.length & ~7;
  for (let i = 0; i < whole; i += 8) {
    const sum = at(i) + at(i + 1) + (at(i + 2) + at(i + 3)) + (at(i + 4) + at(i + 5) + (at(i + 6) + at(i + 7)));
    if (sum - sum !== 0) return false;
  }
  for (let i = whole; i < values.length; i++) if (!Number.isFinite(at(i))) return false;
  return true;
}
