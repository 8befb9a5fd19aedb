/** The twin itself: its gradients against central differences of its own loss. */
import { expect, it } from 'vitest';
import type { Activation } from '../../src/options/types.js';
import { norm, type Problem, randomProblem, twinOf } from '../support/engine/problems.js';
import {
  lossSum,
  networkGradients,
  networkPass,
  type TwinLayer,
  type TwinNetwork,
} from '../support/engine/reference.js';
import { Findings } from '../support/findings.js';
import { repeats } from '../support/repeats.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

const NETWORKS = repeats(60, 1000);
const STEP = 1e-5;
const TOLERANCE = 1e-6;
/** A difference of two losses around 1 keeps an error of some 1e-16 / STEP. */
const ROUNDING = 1e-10;
/** Samples that a difference looks at: more make it slower, not sharper. */
const ROWS = 12;

/** Activations with a bend at 0. */
const BENT: readonly Activation[] = ['relu', 'leakyRelu', 'elu', 'selu'];

interface Sample {
  readonly rows: number;
  readonly x: Float32Array;
  readonly t: Float32Array;
}

/** The loss, and on which side of their bends units and errors are: across a change of these it has no smooth derivative. */
function probe(network: TwinNetwork, { rows, x, t }: Sample): { loss: number; active: string } {
  const { sums, activations } = networkPass(network, rows, x);
  const answers = activations.at(-1) as Float64Array;
  const output = network.layers.at(-1) as TwinLayer;
  const loss = lossSum(network.loss, output.spec.units, answers, sums.at(-1) as Float64Array, t) / rows;
  const bent = sums.filter((_, l) => BENT.includes(network.layers[l]?.spec.activation as Activation));
  const errors = Array.from(answers, (value, i) => value - (t[i] as number));
  const sides =
    network.loss === 'meanAbsoluteError' || network.loss === 'huber'
      ? errors.map((error) => [error > 0, Math.abs(error) > 1].map(Number).join(''))
      : [];
  const active = [...bent.map((values) => Array.from(values, (value) => Number(value > 0)).join('')), ...sides];
  return { loss, active: active.join() };
}

/** The slope of the loss along one parameter, or undefined where a bend lies in between. */
function centralDifference(network: TwinNetwork, sample: Sample, parameters: Float64Array, index: number) {
  const value = parameters[index] as number;
  parameters[index] = value + STEP;
  const above = probe(network, sample);
  parameters[index] = value - STEP;
  const below = probe(network, sample);
  parameters[index] = value;
  return above.active === below.active ? (above.loss - below.loss) / (2 * STEP) : undefined;
}

function sampleOf({ spec, samples, denseTargets }: Problem): Sample {
  const rows = Math.min(samples.count, ROWS);
  return {
    rows,
    x: samples.inputs.subarray(0, rows * spec.inputs),
    t: denseTargets.subarray(0, rows * spec.outputs),
  };
}

it('the gradients of the twin are those of central differences', () => {
  const random = new SeededRandom('central differences');
  const findings = new Findings();
  let [worst, tried, kinks] = [0, 0, 0];
  for (let index = 0; index < NETWORKS; index++) {
    const problem = randomProblem(index, random);
    const network = twinOf(problem);
    const sample = sampleOf(problem);
    const { layers } = networkGradients(network, sample.rows, sample.x, sample.t);
    const length = norm(layers.flatMap(({ weights, biases }) => [norm(weights), norm(biases)]));
    const problems: string[] = [];
    for (const [l, { spec, weights, biases }] of network.layers.entries()) {
      const tensors = spec.bias ? (['weights', 'weights', 'biases'] as const) : (['weights', 'weights'] as const);
      for (const name of tensors) {
        const tensor = name === 'weights' ? weights : biases;
        const place = random.integer(0, tensor.length - 1);
        const slope = centralDifference(network, sample, tensor, place);
        tried++;
        if (slope === undefined) {
          kinks++;
          continue;
        }
        const gradient = layers[l]?.[name][place] as number;
        const error = Math.abs(slope - gradient);
        worst = Math.max(worst, error / (length + ROUNDING));
        if (error <= TOLERANCE * length + ROUNDING) continue;
        problems.push(`${name}[${place}] of layer ${l} has gradient ${gradient}, the difference is ${slope}`);
      }
    }
    findings.add(problem.label, problems);
  }
  console.log(`twin against central differences: at most ${worst.toExponential(2)} of the norm, ${tried} parameters`);
  findings.expectNone(NETWORKS);
  expect(kinks / tried, `share of parameters at a bend; ${REPRODUCE}`).toBeLessThan(0.02);
});
