/**
 * Model files from somebody who means ill: each is refused with a code, or gives a network whose parameters are finite, by work and in
 * memory that its size bounds.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { Findings } from '../../support/findings.js';
import { FILE, fileOf, HEADER } from '../../support/formats/model-files.js';
import { mutantOf } from '../../support/formats/mutants.js';
import { type Outcome, outcomeOf } from '../../support/formats/outcomes.js';
import { OPTIMIZERS, randomModel } from '../../support/formats/random-models.js';
import { collectGarbage } from '../../support/garbage.js';
import { ENGINES, type EngineName, reservedBytes } from '../../support/networks.js';
import { thrownBy } from '../../support/refusals.js';
import { repeats } from '../../support/repeats.js';
import { randomClasses, randomRows } from '../../support/samples.js';
import { SeededRandom } from '../../support/seeded.js';
import { type Work, workOf } from '../../support/work.js';

const MUTANTS = repeats(400, 100_000);
const REFUSALS = {
  codes: ['ERR_MODEL_FORMAT', 'ERR_MODEL_VERSION', 'ERR_MODEL_LIMIT'],
  longest: 500,
  begins: /^load: /,
};
/** Of reading: the most that any file takes is 24 steps a byte. Twice as many would be another way of reading. */
const MAX_STEPS = { byte: 40, file: 40_000 };
/** The limits for reading, and for a network with four bytes per parameter. */
const MAX_BYTES = { byte: 4, file: 2 ** 16 };
/** How many mutants are counted together, because counting takes longer than reading one. */
const GROUP = 50;

/** The names of properties that every object inherits. */
const inherited = (): string =>
  [Object, Array, Map, Set, String, Number, Function, Uint8Array, Float32Array, Error, Promise, RegExp]
    .flatMap(({ prototype }) => Reflect.ownKeys(prototype).map(String))
    .join();

const loadOutcome = (file: Uint8Array, engine: EngineName): Promise<Outcome> =>
  outcomeOf(() => Network.load(file, { engine }), REFUSALS);

/** What is wrong if reading so many files of so many bytes takes more than its limit. */
function excessOf({ steps, bytes }: Work, files: number, size: number): string | undefined {
  const most = {
    steps: MAX_STEPS.file * files + MAX_STEPS.byte * size,
    bytes: MAX_BYTES.file * files + MAX_BYTES.byte * size,
  };
  if (steps <= most.steps && bytes <= most.bytes) return undefined;
  return `${size} bytes took ${steps} steps and ${bytes} bytes, at most ${most.steps} and ${most.bytes}`;
}

describe('mutants', () => {
  const files: Uint8Array[] = [];
  beforeAll(async () => {
    const random = new SeededRandom('files of mutants');
    for (let index = 0; index < 2 * OPTIMIZERS.length; index++) {
      const { network } = await randomModel(index, random, 'js');
      files.push(network.save(), network.saveCheckpoint());
    }
    const network = await Network.create({
      inputs: 2,
      layers: [{ units: 2 }, { units: 1 }],
      optimizer: 'adam',
      engine: 'js',
    });
    const onEpoch = () => {
      throw new Error('enough');
    };
    const options = { earlyStopping: { patience: 3 }, onEpoch };
    await thrownBy(() => network.fit(randomRows(5, 2), randomClasses(5, 2), options));
    files.push(network.saveCheckpoint());
  });

  it(`${MUTANTS} of them are refused, or networks of finite numbers, with little work`, async () => {
    const random = new SeededRandom('mutants');
    const findings = new Findings();
    const before = inherited();
    const names = Reflect.ownKeys(Object.prototype).length;
    let refused = 0;
    for (let first = 0; first < MUTANTS; first += GROUP) {
      const mutants = Array.from({ length: Math.min(GROUP, MUTANTS - first) }, () =>
        mutantOf(files as [Uint8Array], random),
      );
      const found: Outcome[] = [];
      const work = await workOf(async () => {
        for (const [i, mutant] of mutants.entries()) found[i] = await loadOutcome(mutant, ENGINES[i % 2] as EngineName);
      });
      const polluted = Reflect.ownKeys(Object.prototype).length === names ? undefined : 'changed Object.prototype';
      const size = mutants.reduce((sum, { length }) => sum + length, 0);
      const ofGroup = [polluted, excessOf(work, mutants.length, size)];
      found.forEach(({ problem, refused: isRefused }, i) => {
        if (isRefused) refused++;
        findings.add(`mutant ${first + i} of ${mutants[i]?.length} bytes on ${ENGINES[i % 2]}`, [
          problem,
          ...ofGroup.splice(0),
        ]);
      });
    }
    findings.expectNone(MUTANTS);
    expect(inherited()).toBe(before);
    expect({}).not.toHaveProperty('polluted');
    // Otherwise the mutations would be too wild or too tame.
    expect(refused / MUTANTS).toBeGreaterThan(0.7);
    expect(refused / MUTANTS).toBeLessThan(0.99);
  });
});

