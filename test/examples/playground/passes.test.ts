/** Backpropagation by hand agrees with the library, for every network that the page draws; and its formulas name what they compute. */
import { describe, expect, test } from 'vitest';
import { Network } from 'wasmlp';
import { drawPoints, sampleAt, withExtra } from '../../../examples/playground/datasets.js';
import { linesOf, parametersOf } from '../../../examples/playground/formulas.js';
import { layersOf, outputsOf } from '../../../examples/playground/forward.js';
import { passOf } from '../../../examples/playground/passes.js';
import {
  ACTIVATIONS,
  DEFAULTS,
  defaultsOf,
  LOSSES,
  networkOptions,
  type Settings,
  TUTORIAL,
} from '../../../examples/playground/settings.js';
import { FORMULAS } from '../../../examples/playground/slopes.js';
import { stepOne } from '../../../examples/playground/step.js';
import { drawValues } from '../../../examples/playground/values.js';
import { stagesOf } from '../../../examples/playground/walk.js';

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

/** A sample for the settings: of digits, a made-up one. */
function sampleFor(settings: Settings): { row: number[]; target: number } {
  if (settings.data === 'digits') return { row: Array.from({ length: 64 }, (_, i) => (i % 7) / 7), target: 3 };
  const { training } = settings.data === 'hills' ? drawValues('hills', 1) : drawPoints('xor', 1);
  return sampleAt(withExtra(training, settings.extra), 3);
}

describe.each(LOSSES)('a step with %s', (loss) => {
  const shapes: Partial<Settings>[] = [
    { layers: [] },
    { layers: [2], batch: 1 },
    { layers: [5, 3], extra: ['x1x1', 'sinx2'] },
    { layers: [4, 3, 3, 2] },
    { data: 'hills', layers: [4] },
    { data: 'digits', layers: [6] },
  ];
  const cases = ACTIVATIONS.flatMap((activation) =>
    shapes.map((shape) => ({ ...DEFAULTS, ...shape, loss, activation, optimizer: 'sgd', rate: 0.5 }) as Settings),
  );

  test.each(cases)('of $data $layers $activation, by hand, agrees with the network', async (settings) => {
    const network = await Network.create(networkOptions(settings));
    const { loss: value, steps } = stepOne(network, sampleFor(settings), settings);
    expect(steps.pass.loss).toBeCloseTo(value, 5);
    const ours = steps.pass.layers.map(({ dWeights, dSums }) => ({
      weights: Float32Array.from(dWeights),
      biases: Float32Array.from(dSums),
    }));
    const [mine, theirs, before, after] = [ours, steps.theirs, steps.before, steps.after].map(parametersOf);
    expect(mine).toHaveLength(network.parameterCount);
    mine?.forEach((derivative, i) => {
      expect(derivative, `parameter ${i}`).toBeCloseTo(theirs?.[i] ?? Number.NaN, 5);
      const moved = (after?.[i] ?? 0) - (before?.[i] ?? 0);
      expect(moved).toBeCloseTo(-settings.rate * (theirs?.[i] ?? 0), 5);
    });
  });
});

test.each([TUTORIAL, DEFAULTS, { ...DEFAULTS, data: 'digits' } as const])(
  'the outputs of all layers end in what the network answers: $data $layers',
  async (settings) => {
    const network = await Network.create(networkOptions(settings));
    const rows = Float32Array.from({ length: 5 * network.inputs }, (_, i) => Math.sin(i));
    const outputs = outputsOf(layersOf(network), rows);
    expect(outputs.map(({ length }) => length / 5)).toEqual(network.layers.map(({ units }) => units));
    const answers = network.predict(rows);
    const units = answers.length / 5;
    answers.forEach((answer, i) => {
      expect(outputs.at(-1)?.[(i % units) * 5 + Math.floor(i / units)]).toBeCloseTo(answer, 5);
    });
  },
);

