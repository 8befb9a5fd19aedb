/**
 * How threads share chunks, with threads of Node. Phases add to numbers, so a chunk that is done twice or never is seen; what a test must
 * hold still, it writes into the record by hand. Waits are for what happens, never for a time.
 */
import { afterEach, describe, expect, it } from 'vitest';
import * as abi from '../../../../assembly/abi.js';
import { endSession } from '../../../../src/engine/wasm/threads/record.js';
import { allTiles, BUILDS, counterOf, endCounters, TILES } from '../../../support/engine/counter.js';
import { TEAM_BUILDS, TeamBench, whyNot } from '../../../support/engine/team.js';
import { repeats } from '../../../support/repeats.js';
import { REPRODUCE, SeededRandom } from '../../../support/seeded.js';

const TEAM = abi.TEAM_ADDRESS;

afterEach(endCounters);

describe.each(BUILDS)('threads, %s build', (build) => {
  it.each([1, 2, 3, 5, 9])('of which there are %i do each chunk once', async (threads) => {
    const random = new SeededRandom(`claims ${threads}`);
    const counter = counterOf(build);
    const { bench } = counter;
    const leader = bench.thread();
    const helpers = Array.from({ length: threads - 1 }, () => bench.thread());
    let [phases, helped] = [0, 0];
    // Some sessions, until helpers have helped in each.
    for (let session = 1; session <= 2; session++) {
      counter.begin(session, threads);
      const left = helpers.map((helper, i) => helper.call(['help', TEAM, i + 1, session]));
      for (let call = 0; call < repeats(10, 1000) || helped < (threads > 1 ? 20 * session : 0); call++) {
        const calls = counter.phases(random.integer(1, 25), threads, random);
        helped += await leader.call(...calls);
        phases += calls.length;
      }
      expect(counter.counts(), REPRODUCE).toEqual(allTiles(phases));
      endSession(bench.memory);
      await Promise.all(left);
    }
    expect(counter.counts(), REPRODUCE).toEqual(allTiles(phases));
    expect(bench.get(abi.TEAM_SLEEPERS)).toBe(0);
    expect(bench.faults()).toEqual([]);
  });

  it('may start late, one after the other, while the leader goes on', async () => {
    const random = new SeededRandom('claims, late');
    const counter = counterOf(build);
    const { bench } = counter;
    const leader = bench.thread();
    counter.begin(7, 4);
    const left: Promise<unknown>[] = [];
    let phases = 0;
    for (let index = 0; index < 4; index++) {
      if (index > 0) left.push(bench.thread().call(['help', TEAM, index, 7]));
      // One of an earlier fit, whose message comes now.
      await bench.thread().call(['help', TEAM, index, 6]);
      for (let helped = 0; helped < 20 * index || phases < 20; ) {
        const calls = counter.phases(10, 4, random);
        helped += await leader.call(...calls);
        phases += calls.length;
      }
    }
    endSession(bench.memory);
    await Promise.all(left);
    expect(counter.counts(), REPRODUCE).toEqual(allTiles(phases));
    expect(bench.faults()).toEqual([]);
  });

  it('of which the leader is alone are as many as it says', () => {
    const counter = counterOf(build);
    const { bench } = counter;
    counter.begin(1, abi.TEAM_THREADS);
    let phases = 0;
    for (const active of [1, 2, 7, abi.TEAM_THREADS]) {
      for (const chunks of [1, 2, TILES, 5 * TILES, 1024]) {
        bench.kernel.share(TEAM, chunks, active);
        phases++;
        expect(counter.counts()).toEqual(allTiles(phases));
      }
    }
    expect(bench.get(abi.TEAM_DONE)).toBe(0);
    expect(bench.faults()).toEqual([]);
  });

  it('that join in the middle of a phase take what is left of it, of all ranges', async () => {
    const counter = counterOf(build);
    const { bench } = counter;
    counter.begin(1, 3);
    // Ranges of 3, 4 and 4 chunks.
    counter.open(TILES, 3, [1, 4, 2]);
    const left = bench.thread().call(['help', TEAM, 2, 1]);
    await counter.until(abi.TEAM_DONE, 4);
    await counter.asleep();
    endSession(bench.memory);
    await left;
    expect(counter.counts()).toEqual([0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1]);
    expect(bench.get(abi.TEAM_DONE)).toBe(4);
  });

  it('that come late to a phase take nothing of the next one', async () => {
    const counter = counterOf(build);
    const { bench } = counter;
    counter.begin(1, 2);
    // What a helper finds that read a ticket and then stood still: claims of the next phase, in which the first chunks are not taken.
    const ticket = (bench.get(abi.TEAM_TICKET) + 2) & ~1;
    counter.claim(0, ticket + 2, 1);
    counter.claim(1, ticket + 2, 0);
    counter.open(TILES, 2);
    const left = bench.thread().call(['help', TEAM, 1, 1]);
    await counter.asleep();
    expect(counter.counts()).toEqual(allTiles(0));
    // It comes back for that phase. Of the first range, 5 chunks, one is taken.
    bench.set({ [abi.TEAM_TICKET]: ticket + 1 });
    counter.publish(ticket + 2);
    await counter.until(abi.TEAM_DONE, TILES - 1);
    endSession(bench.memory);
    await left;
    expect(counter.counts()).toEqual([0, ...allTiles(1).slice(1)]);
  });

  it('wait while the leader writes a phase, and where there are enough without them', async () => {
    const counter = counterOf(build);
    const { bench } = counter;
    counter.begin(1, 4);
    const ticket = counter.open(TILES, 4, [0, 0, 0, 0]);
    bench.set({ [abi.TEAM_TICKET]: ticket + 1 });
    const left = bench.thread().call(['help', TEAM, 2, 1]);
    await counter.asleep();
    bench.set({ [abi.TEAM_ACTIVE]: 2 });
    counter.publish(ticket + 2);
    // Awake, it finds that two threads take part, and sleeps again.
    await counter.asleep();
    expect(counter.counts()).toEqual(allTiles(0));
    counter.open(TILES, 3);
    await counter.until(abi.TEAM_DONE, TILES);
    endSession(bench.memory);
    await left;
    expect(counter.counts()).toEqual(allTiles(1));
  });

  it('that look at a phase while the next one is written take nothing of either', async () => {
    const counter = counterOf(build);
    const { bench } = counter;
    counter.begin(1, 2);
    const left = bench.thread().call(['help', TEAM, 1, 1]);
    await counter.asleep();
    const { record } = bench;
    const [name, chunks] = [abi.TEAM_TICKET >>> 2, abi.TEAM_CHUNKS >>> 2];
    let ticket = counter.open(1, 2, [1, 1]);
    for (let i = 0; i < repeats(20_000, 10_000_000); i++) {
      // Many chunks, but only while the ticket is odd. With them, what is taken of the last phase would not be all.
      Atomics.store(record, name, ticket + 1);
      Atomics.store(record, chunks, 1024);
      for (let hold = i % 50; hold > 0; hold--) Atomics.load(record, name);
      ticket += 2;
      Atomics.store(record, chunks, 1);
      for (let range = 0; range < 2; range++) {
        Atomics.store(record, (abi.TEAM_CLAIMS + range * abi.TEAM_CLAIM_BYTES + 4) >>> 2, ticket);
      }
      Atomics.store(record, name, ticket);
    }
    endSession(bench.memory);
    await left;
    expect(bench.get(abi.TEAM_DONE)).toBe(0);
    expect(counter.counts()).toEqual(allTiles(0));
  });

  it('that finish chunks at the same time are all counted', async () => {
    const counter = counterOf(build);
    const { bench } = counter;
    counter.begin(1, 2);
    const left = bench.thread().call(['help', TEAM, 1, 1]);
    await counter.asleep();
    const phases = repeats(200, 100_000);
    for (let phase = 0; phase < phases; phase++) {
      counter.open(TILES, 2);
      // This thread finishes chunk after chunk until the helper has finished its own.
      let [done, others] = [0, 0];
      while (done === others) {
        others++;
        done = Atomics.add(bench.record, abi.TEAM_DONE >>> 2, 1) + 1;
      }
      expect(done - others).toBe(TILES);
    }
    endSession(bench.memory);
    await left;
    expect(counter.counts()).toEqual(allTiles(phases));
  });

  it('are waited for only where they have begun a chunk, by a leader that sleeps', async () => {
    const counter = counterOf(build);
    const { bench } = counter;
    counter.begin(1, 3);
    const ticket = bench.get(abi.TEAM_TICKET) + 2;
    // A helper that took three chunks, and needs its time.
    counter.claim(1, ticket, 3);
    const ends = bench.thread().call(['share', TEAM, TILES, 3]);
    await counter.until(abi.TEAM_WAITING, 1);
    expect(counter.counts()).toEqual([1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1]);
    // One of them is not all: it sleeps again.
    bench.set({ [abi.TEAM_DONE]: 1 });
    await counter.asleep(abi.TEAM_DONE);
    await counter.asleep(abi.TEAM_DONE);
    bench.set({ [abi.TEAM_DONE]: 3 });
    Atomics.notify(bench.record, abi.TEAM_DONE >>> 2);
    await ends;
    expect(bench.get(abi.TEAM_WAITING)).toBe(0);
  });

  it('wake a leader that sleeps when the last chunk is done', async () => {
    // Chunks that take longer than a thread looks before it sleeps.
    const counter = counterOf(build, { inputs: 248, units: 512, rows: 256 });
    const { bench } = counter;
    counter.begin(1, 2);
    const leader = bench.thread();
    const left = bench.thread().call(['help', TEAM, 1, 1]);
    for (let helped = 0; helped < repeats(10, 200); ) helped += await leader.call(['share', TEAM, 2, 2]);
    endSession(bench.memory);
    await left;
    expect(counter.counts()[0]).toBeGreaterThan(0);
    expect(new Set(counter.counts()).size).toBe(1);
  });
});

it.each(TEAM_BUILDS.filter((build) => whyNot(build) === undefined))(
  'the record lies past the data of the %s build',
  (build) => {
    const { kernel } = new TeamBench(build);
    expect(kernel.heapBase()).toBeLessThanOrEqual(abi.TEAM_ADDRESS);
    expect(abi.TEAM_BYTES).toBe(abi.TEAM_CLAIMS + abi.TEAM_THREADS * abi.TEAM_CLAIM_BYTES);
  },
);
