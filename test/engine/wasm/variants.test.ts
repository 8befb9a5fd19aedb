/** The kernel's variants: what runs is what `network.engine` says, and wide vectors change no bit. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { compileText } from '../../../src/engine/wasm/embedded.js';
import { withKernels } from '../../../src/engine/wasm/kernel.js';
import { sharedRealm } from '../../../src/engine/wasm/realm.js';
import { isBasic } from '../../../src/engine/wasm/variants.js';
import { type LayerOptions, Network, type NetworkOptions } from '../../../src/index.js';
import { resolveNetwork } from '../../../src/options/network.js';
import { hasWideVectors } from '../../support/engine/wide.js';
import { digestOf, parametersOf } from '../../support/networks.js';
import { expectRefused } from '../../support/refusals.js';
import { randomClasses, randomRows } from '../../support/samples.js';

const OPTIONS: NetworkOptions = {
  inputs: 61,
  layers: [{ units: 43 }, { units: 9, activation: 'softmax' }],
  seed: 5,
};

/** Digest of the weights after a training with every size of batch. */
async function train(options: Partial<NetworkOptions>): Promise<string> {
  const network = await Network.create({ ...OPTIONS, ...options });
  const inputs = randomRows(600, 61);
  const classes = randomClasses(600, 9);
  for (const batchSize of [1, 7, 32, 300]) await network.fit(inputs, classes, { epochs: 2, batchSize });
  return digestOf(parametersOf(network));
}

const hasRelaxed = WebAssembly.validate(readFileSync('build/kernels/relaxed.wasm'));

afterEach(() => vi.unstubAllGlobals());

describe('the basic build', () => {
  const plain: NetworkOptions = { inputs: 61, layers: [{ units: 43 }, { units: 9, activation: 'softmax' }] };
  const layersWith = (layer: Partial<LayerOptions>) => ({ layers: [{ units: 43, ...layer }, { units: 9 }] });

  it.each<[string, Partial<NetworkOptions>, boolean]>([
    ['a plain network', {}, true],
    ['the most inputs whose sparse rows are written out', { inputs: 1024 }, true],
    ['more inputs', { inputs: 1025 }, false],
    ['relu', layersWith({ activation: 'relu' }), true],
    ['tanh', layersWith({ activation: 'tanh' }), true],
    ['a frozen layer', layersWith({ trainable: false }), false],
    ['a layer without biases', layersWith({ bias: false }), false],
    ['dropout', layersWith({ dropout: 0.1 }), false],
    ['softmax with another loss than its own', { loss: 'meanSquaredError' }, false],
    ['sigmoid with another loss than its own', { ...layersWith({}), loss: 'meanSquaredError' }, true],
    ['weight decay', { optimizer: { type: 'sgd', weightDecay: 0.1 } }, false],
    ['an optimizer with a state', { optimizer: 'adam' }, false],
  ])('%s: %o is %s', (_, options, expected) => {
    expect(isBasic(resolveNetwork({ ...plain, ...options }))).toBe(expected);
  });

  it('is for pages: a process takes the full one, and both give the same bits', async () => {
    const networks: Partial<NetworkOptions>[] = [
      {},
      { inputs: 61, layers: [{ units: 3, activation: 'tanh' }, { units: 9 }], loss: 'meanSquaredError' },
      { inputs: 61, layers: [{ units: 43, activation: 'relu' }, { units: 9 }] },
      { inputs: 61, layers: [{ units: 8 }, { units: 9, activation: 'linear' }], loss: 'meanSquaredError' },
    ];
    const full = await Promise.all(networks.map(train));
    await expectRefused(() => sharedRealm('basic'), 'ERR_ENGINE', /no basic kernel/);
    withKernels(Network, {
      basic: () => compileText(() => import('../../../src/engine/wasm/generated/kernel-basic.js')),
      simd: () => compileText(() => import('../../../src/engine/wasm/generated/kernel-simd.js')),
    });
    expect(await Promise.all(networks.map(train))).toEqual(full);
    const { reservedBytes } = await sharedRealm('basic');
    const network = await Network.create(OPTIONS);
    expect((await sharedRealm('basic')).reservedBytes).toBeGreaterThan(reservedBytes);
    network.dispose();
  });
});

describe('relaxed', () => {
  it('runs where the host has it, and else the default does', async () => {
    const { engine } = await Network.create({ ...OPTIONS, relaxed: true });
    const variant = hasRelaxed ? 'relaxed' : 'simd';
    expect(engine).toEqual({ kind: 'wasm', variant, threads: 1, wideVectors: false, reproducible: !hasRelaxed });
  });

  it('learns the same within float32 rounding', async () => {
    const inputs = randomRows(100, 61);
    const [plain, relaxed] = await Promise.all(
      [false, true].map(async (fused) => {
        const network = await Network.create({ ...OPTIONS, relaxed: fused });
        await network.fit(inputs, randomClasses(100, 9), { epochs: 3, batchSize: 10 });
        return network.predict(inputs);
      }),
    );
    expect(relaxed?.every((value, i) => Math.abs(value - (plain?.[i] ?? Number.NaN)) < 1e-5)).toBe(true);
  });
});

describe('wideVectors', () => {
  it.runIf(hasWideVectors)('gives the same bits', async () => {
    const network = await Network.create({ ...OPTIONS, wideVectors: true });
    expect(network.engine).toMatchObject({ variant: 'simd', wideVectors: true, reproducible: true });
    expect(await train({ wideVectors: true })).toBe(await train({}));
  });

  it.runIf(hasWideVectors)('goes with relaxed', async () => {
    const network = await Network.create({ ...OPTIONS, wideVectors: true, relaxed: true });
    expect(network.engine).toMatchObject({ variant: 'relaxed', wideVectors: true, reproducible: false });
    const plain = await Network.create(OPTIONS);
    const inputs = randomRows(300, 61);
    const trained = [network, plain].map(async (each) => {
      await each.fit(inputs, randomClasses(300, 9), { epochs: 3, batchSize: 100 });
      return each.predict(inputs);
    });
    const [relaxed, exact] = await Promise.all(trained);
    expect(relaxed?.every((value, i) => Math.abs(value - (exact?.[i] ?? Number.NaN)) < 1e-5)).toBe(true);
  });

  it.runIf(hasWideVectors)('refuses a host that computes other bits', async () => {
    const round = vi.spyOn(Math, 'fround').mockImplementation((value) => value);
    const { checkWideVectors } = await import('../../../src/engine/wasm/wide-vectors.js');
    const { Realm } = await import('../../../src/engine/wasm/realm.js');
    const { instantiateKernel } = await import('../../../src/engine/wasm/kernel.js');
    const realm = new Realm(await instantiateKernel('wide'));
    await expectRefused(
      () => checkWideVectors(realm, false),
      'ERR_ENGINE',
      /V8 changes results when it widens vectors/,
    );
    expect(realm.reservedBytes).toBe(0);
    round.mockRestore();
    checkWideVectors(realm, false);
  });

  it('is refused by name where the host has none, whatever the engine', async () => {
    vi.stubGlobal('process', { ...process, versions: { node: '20.19.0' }, arch: 'x64' });
    for (const engine of ['auto', 'wasm'] as const) {
      const create = () => Network.create({ ...OPTIONS, engine, wideVectors: true });
      await expectRefused(create, 'ERR_ENGINE', /^create: wideVectors needs Node 24 or later on x64\. Leave it out/);
    }
  });
});
