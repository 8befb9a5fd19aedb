/** Helpers and leaders that end, of themselves or in the middle, fits one after the other on the same record, and tickets that come to their end. */
import { afterEach, describe, expect, it } from 'vitest';
import * as abi from '../../../../assembly/abi.js';
import { endSession } from '../../../../src/engine/wasm/threads/record.js';
import { allTiles, BUILDS, counterOf, endCounters, TILES } from '../../../support/engine/counter.js';
import { repeats } from '../../../support/repeats.js';
import { REPRODUCE, SeededRandom } from '../../../support/seeded.js';

const TEAM = abi.TEAM_ADDRESS;

afterEach(endCounters);

describe.each(BUILDS)('threads, %s build', (build) => {
  it('leave at the end of a fit: awake, asleep, before they have looked, and in the next fit', async () => {
    const counter = counterOf(build);
    const { bench } = counter;
    counter.begin(1, 4);
    const asleep = bench.thread().call(['help', TEAM, 1, 1]);
    await counter.asleep();
    endSession(bench.memory);
    await asleep;
    await bench.thread().call(['help', TEAM, 2, 1]);
    counter.begin(2, 4);
    counter.open(TILES, 4);
    await bench.thread().call(['help', TEAM, 3, 1]);
    expect(bench.get(abi.TEAM_DONE)).toBe(0);
    const second = bench.thread().call(['help', TEAM, 1, 2]);
    await counter.until(abi.TEAM_DONE, TILES);
    // Two ends without a phase between them.
    endSession(bench.memory);
    endSession(bench.memory);
    await second;
    expect(counter.counts()).toEqual(allTiles(1));
    expect(bench.get(abi.TEAM_SLEEPERS)).toBe(0);
    expect(bench.faults()).toEqual([]);
  });

  it('that are ended while they sleep cost nothing', async () => {
    const random = new SeededRandom('claims, ended');
    const counter = counterOf(build);
    const { bench } = counter;
    const leader = bench.thread();
    let phases = 0;
    for (let session = 1; session <= 3; session++) {
      counter.begin(session, 3);
      const left = bench.thread().call(['help', TEAM, 1, session]);
      const dies = bench.thread();
      void dies.call(['help', TEAM, 2, session]);
      await counter.until(abi.TEAM_SLEEPERS, session + 1);
      await dies.end();
      for (let helped = 0; helped < 20; ) {
        const calls = counter.phases(10, 3, random);
        helped += await leader.call(...calls);
        phases += calls.length;
      }
      endSession(bench.memory);
      await left;
      expect(counter.counts(), REPRODUCE).toEqual(allTiles(phases));
    }
    expect(bench.get(abi.TEAM_SLEEPERS)).toBe(3);
    expect(bench.faults()).toEqual([]);
  });

  it('finish what a leader began that was ended in the middle, as the phase that it was', async () => {
    // A step of weights, of which the gradients know nothing. It takes long enough to be ended in.
    const rows = build === 'threads' ? 256 : 16;
    for (let trial = 0; trial < repeats(2, 200); trial++) {
      const counter = counterOf(build, { inputs: 256, units: 1024, rows, phase: abi.PHASE_STEP });
      const { bench } = counter;
      bench.setFloat(abi.TEAM_RATE, 0.125);
      bench.set({ [abi.TEAM_SPLITS]: 4 });
      counter.begin(1, 2);
      const ticket = counter.open(256, 2);
      const left = bench.thread().call(['help', TEAM, 1, 1]);
      const claim = abi.TEAM_CLAIMS + abi.TEAM_CLAIM_BYTES;
      while (bench.get(claim + 4) !== ticket) {}
      endSession(bench.memory);
      await left;
      expect(bench.get(abi.TEAM_DONE)).toBe(256);
      expect(new Set(counter.counts())).toEqual(new Set([0]));
      expect(bench.faults()).toEqual([]);
      await bench.end();
    }
  });

  it('go on in the next fit after a leader was ended in any place', async () => {
    const random = new SeededRandom('claims, leader ended');
    const counter = counterOf(build);
    const { bench } = counter;
    const helpers = [bench.thread(), bench.thread()];
    for (let session = 1; session <= 2 * repeats(3, 200); session++) {
      counter.begin(session, 3);
      const before = counter.counts();
      const left = helpers.map((helper, i) => helper.call(['help', TEAM, i + 1, session]));
      const leader = bench.thread();
      const calls = counter.phases(session % 2 === 0 ? 50 : 100_000, 3, random);
      const ends = leader.call(...calls);
      if (session % 2 === 0) {
        await ends;
        expect(counter.counts(), REPRODUCE).toEqual(before.map((count) => count + calls.length));
      } else {
        for (let i = random.integer(0, 20); i > 0; i--) await new Promise(setImmediate);
        await leader.end();
      }
      endSession(bench.memory);
      await Promise.all(left);
      // What the leader left undone counts for the next session's start.
      if (session % 2 === 1) counter.reset();
    }
    expect(bench.faults()).toEqual([]);
  });

  it.each([
    ['2^31', 0x7fffffff - 41],
    ['2^32', -40],
  ])('count tickets on past %s', async (_, start) => {
    const random = new SeededRandom(`claims, tickets from ${start}`);
    const counter = counterOf(build);
    const { bench } = counter;
    bench.set({ [abi.TEAM_TICKET]: start });
    for (let range = 0; range < abi.TEAM_THREADS; range++) counter.claim(range, start, 1000);
    counter.begin(1, 3);
    const leader = bench.thread();
    const left = [1, 2].map((index) => bench.thread().call(['help', TEAM, index, 1]));
    let phases = 0;
    for (let helped = 0; helped < 20 || phases < 100; ) {
      const calls = counter.phases(5, 3, random);
      helped += await leader.call(...calls);
      phases += calls.length;
    }
    endSession(bench.memory);
    await Promise.all(left);
    expect(counter.counts(), REPRODUCE).toEqual(allTiles(phases));
  });

  it.each([2 ** 30, 2 ** 31, 2 ** 32 - 2])('take chunks of a range that had none for %i tickets', async (age) => {
    const counter = counterOf(build);
    const { bench } = counter;
    counter.begin(1, 4);
    const old = (bench.get(abi.TEAM_TICKET) + 2 - age) | 0;
    for (let range = 1; range < 4; range++) counter.claim(range, old, 7);
    const leader = bench.thread();
    await leader.call(['share', TEAM, TILES, 4]);
    expect(counter.counts()).toEqual(allTiles(1));
    const left = bench.thread().call(['help', TEAM, 2, 1]);
    let phases = 1;
    for (let helped = 0; helped < 20; phases++) helped += await leader.call(['share', TEAM, TILES, 4]);
    endSession(bench.memory);
    await left;
    expect(counter.counts()).toEqual(allTiles(phases));
  });
});
