import { describe, expect, test } from 'vitest';
import { Network } from 'wasmlp';
import { FORMULAS } from '../../../examples/playground/activations.js';
import { backpropagate, NAMES, named } from '../../../examples/playground/backpropagation.js';
import { ACTIVATIONS, DEFAULTS, LOSSES, networkOptions, TUTORIAL } from '../../../examples/playground/settings.js';
import { stepOne } from '../../../examples/playground/step.js';

describe.each(ACTIVATIONS)('the formula of %s', (activation) => {
  const { value, slope } = FORMULAS[activation];
  const sums = Array.from({ length: 81 }, (_, i) => (i - 40) / 5 + 0.01);

  test('is what the library computes', async () => {
    const network = await Network.create({ inputs: 1, layers: [{ units: 1, activation }] });
    network.setParameters(0, { weights: [1], biases: [0] });
    const outputs = network.predict(Float32Array.from(sums));
    sums.forEach((z, i) => {
      expect(outputs[i], `at ${z}`).toBeCloseTo(value(z), 5);
    });
  });

  test('has the slope of its curve', () => {
    for (const z of sums) {
      expect(slope(z), `at ${z}`).toBeCloseTo((value(z + 1e-6) - value(z - 1e-6)) / 2e-6, 6);
    }
  });
});

const SAMPLES = [
  { row: [0.4, -0.7], target: 1 },
  { row: [-0.9, 0.2], target: 0 },
];

describe.each(LOSSES)('a step with %s', (loss) => {
  const cases = ACTIVATIONS.flatMap((activation) => [1, 2, 3].map((seed) => ({ ...TUTORIAL, loss, activation, seed })));

  test.each(cases)('of $activation, seed $seed, computed by hand, agrees with the network', async (settings) => {
    const network = await Network.create(networkOptions(settings));
    for (const sample of SAMPLES) {
      const { loss: value, steps } = stepOne(network, sample, settings, true);
      if (steps === undefined) throw new Error('A 2-2-1 network has steps.');
      expect(steps.pass.loss[0]?.value).toBeCloseTo(value, 5);
      for (const name of NAMES) {
        expect(steps.pass.derivatives[name], name).toBeCloseTo(steps.theirs[name], 5);
        expect(steps.after[name], name).toBeCloseTo(steps.before[name] - settings.rate * steps.theirs[name], 5);
      }
      expect(steps.after).toEqual(named([network.getParameters(0), network.getParameters(1)]));
      expect(steps.after).not.toEqual(steps.before);
    }
  });
});

test('the lines of a pass follow from each other', () => {
  const parameters = { w1: 1, w2: -2, b1: 0.5, w3: 0.25, w4: 3, b2: -1, w5: 2, w6: -1, b3: 0.125 };
  const pass = backpropagate(parameters, { x1: 0.5, x2: -0.25, t: 1 }, TUTORIAL);
  const of = Object.fromEntries(
    [...pass.forward, ...pass.loss, ...pass.backward].map(({ name, value }) => [name, value]),
  );
  const at = (name: string): number => of[name] as number;
  expect(at('z1')).toBe(1.5);
  expect(at('z2')).toBe(-1.625);
  expect(at('z3')).toBe(2 * at('h1') - at('h2') + 0.125);
  expect(at('L')).toBe((at('y') - 1) ** 2);
  expect(at('dL/dz3')).toBe(at('dL/dy') * at('dy/dz3'));
  expect(at('dL/dz1')).toBe(at('dL/dz3') * 2 * at('dh1/dz1'));
  expect(at('dL/dz2')).toBe(at('dL/dz3') * -1 * at('dh2/dz2'));
  expect(pass.derivatives.w4).toBe(at('dL/dz2') * -0.25);
});

test('cross-entropy stays finite where the output rounds to 1', () => {
  const parameters = { w1: 1, w2: 1, b1: 0, w3: 1, w4: 1, b2: 0, w5: 50, w6: 50, b3: 50 };
  const { derivatives } = backpropagate(
    parameters,
    { x1: 1, x2: 1, t: 1 },
    { activation: 'relu', loss: 'crossEntropy' },
  );
  for (const name of NAMES) expect(derivatives[name]).toBe(0);
});

test('a step of another network has a loss and no lines', async () => {
  const network = await Network.create(networkOptions(DEFAULTS));
  const [sample] = SAMPLES as [(typeof SAMPLES)[0]];
  const before = network.evaluate(sample.row, Uint8Array.of(sample.target)).loss;
  expect(stepOne(network, sample, DEFAULTS, false)).toEqual({ loss: expect.closeTo(before, 6), steps: undefined });
});
