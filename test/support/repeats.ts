/** How often tests repeat what takes long. */

/** By `npm run test:long`, which sets vitest's mode. */
const IS_LONG = process.env.MODE === 'long';

/** As many as each run of the tests has time for, or as many as a release is to have passed. */
export function repeats(usual: number, long: number): number {
  return IS_LONG ? long : usual;
}
