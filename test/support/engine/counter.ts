/**
 * A layer whose gradients count how often each chunk of a phase was done: each time adds to them. For tests of assembly/train/team/claims.ts,
 * which hold the record still or write into it as another thread would.
 */
import * as abi from '../../../assembly/abi.js';
import type { LoadedSamples } from '../../../src/engine/engine.js';
import { layerRecord } from '../../../src/engine/wasm/records.js';
import type { SeededRandom } from '../seeded.js';
import { LAYER, SGD } from './problems.js';
import { type Call, TeamBench, type TeamBuild } from './team.js';

const TEAM = abi.TEAM_ADDRESS;
const ROWS = 4;
const INPUTS = 40;
/** Whole panels: no weight is padding. */
const UNITS = 88;
/** Panels, which are the parts of a phase in builds without wide vectors. */
export const TILES = 11;
const TILE_UNITS = abi.PANEL;

/** A layer whose gradients count how often each chunk was done. */
export class Counter {
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
    network.reserve({ isSparse: false } as LoadedSamples, rows, {
      batchSize: rows,
      learningRate: 1,
      clipNorm: 1,
      dropoutKey: 0,
    });
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

  /** Waits until a thread sleeps at a word of the record, by default for a phase. Wakes it: it looks again, and sleeps again. */
  async asleep(offset = abi.TEAM_TICKET): Promise<void> {
    while (Atomics.notify(this.bench.record, offset >>> 2) === 0) await new Promise(setImmediate);
  }

  /** Waits until a word of the record is `value`. */
  async until(offset: number, value: number): Promise<void> {
    while (this.bench.get(offset) !== value) await new Promise(setImmediate);
  }

  /** Phases at random, for a leader to do one after the other. All have the same splits. */
  phases(count: number, threads: number, random: SeededRandom): Call[] {
    const splits = random.integer(1, 5);
    this.bench.set({ [abi.TEAM_SPLITS]: splits });
    return Array.from(
      { length: count },
      () => ['share', TEAM, splits * random.integer(1, 2 * TILES), random.integer(1, threads)] as const,
    );
  }
}

/** Each panel was done so often. */
export function allTiles(count: number): number[] {
  return new Array(TILES).fill(count);
}

/** The builds that counters run on. */
export const BUILDS: readonly TeamBuild[] = ['threadsDebug', 'threads'];

let benches: TeamBench[] = [];

/** A counter that `endCounters` ends, with its threads. */
export function counterOf(...given: ConstructorParameters<typeof Counter>): Counter {
  const counter = new Counter(...given);
  benches.push(counter.bench);
  return counter;
}

/** Call it after each test. */
export async function endCounters(): Promise<void> {
  await Promise.all(benches.map((bench) => bench.end()));
  benches = [];
}
