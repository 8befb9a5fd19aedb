/** Networks as modules: they predict as the network does, take what it takes, and no label can break out of their text. */
import assert from 'node:assert';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { writeModule } from '../../../src/formats/module/write-module.js';
import { Network, type NetworkOptions, type Samples } from '../../../src/index.js';
import { ACTIVATIONS } from '../../../src/options/names.js';
import { resolveNetwork } from '../../../src/options/network.js';
import { beyondBound, Findings } from '../../support/findings.js';
import { temporaryFolder } from '../../support/folder.js';
import { evaluated, printedBy } from '../../support/formats/modules.js';
import { LABELS, randomModel, setSpecial } from '../../support/formats/random-models.js';
import { CLASSIFIER, classifier, ENGINES } from '../../support/networks.js';
import { expectRefused, thrownBy } from '../../support/refusals.js';
import { repeats } from '../../support/repeats.js';
import { detached, holed, randomClasses, randomRows } from '../../support/samples.js';
import { SeededRandom } from '../../support/seeded.js';

const NETWORKS = repeats(60, 1000);
const ROWS = 5;
const folder = temporaryFolder();

/** The module's numbers differ from the network's by at most 1e-5; relatively, where a number is above 1. */
function problemIn(actual: Float32Array, expected: Float32Array): string | undefined {
  return beyondBound('outputs', actual, expected, (i) => 1e-5 * Math.max(1, Math.abs(expected[i] as number)));
}

/** Rows whose outputs are beyond float32, and the number that the refusal names. */
function refusedRows(
  predictor: { inputs: number; predict(samples: Float32Array): unknown },
  inputs: Float32Array,
): Map<number, string> {
  const refused = new Map<number, string>();
  for (let row = 0; row < ROWS; row++) {
    try {
      predictor.predict(inputs.subarray(row * predictor.inputs, (row + 1) * predictor.inputs));
    } catch (error) {
      const { message } = error as Error;
      expect(message).toMatch(/^predict: the output for row 0 \(counted from 0\) is (-?Infinity|NaN)\./);
      refused.set(row, message.split(/ is |\./)[1] as string);
    }
  }
  return refused;
}

/** Rows of inputs up to 1, 3 or `largest`, with zeros of both signs and subnormal numbers among them. */
function inputsFor(width: number, largest: number, random: SeededRandom): Float32Array {
  const inputs = random.floats(ROWS * width, random.pick([1, 3, largest]));
  for (let i = 0; i < inputs.length; i++) if (random.chance(0.1)) inputs[i] = random.pick([-0, 0, 1e-45, -1e-40]);
  return inputs;
}

