/**
 * Whole trainings by a team, with everything shared however small it is, against those of the build for one thread: bit for bit, whatever the
 * network, the batch and the number of threads, here more than most machines have cores.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { TEAM_ADDRESS } from '../../../../assembly/abi.js';
import { isPlain, type StepOptions, type Totals } from '../../../../src/engine/engine.js';
import type { KernelExports } from '../../../../src/engine/wasm/kernel.js';
import { createMoments, momentRows } from '../../../../src/engine/wasm/moments.js';
import { WasmNetwork } from '../../../../src/engine/wasm/network.js';
import { blockRows } from '../../../../src/engine/wasm/plan.js';
import { Realm } from '../../../../src/engine/wasm/realm.js';
import { endSession } from '../../../../src/engine/wasm/threads/record.js';
import type { LayerSpec } from '../../../../src/options/spec.js';
import type { Activation } from '../../../../src/options/types.js';
import {
  decaying,
  elaborate,
  HIDDEN,
  LAYER,
  loadParameters,
  PAIRS,
  type Problem,
  problemOf,
  slopeFor,
} from '../../../support/engine/problems.js';
import { TEAM_BUILDS, TeamBench, type TeamBuild, type Thread, TWINS, whyNot } from '../../../support/engine/team.js';
import { type Build, openBuild, sameBits } from '../../../support/engine/workbench.js';
import { Findings } from '../../../support/findings.js';
import { repeats } from '../../../support/repeats.js';
import { SeededRandom } from '../../../support/seeded.js';

const THREADS = 4;
const BATCHES = [1, 2, 3, 6, 31, 32, 256, 300, 513] as const;

/** The debug build takes thirty times as long. */
const ROUNDS: Readonly<Record<TeamBuild, number>> = {
  threadsDebug: repeats(18, 180),
  threads: repeats(60, 13_500),
  threadsWide: repeats(20, 4_500),
  threadsRelaxed: repeats(20, 4_500),
  threadsRelaxedWide: repeats(20, 4_500),
};

interface Course {
  readonly problem: Problem;
  readonly step: StepOptions;
  /** Samples in each call, one call after the other. */
  readonly calls: readonly number[];
  readonly order: Uint32Array;
}

/** Every so many rounds a layer of few units has so many inputs that even PREPARE would be split, whose sums of a panel must not be. */
const TALL_EVERY = 45;
const TALL = 6500;
/** And a sample has a number that is not finite. */
const STOP_EVERY = 7;

/** Batches in turn, everything else at random. */
function courseOf(index: number, random: SeededRandom): Course {
  const batchSize = BATCHES[index % BATCHES.length] as number;
  const batches = batchSize > 100 ? random.integer(1, 2) : random.integer(2, 5);
  const count = random.integer((batches - 1) * batchSize + 1, batches * batchSize);
  const isTall = index % TALL_EVERY === 3;
  const [first, ...others] = layersOf(batchSize, count, random) as [LayerSpec, ...LayerSpec[]];
  const tall = isTall ? [{ ...first, inputs: TALL, units: 32, trainable: true }] : [first, ...others];
  const drawn = problemOf(`training ${index}`, tall, 'meanSquaredError', count, random);
  const { loss, activation } = random.pick(PAIRS as [(typeof PAIRS)[number], ...typeof PAIRS]);
  const layers = drawn.spec.layers.map((layer, l, { length }) => (l === length - 1 ? { ...layer, activation } : layer));
  const plain = problemOf(`training ${index}`, layers, loss, count, random);
  const { problem, step } = random.chance(batchSize === 1 ? 0.25 : 0.5)
    ? elaborate(plain, random)
    : {
        problem: decayed(plain, random, batchSize),
        step: { clipNorm: undefined, dropoutKey: random.integer(0, 2 ** 32 - 1) },
      };
  if (index % STOP_EVERY === 2)
    problem.samples.inputs[random.integer(0, problem.samples.inputs.length - 1)] = Number.NaN;
  const clipNorm = isTall ? 0.5 : step.clipNorm;
  const all = { ...step, clipNorm, batchSize, learningRate: random.pick([0.5, 0.05, 1e-3]) };
  return { problem, step: all, calls: callsOf(problem, all, random), order: random.order(count) };
}

/** Up to four layers, the first wide enough for blocks of small batches if they are to be there. */
function layersOf(batchSize: number, count: number, random: SeededRandom): LayerSpec[] {
  const low = random.chance(0.5) && batchSize <= 6 ? 46 : 1;
  // Batches of more than three are in blocks only where the first layer that learns is large.
  const large = batchSize === 6 && random.chance(0.3);
  const layers: LayerSpec[] = [];
  let inputs = large ? 366 : random.integer(low, 70);
  for (let l = random.integer(1, count > 100 ? 3 : 4); l > 0; l--) {
    const units = large && l === 1 ? 363 : random.integer(Math.max(low, 2), 70);
    const hidden = random.pick(HIDDEN as [Activation, ...Activation[]]);
    const bias = random.chance(0.8);
    const [trainable, slope] = [random.chance(0.8), slopeFor(units)];
    const dropout = l > 1 && random.chance(0.2) ? 0.3 : 0;
    layers.push({ ...LAYER, inputs, units, activation: hidden, bias, trainable, slope, dropout });
    inputs = units;
  }
  return layers;
}

/**
 * The same with weight decay in half of the cases, sometimes so strong that a step turns weights around. Of batches of one sample, half
 * have momentum instead, which blocks take too.
 */
