/** Networks whose header would be too long in the first layout of a file: what create takes is saved, and comes back bit for bit. */
import { describe, expect, it } from 'vitest';
import { writeLarge } from '../../../src/formats/safetensors/write-large.js';
import { writeModel } from '../../../src/formats/safetensors/write-model.js';
import { type LayerOptions, Network, type NetworkOptions } from '../../../src/index.js';
import { resolveNetwork } from '../../../src/options/network.js';
import type { LayerSpec } from '../../../src/options/spec.js';
import { headerOf, said } from '../../support/formats/model-files.js';
import { ENGINES, fingerprint } from '../../support/networks.js';
import { expectRefused } from '../../support/refusals.js';
import { repeats } from '../../support/repeats.js';
import { randomRows } from '../../support/samples.js';

const tensorsOf = (file: Uint8Array): string[] =>
  Object.keys(JSON.parse(headerOf(file).text) as object).filter((name) => name !== '__metadata__');
const chain = (count: number, options: Partial<LayerOptions> = {}): LayerOptions[] =>
  Array.from({ length: count }, () => ({ units: 1, activation: 'linear' as const, ...options }));

// The engine has no part in the layout: in the usual run one of them.
describe.each(ENGINES.slice(0, repeats(1, 2)))('on %s', (engine) => {
  const comesBack = async (network: Network): Promise<Network> => {
    const file = network.saveCheckpoint();
    const loaded = await Network.load(file, { engine });
    expect(Buffer.compare(loaded.saveCheckpoint(), file)).toBe(0);
    expect(fingerprint(loaded)).toBe(fingerprint(network));
    expect(loaded.scaling).toEqual(network.scaling);
    const inputs = randomRows(2, network.inputs, 3);
    expect(loaded.predict(inputs)).toEqual(network.predict(inputs));
    return loaded;
  };

  it('a wide network has its scaling in float64 tensors, beside the names of PyTorch', async () => {
    const options: NetworkOptions = {
      inputs: 30_000,
      layers: chain(1),
      normalize: 'standard',
      normalizeTargets: 'minMax',
    };
    const network = await Network.create({ ...options, engine });
    await network.fit(randomRows(3, 30_000), [1, 2, 3], { epochs: 1 });
    await comesBack(network);
    const file = network.save();
    expect(tensorsOf(file)).toEqual([
      'scaling.inputs.shift',
      'scaling.inputs.scale',
      'scaling.targets.shift',
      'scaling.targets.scale',
      '0.weight',
      '0.bias',
    ]);
    expect(headerOf(file).text).toContain('"dtype":"F64"');
  });

  it('so has one whose scaling was given, with columns that are constant', async () => {
    const shift = Array.from({ length: 40_000 }, (_, i) => i / 3);
    const normalize = { shift, scale: shift.map((value) => (value % 2 === 0 ? 0 : value + 0.1)) };
    await comesBack(await Network.create({ inputs: 40_000, layers: chain(1), normalize, engine }));
  });

  it('a deep network with adam has all layers of a moment in one tensor', async () => {
    const network = await Network.create({ inputs: 1, layers: chain(3000), optimizer: 'adam', engine });
    network.trainOnBatch([[1], [2]], [0, 0]);
    const loaded = await comesBack(network);
    for (const each of [network, loaded]) each.trainOnBatch([[1], [2]], [0, 0]);
    expect(fingerprint(loaded)).toBe(fingerprint(network));
    const names = tensorsOf(network.saveCheckpoint());
    expect(names).toHaveLength(6002);
    expect(names.slice(-2)).toEqual(['optimizer.0.parameters', 'optimizer.1.parameters']);
  });

  it('so it has the best parameters of early stopping', async () => {
    const network = await Network.create({ inputs: 1, layers: chain(4000), engine });
    const files: Uint8Array[] = [];
    const onEpoch = () => void files.push(network.saveCheckpoint());
    await network.fit([[1], [2]], [0, 0], { epochs: 2, earlyStopping: { patience: 9 }, onEpoch });
    const file = files[0] as Uint8Array;
    expect(tensorsOf(file)).toContain('best.parameters');
    const loaded = await Network.load(file, { engine });
    expect(Buffer.compare(loaded.saveCheckpoint(), file)).toBe(0);
  });

  it('a deeper one has its options in a tensor, the deepest its parameters in one', async () => {
    const middle = await Network.create({
      inputs: 1,
      layers: chain(6000, { initializer: { uniform: [-1, 1] } }),
      engine,
    });
    await comesBack(middle);
    expect(tensorsOf(middle.save()).slice(-2)).toEqual(['11998.bias', 'network']);
    const deep = await Network.create({
      inputs: 1,
      layers: chain(12_000, { initializer: { uniform: [-1, 1] } }),
      engine,
    });
    await comesBack(deep);
    expect(tensorsOf(deep.save())).toEqual(['parameters', 'network']);
  });

  it('labels of any number and length', async () => {
    const labels = Array.from({ length: 60_000 }, (_, i) => `class "${i}" \u00e9`);
    const layers = [{ units: labels.length, activation: 'softmax' }] as const;
    const network = await Network.create({ inputs: 1, layers, labels, engine });
    const loaded = await comesBack(network);
    expect(loaded.labels).toEqual(labels);
  });
});