test('the lines of the 2-2-1 have the names and formulas of the tutorials, and follow from each other', async () => {
  const network = await Network.create(networkOptions(TUTORIAL));
  const layers = layersOf(network);
  const pass = passOf(layers, [0.5, -0.25], 1, 'squaredError');
  const lines = linesOf(layers, pass, 'squaredError');
  const formulas = [...lines.forward, ...lines.loss, ...lines.backward].map(({ name, formula }) => [name, formula]);
  expect(formulas).toEqual([
    ['z1', 'w1 x1 + w2 x2 + b1'],
    ['h1', 'sigmoid(z1)'],
    ['z2', 'w3 x1 + w4 x2 + b2'],
    ['h2', 'sigmoid(z2)'],
    ['z3', 'w5 h1 + w6 h2 + b3'],
    ['y', 'sigmoid(z3)'],
    ['L', '(y − t)²'],
    ['dL/dy', '2 (y − t)'],
    ['dy/dz3', 'y (1 − y)'],
    ['dL/dz3', 'dL/dy · dy/dz3'],
    ['dL/dh1', 'dL/dz3 · w5'],
    ['dh1/dz1', 'sigmoid′(z1)'],
    ['dL/dz1', 'dL/dh1 · dh1/dz1'],
    ['dL/dh2', 'dL/dz3 · w6'],
    ['dh2/dz2', 'sigmoid′(z2)'],
    ['dL/dz2', 'dL/dh2 · dh2/dz2'],
  ]);
  expect(lines.derivatives.map(({ name, formula }) => [name, formula])).toEqual([
    ['w1', 'dL/dz1 · x1'],
    ['w2', 'dL/dz1 · x2'],
    ['b1', 'dL/dz1'],
    ['w3', 'dL/dz2 · x1'],
    ['w4', 'dL/dz2 · x2'],
    ['b2', 'dL/dz2'],
    ['w5', 'dL/dz3 · h1'],
    ['w6', 'dL/dz3 · h2'],
    ['b3', 'dL/dz3'],
  ]);
  const of = Object.fromEntries([...lines.forward, ...lines.backward].map(({ name, value }) => [name, value]));
  const at = (name: string): number => of[name] as number;
  expect(at('dL/dz3')).toBeCloseTo(at('dL/dy') * at('dy/dz3'), 12);
  expect(at('dL/dz1')).toBeCloseTo(at('dL/dh1') * at('dh1/dz1'), 12);
});

test('long sums are cut, and of several outputs each has a number', async () => {
  const digits = { ...DEFAULTS, data: 'digits', layers: [3] } as const;
  const layers = layersOf(await Network.create(networkOptions(digits)));
  const pass = passOf(layers, new Array(64).fill(0.5), 7, 'crossEntropy');
  const lines = linesOf(layers, pass, 'crossEntropy');
  expect(lines.forward[0]?.formula).toBe('w1 x1 + w2 x2 + … + b1');
  expect(lines.forward.at(-1)?.name).toBe('y10');
  expect(lines.backward[0]).toMatchObject({ name: 'dL/dz4', formula: 'y1 − t' });
});

test('cross-entropy stays finite where the output rounds to 1', () => {
  const layer = { weights: Float32Array.of(50, 50), biases: Float32Array.of(50), units: 1, inputs: 2 };
  const pass = passOf([{ ...layer, activation: 'sigmoid' }], [1, 1], 1, 'crossEntropy');
  expect(pass.layers[0]?.dWeights).toEqual([0, 0]);
});

test('the stages of a step lead forward, to the loss, back, and to the step', async () => {
  const settings = defaultsOf('moons');
  const { steps } = stepOne(await Network.create(networkOptions(settings)), sampleFor(settings), settings);
  const stages = stagesOf(steps);
  expect(stages.map(({ text }) => text.split(/[,.:]/, 2).join())).toEqual([
    'One sample enters,',
    'Forward, hidden layer 1',
    'Forward, hidden layer 2',
    'Forward, the output layer',
    expect.stringMatching(/^The target is/),
    'Back, the output layer',
    'Back, hidden layer 2',
    'Back, hidden layer 1',
    expect.stringMatching(/^The step/),
  ]);
  expect(stages[2]?.values).toEqual([steps.pass.row, steps.pass.layers[0]?.outputs, steps.pass.layers[1]?.outputs]);
  expect(stages[6]?.values.map((values) => values?.length)).toEqual([undefined, undefined, 2, 1]);
  // Bare numbers would look like outputs.
  expect(stages.map(({ sign = '' }) => sign).join()).toBe(',,,,,×,×,×,');
});
