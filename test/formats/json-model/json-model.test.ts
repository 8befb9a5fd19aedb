/** toJSON and what load makes of it: every form that load takes gives the same bits back, and everything else is refused. */
import { describe, expect, it } from 'vitest';
import { Network, type NetworkOptions } from '../../../src/index.js';
import { CLASSIFIER, ENGINES, fingerprint } from '../../support/networks.js';
import { expectRefused, thrownBy } from '../../support/refusals.js';

interface Json {
  wasmlp: number;
  network: Record<string, unknown>;
  scaling?: Record<string, { shift: unknown; scale: unknown }>;
  parameters: { weights: string; biases: string }[];
}

const jsonOf = (network: Network): Json => network.toJSON() as Json;

async function scaled(): Promise<Network> {
  const network = await Network.create({
    inputs: 2,
    layers: [
      { units: 3, bias: false, initializer: { uniform: [-0.5, 0.25] } },
      { units: 2, activation: 'linear', l2: 0.01 },
    ],
    normalize: 'standard',
    normalizeTargets: 'minMax',
    optimizer: { type: 'adam', learningRate: 0.003 },
    labels: ['é "quoted"', '\u2028'],
    seed: 5,
  });
  await network.fit(
    [
      [1, 2],
      [0.1, 5],
      [4, 4],
    ],
    [
      [100, 1],
      [200, 2],
      [300, 4],
    ],
    { epochs: 2 },
  );
  return network;
}

describe.each(ENGINES)('on %s', (engine) => {
  it('JSON.stringify of a network holds all of it, and load gives the same bits', async () => {
    const network = await scaled();
    // -0, the smallest subnormal, the largest number.
    network.setParameters(0, { weights: [-0, 2 ** -149, -(2 ** -149), 3.4028234663852886e38, 0.1, -1 / 3] });
    const copy = await Network.load(JSON.stringify(network), { engine });
    expect(copy.engine.kind).toBe(engine);
    expect(fingerprint(copy)).toBe(fingerprint(network));
    expect(copy.save()).toEqual(network.save());
    expect(Object.is(copy.getParameters(0).weights[0], -0)).toBe(true);
    expect(copy.toJSON()).toEqual(network.toJSON());
  });
});

describe('load', () => {
  const forms: Record<string, (network: Network) => unknown> = {
    object: (network) => network.toJSON(),
    'object that was parsed': (network) => JSON.parse(JSON.stringify(network)),
    'structured clone': (network) => structuredClone(network.toJSON()),
    network: (network) => network,
    text: (network) => JSON.stringify(network),
    'indented text': (network) => `\n\t${JSON.stringify(network, null, 2)}\r\n`,
    'text as bytes': (network) => new TextEncoder().encode(JSON.stringify(network)),
    'text with a byte order mark': (network) => new TextEncoder().encode(`\ufeff${JSON.stringify(network, null, 1)}`),
    'bytes of a Buffer': (network) => Buffer.from(JSON.stringify(network)),
    'ArrayBuffer of text': (network) => new TextEncoder().encode(JSON.stringify(network)).buffer,
    'ArrayBuffer of a file': (network) => network.save().buffer,
    file: (network) => network.save(),
    'Blob of a file': (network) => new Blob([network.save()]),
    'Blob of text': (network) => new Blob([JSON.stringify(network)], { type: 'application/json' }),
    File: (network) => new File([network.save()], 'model.safetensors'),
    'File of text': (network) => new File([JSON.stringify(network)], 'model.json'),
  };
  it.each(Object.entries(forms))('takes a network as %s', async (_, formOf) => {
    const network = await scaled();
    const given = formOf(network);
    const loading = Network.load(given as object);
    // What is given is copied at once.
    if (given instanceof Uint8Array) given.fill(0);
    expect((await loading).save()).toEqual(network.save());
  });

  it('takes checkpoints in an ArrayBuffer and in a Blob, and trains on', async () => {
    const network = await Network.create({ ...CLASSIFIER, optimizer: 'adam' });
    await network.fit([[1, 2]], ['red'], { epochs: 2 });
    const checkpoint = network.saveCheckpoint();
    const copies = await Promise.all([Network.load(checkpoint.buffer), Network.load(new Blob([checkpoint]))]);
    for (const copy of copies) expect(copy.saveCheckpoint()).toEqual(checkpoint);
  });

  it('copies an object at once', async () => {
    const network = await scaled();
    const json = jsonOf(network);
    const loading = Network.load(json);
    json.parameters.length = 0;
    json.network.inputs = 5;
    expect((await loading).save()).toEqual(network.save());
  });
});

