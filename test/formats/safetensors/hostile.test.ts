/**
 * Model files from somebody who means ill: each is refused with a code, or gives a network whose parameters are finite, soon and
 * in little memory. WASMLP_MUTANTS says how many mutants there are, by default 5,000.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { allFinite } from '../../../src/finite.js';
import { Network } from '../../../src/index.js';
import { Findings } from '../../support/findings.js';
import { fileOf, HEADER } from '../../support/formats/model-files.js';
import { mutantOf } from '../../support/formats/mutants.js';
import { OPTIMIZERS, randomModel } from '../../support/formats/random-models.js';
import { ENGINES, type EngineName, parametersOf, reservedBytes } from '../../support/networks.js';
import { thrownBy } from '../../support/refusals.js';
import { randomClasses, randomRows } from '../../support/samples.js';
import { SeededRandom } from '../../support/seeded.js';

const MUTANTS = Number(process.env.WASMLP_MUTANTS ?? 5000);
const CODES = ['ERR_MODEL_FORMAT', 'ERR_MODEL_VERSION', 'ERR_MODEL_LIMIT'];
const MOST_MILLISECONDS = 50;
/** Loads that took longer are timed again. */
const SUSPICIOUS_MILLISECONDS = 10;

/** Names of everything that others inherit. */
const inherited = (): string =>
  [Object, Array, Map, Set, String, Number, Function, Uint8Array, Float32Array, Error, Promise, RegExp]
    .flatMap(({ prototype }) => Reflect.ownKeys(prototype).map(String))
    .join();

/** A load that is refused as it should, or whose network is as it should be: otherwise what is wrong. */
async function problemOf(file: Uint8Array, engine: EngineName): Promise<{ problem?: string; refused: boolean }> {
  let network: Network;
  try {
    network = await Network.load(file, { engine });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (!CODES.includes(code ?? '')) return { problem: `threw ${error}`, refused: true };
    return message.length > 500 ? { problem: `a message of ${message.length}`, refused: true } : { refused: true };
  }
  const finite = allFinite(parametersOf(network));
  network.dispose();
  return finite ? { refused: false } : { problem: 'has parameters that are not finite', refused: false };
}

/** Milliseconds of the fastest of a few loads: this process does not have the machine to itself. */
async function millisecondsOf(file: Uint8Array, engine: EngineName): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 4 && fastest > SUSPICIOUS_MILLISECONDS; attempt++) {
    const started = performance.now();
    await problemOf(file, engine);
    fastest = Math.min(fastest, performance.now() - started);
  }
  return fastest;
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

  it(
    `${MUTANTS} of them are refused, or networks of finite numbers`,
    async () => {
      const random = new SeededRandom('mutants');
      const findings = new Findings();
      const before = inherited();
      const names = Reflect.ownKeys(Object.prototype).length;
      let refused = 0;
      let slowest = 0;
      for (let index = 0; index < MUTANTS; index++) {
        const mutant = mutantOf(files as [Uint8Array], random);
        const engine = ENGINES[index % 2] as EngineName;
        const started = performance.now();
        const found = await problemOf(mutant, engine);
        let milliseconds = performance.now() - started;
        if (milliseconds > SUSPICIOUS_MILLISECONDS) milliseconds = await millisecondsOf(mutant, engine);
        slowest = Math.max(slowest, milliseconds);
        if (found.refused) refused++;
        const slow = milliseconds > MOST_MILLISECONDS ? `took ${milliseconds} ms` : undefined;
        const polluted = Reflect.ownKeys(Object.prototype).length === names ? undefined : 'changed Object.prototype';
        findings.add(`mutant ${index} of ${mutant.length} bytes on ${engine}`, [found.problem, slow, polluted]);
      }
      findings.expectNone(MUTANTS);
      expect(inherited()).toBe(before);
      expect({}).not.toHaveProperty('polluted');
      // Else the mutations would be too wild, or too tame, to get anywhere.
      expect(refused / MUTANTS).toBeGreaterThan(0.7);
      expect(refused / MUTANTS).toBeLessThan(0.99);
      if (MUTANTS > 5000)
        console.log(`${MUTANTS} mutants: ${refused} refused, the slowest took ${slowest.toFixed(1)} ms`);
    },
    60_000 + 10 * MUTANTS,
  );
});