it('more layers than a reader takes are refused', () => {
  const spec = resolveNetwork({ inputs: 1, layers: chain(1) });
  const [layer] = spec.layers;
  const layers = Array.from({ length: 40_001 }, () => layer as LayerSpec);
  const model = { spec: { ...spec, layers }, parameters: [], scaling: undefined };
  const message = /^save: the model has 40001 layers, and at most 40000 are read\./;
  return expectRefused(() => writeModel(model, undefined, { writeLarge }), 'ERR_MODEL_LIMIT', message);
});

describe('hostile tensors of a later layout', () => {
  const wide = async (): Promise<Uint8Array> => {
    const network = await Network.create({ inputs: 30_000, layers: chain(1), normalize: 'standard' });
    await network.fit(randomRows(3, 30_000), [1, 2, 3], { epochs: 1 });
    return network.save();
  };
  /** The file with another header, of the same length. */
  const changed = (file: Uint8Array, from: string, to: string): Uint8Array => {
    const { length, text } = headerOf(file);
    const copy = file.slice();
    copy.set(new TextEncoder().encode(text.replace(from, to).padEnd(length).slice(0, length)), 8);
    return copy;
  };
  const numbersAt = (file: Uint8Array, column: number, value: number): Uint8Array => {
    const copy = file.slice();
    new DataView(copy.buffer).setFloat64(8 + headerOf(file).length + 8 * column, value, true);
    return copy;
  };
  const refused = (file: Uint8Array, what: string) =>
    expectRefused(() => Network.load(file), 'ERR_MODEL_FORMAT', said(what));

  it('are refused', async () => {
    const file = await wide();
    await refused(
      changed(file, '"F64"', '"F32"'),
      'its tensor "scaling.inputs.shift" is "F32", and only "F64" is read',
    );
    await refused(changed(file, '"F32"', '"F64"'), 'its tensor "0.weight" is "F64", and only "F32" is read');
    await refused(changed(file, 'inputs.scale', 'inputs.scalE'), 'it lacks its tensor "scaling.inputs.scale"');
    await refused(
      changed(file, '[30000]', '[15000]'),
      'its tensor "scaling.inputs.shift" takes 240000 bytes, its shape 120000',
    );
    await refused(
      changed(file, 'scaling.inputs.shift', 'scaling.inputs.shifT'),
      'no layer has its tensor "scaling.inputs.shifT"',
    );
    await refused(numbersAt(file, 0, Number.NaN), 'its tensor "scaling.inputs.shift" holds NaN or Infinity');
    await refused(numbersAt(file, 30_000, -1), 'its scaling of inputs is not 30000 shifts and scales');
    await Network.load(numbersAt(file, 30_000, 0));
  });
});
