/** Steps on whole runs of parameters, and the question whether they are still finite. Lengths are multiples of a vector. */

/** target += scale source. */
export function addScaled(target: usize, source: usize, bytes: usize, scale: f32): void {
  assert((bytes & 15) == 0);
  const factor = f32x4.splat(scale);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const sum = f32x4.add(v128.load(target + offset), f32x4.mul(factor, v128.load(source + offset)));
    v128.store(target + offset, sum);
  }
}

/** values *= factor. */
export function multiply(values: usize, bytes: usize, factor: f32): void {
  assert((bytes & 15) == 0);
  const factors = f32x4.splat(factor);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    v128.store(values + offset, f32x4.mul(factors, v128.load(values + offset)));
  }
}

/** Whether none of the values is NaN or infinite: v - v is 0 for every finite v, and NaN for the others. */
export function allFinite(values: usize, bytes: usize): bool {
  assert((bytes & 15) == 0);
  let sum = f32x4.splat(0);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const value = v128.load(values + offset);
    sum = f32x4.add(sum, f32x4.sub(value, value));
  }
  return v128.all_true<i32>(f32x4.eq(sum, f32x4.splat(0)));
}
