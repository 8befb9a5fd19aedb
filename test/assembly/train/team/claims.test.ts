/**
 * How threads share chunks, with threads of Node. Phases add to numbers, so a chunk that is done twice or never is seen; what a test must
 * hold still, it writes into the record by hand. Waits are for what happens, never for a time.
 */
import { afterEach, describe, expect, it } from 'vitest';
import * as abi from '../../../../assembly/abi.js';
import { layerRecord } from '../../../../src/engine/wasm/records.js';
import { endSession } from '../../../../src/engine/wasm/threads/record.js';
import { LAYER, SGD } from '../../../support/engine/problems.js';
import { type Call, TEAM_BUILDS, TeamBench, type TeamBuild, whyNot } from '../../../support/engine/team.js';
import { repeats } from '../../../support/repeats.js';
import { REPRODUCE, SeededRandom } from '../../../support/seeded.js';

const BUILDS: readonly TeamBuild[] = ['threadsDebug', 'threads'];
const TEAM = abi.TEAM_ADDRESS;
const ROWS = 4;
const INPUTS = 40;
/** Whole panels: no weight is padding. */
const UNITS = 88;
/** Panels, which are the parts of a phase in builds without wide vectors. */
const TILES = 11;
const TILE_UNITS = abi.PANEL;

const benches: TeamBench[] = [];

afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.end()));
});

/** A layer whose gradients count how often each chunk was done. */
class Counter {
  readonly bench: TeamBench;
  /** How many weights a panel has. */
  readonly #tile: number;
  readonly #gradients: Float32Array;
  readonly #phase: number;

  constructor(
    build: TeamBuild,
    { inputs = INPUTS, units = UNITS, rows = ROWS, phase = abi.PHASE_GRADIENTS as number } = {},
  ) {
    this.bench = new TeamBench(build, 256);
    benches.push(this.bench);
    const layer = { ...LAYER, inputs, units, activation: 'linear' } as const;
    const { network, header } = this.bench.createNetwork({
      inputs,
      outputs: units,
      layers: [layer],
      loss: 'meanSquaredError',
      optimizer: SGD,
      seed: 0,
      normalize: false,
      normalizeTargets: false,
      labels: undefined,
    });
    network.reserve(rows, { batchSize: rows, learningRate: 1, clipNorm: 1, dropoutKey: 0 });
    const words = new Uint32Array(this.bench.memory.buffer);
    const at = (record: number, offset: number): number => words[(record + offset) >>> 2] as number;
    const record = layerRecord(header, 0);
    const floats = (address: number, count: number): Float32Array =>
      new Float32Array(this.bench.memory.buffer, address, count);
    floats(at(header, abi.NETWORK_PASS_INPUTS), rows * inputs).fill(1);
    floats(at(record, abi.LAYER_DELTAS), rows * units).fill(1);
    this.#tile = inputs * TILE_UNITS;
    this.#gradients = floats(at(record, abi.LAYER_WEIGHT_GRADIENTS), inputs * units).fill(0);
    this.#phase = phase;
    this.bench.set({
      [abi.TEAM_NETWORK]: header,
      [abi.TEAM_ROWS]: rows,
      [abi.TEAM_FIRST]: 0,
      [abi.TEAM_LAST]: 1,
      [abi.TEAM_FLAGS]: 0,
      [abi.TEAM_SPLITS]: 1,
    });
  }