const MEBIBYTE = 2 ** 20;
const repeated = (text: string, length = MEBIBYTE - 400): string => text.repeat(Math.floor(length / text.length));
const listed = (item: (i: number) => string, length: number): string =>
  Array.from({ length }, (_, i) => item(i)).join();
const entry = (i: number): string => `"${i}":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}`;
const withNetwork = (network: string): object => ({ ...HEADER, __metadata__: { wasmlp: '1', network } });

/** Headers of a megabyte, made to cost. */
const BOMBS: Record<string, string | object> = {
  'open brackets': `{"a":${repeated('[')}`,
  brackets: `{"a":${repeated('[', MEBIBYTE / 2 - 10)}${repeated(']', MEBIBYTE / 2 - 10)}}`,
  'nested objects': repeated('{"a":'),
  'a nested dtype': `{"a":{"dtype":${repeated('[')}`,
  'empty objects': `{"a":[${repeated('{},')}{}]}`,
  keys: `{${listed((i) => `"${i.toString(36)}":0`, 100_000)}}`,
  'keys of metadata': {
    __metadata__: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [i.toString(36), ''])),
  },
  tensors: `{${listed(entry, 16_384)}}`,
  sizes: `{"a":{"dtype":"F32","shape":[${repeated('1,')}1],"data_offsets":[0,4]}}`,
  digits: `{"a":{"dtype":"F32","shape":[${repeated('1')}],"data_offsets":[0,4]}}`,
  'a long name': `{"${repeated('x')}":0}`,
  'a long name of quotes': `{"${repeated('\\"')}":0}`,
  'a name without end': `{"${repeated('\\"')}`,
  'a name of backslashes': `{"${repeated('\\')}":0}`,
  spaces: `{${repeated(' ')}`,
  'a network of brackets': withNetwork(repeated('[')),
  'a network of objects': withNetwork(`{"layers":[${repeated('{},')}{}]}`),
  'a network of names': withNetwork(
    `{${listed((i) => `\u0001${i}":0`, 60_000).replaceAll('\u0001', '"')}}`.slice(0, 500_000),
  ),
  'a network of strings': withNetwork(`{"labels":[${repeated("'',", 600_000)}`.replaceAll("'", '"')),
  'a network of quotes': withNetwork(repeated('"', 500_000)),
  'a network of backslashes': withNetwork(`{"${repeated('\\', 500_000)}`),
  'a network of layers': withNetwork(`{"inputs":1,"layers":[${listed(() => '{"units":1}', 5000)}]}`),
  'a network of labels': withNetwork(
    `{"inputs":1,"layers":[{"units":1}],"labels":[${listed((i) => `"${i}"`, 60_000)}]}`,
  ),
};

describe('headers of a megabyte, made to cost:', () => {
  it.each(Object.entries(BOMBS))(`%s are refused within ${MOST_MILLISECONDS} ms`, async (_, header) => {
    const file = fileOf(header, new Uint8Array(8));
    expect(file.length).toBeGreaterThan(60_000);
    expect(await problemOf(file, 'js')).toEqual({ refused: true });
    expect(await millisecondsOf(file, 'js')).toBeLessThanOrEqual(MOST_MILLISECONDS);
  });
});

describe.each(ENGINES)('memory on %s', (engine) => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  /** Bytes of array buffers and of the WebAssembly engine. */
  const bytesNow = async (): Promise<number> =>
    process.memoryUsage().arrayBuffers + (engine === 'wasm' ? await reservedBytes() : 0);

  /** By one load, less what was collected meanwhile of what was there before. */
  const bytesTaken = async (file: Uint8Array): Promise<number> => {
    collect();
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
      expect((await problemOf(broken, engine)).refused).toBe(true);
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