describe('a module predicts as its network', () => {
  it(`${NETWORKS} random networks on both engines, with every activation and scaling`, async () => {
    const random = new SeededRandom('modules');
    const findings = new Findings();
    const activations = new Set<string>();
    let [numbers, refusals] = [0, 0];
    for (let index = 0; index < NETWORKS; index++) {
      const engine = index % 2 === 0 ? 'js' : 'wasm';
      const { network, options } = await randomModel(index, random, engine);
      // The numbers are so far apart that float32 sums differ, and WebAssembly adds in float32.
      // A network that lacks its scaling does not predict with parameters that were set.
      const lacks = network.summary().includes('to be learned');
      const extreme = engine === 'js' && random.chance(0.5) && !lacks;
      if (extreme) setSpecial(network, random);
      const inputs = inputsFor(network.inputs, extreme ? 1e18 : 10, random);
      const module = await evaluated(await network.toModule());
      const refused = refusedRows(network, inputs);
      const answered = inputs.filter((_, i) => !refused.has(Math.floor(i / network.inputs)));
      const answers = (predictor: { predict(samples: Float32Array): unknown }): Float32Array =>
        answered.length === 0 ? answered : (predictor.predict(answered) as Float32Array);
      const expected = answers(network);
      for (const { activation } of network.layers) activations.add(activation);
      numbers += expected.length;
      refusals += refused.size;
      findings.add(`network ${index} on ${engine} ${JSON.stringify(options)}`, [
        problemIn(answers(module), expected),
        JSON.stringify([...refusedRows(module, inputs)]) === JSON.stringify([...refused])
          ? undefined
          : 'refuses other rows',
        module.inputs === network.inputs && module.outputs === network.outputs ? undefined : 'has another shape',
        JSON.stringify(module.labels) === JSON.stringify(options.labels ?? []) ? undefined : 'has other labels',
      ]);
      network.dispose();
    }
    findings.expectNone(NETWORKS);
    expect([...activations].sort()).toEqual(ACTIVATIONS.toSorted());
    expect(numbers).toBeGreaterThan(3 * NETWORKS * ROWS);
    expect(refusals).toBeGreaterThan(NETWORKS / 10);
  });

  const sums = [0, 1e-45, 1e-7, 0.1, 1, 3, 17, 88, 89, 104, 708, 746, 1e4, 1e13, 1e30, 3e38].flatMap((z) => [z, -z]);
  it.each(ACTIVATIONS)('%s of sums of every size is a number, and the right one', async (activation) => {
    const units = activation === 'softmax' ? 3 : 1;
    for (const engine of ENGINES) {
      const network = await Network.create({ inputs: 1, layers: [{ units, activation }], engine });
      network.setParameters(0, { weights: [1, -0.25, 0].slice(0, units), biases: [0, 1e-3, 2].slice(0, units) });
      const [expected, module] = [network.predict(Float32Array.from(sums)), await evaluated(await network.toModule())];
      const actual = module.predict(Float32Array.from(sums)) as Float32Array;
      expect(Array.from(actual).filter((value) => !Number.isFinite(value))).toEqual([]);
      expect(problemIn(actual, expected)).toBeUndefined();
      expect(expected.filter(Number.isFinite).length).toBeGreaterThan(sums.length * units * 0.8);
    }
  });

  it('of equal sums beyond all powers, softmax gives equal shares', async () => {
    const network = await Network.create({ inputs: 1, layers: [{ units: 4, activation: 'softmax' }] });
    network.setParameters(0, { weights: [1, 1, 0, 1] });
    const { predict } = await evaluated(await network.toModule());
    expect(predict([1e30])).toEqual(Float32Array.of(1 / 3, 1 / 3, 0, 1 / 3));
  });

  it('the time for softmax does not grow with the square of the outputs', async () => {
    const network = await Network.create({ inputs: 1, layers: [{ units: 200_000, activation: 'softmax' }] });
    const { predict } = await evaluated(await network.toModule());
    const total = (predict([1]) as Float32Array).reduce((sum, value) => sum + value);
    expect(total).toBeCloseTo(1, 3);
  });

  it('scales what is far from 0 in double precision, as the network', async () => {
    const layers = [{ units: 1, activation: 'linear', bias: false }] as const;
    const network = await Network.create({ inputs: 1, layers, normalize: 'standard', normalizeTargets: 'minMax' });
    const years = Float32Array.from({ length: 50 }, (_, i) => 16_000_000 + i);
    await network.fit(years, years, { epochs: 100 });
    const { predict } = await evaluated(await network.toModule());
    expect(predict(years)).toEqual(network.predict(years));
    // Not a float32 number: there, float32 has only whole numbers.
    expect(predict([16_000_010.4])).toEqual(network.predict([16_000_010.4]));
  });
});

/** Rows of two numbers in all shapes that predict takes, from this realm and from another one. */
const SHAPES: Record<string, Samples> = {
  'an array of numbers': [0.5, -1],
  'a Float32Array of one row': Float32Array.of(0.5, -1),
  'rows end to end': Float32Array.of(0.5, -1, 1, 2, 3, -4),
  'a view into a larger buffer': Float32Array.of(9, 0.5, -1, 1, 2, 9).subarray(1, 5),
  'an array of arrays': [
    [0.5, -1],
    [1, 2],
  ],
  'an array of Float32Arrays': [Float32Array.of(0.5, -1), Float32Array.of(3, -4)],
  'one row in an array': [[0.5, -1]],
};

