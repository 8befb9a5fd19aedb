/** The realm: memory that grows under live networks, traps that poison it, hosts that refuse WebAssembly. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { instantiateKernel } from '../../../src/engine/wasm/kernel.js';
import { Realm, sharedRealm } from '../../../src/engine/wasm/realm.js';
// Brings the kernels that realms are made of.
import '../../../src/index.js';
import { Network } from '../../../src/index.js';
import { CLASSIFIER, classifier, fingerprint } from '../../support/networks.js';
import { expectCoded, expectRefused, thrownBy } from '../../support/refusals.js';

const TRAP =
  /^engine: the WebAssembly instance stopped with "RuntimeError: .*"\. Its networks are lost\. Create new ones/;

afterEach(() => vi.restoreAllMocks());

describe('a realm', () => {
  it('is one for all networks', async () => {
    expect(await sharedRealm('simd')).toBe(await sharedRealm('simd'));
  });

  it('shows the memory anew after each grow', async () => {
    const { module, exports, memory } = await instantiateKernel('simd');
    const realm = new Realm({ module, exports, memory });
    const address = realm.reserve(64);
    realm.floats[address >>> 2] = 1.5;
    const stale = realm.floats;
    realm.reserve(memory.buffer.byteLength);
    expect(stale).toHaveLength(0);
    expect(realm.floats[address >>> 2]).toBe(1.5);
    expect(realm.words[address >>> 2]).toBe(0x3fc00000);
    realm.doubles[address >>> 3] = Math.PI;
    expect(realm.words[address >>> 2]).toBe(0x54442d18);
  });

  it('says how much the host did not give, and goes on', async () => {
    const realm = new Realm(await instantiateKernel('simd'));
    const refusal = new RangeError('no more pages');
    const refuse = (): number => {
      throw refusal;
    };
    // First asked for more than is missing, then for just that.
    vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementationOnce(refuse).mockImplementationOnce(refuse);
    const error = await thrownBy(() => realm.reserve(20 * 2 ** 20));
    expectCoded(error, 'ERR_OUT_OF_MEMORY', /^memory: the host does not give 21 MiB\. Use a smaller network/);
    expect((error as Error).cause).toBe(refusal);
    expect(realm.reservedBytes).toBe(0);
    expect(realm.reserve(20 * 2 ** 20)).toBeGreaterThan(0);
  });
});

describe('a trap', () => {
  /** Sends the kernel beyond its memory: a real trap. */
  async function trap(): Promise<unknown> {
    const realm = await sharedRealm('simd');
    return thrownBy(() => realm.run((kernel) => kernel.largest(0xfffffff0, 16)));
  }

  it('makes every later call say ERR_ENGINE with its cause, never numbers', async () => {
    const network = await classifier('wasm');
    const error = await trap();
    expectCoded(error, 'ERR_ENGINE', TRAP);
    const { cause } = error as Error;
    expect(cause).toBeInstanceOf(WebAssembly.RuntimeError);
    const calls = [
      () => network.predict([1, 2]),
      () => network.classify([1, 2]),
      () => network.evaluate([1, 2], ['red']),
      () => network.gradients([1, 2], ['red']),
      () => network.trainOnBatch([1, 2], ['red']),
      () => network.fit([1, 2], ['red']),
      () => network.getParameters(0),
      () => network.setParameters(0, { biases: new Float32Array(3) }),
    ];
    for (const call of calls) {
      const later = await thrownBy(call);
      expectCoded(later, 'ERR_ENGINE', TRAP);
      expect((later as Error).cause).toBe(cause);
    }
    network.dispose();
    await expectRefused(() => network.predict([1, 2]), 'ERR_DISPOSED', /^predict: this network was disposed of/);
  });

  it('ends a fit that runs', async () => {
    const network = await classifier('wasm');
    const onEpoch = async () => void (await trap());
    expectCoded(await thrownBy(() => network.fit([1, 2], ['red'], { onEpoch })), 'ERR_ENGINE', TRAP);
  });

  it('leaves new networks a fresh instance, and networks of the js engine alone', async () => {
    const [before, js] = await Promise.all([classifier('wasm'), classifier('js')]);
    const prints = [fingerprint(before), fingerprint(js)];
    const realm = await sharedRealm('simd');
    await trap();
    expect(realm.poisoned).toBe(true);
    const after = await classifier('wasm');
    expect(await sharedRealm('simd')).not.toBe(realm);
    expect([fingerprint(after), fingerprint(js)]).toEqual(prints);
    await after.fit(
      [
        [1, 2],
        [3, 4],
      ],
      ['red', 'blue'],
      { epochs: 3 },
    );
    expect(after.predict([1, 2])).toHaveLength(3);
  });
});

describe('where WebAssembly is refused', () => {
  /** A copy of the library that has compiled nothing yet. */
  async function fresh(): Promise<typeof Network> {
    vi.resetModules();
    return (await import('../../../src/index.js')).Network;
  }

  it('auto falls back to js, wasm rejects with ERR_ENGINE, and later it may work', async () => {
    const Fresh = await fresh();
    const refusal = new WebAssembly.CompileError('refused by policy');
    const compile = vi.spyOn(WebAssembly, 'compile').mockRejectedValue(refusal);
    const network = await Fresh.create(CLASSIFIER);
    expect(network.engine).toEqual({ kind: 'js', variant: 'js', threads: 1, wideVectors: false, reproducible: true });
    await network.fit([1, 2], ['red'], { epochs: 1 });
    const error = await thrownBy(() => Fresh.create({ ...CLASSIFIER, engine: 'wasm' }));
    expect(error).toMatchObject({ name: 'WasmlpError', code: 'ERR_ENGINE', cause: refusal });
    expect((error as Error).message).toMatch(
      /^create: this host refuses WebAssembly with SIMD\. Allow WebAssembly .*or use engine: "js"\.$/,
    );
    compile.mockRestore();
    const engine = { kind: 'wasm', variant: 'simd', threads: 1, wideVectors: false, reproducible: true };
    expect((await Fresh.create({ ...CLASSIFIER, engine: 'wasm' })).engine).toEqual(engine);
  });

  it('auto falls back to js where there is no WebAssembly at all', async () => {
    const Fresh = await fresh();
    vi.stubGlobal('WebAssembly', undefined);
    try {
      expect((await Fresh.create(CLASSIFIER)).engine.kind).toBe('js');
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('auto is WebAssembly where it is there', async () => {
    expect((await Network.create(CLASSIFIER)).engine.kind).toBe('wasm');
  });
});
