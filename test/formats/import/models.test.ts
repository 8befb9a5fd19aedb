/** Networks from other libraries predict here what they predicted there. They can be saved, loaded and trained further. */
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { beyondBound } from '../../support/findings.js';
import { foreignFiles, imported, optionsOf } from '../../support/formats/foreign-files.js';
import { ENGINES, fingerprint } from '../../support/networks.js';

/** Absolute, and relative for answers above 1: float32 here and there rounds differently. */
const BOUND = 1e-5;

const files = await foreignFiles();

it('there are files of every library and version', () => {
  const libraries = new Set(files.map(([, { library }]) => library));
  expect([...libraries].sort()).toEqual([
    'Keras 3.15.1',
    'TensorFlow.js 1.7.4',
    'TensorFlow.js 3.21.0',
    'TensorFlow.js 4.22.0',
    'brain.js 0.7.0',
    'brain.js 1.6.1',
    'brain.js 2.0.0-beta.24',
    'scikit-learn 1.2.1',
    'scikit-learn 1.9.1',
  ]);
});

describe.each(ENGINES)('on %s', (engine) => {
  it.each(files)('%s predicts the same', async (name, file) => {
    const network = await imported(name, file, { engine });
    expect(network.engine.kind).toBe(engine);
    const answers = network.predict(file.inputs);
    const expected = file.outputs.flat();
    const near = (i: number): number => BOUND * Math.max(1, Math.abs(expected[i] as number));
    expect(
      beyondBound('outputs', Float32Array.from(answers.flatMap((row) => [...row])), expected, near),
    ).toBeUndefined();
    // Equal answers for all samples would show little.
    const [first, ...others] = file.outputs;
    expect(others.some((row) => row.some((value, i) => Math.abs(value - (first?.[i] as number)) > 100 * BOUND))).toBe(
      true,
    );
  });

  it.each(files)('%s is saved and loaded, and trains on', async (name, file) => {
    const network = await imported(name, file, { engine });
    const loaded = await Network.load(network.save(), { engine });
    expect(loaded.predict(file.inputs)).toEqual(network.predict(file.inputs));
    expect(fingerprint(loaded)).toBe(fingerprint(network));
    // Targets in the domain of its loss, but not the answers that it gives already.
    const targets = file.outputs.map((row) => (row.length === 1 ? [(row[0] as number) / 2] : row.toReversed()));
    const before = network.evaluate(file.inputs, targets).loss;
    await network.fit(file.inputs, targets, {
      epochs: 20,
      learningRate: 0.001,
      clipNorm: 1,
    });
    expect(network.evaluate(file.inputs, targets).loss).toBeLessThan(before);
  });
});

it.each(files.filter(([, { labels }]) => labels !== undefined))('%s classifies by its names', async (name, file) => {
  const network = await imported(name, file, { engine: 'js' });
  const labels = file.labels as readonly string[];
  const expected = file.outputs.map((row) => {
    // A single output is the probability of the second class.
    if (row.length === 1) return labels[(row[0] as number) > 0.5 ? 1 : 0];
    return labels[row.indexOf(Math.max(...row))];
  });
  expect(network.classify(file.inputs).map(({ label }) => label)).toEqual(expected);
});

it.each(files)('%s is the same as text', async (name, file) => {
  const [parsed, text] = await Promise.all([
    imported(name, file, { engine: 'js' }),
    imported(name, file, { engine: 'js' }, JSON.stringify(file.model)),
  ]);
  expect(text.save()).toEqual(parsed.save());
});

describe('training goes on with', () => {
  const optionsIn = async (wanted: string): Promise<ReturnType<typeof optionsOf>> => {
    const [name, file] = files.find(([found]) => found === wanted) as (typeof files)[number];
    return optionsOf(await imported(name, file, { engine: 'js' }));
  };

  it.each([
    ['brain-2-named.json', 'binaryCrossEntropy'],
    ['brain-2-tanh.json', 'meanSquaredError'],
    ['tensorflow-4-sequential.json', 'categoricalCrossEntropy'],
    ['scikit-learn-1.9-regressor.json', 'meanSquaredError'],
  ])('%s by %s', async (name, loss) => {
    expect(await optionsIn(name)).toMatchObject({ loss, optimizer: { type: 'sgd' } });
  });

  it('the dropout of the layer before, frozen layers frozen, and layers without bias', async () => {
    const { layers } = await optionsIn('tensorflow-4-sequential.json');
    expect(layers.map(({ dropout, trainable, bias }) => ({ dropout, trainable, bias }))).toEqual([
      { dropout: 0.25, trainable: true, bias: true },
      { dropout: 0, trainable: false, bias: false },
      { dropout: 0, trainable: true, bias: true },
    ]);
  });

  it.each([
    ['scikit-learn-1.9-binary-standard.json', 'standard'],
    ['scikit-learn-1.9-classes-minmax.json', 'minMax'],
    ['tensorflow-4-rescaling.json', 'minMax'],
    ['keras-3-sequential.json', 'standard'],
    ['scikit-learn-1.9-binary.json', false],
  ])('%s, whose scaling is %s', async (name, normalize) => {
    expect(await optionsIn(name)).toMatchObject({ normalize, normalizeTargets: false });
  });
});