function decayed(problem: Problem, random: SeededRandom, batchSize: number): Problem {
  if (batchSize === 1 && random.chance(0.5)) {
    const momentum = random.pick([0.25, 0.9]);
    const optimizer = { ...problem.spec.optimizer, momentum, nesterov: random.chance(0.5) };
    return { ...problem, label: `${problem.label}, momentum`, spec: { ...problem.spec, optimizer } };
  }
  if (random.chance(0.5)) return problem;
  if (random.chance(0.6)) return decaying(problem, random);
  const optimizer = { ...problem.spec.optimizer, weightDecay: random.pick([3, 50]) };
  return { ...problem, label: `${problem.label}, strong decay`, spec: { ...problem.spec, optimizer } };
}

/** Calls of whole batches, and of whole blocks where batches are in blocks. */
function callsOf({ spec, samples }: Problem, step: StepOptions, random: SeededRandom): number[] {
  const multiple = isPlain(spec, step) ? blockRows(spec, step.batchSize) : momentRows(spec, step);
  const calls: number[] = [];
  for (let left = samples.count; left > 0; ) {
    const call = Math.min(multiple * random.integer(1, 3), left);
    calls.push(call);
    left -= call;
  }
  return calls;
}

interface Outcome {
  /** Parameters and moments, without what lies between panels: a strong decay makes -0 of these zeros where one thread steps. */
  readonly numbers: readonly Float32Array[];
  readonly products: readonly number[];
  readonly training: Totals;
  /** What each call of the kernel trained on: fewer samples than it got where a loss was not finite. */
  readonly trained: readonly number[];
  readonly evaluation: Totals;
}

/** Two epochs, then an evaluation. */
function run(network: WasmNetwork, trained: number[], { problem, step, calls, order }: Course): Outcome {
  const training: Totals = { loss: 0, correct: 0 };
  const evaluation: Totals = { loss: 0, correct: 0 };
  loadParameters(network, problem);
  const samples = network.load(problem.samples);
  let finite = true;
  for (let epoch = 0; epoch < 2 && finite; epoch++) {
    let from = 0;
    for (const call of calls) {
      finite &&= network.train(samples, from, call, { ...step, dropoutKey: step.dropoutKey + epoch }, training);
      from += call;
    }
    samples.setOrder(order);
  }
  network.evaluate(samples, 0, samples.count, evaluation);
  const parameters = problem.spec.layers.map((_, l) => network.readParameters(l));
  const { moments, products } = network.readOptimizerState() ?? { moments: [], products: [] };
  const numbers = [parameters, ...moments].flat().flatMap(({ weights, biases }) => [weights, biases]);
  return { numbers, products, training, trained, evaluation };
}

/** By one thread. */
function runAlone(build: Build, course: Course): Outcome {
  const { kernel, module, memory } = openBuild(build);
  const trained: number[] = [];
  const exports = kernel as unknown as KernelExports;
  const train: KernelExports['train'] = (...given) => {
    const count = exports.train(...given);
    trained.push(count);
    return count;
  };
  const realm = new Realm({ module, memory, exports: { ...exports, train } });
  return run(new WasmNetwork(realm, course.problem.spec, createMoments), trained, course);
}

function differences(found: Outcome, expected: Outcome): (string | undefined)[] {
  const same = (a: Totals, b: Totals): boolean => Object.is(a.loss, b.loss) && Object.is(a.correct, b.correct);
  return [
    found.numbers.every((numbers, i) => sameBits(numbers, expected.numbers[i] as Float32Array))
      ? undefined
      : 'other parameters or moments',
    String(found.products) === String(expected.products) ? undefined : `products of betas ${found.products}`,
    same(found.training, expected.training) ? undefined : `loss ${found.training.loss}, not ${expected.training.loss}`,
    same(found.evaluation, expected.evaluation) ? undefined : `evaluation ${found.evaluation.loss}`,
    String(found.trained) === String(expected.trained)
      ? undefined
      : `trained on ${found.trained}, not ${expected.trained}`,
  ];
}

describe.each(TEAM_BUILDS)('a team, %s build', (build) => {
  const why = whyNot(build);
  const benches: TeamBench[] = [];
  afterAll(async () => {
    await Promise.all(benches.map((bench) => bench.end()));
  });

  it.skipIf(why !== undefined)(
    `trains with the bits of one thread${why === undefined ? '' : ` (${why})`}`,
    async () => {
      const bench = new TeamBench(build, 256);
      benches.push(bench);
      const helpers: Thread[] = Array.from({ length: THREADS - 1 }, () => bench.thread());
      const findings = new Findings();
      let [session, stopped] = [0, 0];
      for (let index = 0; index < ROUNDS[build]; index++) {
        const random = new SeededRandom(`team ${index}`);
        const course = courseOf(index, random);
        const threads = random.integer(1, THREADS);
        session++;
        bench.begin(session, threads);
        const left = helpers
          .slice(0, threads - 1)
          .map((helper, i) => helper.call(['help', TEAM_ADDRESS, i + 1, session]));
        const { network } = bench.createNetwork(course.problem.spec);
        bench.trained.length = 0;
        const found = run(network, bench.trained, course);
        endSession(bench.memory);
        const expected = runAlone(TWINS[build], course);
        if (!Number.isFinite(expected.training.loss)) stopped++;
        const label = `${course.problem.label}, batches of ${course.step.batchSize}, ${threads} threads`;
        findings.add(label, [...differences(found, expected), ...bench.faults()]);
        await Promise.all(left);
      }
      findings.expectNone(ROUNDS[build]);
      expect(stopped).toBeGreaterThan(0);
      console.log(`${build}: ${ROUNDS[build]} trainings, of which ${stopped} stopped at a loss that is not finite`);
    },
  );
});
