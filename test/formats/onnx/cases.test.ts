/** Small models with one thing each that dense models of the wild have. cases/ has them; answers are those of ONNX Runtime. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { ENGINES } from '../../support/networks.js';

const FOLDER = new URL('cases/', import.meta.url);

it.each([
  ['concat-of-one', [1.410401, -1.439042]],
  ['passed-through', [-0.215096, 0.763496]],
  ['split-of-outputs', [0.449709, 0.708384]],
  ['scaling-before-flatten', [-1.440463, 0.860749]],
  ['batchnorm', [0.225409, 0.046419]],
  ['leaky-0.2', [-0.130025, -0.604375]],
  ['integer-classes', [0.265712, 0.390024, 0.344264]],
])('%s', async (name, expected) => {
  for (const engine of ENGINES) {
    const network = await Network.fromONNX(readFileSync(new URL(`${name}.onnx`, FOLDER)), { engine });
    const answers = [...network.predict([0.1, 0.2, 0.3])];
    expect(answers).toHaveLength(expected.length);
    answers.forEach((answer, i) => {
      expect(answer).toBeCloseTo(expected[i] as number, 5);
    });
    // Training can continue.
    await network.fit([[0.1, 0.2, 0.3]], [expected], { epochs: 1, learningRate: 1e-4 });
  }
});

it('classes that are whole numbers are labels', async () => {
  const network = await Network.fromONNX(readFileSync(new URL('integer-classes.onnx', FOLDER)));
  expect(network.labels).toEqual(['3', '5', '8']);
  expect(network.classify([0.1, 0.2, 0.3])).toMatchObject({ index: 1, label: '5' });
});
