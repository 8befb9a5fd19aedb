/** How often tests repeat what takes a long time. */

/** `npm run test:long` sets this mode of vitest. */
const IS_LONG = process.env.MODE === 'long';

/** The first number is for every run of the tests, the second for the long run before a release. */
export function repeats(usual: number, long: number): number {
  return IS_LONG ? long : usual;
}
