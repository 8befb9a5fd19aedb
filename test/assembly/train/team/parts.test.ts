/**
 * Every phase, in chunks: however many there are, in whatever order, their bits are those of one chunk, and no two of them write the same
 * number. course.test.ts compares phases with what one thread computes.
 */
import { describe, expect, it } from 'vitest';
import * as abi from '../../../../assembly/abi.js';
import { roundUp } from '../../../../src/engine/wasm/arena.js';
import { paddedUnits, panelsFloats } from '../../../../src/engine/wasm/panels.js';
import { layerRecord } from '../../../../src/engine/wasm/records.js';
import {
  decaying,
  elaborate,
  LAYER,
  loadParameters,
  type Problem,
  problemOf,
  randomProblem,
} from '../../../support/engine/problems.js';
import { TEAM_BUILDS, TeamBench, type TeamBuild, whyNot } from '../../../support/engine/team.js';
import { Findings } from '../../../support/findings.js';
import { repeats } from '../../../support/repeats.js';
import { SeededRandom } from '../../../support/seeded.js';

const TEAM = abi.TEAM_ADDRESS;
/** As assembly/train/team/parts.ts has them. */
const GATHER = 1;
const ACTIVATE = 2;
const CLEAR = 1;
const UPDATE = 2;
const GRAM = 1;
const GRAM_BIAS = 2;

/** The debug build takes thirty times as long. */
const NETWORKS: Readonly<Record<TeamBuild, number>> = {
  threadsDebug: repeats(6, 60),
  threads: repeats(30, 3_000),
  threadsWide: repeats(12, 1_200),
  threadsRelaxed: repeats(12, 1_200),
  threadsRelaxedWide: repeats(12, 1_200),
};

/** What a phase works on, by offsets of the Team record. */
interface Phase {
  readonly name: string;
  readonly code: number;
  readonly fields: Readonly<Record<number, number>>;
  /** Whether a part may have several splits. */
  readonly splits: boolean;
}

/** A network after two steps, whose memory is full of numbers. */
interface Worked {
  readonly bench: TeamBench;
  readonly problem: Problem;
  readonly rows: number;
  readonly lowest: number;
}

/** Random networks, some of them wide enough for several pairs of panels in each chunk, and for blocks. */
function problemFor(index: number, random: SeededRandom): Problem {
  const drawn = randomProblem(index, random);
  if (index % 4 === 1) return elaborate(drawn, random).problem;
  if (index % 4 === 3) {
    const optimizer = { ...drawn.spec.optimizer, momentum: 0.75, nesterov: random.chance(0.5) };
    return { ...drawn, label: `${drawn.label}, momentum`, spec: { ...drawn.spec, optimizer } };
  }
  if (index % 4 !== 2) return decaying(drawn, random);
  // Panels with gaps between them.
  const inputs = 32 * random.integer(1, 8);
  const units = random.integer(1, 300);
  const layers = [
    { ...LAYER, inputs, units, activation: 'tanh' as const, bias: random.chance(0.5) },
    { ...LAYER, inputs: units, units: random.integer(2, 40), activation: 'softmax' as const },
  ];
  return problemOf(`network ${index}`, layers, 'categoricalCrossEntropy', random.integer(1, 70), random);
}

