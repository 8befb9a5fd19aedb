/** Very many fits that end at random moments: every promise settles, no memory and no worker is left. */
import type { Worker } from 'node:worker_threads';
import { expect, it, vi } from 'vitest';
import { turn, until } from '../../../support/event-loop.js';
import { HANGING_MILLISECONDS } from '../../../support/hanging.js';
import { repeats } from '../../../support/repeats.js';
import { REPRODUCE, SeededRandom } from '../../../support/seeded.js';
import { Network, type Watched, watchWorkers } from '../../../support/training/background.js';
import { type Course, randomCourse, trainOn } from '../../../support/training/threads.js';

/** Small: the moments matter, not the work. */
function smallCourse(index: number, random: SeededRandom): Course {
  const course = randomCourse(index, random);
  const { fit } = course;
  return { ...course, fit: { ...fit, batchSize: fit.batchSize && Math.max(fit.batchSize, 90), epochs: 4 } };
}

type Ending = 'ended' | 'aborted' | 'disposed';

/** One fit, which ends by itself, or by an abort or disposal after a random number of turns. Returns how it ended. */
async function fitOnce(course: Course, random: SeededRandom): Promise<Ending> {
  const background = random.chance(0.15);
  const ending = random.pick(['ended', 'aborted', 'disposed', 'aborted'] as const);
  const waits = random.integer(0, background ? 60 : 25);
  const network = await Network.create({ ...course.network, threads: random.integer(2, 4) });
  const controller = new AbortController();
  const { signal } = controller;
  const running = trainOn(network, course, { background, signal }).then(
    () => 'ended' as const,
    (error: { code?: string; name?: string }) => {
      if (error.name === 'AbortError') return 'aborted' as const;
      if (error.code === 'ERR_DISPOSED') return 'disposed' as const;
      throw error;
    },
  );
  for (let i = 0; i < waits; i++) await turn();
  if (ending === 'aborted') controller.abort();
  if (ending === 'disposed') network.dispose();
  const found = await running;
  if (ending !== 'disposed') network.dispose();
  return found;
}

const FITS_OF_ROUND = repeats(8, 500);
const ROUNDS = Array.from({ length: repeats(1, 20) }, (_, i) => i + 1);
const MIB = 2 ** 20;

const random = new SeededRandom('fits that end at random moments');
const COURSES = Array.from({ length: 20 }, (_, i) => smallCourse(i, random)) as [Course, ...Course[]];
const found: Record<Ending, number> = { ended: 0, aborted: 0, disposed: 0 };
/** MiB after each round. */
const resident: number[] = [];
const workers = new Set<Worker>();
let most = 0;

/** How many workers there are. */
function alive(watched: Watched): number {
  for (const worker of watched.workers.splice(0)) workers.add(worker);
  for (const worker of workers) if (worker.threadId === -1) workers.delete(worker);
  // The messages hold the memories of teams.
  watched.sent.length = 0;
  return workers.size;
}

it.each(ROUNDS)('round %i: every fit settles', async () => {
  const watched = watchWorkers();
  const { setTimeout } = globalThis;
  // Where other programs keep all cores busy, a worker may need more than half a minute to start.
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, milliseconds: number) =>
    setTimeout(run, milliseconds === 30_000 ? HANGING_MILLISECONDS : milliseconds)) as never);
  for (let done = 0; done < FITS_OF_ROUND; ) {
    const together = random.integer(1, 3);
    const fits = Array.from({ length: together }, () => fitOnce(random.pick(COURSES), random));
    for (const ending of await Promise.all(fits)) found[ending]++;
    done += together;
    most = Math.max(most, alive(watched));
  }
  resident.push(Math.round(process.memoryUsage.rss() / MIB));
});

it('they end in every way, and no memory is left', () => {
  const figures = JSON.stringify({ found, most, resident });
  if (ROUNDS.length > 1) process.stdout.write(`${figures}\n`);
  for (const count of Object.values(found)) {
    expect(count, `${figures}; ${REPRODUCE}`).toBeGreaterThan((FITS_OF_ROUND * ROUNDS.length) / 20);
  }
  // Three fits at once, each with three helpers and perhaps a leader, and as many teams whose helpers are still about to leave.
  expect(most, figures).toBeLessThan(40);
  const half = resident.length >> 1;
  if (half > 4) {
    const rise = Math.max(...resident.slice(half)) - Math.max(...resident.slice(0, half));
    expect(rise, figures).toBeLessThan(100);
  }
});

it('no worker is left after a while', async () => {
  const watched = watchWorkers();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    // The idle team gets a timer that this test drives.
    const course = COURSES.find(({ streamed }) => streamed === undefined) as Course;
    await trainOn(await Network.create({ ...course.network, threads: 4 }), course);
    vi.advanceTimersByTime(10_000);
  } finally {
    vi.useRealTimers();
  }
  await until(() => alive(watched) === 0);
});
