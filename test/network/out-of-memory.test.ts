/**
 * The host has no memory for numbers: every allocation of every call fails once. The error is ERR_OUT_OF_MEMORY, the network is as it
 * was, and the next call works. Reservations in the memory of WebAssembly are in memory.test.ts.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Network, type NetworkOptions } from '../../src/index.js';
import { loadFile, readCsv, readIdx, saveFile, streamCsv } from '../../src/node/index.js';
import { Shortage } from '../support/allocations.js';
import { temporaryFolder } from '../support/folder.js';
import { foreignFiles, imported } from '../support/formats/foreign-files.js';
import { CLASSIFIER, classifier, ENGINES, type EngineName, parametersOf, sha256 } from '../support/networks.js';
import { idxBytes } from '../support/node/idx-files.js';
import { expectCoded } from '../support/refusals.js';
import { repeats } from '../support/repeats.js';
import { randomClasses, randomRows } from '../support/samples.js';

const folder = temporaryFolder();
const COUNT = 40;
const INPUTS = randomRows(COUNT, 2);
const CLASSES = randomClasses(COUNT, 3);
const NAMES = Array.from(CLASSES, (index) => ['red', 'green', 'blue'][index] as string);
const ROWS = Array.from({ length: COUNT }, (_, i) => [INPUTS[2 * i] as number, INPUTS[2 * i + 1] as number]);
const VALIDATION = { inputs: randomRows(9, 2, 3), targets: randomClasses(9, 3, 3) };

const rejections: unknown[] = [];
const onRejection = (reason: unknown): void => {
  rejections.push(reason);
};
beforeAll(() => process.on('unhandledRejection', onRejection));
afterAll(() => process.off('unhandledRejection', onRejection));

let shortage: Shortage | undefined;
afterEach(() => shortage?.end());

/**
 * Lets each allocation of a call fail, until one call needs fewer. Returns how many failed. A fit that has trained is no failure where
 * only its hints lack memory: `check` is told so.
 */
async function everyAllocation(
  call: () => unknown,
  check: (n: number, trained: boolean) => Promise<void>,
): Promise<number> {
  for (let n = 1; ; n++) {
    shortage = new Shortage(n);
    const [result, error] = await Promise.resolve()
      .then(call)
      .then(
        (returned: unknown) => [returned, undefined],
        (thrown: unknown) => [undefined, thrown],
      );
    shortage.end();
    const { hasFailed, place, isOfHints } = shortage;
    if (!hasFailed) {
      expect(error).toBeUndefined();
      return n - 1;
    }
    if (isOfHints) {
      expect(error, place).toBeUndefined();
      expect(result, place).toHaveProperty('hints', []);
    } else {
      expect(error, place).toHaveProperty('code');
      expectCoded(error, 'ERR_OUT_OF_MEMORY', /^memory: the host has no room for .+\. Use a smaller network or fewer/);
    }
    await check(n, isOfHints);
    expect(rejections).toEqual([]);
  }
}

/** All that a network is. */
function stateOf(network: Network): string {
  return [
    sha256(network.saveCheckpoint()),
    network.epochs,
    network.predict(VALIDATION.inputs).join(),
    parametersOf(network).join(),
  ].join();
}

const NETWORKS: Record<string, Partial<NetworkOptions>> = {
  'a plain network': {},
  'a network with dropout and adam': {
    layers: [
      { units: 3, activation: 'gelu', dropout: 0.5 },
      { units: 3, activation: 'softmax', bias: false },
    ],
    optimizer: 'adam',
  },
  'a network that scales and has momentum': { normalize: 'standard', optimizer: { type: 'sgd', momentum: 0.5 } },
};

