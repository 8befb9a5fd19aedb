/** A saved and loaded network is the same, bit for bit, with every option, on both engines and from one to the other. */
import { setTimeout } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type EngineOptions, Network } from '../../../src/index.js';
import { resolveNetwork } from '../../../src/options/network.js';
import { Findings } from '../../support/findings.js';
import { FILE, headerOf, partsOf, said, tensorIn } from '../../support/formats/model-files.js';
import {
  LABELS,
  type NumberOptions,
  randomModel,
  samplesFor,
  setSpecial,
} from '../../support/formats/random-models.js';
import { CLASSIFIER, classifier, digestOf, ENGINES, fingerprint, parametersOf } from '../../support/networks.js';
import { expectRefused, thrownBy } from '../../support/refusals.js';
import { repeats } from '../../support/repeats.js';
import { randomClasses, randomRows } from '../../support/samples.js';
import { SeededRandom } from '../../support/seeded.js';

const NETWORKS = repeats(60, 1000);

/** A summary without the memory, which depends on earlier passes. */
const summaryOf = (network: Network): string => network.summary().replace(/, memory: .*/, '');

/** Predictions for small inputs, bit for bit. */
const answersOf = (network: Network): string => digestOf(network.predict(randomRows(5, network.inputs, 3)));

describe('saved and loaded', () => {
  it(`${NETWORKS} random networks are the same, bit for bit, on both engines`, async () => {
    const random = new SeededRandom('saved and loaded');
    const findings = new Findings();
    for (let index = 0; index < NETWORKS; index++) {
      const [engine, other] = index % 2 === 0 ? (['wasm', 'js'] as const) : (['js', 'wasm'] as const);
      const { network, options } = await randomModel(index, random, engine);
      const before = answersOf(network);
      const untouched = await Network.load(network.save(), { engine });
      const problems = [
        answersOf(untouched) === before ? undefined : 'predicts other numbers',
        summaryOf(untouched) === summaryOf(network) ? undefined : 'has another summary',
      ];
      untouched.dispose();
      setSpecial(network, random);
      const file = network.save();
      const again = await Network.load(file, { engine });
      const across = await Network.load(file, { engine: other });
      const back = await Network.load(across.save(), { engine });
      for (const [name, loaded] of Object.entries({ again, across, back })) {
        const [saved, layers] = [loaded.save(), JSON.stringify(loaded.layers)];
        if (fingerprint(loaded) !== fingerprint(network)) problems.push(`${name}: has other parameters`);
        if (Buffer.compare(saved, file) !== 0) problems.push(`${name}: saves other bytes`);
        if (layers !== JSON.stringify(network.layers)) problems.push(`${name}: has other layers`);
        loaded.dispose();
      }
      network.dispose();
      findings.add(`network ${index} on ${engine} ${JSON.stringify(options)}`, problems);
    }
    findings.expectNone(NETWORKS);
  });

  it.each(ENGINES)('networks on %s train on to the same bits, with an optimizer that begins anew', async (engine) => {
    const random = new SeededRandom(`trained on, ${engine}`);
    const findings = new Findings();
    for (let index = 0; index < 60; index++) {
      const { network, options } = await randomModel(index, random, engine);
      const { inputs, targets } = samplesFor(options, 20, random);
      const loaded = await Network.load(network.save(), { engine });
      // A network that was never trained, with the same options, parameters and scaling.
      const twin = await Network.load((await Network.load(network.save(), { engine })).save(), { engine });
      const plain = options.normalize === false && options.normalizeTargets === false;
      const created = await Network.create({ ...options, engine });
      network.layers.forEach((_, layer) => {
        created.setParameters(layer, network.getParameters(layer));
      });
      const compared = plain ? [loaded, twin, created] : [loaded, twin];
      for (const each of compared) await each.fit(inputs, targets, { epochs: 2, batchSize: 8, validation: 0.2 });
      const same = new Set(compared.map(fingerprint)).size === 1;
      findings.add(`network ${index} ${JSON.stringify(options)}`, [same ? undefined : 'trains on to other weights']);
    }
    findings.expectNone(60);
  });

  it.each(ENGINES)('labels on %s keep every character', async (engine) => {
    const options: NumberOptions = {
      inputs: 1,
      layers: [{ units: LABELS.length, activation: 'softmax' }],
      labels: LABELS,
    };
    const network = await Network.create({ ...options, engine });
    const loaded = await Network.load(network.save(), { engine });
    for (const [index, label] of LABELS.entries()) {
      const biases = new Float32Array(LABELS.length);
      biases[index] = 9;
      loaded.setParameters(0, { biases });
      expect(loaded.classify([0])).toMatchObject({ index, label });
    }
  });

  it.each(ENGINES)('slopes on %s stay as they are, and a file without one has the default', async (engine) => {
    const slopes = [0.01, 0.2, -0.3, 0, 1e-30];
    const layers = slopes.map((slope) => ({ units: 3, activation: 'leakyRelu', slope }) as const);
    const network = await Network.create({ inputs: 2, layers, engine });
    const file = network.save();
    const options = partsOf(file).metadata.network as string;
    expect(JSON.parse(options).layers.map(({ slope }: { slope?: number }) => slope)).toEqual([
      undefined,
      ...slopes.slice(1),
    ]);
    const loaded = await Network.load(file, { engine });
    expect(loaded.layers.map(({ slope }) => slope)).toEqual(slopes);
    const rows = randomRows(9, 2);
    const targets = randomRows(9, 3);
    for (const each of [network, loaded]) await each.fit(rows, targets, { epochs: 2 });
    expect(fingerprint(loaded)).toBe(fingerprint(network));
    expect(loaded.predict(rows)).toEqual(network.predict(rows));
  });

  it('options are what JSON can hold, so there is no -0', () => {
    const layers = [
      { units: 2, dropout: -0, l1: -0, l2: -0, initializer: { uniform: [-0, -0] } },
      { units: 1, initializer: { normal: [-0, -0] } },
    ];
    const optimizer = { type: 'sgd', learningRate: -0, momentum: -0, weightDecay: -0 };
    const spec = resolveNetwork({ inputs: 1, layers, optimizer, seed: -0, labels: ['a', 'b'] });
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });

  it.each(ENGINES)('a scaling from columns of -0 on %s gives the same zeros', async (engine) => {
    for (const method of ['standard', 'minMax'] as const) {
      const layers = [{ units: 1, activation: 'linear', initializer: 'zeros', bias: false }] as const;
      const network = await Network.create({ inputs: 1, layers, normalize: method, normalizeTargets: method, engine });
      await network.fit([-0, -0], [-0, -0], { epochs: 1 });
      const loaded = await Network.load(network.save(), { engine });
      expect(digestOf(loaded.predict([-0]))).toBe(digestOf(network.predict([-0])));
    }
  });

  it.each(ENGINES)('a scaling on %s has numbers of any size', async (engine) => {
    const layers = [{ units: 1, activation: 'linear' }] as const;
    const network = await Network.create({ inputs: 4, layers, normalize: 'standard', engine });
    const inputs = [
      [1e-45, 3e38, 1 / 3, 1e21],
      [-1e-45, -3e38, 2 / 3, 1e-7],
    ];
    await network.fit(inputs, [0, 1], { epochs: 1 });
    const loaded = await Network.load(network.save(), { engine });
    expect(loaded.save()).toEqual(network.save());
    expect(loaded.predict(inputs).map(digestOf)).toEqual(network.predict(inputs).map(digestOf));
  });
});

