/** Models from other libraries predict here what they predict there. models/ has them, and the programs that made them. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { beyondBound } from '../../support/findings.js';
import { ENGINES } from '../../support/networks.js';

interface Example {
  readonly source: string;
  /** The class of each row, if classes have names. */
  readonly labels: string[] | null;
  readonly inputs: number[][];
  readonly outputs: number[][];
}

const FOLDER = new URL('models/', import.meta.url);
const NAMES = readdirSync(FOLDER).flatMap((file) => (file.endsWith('.onnx') ? [file.slice(0, -5)] : []));
const modelOf = (name: string): Uint8Array => readFileSync(new URL(`${name}.onnx`, FOLDER));
const exampleOf = (name: string): Example => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));

it('there are models of each library', () => {
  for (const library of ['pytorch-script', 'pytorch-dynamo', 'scikit', 'keras', 'tensorflow']) {
    expect(NAMES.some((name) => name.startsWith(library))).toBe(true);
  }
});

it.each(NAMES)('%s', async (name) => {
  const { labels, inputs, outputs } = exampleOf(name);
  expect(inputs.length).toBeGreaterThan(1);
  for (const engine of ENGINES) {
    const network = await Network.fromONNX(modelOf(name), { engine });
    const answers = network.predict(inputs).flatMap((row) => [...row]);
    const expected = outputs.flat();
    const bound = (i: number): number => 1e-5 * Math.max(1, Math.abs(expected[i] as number));
    expect(beyondBound(name, answers, expected, bound)).toBeUndefined();
    if (labels !== null) expect(network.classify(inputs).map(({ label }) => label)).toEqual(labels);
    // Training can continue.
    await network.fit(inputs, outputs, { epochs: 1, learningRate: 1e-4 });
  }
});

it('activations are recognised in whatever operators they are written', async () => {
  const activations = async (name: string) =>
    (await Network.fromONNX(modelOf(name))).layers.map(({ activation }) => activation);
  const all = ['sigmoid', 'tanh', 'relu', 'leakyRelu', 'elu', 'selu', 'gelu', 'silu', 'softplus', 'linear'];
  expect(await activations('pytorch-script-deep')).toEqual(all);
  expect(await activations('pytorch-dynamo-deep')).toEqual(all);
  const keras = ['relu', 'gelu', 'elu', 'selu', 'softplus', 'silu', 'tanh', 'softmax'];
  expect(await activations('keras-classifier')).toEqual(keras);
});

it.each([
  ['scikit-binary-names', ['no', 'yes']],
  ['scikit-binary-columns', ['no', 'yes']],
  ['scikit-names', ['high', 'low', 'middle']],
  ['scikit-columns', ['high', 'low', 'middle']],
  ['scikit-class-labels', ['high', 'low', 'middle']],
  ['scikit-double', ['high', 'low', 'middle']],
  ['scikit-numbers', undefined],
])('names of classes come along: %s', async (name, names) => {
  const { inputs, labels } = exampleOf(name);
  const network = await Network.fromONNX(modelOf(name));
  // It knows every class, even those without a row.
  const found = network.classify(inputs).map(({ index, label }) => [label, names?.[index]]);
  for (const [label, expected] of found) expect(label).toBe(expected);
  if (names === undefined) expect(labels).toBeNull();
  else expect(network.outputs).toBe(names.length === 2 ? 1 : names.length);
});
