/** Any number of threads leads to the bits of one: weights, optimizer state, losses, hints. With the built library, whose workers help. */
import { expect, it } from 'vitest';
import { Findings } from '../../../support/findings.js';
import { repeats } from '../../../support/repeats.js';
import { SeededRandom } from '../../../support/seeded.js';
import { difference, outcomeOf, randomCourse } from '../../../support/training/threads.js';

const COUNTS = [2, 3, 4, 7];

it('over random networks, options, batch sizes and streams', async () => {
  const random = new SeededRandom('threads have the same bits');
  const findings = new Findings();
  const cases = repeats(18, 500);
  let shared = 0;
  for (let i = 0; i < cases; i++) {
    const course = randomCourse(i, random);
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
});

it('in the background, where a worker leads the team', async () => {
  const random = new SeededRandom('threads in the background');
  const findings = new Findings();
  const cases = repeats(6, 60);
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
