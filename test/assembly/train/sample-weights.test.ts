/** Sample weights of either sign and 0, as policy gradients have them: losses, gradients and steps against the float64 twin. */
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import { jsEngine } from '../../../src/engine/js/engine.js';
import {
  distance,
  flatten,
  LAYER,
  loadParameters,
  norm,
  type Problem,
  problemOf,
  randomProblem,
  stepOf,
  twinOf,
} from '../../support/engine/problems.js';
import * as twin from '../../support/engine/reference.js';
import { BUILDS, engineOf } from '../../support/engine/workbench.js';
import { Findings } from '../../support/findings.js';
import { repeats } from '../../support/repeats.js';
import { SeededRandom } from '../../support/seeded.js';

const RATE = 1 / 64;
const NETWORKS = repeats(12, 45);
const TOLERANCE = 1e-5;
const BATCHES = [1, 3, 32, 300];

const ENGINES: readonly [string, () => Pick<Engine, 'createNetwork'>][] = [
  ...BUILDS.map((build) => [build, () => engineOf(build)] as [string, () => Pick<Engine, 'createNetwork'>]),
  ['js', () => jsEngine],
];

/** Random networks, every third so narrow that without weights it would fit the registers. */
function weighted(index: number, random: SeededRandom): Problem {
  const layers = [
    { ...LAYER, inputs: 3, units: 3, activation: 'tanh' },
    { ...LAYER, inputs: 3, units: 2, activation: 'sigmoid' },
  ] as const;
  const problem =
    index % 3 === 0
      ? problemOf('narrow', layers, 'binaryCrossEntropy', random.integer(1, 40), random)
      : randomProblem(index, random);
  const weights = Float32Array.from({ length: problem.samples.count }, () => random.pick([-2, -0.5, 0, 0, 1, 1.5]));
  return { ...problem, samples: { ...problem.samples, weights } };
}

function rowsOf({ spec, samples, denseTargets }: Problem, from: number, rows: number) {
  const { inputs, outputs } = spec;
  return {
    x: samples.inputs.subarray(from * inputs, (from + rows) * inputs),
    t: denseTargets.subarray(from * outputs, (from + rows) * outputs),
    weights: samples.weights?.subarray(from, from + rows),
  };
}

describe.each(ENGINES)('sample weights of either sign, %s', (name, open) => {
  it('give the gradients of the twin', () => {
    const random = new SeededRandom('signed weights');
    const findings = new Findings();
    for (let index = 0; index < NETWORKS; index++) {
      const problem = weighted(index, random);
      const { spec, samples } = problem;
      const network = open().createNetwork(spec);
      loadParameters(network, problem);
      const { loss, layers } = network.gradients(network.load(samples));
      const { x, t, weights } = rowsOf(problem, 0, samples.count);
      const expected = twin.networkGradients(twinOf(problem), samples.count, x, t, { weights });
      const wanted = flatten(spec, expected.layers);
      const error = distance(flatten(spec, layers), wanted);
      findings.add(`${name} ${problem.label}`, [
        Math.abs(loss - expected.loss) <= TOLERANCE * (Math.abs(expected.loss) + 1) ? undefined : `loss ${loss}`,
        error <= TOLERANCE * norm(wanted) ? undefined : `gradients off by ${error} of ${norm(wanted)}`,
      ]);
      network.dispose();
    }
    findings.expectNone(NETWORKS);
  });

  it.each(BATCHES)('take the steps of the twin, in batches of %i', (batchSize) => {
    const random = new SeededRandom(`signed weights ${batchSize}`);
    const findings = new Findings();
    let negative = 0;
    for (let index = 0; index < NETWORKS; index++) {
      const problem = weighted(index, random);
      const { spec, samples } = problem;
      const network = open().createNetwork(spec);
      loadParameters(network, problem);
      const totals = { loss: 0, correct: 0 };
      const { count } = samples;
      const finite = network.train(network.load(samples), 0, count, stepOf(batchSize, RATE), totals);
      const own = twinOf(problem);
      const before = flatten(spec, own.layers);
      let loss = 0;
      for (let from = 0; from < count; from += batchSize) {
        const rows = Math.min(batchSize, count - from);
        const { x, t, weights } = rowsOf(problem, from, rows);
        loss += rows * twin.networkStep(own, rows, x, t, { weights, learningRate: RATE });
      }
      if (loss < 0) negative++;
      const after = flatten(spec, own.layers);
      const trained = spec.layers.map((_, l) => network.readParameters(l));
      const error = distance(flatten(spec, trained), after);
      const size = norm(before) * 1e-6 + distance(before, after);
      findings.add(`${name} ${problem.label}`, [
        finite ? undefined : 'stopped',
        Math.abs(totals.loss - loss) <= TOLERANCE * (count + Math.abs(loss)) ? undefined : `loss ${totals.loss}`,
        error <= 10 * TOLERANCE * size + 1e-6 * norm(before) ? undefined : `off by ${error}, went ${size}`,
      ]);
      network.dispose();
    }
    findings.expectNone(NETWORKS);
    expect(negative).toBeGreaterThan(0);
  });
});