const repeated = (text: string, size: number): string => text.repeat(Math.floor(size / text.length));
/** Numbered items, as many as fit. */
function listed(item: (i: number) => string, size: number): string {
  const items: string[] = [];
  for (let [i, length] = [0, 0]; length + item(i).length < size; i++) {
    items.push(item(i));
    length += item(i).length + 1;
  }
  return items.join();
}
const entry = (i: number): string => `"${i}":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}`;
const METADATA = `"__metadata__":${JSON.stringify(HEADER.__metadata__)}`;
const withNetwork = (network: string): object => ({ ...HEADER, __metadata__: { wasmlp: '1', network } });

/** Headers of a given size that are costly to read. */
const BOMBS: Record<string, (size: number) => string | object> = {
  'open brackets': (size) => `{"a":${repeated('[', size)}`,
  brackets: (size) => `{"a":${repeated('[', size / 2)}${repeated(']', size / 2)}}`,
  'nested objects': (size) => repeated('{"a":', size),
  'a nested dtype': (size) => `{"a":{"dtype":${repeated('[', size)}`,
  'empty objects': (size) => `{"a":[${repeated('{},', size)}{}]}`,
  keys: (size) => `{${listed((i) => `"${i}":0`, size)}}`,
  'keys of metadata': (size) => `{"__metadata__":{${listed((i) => `"${i}":""`, size)}}}`,
  tensors: (size) => `{${listed(entry, size)}}`,
  'tensors that no layer has': (size) =>
    `{${METADATA},${JSON.stringify({ ...HEADER, __metadata__: undefined }).slice(1, -1)},${listed(entry, size)}}`,
  sizes: (size) => `{"a":{"dtype":"F32","shape":[${repeated('1,', size)}1],"data_offsets":[0,4]}}`,
  digits: (size) => `{"a":{"dtype":"F32","shape":[${repeated('1', size)}],"data_offsets":[0,4]}}`,
  'a long name': (size) => `{"${repeated('x', size)}":0}`,
  'a long name of quotes': (size) => `{"${repeated('\\"', size)}":0}`,
  'a name without end': (size) => `{"${repeated('\\"', size)}`,
  'a name of backslashes': (size) => `{"${repeated('\\', size)}":0}`,
  spaces: (size) => `{${repeated(' ', size)}`,
  'a network of brackets': (size) => withNetwork(repeated('[', size)),
  'a network of objects': (size) => withNetwork(`{"layers":[${repeated('{},', size / 2)}{}]}`),
  'a network of names': (size) => withNetwork(`{${listed((i) => `"${i}":0`, size / 2)}}`),
  'a network of strings': (size) => withNetwork(`{"labels":[${repeated('"",', size / 2)}`),
  'a network of quotes': (size) => withNetwork(repeated('"', size / 2)),
  'a network of backslashes': (size) => withNetwork(`{"${repeated('\\', size / 2)}`),
  'a network of layers': (size) => withNetwork(`{"inputs":1,"layers":[${listed(() => '{"units":1}', size / 2)}]}`),
  'a network of labels': (size) =>
    withNetwork(`{"inputs":1,"layers":[{"units":1}],"labels":[${listed((i) => `"${i}"`, size / 2)}]}`),
};
/** The largest header that is read, where other limits end most of these, and a size whose square the counters can hold. */
const SIZES = [2 ** 15, 2 ** 20 - 400] as const;