/** Calls that end before a network changes, or with one step. */
const CALLS: Record<string, (network: Network) => unknown> = {
  'predict of a row': (network) => network.predict([1, 2]),
  'predict of rows': (network) => network.predict(ROWS),
  'predict of packed rows': (network) => network.predict(INPUTS),
  'predict of an array of another class': (network) => network.predict(new (class extends Float32Array {})(INPUTS)),
  classify: (network) => network.classify(ROWS),
  evaluate: (network) => network.evaluate(INPUTS, CLASSES),
  'evaluate with names': (network) => network.evaluate(ROWS, NAMES),
  gradients: (network) => network.gradients(INPUTS, CLASSES),
  getParameters: (network) => network.getParameters(0),
  'setParameters of one layer': (network) => {
    network.setParameters(1, { weights: [9, 8, 7, 6, 5, 4, 3, 2, 1] });
  },
  save: (network) => network.save(),
  saveCheckpoint: (network) => network.saveCheckpoint(),
  toONNX: (network) => network.toONNX(),
  toModule: (network) => network.toModule(),
  summary: (network) => network.summary(),
  trainOnBatch: (network) => network.trainOnBatch(INPUTS, CLASSES),
  'fit of one batch': (network) => network.fit(INPUTS, CLASSES, { epochs: 1, batchSize: COUNT }),
  saveFile: (network) => saveFile(network, path.join(folder, 'saved.safetensors'), { checkpoint: true }),
};

/** Calls that may end between two batches. */
const FITS: Record<string, (network: Network) => unknown> = {
  fit: (network) =>
    network.fit(ROWS, NAMES, {
      epochs: 3,
      batchSize: 8,
      validation: 0.2,
      classWeights: [1, 2, 3],
      earlyStopping: { patience: 2 },
    }),
  'fit with other samples that validate, and weights': (network) =>
    network.fit(INPUTS, CLASSES, {
      epochs: 2,
      batchSize: 8,
      validation: VALIDATION,
      sampleWeights: Array.from({ length: COUNT }, () => 2),
      clipNorm: 1,
    }),
  fitStream: (network) =>
    network.fitStream(stream, { epochs: 2, validation: VALIDATION, classWeights: [1, 2, 3], batchSize: 7 }),
};

async function* stream() {
  yield { inputs: INPUTS, targets: CLASSES };
  yield { inputs: ROWS, targets: NAMES };
}

describe.each(ENGINES)('on %s, at any allocation', (engine) => {
  // In the usual run each call on each engine of one network, and another one on the other engine.
  const isTaken = (network: number, call: number): boolean =>
    (network + call + ENGINES.indexOf(engine)) % repeats(3, 1) === 0;
  const cases = Object.entries(NETWORKS).flatMap(([title, options], network) =>
    Object.entries({ ...CALLS, ...FITS })
      .filter((_, call) => isTaken(network, call))
      .map(([name, call]) => [name, title, options, call] as const),
  );
  it.each(cases)('%s of %s leaves the network as it was', async (name, _, options, call) => {
    const twin = await prepared(engine, options, name);
    const before = stateOf(twin);
    await call(twin);
    const after = stateOf(twin);
    let network = await prepared(engine, options, name);
    let hints = 0;
    const failed = await everyAllocation(
      () => call(network),
      async (n, trained) => {
        const where = `allocation ${n}, ${shortage?.place}`;
        if (trained) expect(stateOf(network), where).toBe(after);
        else if (name in CALLS) expect(stateOf(network), where).toBe(before);
        else await network.fit(INPUTS, CLASSES, { epochs: 1 });
        if (!name.startsWith('fit')) return;
        // One that has reserved memory needs fewer allocations, and those that come last would never fail.
        hints += Number(trained);
        network = await prepared(engine, options, name);
      },
    );
    if (name !== 'summary' && name !== 'toModule') expect(failed).toBeGreaterThan(0);
    if (name.startsWith('fit'))
      expect(hints, `of ${failed} allocations; ${JSON.stringify(shortage)}`).toBeGreaterThan(0);
    expect(stateOf(network)).toBe(after);
  });
});

/** A network that has its scaling where it needs one. */
async function prepared(engine: EngineName, options: Partial<NetworkOptions>, name: string): Promise<Network> {
  const network = await classifier(engine, options);
  if (options.normalize !== undefined && !name.startsWith('fit')) await network.fit(INPUTS, CLASSES, { epochs: 1 });
  return network;
}