describe('predict of a module', async () => {
  const network = await Network.create({ ...CLASSIFIER, engine: 'js' });
  const { predict } = await evaluated(await network.toModule());

  it.each(Object.entries(SHAPES))('answers %s in the shape of the network', (_, samples) => {
    const before = structuredClone(samples);
    const [actual, expected] = [predict(samples), network.predict(samples)];
    expect(Array.isArray(actual)).toBe(Array.isArray(expected));
    const rowsOf = (outputs: Float32Array | Float32Array[]) => (Array.isArray(outputs) ? outputs : [outputs]);
    expect(rowsOf(actual).map(({ length }) => length)).toEqual(rowsOf(expected).map(({ length }) => length));
    rowsOf(actual).forEach((row, i) => {
      expect(row).toBeInstanceOf(Float32Array);
      expect(problemIn(row, rowsOf(expected)[i] as Float32Array)).toBeUndefined();
    });
    expect(samples).toEqual(before);
  });

  const expected = 'expected 2 finite float32 numbers\\.$';
  it.each([
    ['nothing', undefined, `row 0 \\(counted from 0\\) has undefined values, ${expected}`],
    ['null', null, `row 0 \\(counted from 0\\) has undefined values, ${expected}`],
    ['a number', 1, `row 0 \\(counted from 0\\) has undefined values, ${expected}`],
    ['a text', 'ab', `row 0 \\(counted from 0\\) has the string a at \\[0\\], ${expected}`],
    ['no row', [], `row 0 \\(counted from 0\\) has 0 values, ${expected}`],
    ['no number', detached(), `row 0 \\(counted from 0\\) has 0 values, ${expected}`],
    ['a DataView', new DataView(new ArrayBuffer(8)), `row 0 \\(counted from 0\\) has undefined values, ${expected}`],
    ['too few', [1], `row 0 \\(counted from 0\\) has 1 values, ${expected}`],
    ['too many', [1, 2, 3, 4], `row 0 \\(counted from 0\\) has 4 values, ${expected}`],
    ['half a row at the end', new Float32Array(5), `row 2 \\(counted from 0\\) has 1 values, ${expected}`],
    ['a short row', [[1, 2], [3]], `row 1 \\(counted from 0\\) has 1 values, ${expected}`],
    ['two rows as one', [new Float32Array(4)], `row 0 \\(counted from 0\\) has 4 values, ${expected}`],
    ['null as a row', [[1, 2], null], `row 1 \\(counted from 0\\) has undefined values, ${expected}`],
    [
      'a hole for a row',
      holed(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        1,
      ),
      `row 1 \\(counted from 0\\) has undefined values, ${expected}`,
    ],
    [
      'NaN',
      [
        [1, 2],
        [1, Number.NaN],
      ],
      `row 1 \\(counted from 0\\) has the number NaN at \\[1\\], ${expected}`,
    ],
    [
      'Infinity',
      Float32Array.of(1, 2, 3, 4, Number.NEGATIVE_INFINITY, 6),
      `row 2 \\(counted from 0\\) has the number -Infinity at \\[0\\], ${expected}`,
    ],
    ['a number beyond float32', [1, 1e39], `row 0 \\(counted from 0\\) has the number 1e\\+39 at \\[1\\], ${expected}`],
    ['a number as text', [1, '2'], `row 0 \\(counted from 0\\) has the string 2 at \\[1\\], ${expected}`],
    ['null as a number', [1, null], `row 0 \\(counted from 0\\) has the object null at \\[1\\], ${expected}`],
    ['a BigInt', [1, 2n], `row 0 \\(counted from 0\\) has the bigint 2 at \\[1\\], ${expected}`],
    [
      'a BigInt in a later row',
      [
        [1, 2],
        [3n, 4],
      ],
      `row 1 \\(counted from 0\\) has the bigint 3 at \\[0\\], ${expected}`,
    ],
    ['BigInts', BigInt64Array.of(1n, 2n), `row 0 \\(counted from 0\\) has the bigint 1 at \\[0\\], ${expected}`],
    [
      'rows of BigInts end to end',
      BigInt64Array.of(1n, 2n, 3n, 4n),
      `row 0 \\(counted from 0\\) has the bigint 1 at \\[0\\], ${expected}`,
    ],
    ['a Symbol', [Symbol('x'), 1], `row 0 \\(counted from 0\\) has the symbol Symbol\\(x\\) at \\[0\\], ${expected}`],
    ['a Symbol for all', Symbol('x'), `row 0 \\(counted from 0\\) has undefined values, ${expected}`],
    ['a boolean', [1, true], `row 0 \\(counted from 0\\) has the boolean true at \\[1\\], ${expected}`],
    [
      'an object that is a number',
      [1, new Number(2)],
      `row 0 \\(counted from 0\\) has the object at \\[1\\], ${expected}`,
    ],
    [
      'an object without a prototype',
      [1, Object.create(null)],
      `row 0 \\(counted from 0\\) has the object at \\[1\\], ${expected}`,
    ],
    [
      'an object that throws',
      [1, { valueOf: () => assert.fail() }],
      `row 0 \\(counted from 0\\) has the object at \\[1\\], ${expected}`,
    ],
    ['a function', [1, () => 2], `row 0 \\(counted from 0\\) has the function at \\[1\\], ${expected}`],
    [
      'undefined as the first row',
      [undefined, [1, 2]],
      `row 0 \\(counted from 0\\) has the undefined undefined at \\[0\\], ${expected}`,
    ],
    ['a Symbol as length', { length: Symbol('x') }, `row 0 \\(counted from 0\\) has Symbol\\(x\\) values, ${expected}`],
    ['a sparse array', new Array(2), `row 0 \\(counted from 0\\) has the undefined undefined at \\[0\\], ${expected}`],
    ['a hole', holed([1, 2], 1), `row 0 \\(counted from 0\\) has the undefined undefined at \\[1\\], ${expected}`],
  ])('refuses %s', async (_, samples, message) => {
    const error = await thrownBy(() => predict(samples as Samples));
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(new RegExp(`^predict: ${message}`));
    expect(await thrownBy(() => network.predict(samples as Samples))).toBeInstanceOf(Error);
  });

  it('refuses outputs beyond float32, and names the first row, as its network does', async () => {
    const large = await Network.create({ inputs: 1, layers: [{ units: 2, activation: 'linear' }], engine: 'js' });
    large.setParameters(0, { weights: [1, -1e38] });
    const module = await evaluated(await large.toModule());
    const says = 'predict: the output for row 1 (counted from 0) is -Infinity.';
    for (const samples of [Float32Array.of(1, 10, 20), [[1], [10], [20]]]) {
      await expectRefused(
        () => large.predict(samples),
        'ERR_NON_FINITE',
        /^predict: the output for row 1 \(counted from 0\) is -Infinity\./,
      );
      expect(() => module.predict(samples)).toThrow(says);
    }
    expect(module.predict([1])).toEqual(large.predict([1]));
  });

  it('refuses numbers that its scaling takes beyond float32', async () => {
    const scaling = await Network.create({ inputs: 1, layers: [{ units: 1 }], normalize: 'standard', engine: 'js' });
    await scaling.fit([0, 1e-20], [0, 1], { epochs: 1 });
    const module = await evaluated(await scaling.toModule());
    await expectRefused(() => scaling.predict([1e30]), 'ERR_NON_FINITE', /beyond float32/);
    expect(() => module.predict([1e30])).toThrow(
      'predict: row 0 (counted from 0) has the number 1e+30 at [0], expected 1 finite float32 numbers.',
    );
  });
});