describe('toJSON', () => {
  it('says the options as create takes them', async () => {
    const network = await scaled();
    const { network: options } = jsonOf(network);
    const twin = await Network.create(options as unknown as NetworkOptions);
    expect(jsonOf(twin).network).toEqual(options);
    expect(options).toMatchObject({
      inputs: 2,
      normalize: 'standard',
      optimizer: { type: 'adam', learningRate: 0.003 },
    });
  });

  it('gives a copy: changing it changes nothing of the network', async () => {
    const network = await scaled();
    const before = JSON.stringify(network);
    const json = jsonOf(network);
    (json.network.labels as string[]).push('more');
    (json.network.layers as { initializer: unknown }[])[0] = { initializer: 1 };
    (json.scaling?.inputs?.shift as number[])[0] = 9;
    expect(JSON.stringify(network)).toBe(before);
  });

  it('is of whole batches while a fit runs, and refused after dispose', async () => {
    const network = await Network.create(CLASSIFIER);
    let during: object | undefined;
    await network.fit([[1, 2]], ['red'], {
      epochs: 3,
      onEpoch: () => {
        during ??= network.toJSON();
      },
    });
    const copy = await Network.load(during as object);
    expect(fingerprint(copy)).not.toBe(fingerprint(network));
    network.dispose();
    await expectRefused(() => JSON.stringify(network), 'ERR_DISPOSED', /^toJSON: this network was disposed of/);
  });
});