/** Calls that make something. */
const MAKERS: Record<string, () => unknown> = {};
for (const engine of ENGINES) {
  for (const [title, options] of Object.entries(NETWORKS)) {
    MAKERS[`create of ${title} on ${engine}`] = () => classifier(engine, options);
  }
}

describe('at any allocation, nothing is left of', async () => {
  const sources = await Promise.all(Object.values(NETWORKS).map((options) => classifier('wasm', options)));
  for (const [i, network] of sources.entries()) {
    await network.fit(INPUTS, CLASSES, { epochs: 2, earlyStopping: { patience: 1 }, validation: 0.2 });
    const [checkpoint, onnx] = [network.saveCheckpoint(), network.toONNX()];
    for (const engine of ENGINES) {
      MAKERS[`load of a checkpoint, network ${i} on ${engine}`] = () => Network.load(checkpoint, { engine });
      MAKERS[`fromONNX, network ${i} on ${engine}`] = () => Network.fromONNX(onnx, { engine });
    }
  }
  for (const [name, file] of await foreignFiles()) MAKERS[name] = () => imported(name, file, { engine: 'js' });
  const gelu = await Network.create({ inputs: 2, layers: [{ units: 2, activation: 'gelu' }], engine: 'js' });
  MAKERS['toONNX with gelu'] = () => gelu.toONNX();

  const csv = path.join(folder, 'table.csv');
  await writeFile(csv, `a,b,c\n${ROWS.map((row, i) => [...row, NAMES[i]].join()).join('\n')}\n`);
  MAKERS.readCsv = () => readCsv(csv, { target: 'c' });
  MAKERS.streamCsv = async () => {
    let rows = 0;
    for await (const { inputs } of streamCsv(csv, { target: 'c', batchSize: 7 })()) rows += inputs.length / 2;
    return rows;
  };
  const shapes = { images: idxBytes('ubyte', [2, 2], [1, 2, 3, 4]), classes: idxBytes('short', [3], [1, 2, 3]) };
  const labels = idxBytes('ubyte', [3], [1, 2, 3]);
  for (const [name, bytes] of Object.entries({ ...shapes, labels, zipped: gzipSync(shapes.images) })) {
    const file = path.join(folder, `${name}.idx`);
    await writeFile(file, bytes);
    MAKERS[`readIdx of ${name}`] = () => readIdx(file);
  }
  const saved = path.join(folder, 'model.safetensors');
  await saveFile(sources[1] as Network, saved);
  MAKERS.loadFile = () => loadFile(saved);

  it.each(Object.entries(MAKERS))('%s', async (_, call) => {
    await call();
    expect(await everyAllocation(call, async () => {})).toBeGreaterThan(0);
    await call();
  });

  // Kernels and chunks are kept from the first network on: each time, the library is another one.
  it.each(ENGINES)('the first network of a program, on %s', async (engine) => {
    const fresh = async (): Promise<typeof Network> => {
      vi.resetModules();
      // Its tables of 17 KB are made when it is imported: a module whose import failed fails for ever.
      await import('../../src/foundation/math.js');
      return (await import('../../src/index.js')).Network;
    };
    for (let n = 1; ; n++) {
      const First = await fresh();
      shortage = new Shortage(n);
      const made = await First.create({ ...CLASSIFIER, engine: engine === 'wasm' ? 'auto' : engine }).catch(
        (error: unknown) => error,
      );
      shortage.end();
      if (!shortage.hasFailed) break;
      expect(made, shortage.place).toMatchObject({ code: 'ERR_OUT_OF_MEMORY' });
      expect((await First.create({ ...CLASSIFIER, engine })).engine.kind).toBe(engine);
    }
    expect(shortage.made).toBeGreaterThan(4);
  });

  it('a file that saveFile was to replace', async () => {
    const file = path.join(folder, 'kept.safetensors');
    await saveFile(sources[0] as Network, file);
    const before = await readFile(file);
    await everyAllocation(
      () => saveFile(sources[1] as Network, file),
      async () => expect((await readFile(file)).equals(before)).toBe(true),
    );
  });
});
