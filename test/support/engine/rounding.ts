/** Bounds on errors of float32. */

/** From 1 to the next number: a rounding is off by half of it. */
export const EPSILON = 2 ** -23;

/** What the kernels take for 0. */
export const TINY = 1e-30;