function work(bench: TeamBench, index: number, random: SeededRandom): Worked {
  const problem = problemFor(index, random);
  const { layers } = problem.spec;
  bench.begin(index + 1, 1);
  const { network, header } = bench.createNetwork(problem.spec);
  loadParameters(network, problem);
  const samples = network.load(problem.samples);
  const rows = Math.min(samples.count, abi.MAX_PASS_ROWS);
  // A block reads rows up to the next multiple of 4.
  network.reserve(samples, roundUp(rows, 4), { batchSize: roundUp(rows, 4), learningRate: 0.01, dropoutKey: 1 });
  // A finite clipNorm, so that gradients are in memory and their squares are summed.
  const step = { batchSize: rows, learningRate: 0.01, clipNorm: random.pick([0.1, 1e6]), dropoutKey: index };
  network.train(samples, 0, rows, step, { loss: 0, correct: 0 });
  samples.setOrder(random.order(samples.count));
  const words = new Uint32Array(bench.memory.buffer);
  const floats = new Float32Array(bench.memory.buffer);
  const at = (record: number, offset: number): number => words[(record + offset) >>> 2] as number;
  // As the leader leaves a network in the middle of a step.
  words[(header + abi.NETWORK_TRAINING) >>> 2] = 1;
  // Numbers that no phase leaves, in all rows: what a chunk writes is then seen.
  layers.forEach(({ units }, l) => {
    const record = layerRecord(header, l);
    for (const tensor of [at(record, abi.LAYER_OUTPUTS), at(record, abi.LAYER_SLOPES), at(record, abi.LAYER_DELTAS)]) {
      for (let row = 0; row < rows; row++) {
        const start = (tensor + 4 * row * paddedUnits(units)) >>> 2;
        for (let unit = 0; unit < units; unit++) floats[start + unit] = 2 * random.uniform() - 1;
      }
    }
  });
  // Velocities that a block with momentum sets to 0, where the first units have no delta.
  layers.forEach(({ units, inputs }, l) => {
    const record = layerRecord(header, l);
    const velocities = at(record, abi.LAYER_WEIGHT_STATE) >>> 2;
    if (velocities === 0) return;
    for (let i = 0; i < panelsFloats(units, inputs); i += 3)
      floats[velocities + i] = (floats[velocities + i] as number) && 1e-31;
    for (let row = 0; row < rows; row++) {
      const start = (at(record, abi.LAYER_DELTAS) + 4 * row * paddedUnits(units)) >>> 2;
      floats.fill(0, start, start + 2);
    }
  });
  bench.set({ [abi.TEAM_NETWORK]: header, [abi.TEAM_DATASET]: samples.address });
  bench.setFloat(abi.TEAM_RATE, 0.25);
  bench.setDouble(abi.TEAM_FACTOR, 0.875);
  const lowest = layers.findIndex(({ trainable }) => trainable);
  return { bench, problem, rows, lowest: lowest < 0 ? layers.length : lowest };
}

function phasesOf({ problem, rows, lowest }: Worked, random: SeededRandom): Phase[] {
  const last = problem.spec.layers.length;
  const all = { [abi.TEAM_FIRST]: lowest, [abi.TEAM_LAST]: last, [abi.TEAM_ROWS]: rows, [abi.TEAM_FLAGS]: 0 };
  const phase = (name: string, code: number, fields: Phase['fields'] = {}, splits = true): Phase => {
    return { name, code, fields: { ...all, ...fields }, splits };
  };
  const phases = [
    phase('rows forward, samples', abi.PHASE_ROWS_FORWARD, { [abi.TEAM_FIRST]: 0, [abi.TEAM_FLAGS]: GATHER }),
    phase('rows backward', abi.PHASE_ROWS_BACKWARD, { [abi.TEAM_LAST]: lowest, [abi.TEAM_BATCH]: rows + 3 }),
    ...[0, CLEAR, UPDATE, CLEAR | UPDATE].map((flags) => {
      return phase(`gradients ${flags}`, abi.PHASE_GRADIENTS, { [abi.TEAM_FLAGS]: flags });
    }),
    phase('step', abi.PHASE_STEP),
    phase('prepare', abi.PHASE_PREPARE, {}, false),
    phase('update', abi.PHASE_UPDATE),
  ];
  for (let l = 0; l < last; l++) {
    const forward = { [abi.TEAM_FIRST]: l, [abi.TEAM_LAST]: l + 1 };
    phases.push(
      phase(`units forward, layer ${l}`, abi.PHASE_UNITS_FORWARD, forward),
      phase(`rows forward, layer ${l} activated`, abi.PHASE_ROWS_FORWARD, {
        [abi.TEAM_FIRST]: l + 1,
        [abi.TEAM_FLAGS]: ACTIVATE,
      }),
    );
  }
  if (lowest < last) {
    const block = { [abi.TEAM_LAST]: lowest + 1, [abi.TEAM_ROWS]: Math.min(rows, random.integer(1, abi.GRAM_ROWS)) };
    for (const flags of [0, GRAM, GRAM | GRAM_BIAS]) {
      phases.push(phase(`block forward ${flags}`, abi.PHASE_BLOCK_FORWARD, { ...block, [abi.TEAM_FLAGS]: flags }));
    }
    phases.push(phase('block step', abi.PHASE_BLOCK_STEP, block));
  }
  return phases;
}

