/** Networks that nobody holds any more, in a process of their own: their memory comes back without dispose. */
import { expect, it } from 'vitest';
import { numberIn, runNode } from '../support/programs.js';
import { repeats } from '../support/repeats.js';

/** More megabytes than WebAssembly can address. */
const NETWORKS = repeats(4_500, 10_000);

it(`${NETWORKS} networks of a megabyte are collected while the program only awaits promises`, async () => {
  const printed = await runNode('test/support/garbage-networks.js', `${NETWORKS}`);
  expect(numberIn(printed, /networks in (\d+) MiB/)).toBeLessThan(3000);
});
