/** What toONNX writes, ONNX Runtime computes as this library does; the checker of ONNX accepts it, where this machine has that. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { type Activation, type LayerOptions, Network, type NetworkOptions } from '../../../src/index.js';
import { ACTIVATIONS } from '../../../src/options/names.js';
import { beyondBound, Findings } from '../../support/findings.js';
import { parametersOf } from '../../support/networks.js';
import { findPython } from '../../support/programs.js';
import { repeats } from '../../support/repeats.js';
import { SeededRandom } from '../../support/seeded.js';

/** Activations of layers before the last. */
const HIDDEN = ACTIVATIONS.filter((name) => name !== 'softmax') as [Activation, ...Activation[]];
const NETWORKS = repeats(30, 220);

env.wasm.numThreads = 1;

/** Networks with all activations in turn and widths of 1 to 67; some have scaling, labels, or layers without bias. */
async function randomNetwork(index: number): Promise<Network> {
  const random = new SeededRandom(`onnx ${index}`);
  const width = (): number => random.integer(1, random.chance(0.2) ? 67 : 9);
  const layers: LayerOptions[] = Array.from({ length: random.integer(0, 3) }, (_, l) => ({
    units: width(),
    activation: HIDDEN[(index + l) % HIDDEN.length] as Activation,
    bias: random.chance(0.7),
  }));
  const scalesTargets = index % 5 === 1;
  const isSoftmax = index % 5 === 2;
  const activation = scalesTargets ? 'linear' : isSoftmax ? 'softmax' : random.pick(HIDDEN);
  const units = isSoftmax ? width() + 1 : width();
  layers.push({ units, activation, bias: random.chance(0.7) });
  const inputs = width();
  const named = activation === 'sigmoid' && units === 1 ? 2 : units;
  const options: NetworkOptions = {
    inputs,
    layers,
    seed: index,
    normalize: random.pick<'standard' | 'minMax' | false>([false, 'standard', 'minMax']),
    normalizeTargets: scalesTargets ? random.pick(['standard', 'minMax']) : false,
    ...(random.chance(0.3) ? { labels: Array.from({ length: named }, (_, c) => `class ${c} "é"`) } : {}),
    ...(isSoftmax ? {} : { loss: 'meanSquaredError' as const }),
    engine: random.pick(['wasm', 'js']),
  };
  const network = await Network.create(options);
  network.layers.forEach((layer, l) => {
    if (layer.bias) network.setParameters(l, { biases: random.floats(layer.units) });
  });
  const rows = Array.from({ length: 9 }, () => [...random.floats(inputs, 30)].map((value) => value + 100));
  const targets = Array.from({ length: 9 }, () => [...random.floats(units)].map((value) => (value + 1) / 2));
  const classes = Uint8Array.from({ length: 9 }, () => random.integer(0, units - 1));
  // It learns the scaling, and hardly anything else.
  const from = options.normalize === false ? random.floats(9 * inputs) : rows;
  await network.fit(from, isSoftmax ? classes : targets, { epochs: 1, learningRate: 1e-6 });
  return network;
}

function samplesFor(network: Network, rows: number, index: number): Float32Array {
  const scaled = network.summary().includes('inputs standard') || network.summary().includes('inputs minMax');
  const values = new SeededRandom(`samples ${index}`).floats(rows * network.inputs, scaled ? 30 : 1);
  return scaled ? values.map((value) => value + 100) : values;
}

async function runONNX(model: Uint8Array, inputs: Float32Array, rows: number): Promise<Float32Array> {
  const session = await InferenceSession.create(model, { executionProviders: ['wasm'] });
  expect([session.inputNames, session.outputNames]).toEqual([['inputs'], ['outputs']]);
  const { outputs } = await session.run({ inputs: new Tensor('float32', inputs, [rows, inputs.length / rows]) });
  await session.release();
  return outputs?.data as Float32Array;
}

it('computes leakyRelu with the slope of each layer', async () => {
  const layers = [0.01, 0.2, -0.5, 0, 1.5].map((slope) => ({ units: 5, activation: 'leakyRelu', slope }) as const);
  const network = await Network.create({ inputs: 3, layers, loss: 'meanSquaredError', seed: 3 });
  const inputs = new SeededRandom('slopes').floats(60, 4);
  const expected = network.predict(inputs);
  expect(new Set(expected).size).toBeGreaterThan(50);
  const actual = await runONNX(network.toONNX(), inputs, 20);
  expect(beyondBound('outputs', actual, expected, () => 1e-5)).toBeUndefined();
});

describe('random networks', () => {
  it('predict in ONNX Runtime what they predict here, and come back as they were', async () => {
    const findings = new Findings();
    for (let index = 0; index < NETWORKS; index++) {
      const network = await randomNetwork(index);
      const model = network.toONNX();
      const rows = index % 3 === 0 ? 1 : 1 + (index % 7);
      const inputs = samplesFor(network, rows, index);
      const expected = network.predict(inputs);
      const bound = (i: number): number => 1e-5 * Math.max(1, Math.abs(expected[i] as number));
      const computed = beyondBound('output', await runONNX(model, inputs, rows), expected, bound);
      const again = await Network.fromONNX(model, { engine: network.engine.kind });
      const [answers, parameters] = [again.predict(inputs), parametersOf(again)];
      const isSame =
        expected.every((value, i) => Object.is(value, answers[i])) &&
        parametersOf(network).every((value, i) => Object.is(value, parameters[i])) &&
        Buffer.compare(again.toONNX(), model) === 0;
      const label = `network ${index} (${network.layers.map(({ units, activation }) => `${units} ${activation}`)})`;
      findings.add(label, [computed, isSame ? undefined : 'comes back different']);
    }
    findings.expectNone(NETWORKS);
  });
});

const CHECK =
  'import onnx, sys\nfor file in sys.argv[1:]: onnx.checker.check_model(file, full_check=True)\nprint(len(sys.argv) - 1)';

it('the full check of the onnx package passes', async (context) => {
  const onnx = findPython('onnx');
  if ('missing' in onnx) return context.skip(`no onnx on this machine (${onnx.missing})`);
  const folder = await mkdtemp(path.join(tmpdir(), 'wasmlp-'));
  try {
    const files: string[] = [];
    for (let index = 0; index < 30; index++) {
      files.push(path.join(folder, `${index}.onnx`));
      await writeFile(files[index] as string, (await randomNetwork(index)).toONNX());
    }
    expect(execFileSync(onnx.python, ['-c', CHECK, ...files], { encoding: 'utf8' }).trim()).toBe('30');
  } finally {
    await rm(folder, { recursive: true });
  }
});