describe.each(ENGINES)('save on %s', (engine) => {
  it('has exactly the tensors that PyTorch expects, in float32 and row-major', async () => {
    const layers = [{ units: 3 }, { units: 2, bias: false }, { units: 1 }];
    const network = await Network.create({ inputs: 2, layers, engine });
    const parts = partsOf(network.save());
    expect(parts.tensors).toEqual({
      '0.weight': { dtype: 'F32', shape: [3, 2], data_offsets: [0, 24] },
      '0.bias': { dtype: 'F32', shape: [3], data_offsets: [24, 36] },
      '2.weight': { dtype: 'F32', shape: [2, 3], data_offsets: [36, 60] },
      '4.weight': { dtype: 'F32', shape: [1, 2], data_offsets: [60, 68] },
      '4.bias': { dtype: 'F32', shape: [1], data_offsets: [68, 72] },
    });
    expect(Object.keys(parts.metadata)).toEqual(['wasmlp', 'network']);
    expect(tensorIn(parts, '2.weight')).toEqual(network.getParameters(1).weights);
  });

  it('returns new bytes', async () => {
    const network = await classifier(engine);
    const [first, second] = [network.save(), network.save()];
    expect(first).toEqual(second);
    first.fill(0);
    expect(network.save()).toEqual(second);
    expect(second.buffer.byteLength).toBe(second.length);
  });

  it('during a fit gives the weights that the network has then', async () => {
    const network = await classifier(engine, { normalize: 'standard' });
    const controller = new AbortController();
    const options = { epochs: 10 ** 6, batchSize: 1, signal: controller.signal };
    const fitting = thrownBy(() => network.fit(randomRows(3000, 2), randomClasses(3000, 3), options));
    const digests = new Set<string>();
    while (digests.size < 5) {
      await setTimeout(1);
      const before = fingerprint(network);
      const [file, checkpoint] = [network.save(), network.saveCheckpoint()];
      for (const saved of [file, checkpoint]) {
        const loaded = await Network.load(saved, { engine });
        expect(fingerprint(loaded)).toBe(before);
        loaded.dispose();
      }
      digests.add(before);
    }
    controller.abort();
    expect(await fitting).toMatchObject({ name: 'AbortError' });
  });

  it('refuses a network that was disposed of', async () => {
    const network = await classifier(engine);
    network.dispose();
    await expectRefused(() => network.save(), 'ERR_DISPOSED', /^save: this network was disposed of/);
    await expectRefused(() => network.saveCheckpoint(), 'ERR_DISPOSED', /^saveCheckpoint: this network was/);
  });
});