describe('headers of a megabyte and of less, made to cost:', () => {
  it.each(Object.entries(BOMBS))('%s are refused by work in proportion to their size', async (_, headerOf) => {
    // Once before, so that no part of the reader is still to come.
    expect(await loadOutcome(FILE, 'js')).toEqual({ refused: false });
    for (const size of SIZES) {
      const file = fileOf(headerOf(size), new Uint8Array(8));
      expect(file.length).toBeGreaterThan(0.4 * size);
      expect(file.length).toBeLessThan(2 ** 20 + 16);
      let found: Outcome | undefined;
      const work = await workOf(async () => {
        found = await loadOutcome(file, 'js');
      });
      expect(found).toEqual({ refused: true });
      expect(excessOf(work, 1, file.length)).toBeUndefined();
    }
  });

  // Otherwise the counts above would be empty.
  it('twice as many tensors take twice the work', async () => {
    const stepsOf = async (size: number): Promise<number> => {
      const file = fileOf(`{${listed(entry, size)}}`, new Uint8Array(8));
      return (await workOf(() => loadOutcome(file, 'js'))).steps;
    };
    const [once, twice] = [await stepsOf(50_000), await stepsOf(100_000)];
    expect(once).toBeGreaterThan(2 * 50_000);
    expect(twice / once).toBeGreaterThan(1.8);
    expect(twice / once).toBeLessThan(2.2);
  });
});

describe.each(ENGINES)('memory on %s', (engine) => {
  /** Bytes of array buffers and of the WebAssembly engine. */
  const bytesNow = async (): Promise<number> =>
    process.memoryUsage().arrayBuffers + (engine === 'wasm' ? await reservedBytes() : 0);

  /** The bytes of one load, minus what garbage collection freed meanwhile. */
  const bytesTaken = async (file: Uint8Array): Promise<number> => {
    collectGarbage();
    const before = await bytesNow();
    const loaded = await Network.load(file, { engine }).catch(() => undefined);
    const taken = (await bytesNow()) - before;
    loaded?.dispose();
    return taken;
  };

  it('that a load takes is at most twice the file, and of a file that is refused once', async () => {
    const layers = [{ units: 1000, activation: 'relu' }, { units: 10 }] as const;
    const trained = await Network.create({ inputs: 700, layers, optimizer: 'adam', engine });
    trained.trainOnBatch(randomRows(2, 700), new Float32Array(20));
    const slack = 2 ** 18;
    for (const file of [trained.save(), trained.saveCheckpoint()]) {
      const broken = file.slice();
      const shifted = file.slice();
      shifted.copyWithin(100, 101);
      new DataView(broken.buffer).setFloat32(broken.length - 4, Number.NaN, true);
      const cases = [
        [file, 2],
        [broken, 1],
        [file.slice(0, -1), 1],
        [shifted, 1],
      ] as const;
      expect((await loadOutcome(broken, engine)).refused).toBe(true);
      // Once before, so that no part of the engine is still to come.
      (await Network.load(file, { engine })).dispose();
      for (const [given, times] of cases) {
        const taken = Math.max(await bytesTaken(given), await bytesTaken(given), await bytesTaken(given));
        expect(taken).toBeLessThanOrEqual(times * file.length + slack);
        if (times === 2) expect(taken).toBeGreaterThan(file.length / 2);
      }
    }
  });
});