interface Tried {
  readonly faults: readonly string[];
  /** Whether the phase changed anything. */
  readonly changes: boolean;
}

function tryPhase({ bench }: Worked, { name, code, fields, splits }: Phase, random: SeededRandom): Tried {
  const words = bench.blocks();
  const before = words.slice();
  const after = (split: number, chunks: number, chosen: Iterable<number>): Uint32Array => {
    words.set(before);
    // What the record says of the phase is not what they do: it may be over for src/.
    bench.set({ ...fields, [abi.TEAM_PHASE]: abi.PHASE_END, [abi.TEAM_SPLITS]: split });
    for (const chunk of chosen) bench.kernel.doChunk(TEAM, code, chunk, chunks, chunk % 3);
    return words.slice();
  };
  const expected = after(1, 1, [0]);
  const split = splits ? random.integer(1, 5) : 1;
  const chunks = split * random.integer(1, random.pick([3, 30]));
  const found = after(split, chunks, random.order(chunks));
  const where = `${name} in ${chunks} chunks, ${split} splits`;
  const wrong = firstDifference(found, expected);
  const faults = wrong < 0 ? [] : [`${where}: word ${wrong} differs`];
  const chunk = random.integer(0, chunks - 1);
  const [one, next] = [after(split, chunks, [chunk]), after(split, chunks, [(chunk + 1) % chunks])];
  const twice = firstChangedTwice(before, one, next);
  if (chunks > 1 && twice >= 0) faults.push(`${where}: chunk ${chunk} and the next one write word ${twice}`);
  words.set(before);
  return { faults, changes: firstDifference(before, expected) >= 0 };
}

/** The index of the first word that differs, or -1. A loop: callbacks for each word took half of the time. */
function firstDifference(a: Uint32Array, b: Uint32Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return i;
  return -1;
}

/** The index of the first word that differs from `before` in both, or -1. */
function firstChangedTwice(before: Uint32Array, a: Uint32Array, b: Uint32Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== before[i] && b[i] !== before[i]) return i;
  return -1;
}

describe.each(TEAM_BUILDS)('phases in chunks, %s build', (build) => {
  const why = whyNot(build);

  it.skipIf(why !== undefined)(`give the bits of one chunk${why === undefined ? '' : ` (${why})`}`, () => {
    const bench = new TeamBench(build, 128);
    const findings = new Findings();
    const changing = new Set<number>();
    let cases = 0;
    for (let index = 0; index < NETWORKS[build]; index++) {
      const random = new SeededRandom(`parts ${index}`);
      const worked = work(bench, index, random);
      for (const phase of phasesOf(worked, random)) {
        const { faults, changes } = tryPhase(worked, phase, random);
        if (changes) changing.add(phase.code);
        findings.add(worked.problem.label, faults);
        cases++;
      }
      findings.add(worked.problem.label, bench.faults());
      cases++;
    }
    findings.expectNone(cases);
    const codes = Object.entries(abi).flatMap(([name, code]) => (/^PHASE_(?!NONE|END)/.test(name) ? [code] : []));
    expect([...changing].sort((a, b) => a - b)).toEqual(codes);
    console.log(`${build}: ${cases} phases of ${NETWORKS[build]} networks`);
  });
});