/** Names of classes that could end a string in the text, or begin something in it. */
const HOSTILE = [
  ...LABELS,
  "'",
  '`',
  '*/',
  '//',
  '</script>',
  '<!--',
  ']]>',
  '$\u007b1}',
  '\u2029',
  '\r',
  "');throw 1;('",
];

describe('the text of a module', () => {
  const options = { inputs: 3, layers: [{ units: 5, activation: 'relu' }, { units: 2 }], seed: 1 } as const;

  it('begins with what it is, and is the same for the same network', async () => {
    const [text, again] = await Promise.all(
      ENGINES.map(async (engine) => (await Network.create({ ...options, engine })).toModule()),
    );
    expect(text).toMatch(/^\/\/ Neural network 3-5-2 \(relu, sigmoid\), made by wasmlp\.\nexport const inputs = 3;\n/);
    expect(again).toBe(text);
  });

  it.each(ACTIVATIONS)('has %s where the network does, and no other activation', async (activation) => {
    const network = await Network.create({ inputs: 1, layers: [{ units: 2, activation }] });
    const functions = [...(await network.toModule()).matchAll(/^const (\w+) = \(y\) =>/gm)].map(([, name]) => name);
    expect(functions).toEqual([activation]);
  });

  it('computes leakyRelu with the slope of each layer', async () => {
    const slopes = [0.01, -0.5, 0, 0.01, 1e-7];
    const layers = slopes.map((slope) => ({ units: 5, activation: 'leakyRelu', slope }) as const);
    const network = await Network.create({ inputs: 3, layers, loss: 'meanSquaredError' });
    const text = await network.toModule();
    expect([...text.matchAll(/^ {2}\[(\w+), /gm)].map(([, name]) => name)).toEqual([
      'leakyRelu',
      'leakyRelu2',
      'leakyRelu3',
      'leakyRelu',
      'leakyRelu4',
    ]);
    const rows = randomRows(40, 3);
    expect(problemIn((await evaluated(text)).predict(rows) as Float32Array, network.predict(rows))).toBeUndefined();
  });

  it('needs nothing, and runs no text as code', async () => {
    for (const activation of ACTIVATIONS) {
      const text = await (await Network.create({ inputs: 1, layers: [{ units: 2, activation }] })).toModule();
      expect(text).not.toMatch(
        /\b(import|require|eval|Function|fetch|WebAssembly|Blob|Worker|process|globalThis|window)\b/,
      );
    }
  });

  it('takes 5.4 characters for a parameter, and writes many parameters at a time', async () => {
    const layers = [{ units: 128 }, { units: 10 }];
    const network = await Network.create({ inputs: 784, layers, normalize: 'standard', normalizeTargets: false });
    const encode = vi.spyOn(globalThis, 'btoa');
    const text = await network.toModule();
    // One by one, they took seconds.
    expect(encode.mock.calls.length).toBeLessThan(network.parameterCount / 500);
    encode.mockRestore();
    expect(text.length).toBeLessThan(5.4 * network.parameterCount);
    const rows = randomRows(3, 784);
    expect(problemIn((await evaluated(text)).predict(rows) as Float32Array, network.predict(rows))).toBeUndefined();
  });

  it('has numbers as little-endian bytes, whatever the byte order of the host', async () => {
    const layers = [{ units: 2, activation: 'linear' }] as const;
    const network = await Network.create({ inputs: 2, layers });
    network.setParameters(0, { weights: [1, -0, 1e-45, -3.4028234663852886e38], biases: [0.5, 2] });
    // 00 00 80 3f, 00 00 00 80, 01 00 00 00, ff ff 7f ff; 00 00 00 3f, 00 00 00 40
    const layer = "[linear, floats('AACAPwAAAIABAAAA//9//w=='), floats('AAAAPwAAAEA=')],";
    expect(await network.toModule()).toContain(layer);
    expect(await network.toModule()).toContain('getFloat32(4 * i, true)');
  });

  it('keeps labels that would break out of it', async () => {
    const layers = [{ units: HOSTILE.length, activation: 'softmax' }] as const;
    const network = await Network.create({ inputs: 1, layers, labels: HOSTILE });
    const text = await network.toModule();
    expect((await evaluated(text)).labels).toEqual(HOSTILE);
    expect(text).not.toMatch(/<\/script|<!--|[\ud800-\udfff]/u);
    expect(text.split(/\r|\n/).filter((line) => line.startsWith('export const labels = ["'))).toHaveLength(1);
  });
});

describe.each(ENGINES)('toModule on %s', (engine) => {
  it('runs in a plain Node that compiles no text, without the library', async () => {
    const network = await classifier(engine, { normalize: 'standard' });
    await network.fit(randomRows(9, 2), randomClasses(9, 3), { epochs: 3 });
    const program = `
      const { predict, labels, ...shape } = network;
      let refused;
      try { predict([1, NaN]); } catch ({ message }) { refused = message; }
      console.log(JSON.stringify({ outputs: Array.from(predict([0.5, 2])), labels, shape, refused }));`;
    const printed = JSON.parse(await printedBy(folder, await network.toModule(), program));
    const { outputs, ...rest } = printed;
    expect(problemIn(Float32Array.from(outputs), network.predict([0.5, 2]))).toBeUndefined();
    expect(rest).toEqual({
      labels: CLASSIFIER.labels,
      shape: { inputs: 2, outputs: 3 },
      refused: 'predict: row 0 (counted from 0) has the number NaN at [1], expected 2 finite float32 numbers.',
    });
  });

  it('during a fit has the weights of that moment, as save', async () => {
    const network = await classifier(engine, { normalize: 'standard' });
    const controller = new AbortController();
    const fit = { epochs: 10 ** 6, batchSize: 1, signal: controller.signal };
    const fitting = thrownBy(() => network.fit(randomRows(3000, 2), randomClasses(3000, 3), fit));
    const texts = new Set<string>();
    while (texts.size < 5) {
      await setTimeout(1);
      const [file, writing] = [network.save(), network.toModule()];
      const text = await writing;
      const loaded = await Network.load(file, { engine });
      expect(await loaded.toModule()).toBe(text);
      loaded.dispose();
      texts.add(text);
    }
    controller.abort();
    expect(await fitting).toMatchObject({ name: 'AbortError' });
  });

  it('leaves the network as it is, and refuses one that was disposed of', async () => {
    const network = await classifier(engine);
    const before = network.save();
    await network.toModule();
    expect(network.save()).toEqual(before);
    network.dispose();
    await expectRefused(() => network.toModule(), 'ERR_DISPOSED', /^toModule: this network was disposed of\. Create/);
  });
});

it('a network that is too large for a string is refused', async () => {
  const spec = resolveNetwork({ inputs: 1, layers: [{ units: 1 }] } satisfies NetworkOptions);
  // They are never written to, so they take no memory.
  const parameters = [{ weights: new Float32Array(1e8), biases: new Float32Array(1) }];
  const message = /^toModule: the model has 100000001 numbers, expected at most 100000000\. Use save\(\)\.$/;
  await expectRefused(() => writeModule({ spec, parameters, scaling: undefined }), 'ERR_MODEL_LIMIT', message);
});

describe('classify of a module', () => {
  const layers = (units: number, activation: 'sigmoid' | 'softmax' | 'linear') => [{ units, activation }] as const;

  it.each([
    ['one of three', layers(3, 'softmax'), ['a', 'b', 'c']],
    ['yes or no', layers(1, 'sigmoid'), ['no', 'yes']],
    ['yes or no without labels', layers(1, 'sigmoid'), undefined],
    ['several at once', layers(2, 'sigmoid'), ['x', 'y']],
  ] as const)('answers as the network: %s', async (_, layers, labels) => {
    const network = await Network.create({ inputs: 2, layers, labels, seed: 4 });
    const module = await evaluated(await network.toModule());
    const rows = [
      [0.5, -1],
      [-3, 2],
      [0, 0],
    ];
    for (const samples of [rows, rows[0], rows[1], Float32Array.from(rows.flat())] as const) {
      const [own, other] = [network.classify(samples as Samples), module.classify?.(samples as Samples)].map((answer) =>
        [answer].flat().map((one) => ({ ...one, probability: Number(one?.probability.toFixed(5)) })),
      );
      expect(other).toEqual(own);
      expect(Array.isArray(module.classify?.(samples as Samples))).toBe(
        Array.isArray(network.classify(samples as Samples)),
      );
    }
  });

  it('is not there where outputs are no probabilities', async () => {
    const network = await Network.create({ inputs: 2, layers: layers(3, 'linear') });
    expect((await evaluated(await network.toModule())).classify).toBeUndefined();
  });
});