/** The same bytes in other kinds of arrays. */
const HANDS: Record<string, (file: Uint8Array) => Uint8Array> = {
  'a view into a larger buffer': (file) => {
    const larger = new Uint8Array(file.length + 100).fill(0xff);
    larger.set(file, 33);
    return larger.subarray(33, 33 + file.length);
  },
  'a Buffer': (file) => Buffer.from(file),
  'a Buffer of the pool': (file) => Buffer.concat([file]),
  'a SharedArrayBuffer': (file) => {
    const shared = new Uint8Array(new SharedArrayBuffer(file.length));
    shared.set(file);
    return shared;
  },
  'another realm': (file) => {
    const foreign: Uint8Array = runInNewContext(`new Uint8Array(${file.length})`);
    foreign.set(file);
    return foreign;
  },
  'a subclass that copies nothing': (file) => {
    class Lazy extends Uint8Array {
      override slice(): Uint8Array<ArrayBuffer> {
        return this as unknown as Uint8Array<ArrayBuffer>;
      }
      static get [Symbol.species](): Uint8ArrayConstructor {
        throw new Error('The species was asked.');
      }
    }
    return new Lazy(file);
  },
};

describe.each(ENGINES)('load on %s', (engine) => {
  it.each(Object.entries(HANDS))('takes %s, and copies it before it waits', async (_, inHands) => {
    const network = await classifier(engine);
    const given = inHands(network.save());
    const loading = Network.load(given, { engine });
    given.fill(0);
    const loaded = await loading;
    expect(fingerprint(loaded)).toBe(fingerprint(network));
    expect(loaded.engine.kind).toBe(engine);
  });

  it('leaves the bytes as they are, and keeps no view of them', async () => {
    const file = (await classifier(engine)).save();
    const before = file.slice();
    const loaded = await Network.load(file, { engine });
    loaded.setParameters(0, { biases: [1, 2, 3] });
    await loaded.fit(randomRows(9, 2), randomClasses(9, 3), { epochs: 2 });
    expect(file).toEqual(before);
    const [twin, digest] = [await Network.load(file, { engine }), fingerprint(loaded)];
    file.fill(0);
    expect(fingerprint(loaded)).toBe(digest);
    expect(twin.save()).toEqual(before);
  });

  it('reads the tensors of a file that another program padded differently', async () => {
    const network = await classifier(engine);
    const { length, text } = headerOf(network.save());
    const data = network.save().subarray(8 + length);
    const header = new TextEncoder().encode(text.trimEnd());
    for (let pad = 0; pad < 4; pad++) {
      const file = new Uint8Array(8 + header.length + pad + data.length).fill(0x20);
      new DataView(file.buffer).setBigUint64(0, BigInt(header.length + pad), true);
      file.set(header, 8);
      file.set(data, 8 + header.length + pad);
      expect(fingerprint(await Network.load(file, { engine }))).toBe(fingerprint(network));
    }
  });

  it('takes the options of the engine', async () => {
    const loaded = await Network.load(FILE, { engine, threads: 1, relaxed: false, wideVectors: false });
    expect(loaded.engine).toEqual((await classifier(engine)).engine);
    expect(parametersOf(loaded)).toEqual(Float32Array.of(2, 3));
  });
});

