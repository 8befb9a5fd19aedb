/** What toONNX writes, read by hand, with numbers bit for bit; and what it refuses. onnxruntime.test.ts computes with the models. */
import { describe, expect, it } from 'vitest';
import { writeONNX } from '../../../src/formats/onnx/write-onnx.js';
import { Network } from '../../../src/index.js';
import { resolveNetwork } from '../../../src/options/network.js';
import { bytesOf } from '../../support/formats/model-files.js';
import { CLASSIFIER, ENGINES } from '../../support/networks.js';
import { expectRefused } from '../../support/refusals.js';
import { repeats } from '../../support/repeats.js';

/** Whether `whole` contains `part`. */
const holds = (whole: Uint8Array, part: Uint8Array): boolean => Buffer.from(whole).includes(Buffer.from(part));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe.each(ENGINES)('on %s', (engine) => {
  it('weights and biases are written bit for bit, -0 and subnormals included', async () => {
    const network = await Network.create({ inputs: 3, layers: [{ units: 2, activation: 'linear' }], engine });
    const weights = [-0, 1e-45, -1.17549421e-38, 3.4028234663852886e38, 0.1, -1];
    network.setParameters(0, { weights, biases: [-0, 1e-40] });
    const model = network.toONNX();
    expect(holds(model, bytesOf(...weights))).toBe(true);
    expect(holds(model, bytesOf(-0, 1e-40))).toBe(true);
    const again = await Network.fromONNX(model, { engine });
    expect(again.getParameters(0)).toEqual(network.getParameters(0));
    expect(Object.is(again.getParameters(0).weights[0], -0)).toBe(true);
  });

  it('scaling comes back bit for bit, after a fit that goes on as before', async () => {
    const options = {
      inputs: 2,
      layers: [
        { units: 3, activation: 'tanh' },
        { units: 2, activation: 'linear' },
      ],
      normalize: 'standard',
      normalizeTargets: 'standard',
      engine,
    } as const;
    const network = await Network.create(options);
    const rows = Array.from({ length: 20 }, (_, i) => [i / 3 + 1000, 7]);
    await network.fit(
      rows,
      rows.map(([x = 0]) => [x * x, 1 / x]),
      { epochs: 2 },
    );
    const again = await Network.fromONNX(network.toONNX(), { engine });
    const scalingOf = (bytes: Uint8Array) => /"scaling":".*?\]}}"/.exec(Buffer.from(bytes).toString('latin1'))?.[0];
    expect(scalingOf(again.save())).toBe(scalingOf(network.save()));
    expect(scalingOf(network.save())).toContain('shift');
    expect(again.predict(rows)).toEqual(network.predict(rows));
  });

  it('a network that scales but was never trained writes no scaling', async () => {
    const network = await Network.create({ inputs: 2, layers: [{ units: 1 }], normalize: 'minMax', engine });
    const again = await Network.fromONNX(network.toONNX(), { engine });
    expect(again.predict([1, 2])).toEqual(network.predict([1, 2]));
    expect(again.summary()).not.toContain('scaling');
  });

  it('labels come back, whatever they say', async () => {
    const labels = ['rot', 'grün "1"', ''];
    const network = await Network.create({ ...CLASSIFIER, labels, engine });
    const again = await Network.fromONNX(network.toONNX(), { engine });
    expect(again.classify([1, 2])).toEqual(network.classify([1, 2]));
  });
});

it('says who wrote it, and names its tensors as save does', async () => {
  const model = (await Network.create(CLASSIFIER)).toONNX();
  for (const name of ['wasmlp', 'inputs', 'outputs', '0.weight', '0.bias', '2.weight', '2.bias', 'batch']) {
    expect(holds(model, text(name))).toBe(true);
  }
});

it('a disposed network writes nothing', async () => {
  const network = await Network.create(CLASSIFIER);
  network.dispose();
  await expectRefused(() => network.toONNX(), 'ERR_DISPOSED', /^toONNX: this network was disposed of/);
});

it('refuses more parameters than any reader takes', async () => {
  const spec = resolveNetwork({ inputs: 1, layers: [{ units: 1 }] });
  const weights = { length: 2 ** 28 } as Float32Array;
  const parameters = [{ weights, biases: new Float32Array(1) }];
  const message = /^toONNX: the model has 268435457 numbers, and at most 268435456 are read\./;
  await expectRefused(() => writeONNX({ spec, parameters, scaling: undefined }), 'ERR_MODEL_LIMIT', message);
});

const LAYERS = repeats(3_000, 10_000);

it(`${LAYERS} layers come back, and labels of megabytes`, async () => {
  const layers = Array.from({ length: LAYERS }, () => ({ units: 1, activation: 'gelu' }) as const);
  const deep = await Network.create({ inputs: 1, layers, engine: 'js' });
  const read = await Network.fromONNX(deep.toONNX(), { engine: 'js' });
  expect(read.layers).toEqual(deep.layers);
  const labels = ['a', 'b', 'c'].map((letter) => letter.repeat(2 ** 20));
  const named = await Network.create({ inputs: 1, layers: [{ units: 3, activation: 'softmax' }], labels });
  expect(labels).toContain((await Network.fromONNX(named.toONNX())).classify([1]).label);
});