  begin(session: number, threads: number): void {
    this.bench.begin(session, threads);
    this.bench.set({ [abi.TEAM_PHASE]: this.#phase });
  }

  /** How often each panel was done, or NaN where its weights disagree. */
  counts(): number[] {
    const counts: number[] = [];
    for (let start = 0; start < this.#gradients.length; start += this.#tile) {
      const tile = this.#gradients.subarray(start, start + this.#tile);
      counts.push(tile.every((value) => value === tile[0]) ? (tile[0] as number) / ROWS : Number.NaN);
    }
    return counts;
  }

  reset(): void {
    this.#gradients.fill(0);
  }

  /** Opens a phase as the leader does, where of each range so many chunks are taken. Returns its ticket. */
  open(chunks: number, active: number, taken: readonly number[] = []): number {
    const { bench } = this;
    const ticket = (bench.get(abi.TEAM_TICKET) + 2) & ~1;
    bench.set({ [abi.TEAM_TICKET]: ticket - 1 });
    bench.set({ [abi.TEAM_CHUNKS]: chunks, [abi.TEAM_ACTIVE]: active, [abi.TEAM_DONE]: 0 });
    taken.forEach((count, range) => {
      this.claim(range, ticket, count);
    });
    this.publish(ticket);
    return ticket;
  }

  claim(range: number, ticket: number, taken: number): void {
    const claim = abi.TEAM_CLAIMS + range * abi.TEAM_CLAIM_BYTES;
    this.bench.set({ [claim]: taken, [claim + 4]: ticket });
  }

  publish(ticket: number): void {
    this.bench.set({ [abi.TEAM_TICKET]: ticket });
    Atomics.notify(this.bench.record, abi.TEAM_TICKET >>> 2);
  }

  /** Waits until a thread sleeps that looks for a phase. Wakes it: it looks again, and sleeps again. */
  async asleep(): Promise<void> {
    while (Atomics.notify(this.bench.record, abi.TEAM_TICKET >>> 2) === 0) await new Promise(setImmediate);
  }

  /** Waits until a word of the record is `value`. */
  async until(offset: number, value: number): Promise<void> {
    while (this.bench.get(offset) !== value) await new Promise(setImmediate);
  }

  /** Phases at random, for a leader to do one after the other. All are of the same parts and splits. */
  phases(count: number, threads: number, random: SeededRandom): Call[] {
    const splits = random.integer(1, 5);
    const parts = random.integer(1, 2 * TILES);
    this.bench.set({ [abi.TEAM_SPLITS]: splits });
    return Array.from({ length: count }, () => ['share', TEAM, parts * splits, random.integer(1, threads)] as const);
  }
}

function allTiles(count: number): number[] {
  return new Array(TILES).fill(count);
}

describe.each(BUILDS)('threads, %s build', (build) => {
  it.each([1, 2, 3, 5, 9])('of which there are %i do each chunk once', async (threads) => {
    const random = new SeededRandom(`claims ${threads}`);
    const counter = new Counter(build);
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
    const counter = new Counter(build);
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
    const counter = new Counter(build);
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
    const counter = new Counter(build);
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
    const counter = new Counter(build);
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
    const counter = new Counter(build);
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

  it('leave at the end of a fit: awake, asleep, before they have looked, and in the next fit', async () => {
    const counter = new Counter(build);
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

  it('are waited for only where they have begun a chunk, by a leader that sleeps', async () => {
    const counter = new Counter(build);
    const { bench } = counter;
    counter.begin(1, 3);
    const ticket = bench.get(abi.TEAM_TICKET) + 2;
    // A helper that took three chunks, and needs its time.
    counter.claim(1, ticket, 3);
    const ends = bench.thread().call(['share', TEAM, TILES, 3]);
    await counter.until(abi.TEAM_WAITING, 1);
    expect(counter.counts()).toEqual([1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1]);
    for (const done of [1, 3]) {
      bench.set({ [abi.TEAM_DONE]: done });
      Atomics.notify(bench.record, abi.TEAM_DONE >>> 2);
    }
    await ends;
    expect(bench.get(abi.TEAM_WAITING)).toBe(0);
  });

  it('wake a leader that sleeps when the last chunk is done', async () => {
    // Chunks that take longer than a thread looks before it sleeps.
    const counter = new Counter(build, { inputs: 250, units: 512, rows: 256 });
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

  it('that are ended while they sleep cost nothing', async () => {
    const random = new SeededRandom('claims, ended');
    const counter = new Counter(build);
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
      const counter = new Counter(build, { inputs: 256, units: 1024, rows, phase: abi.PHASE_STEP });
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
    const counter = new Counter(build);
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
    const counter = new Counter(build);
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
    const counter = new Counter(build);
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

it.each(TEAM_BUILDS.filter((build) => whyNot(build) === undefined))(
  'the record lies past the data of the %s build',
  (build) => {
    const { kernel } = new TeamBench(build);
    expect(kernel.heapBase()).toBeLessThanOrEqual(abi.TEAM_ADDRESS);
    expect(abi.TEAM_BYTES).toBe(abi.TEAM_CLAIMS + abi.TEAM_THREADS * abi.TEAM_CLAIM_BYTES);
  },
);
