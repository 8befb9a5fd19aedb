/** Very many fits that end at random moments: every promise settles, no memory and no worker is left. */
import type { Worker } from 'node:worker_threads';
import { expect, it, vi } from 'vitest';
import { turn, until } from '../../../support/event-loop.js';
import { repeats } from '../../../support/repeats.js';
import { REPRODUCE, SeededRandom } from '../../../support/seeded.js';
import { leaveWorkers, Network, watchWorkers } from '../../../support/training/background.js';
import { batchesOf, type Course, randomCourse, trainOn } from '../../../support/training/threads.js';

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

const MIB = 2 ** 20;

it('leaves nothing', async () => {
  const workers = new Set<Worker>();
  const watched = watchWorkers();
  const alive = (): number => {
    for (const worker of watched.workers.splice(0)) workers.add(worker);
    for (const worker of workers) if (worker.threadId === -1) workers.delete(worker);
    // The messages hold the memories of teams.
    watched.sent.length = 0;
    return workers.size;
  };
  const random = new SeededRandom('fits that end at random moments');
  const courses = Array.from({ length: 20 }, (_, i) => smallCourse(i, random));
  expect(courses.flatMap((course) => [...batchesOf(course)]).length).toBeGreaterThan(0);
  const fits = repeats(80, 10_000);
  const found: Record<Ending, number> = { ended: 0, aborted: 0, disposed: 0 };
  const resident: number[] = [];
  let most = 0;
  for (let done = 0; done < fits; ) {
    const together = random.integer(1, 3);
    const endings = await Promise.all(
      Array.from({ length: together }, () => fitOnce(random.pick(courses as [Course, ...Course[]]), random)),
    );
    for (const ending of endings) found[ending]++;
    done += together;
    most = Math.max(most, alive());
    if (done % 500 < together) resident.push(process.memoryUsage.rss() / MIB);
  }
  const figures = JSON.stringify({ found, most, resident: resident.map(Math.round) });
  if (fits > 1000) process.stdout.write(`${figures}\n`);
  for (const count of Object.values(found)) expect(count, `${figures}; ${REPRODUCE}`).toBeGreaterThan(fits / 20);
  // Three fits at once, each with three helpers and perhaps a leader, and as many teams whose helpers are still about to leave.
  expect(most, figures).toBeLessThan(40);
  const half = Math.floor(resident.length / 2);
  const early = Math.max(...resident.slice(0, half));
  const late = Math.max(...resident.slice(half));
  if (half > 4) expect(late - early, figures).toBeLessThan(100);

  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    // The idle team gets a timer that this test drives.
    const course = courses.find(({ streamed }) => streamed === undefined) as Course;
    await trainOn(await Network.create({ ...course.network, threads: 4 }), course);
    vi.advanceTimersByTime(10_000);
  } finally {
    vi.useRealTimers();
  }
  await until(() => alive() === 0);
  leaveWorkers();
});
