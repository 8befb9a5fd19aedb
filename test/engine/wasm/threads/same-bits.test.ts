/** Any number of threads leads to the bits of one: weights, optimizer state, losses, hints. With the built library, whose workers help. */
import { describe, expect, it } from 'vitest';
import { hasWideVectors } from '../../../support/engine/wide.js';
import { Findings } from '../../../support/findings.js';
import { repeats } from '../../../support/repeats.js';
import { SeededRandom } from '../../../support/seeded.js';
import { difference, outcomeOf, randomCourse } from '../../../support/training/threads.js';

const COUNTS = [2, 3, 4, 7];

/** What the default build is repeated with less often in every run of the tests. */
const BUILDS: [name: string, usual: number, options: { relaxed?: boolean; wideVectors?: boolean }][] = [
  ['the default build', 18, {}],
  ['the relaxed build', 3, { relaxed: true }],
  ['the wide build', 3, { wideVectors: true }],
  ['the relaxed and wide build', 3, { relaxed: true, wideVectors: true }],
];

describe.each(BUILDS)('on %s', (name, usual, options) => {
  it.runIf(options.wideVectors !== true || hasWideVectors)(
    'over random networks, options, batch sizes and streams',
    async () => {
      const random = new SeededRandom(`threads have the same bits on ${name}`);
      const findings = new Findings();
      const cases = repeats(usual, 500);
      let shared = 0;
      for (let i = 0; i < cases; i++) {
        const drawn = randomCourse(i, random);
        const course = { ...drawn, network: { ...drawn.network, ...options } };
        const expected = await outcomeOf(course, 1);
        for (const threads of COUNTS) {
          const actual = await outcomeOf(course, threads);
          if (actual.isShared) shared++;
          findings.add(course.label, [difference(`${threads} threads`, actual, expected)]);
        }
      }
      findings.expectNone(cases * COUNTS.length);
      // The others have batches of one or two samples and layers that are too small for blocks.
      expect(shared).toBeGreaterThan(0.5 * cases * COUNTS.length);
    },
  );
});

it('in the background, where a worker leads the team', async () => {
  const random = new SeededRandom('threads in the background');
  const findings = new Findings();
  const cases = repeats(3, 60);
  let shared = 0;
  for (let i = 0; i < cases; i++) {
    const course = randomCourse(i, random);
    const expected = await outcomeOf(course, 1);
    const threads = [2, 3][i % 2] as number;
    const actual = await outcomeOf(course, threads, { background: true });
    if (actual.isShared) shared++;
    findings.add(course.label, [difference(`${threads} threads`, actual, expected)]);
  }
  findings.expectNone(cases);
  expect(shared).toBeGreaterThan(cases / 2);
});