const wrongFiles = [
  ['undefined', undefined],
  ['null', null],
  [`an array of ${FILE.length}`, [...FILE]],
  ['a Uint8ClampedArray', new Uint8ClampedArray(FILE)],
  ['a DataView', new DataView(FILE.buffer)],
  ['a Float32Array', new Float32Array(2)],
  ['an object', { length: 3, [Symbol.toStringTag]: 'Uint8Array' }],
] as const;

const wrongOptions = [
  [
    { engin: 'js' },
    'ERR_INVALID_OPTION',
    /^load: options has an unknown option "engin"\. Did you mean "engine"\? Known: /,
  ],
  [{ seed: 1 }, 'ERR_INVALID_OPTION', /^load: options has an unknown option "seed"\. Known: engine, threads, relaxed/],
  [{ engine: 'gpu' }, 'ERR_INVALID_OPTION', /^load: engine is "gpu"\. Expected one of: auto, wasm, js\.$/],
  [{ engine: 1 }, 'ERR_INVALID_TYPE', /^load: engine is 1, expected one of/],
  [{ threads: 0 }, 'ERR_INVALID_OPTION', /^load: threads is 0, expected a whole number/],
  [{ engine: 'js', threads: 2 }, 'ERR_UNSUPPORTED', /^load: threads is 2, but only WebAssembly has threads/],
  [{ relaxed: 'yes' }, 'ERR_INVALID_TYPE', /^load: relaxed is "yes", expected true or false\.$/],
  [{ engine: 'js', wideVectors: true }, 'ERR_INVALID_OPTION', /^load: wideVectors belongs to WebAssembly/],
  [null, 'ERR_INVALID_TYPE', /^load: options is null, expected an object/],
  ['js', 'ERR_INVALID_TYPE', /^load: options is "js", expected an object/],
  [[], 'ERR_INVALID_TYPE', /^load: options is an empty array, expected an object/],
] as const;

describe('load refuses', () => {
  it.each(wrongFiles)('%s as a model', async (is, file) => {
    const message = new RegExp(
      `^load: model is ${is}, expected a Uint8Array or ArrayBuffer with the bytes that network\\.save\\(\\)`,
    );
    await expectRefused(() => Network.load(file as never), 'ERR_INVALID_TYPE', message);
  });

  it.each(wrongOptions)('the options %j', async (options, code, message) => {
    await expectRefused(() => Network.load(FILE, options as EngineOptions), code, message);
  });

  it('bytes that were transferred away', async () => {
    const message = said('it has 0 bytes, fewer than a header takes');
    const file = (await Network.create(CLASSIFIER)).save();
    const { buffer } = file;
    structuredClone(buffer, { transfer: [buffer] });
    await expectRefused(() => Network.load(file), 'ERR_MODEL_FORMAT', message);
    await expectRefused(() => Network.load(buffer), 'ERR_MODEL_FORMAT', message);
  });
});