describe('what load refuses', () => {
  const refusal = (what: string): RegExp => new RegExp(`^load: this is not a wasmlp model: ${what}`);

  it.each([['{}'], [' { } '], [{}], [new Blob(['{}'])]])('%s, which JSON made of a network once', async (model) => {
    await expectRefused(
      () => Network.load(model),
      'ERR_MODEL_FORMAT',
      refusal('it is \\{\\}, which is what JSON and structured'),
    );
  });

  it.each([
    [null, /^load: model is null, expected/],
    [undefined, /^load: model is undefined/],
    [7, /^load: model is 7/],
    [[1, 2], /^load: model is an array of 2/],
    [new Map(), /^load: model is a Map/],
    [new Float32Array(3), /^load: model is a Float32Array/],
    [Promise.resolve(new Uint8Array(3)), /^load: model is a Promise/],
    [() => 1, /^load: model is the function/],
  ])('%s, which is no form of a network', async (model, message) => {
    await expectRefused(() => Network.load(model as object), 'ERR_INVALID_TYPE', message);
  });

  it.each([
    ['', 'its text is no JSON object\\. A path is read by loadFile'],
    ['model.safetensors', 'its text is no JSON object\\. A path is read by loadFile'],
    ['<!doctype html>', 'its text is no JSON object\\. A path is read by loadFile'],
    ['[]', 'its text is no JSON object\\. A path is read by loadFile'],
    ['null', 'its text is no JSON object\\. A path is read by loadFile'],
    ['{"sizes": [2, 1], "layers": []}', 'it does not say its version\\. JSON of brain\\.js is read by fromBrain'],
    [`{"a":${'['.repeat(50)}`, 'it has more, or deeper, objects and arrays'],
    ['{"wasmlp": 1, "wasmlp": 1}', 'it has the key "wasmlp" twice'],
    ['{"__proto__": {"wasmlp": 1}}', 'it has the key "__proto__"'],
    ['{"wasmlp": NaN}', 'it is not JSON'],
    ['{"wasmlp": "1"}', 'it does not say its version'],
    ['{"wasmlp": 0}', 'it does not say its version'],
    ['{"wasmlp": 1}', 'it has no network'],
  ])('text: %s', async (text, what) => {
    await expectRefused(() => Network.load(text), 'ERR_MODEL_FORMAT', refusal(what));
  });

  const wrong: [string, (json: Json) => unknown, string][] = [
    ['an unknown key', (json) => ({ ...json, weights: 1 }), 'it has the key "weights"'],
    [
      'an unknown option',
      (json) => ({ ...json, network: { ...json.network, unit: 1 } }),
      'its network is refused \\(create: options has an unknown option "unit"',
    ],
    [
      'an option of the engine',
      (json) => ({ ...json, network: { ...json.network, engine: 'js' } }),
      'its network has the option "engine"',
    ],
    ['no parameters', ({ parameters: _, ...json }) => json, 'its parameters are not those of 2 layers'],
    [
      'too few layers',
      (json) => ({ ...json, parameters: json.parameters.slice(1) }),
      'its parameters are not those of 2 layers',
    ],
    [
      'null for a layer',
      (json) => ({ ...json, parameters: [null, json.parameters[1]] }),
      'its parameters\\[0\\]\\.weights is not base64 of 6 float32 numbers',
    ],
    [
      'numbers',
      (json) => ({ ...json, parameters: [{ weights: [1, 2, 3, 4, 5, 6], biases: '' }, json.parameters[1]] }),
      'its parameters\\[0\\]\\.weights is not base64',
    ],
    [
      'too few numbers',
      (json) => ({ ...json, parameters: [{ weights: 'AAAA', biases: '' }, json.parameters[1]] }),
      'its parameters\\[0\\]\\.weights is not base64 of 6',
    ],
    [
      'other characters',
      (json) => ({
        ...json,
        parameters: [{ weights: `*${json.parameters[0]?.weights.slice(1)}`, biases: '' }, json.parameters[1]],
      }),
      'its parameters\\[0\\]\\.weights is not base64',
    ],
    [
      'white space',
      (json) => ({
        ...json,
        parameters: [{ weights: ` ${json.parameters[0]?.weights.slice(1)}`, biases: '' }, json.parameters[1]],
      }),
      'its parameters\\[0\\]\\.weights is not base64',
    ],
    [
      'biases where there are none',
      (json) => ({ ...json, parameters: [{ ...json.parameters[0], biases: 'AAAAAA==' }, json.parameters[1]] }),
      'its parameters\\[0\\]\\.biases is not base64 of 0',
    ],
    [
      'an unknown tensor',
      (json) => ({ ...json, parameters: [{ ...json.parameters[0], bias: '' }, json.parameters[1]] }),
      'its parameters\\[0\\] has the key "bias"',
    ],
    [
      'NaN among weights',
      (json) => ({
        ...json,
        parameters: [{ weights: 'AADAfwAAAAAAAAAAAAAAAAAAAAAAAAAA', biases: '' }, json.parameters[1]],
      }),
      'its tensor "0\\.weight" holds NaN or Infinity',
    ],
    [
      'no scaling that its options ask for',
      (json) => ({ ...json, scaling: {} }),
      'its scaling of inputs and its network do not go together',
    ],
    [
      'NaN in its scaling',
      (json) => ({ ...json, scaling: { ...json.scaling, inputs: { shift: [Number.NaN, 0], scale: [1, 1] } } }),
      'its scaling of inputs is not 2 shifts and scales',
    ],
    ['null for its scaling', (json) => ({ ...json, scaling: null }), 'its scaling is not a JSON object'],
    ['text for its network', (json) => ({ ...json, network: 'x' }), 'it has no network'],
  ];
  it.each(wrong)('%s, as object, text and bytes', async (_, change, what) => {
    const json = change(jsonOf(await scaled())) as object;
    const text = JSON.stringify(json);
    for (const model of [json, text, new TextEncoder().encode(text)]) {
      await expectRefused(() => Network.load(model), 'ERR_MODEL_FORMAT', refusal(what));
    }
  });

  it('a newer version, even one that has other keys', async () => {
    const json = { ...jsonOf(await scaled()), wasmlp: 2, more: true };
    await expectRefused(
      () => Network.load(json),
      'ERR_MODEL_VERSION',
      /^load: this model is of version 2, and 1 is the newest/,
    );
  });

  it('objects that JSON cannot hold', async () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const thrower = {
      get wasmlp(): number {
        throw new Error('mine');
      },
    };
    for (const model of [circle, { wasmlp: 1n }, thrower]) {
      await expectRefused(
        () => Network.load(model),
        'ERR_MODEL_FORMAT',
        /^load: model is an object that JSON cannot hold/,
      );
    }
  });

  it('bytes that are not UTF-8', async () => {
    const bytes = Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d);
    await expectRefused(() => Network.load(bytes), 'ERR_MODEL_FORMAT', refusal('its text is not UTF-8'));
  });

  it('a Blob that cannot be read', async () => {
    const blob = new Blob(['{}']);
    blob.arrayBuffer = () => Promise.reject(new Error('gone'));
    await expectRefused(() => Network.load(blob), 'ERR_IO', /^load: the Blob could not be read/);
  });

  it('every truncation of a text', async () => {
    const text = JSON.stringify(await scaled());
    for (let length = 0; length < text.length; length++) {
      expect(await thrownBy(() => Network.load(text.slice(0, length)))).toMatchObject({ code: 'ERR_MODEL_FORMAT' });
    }
  });

  it('changes no prototype', async () => {
    const text = JSON.stringify(await scaled());
    const hostile = text.replace('"seed":5', '"seed":5,"__proto__":{"polluted":1}');
    expect(hostile).not.toBe(text);
    await expectRefused(() => Network.load(hostile), 'ERR_MODEL_FORMAT', refusal('it has the key "__proto__"'));
    await expectRefused(
      () => Network.load(JSON.parse(hostile) as object),
      'ERR_MODEL_FORMAT',
      refusal('it has the key'),
    );
    expect('polluted' in {}).toBe(false);
  });
});
