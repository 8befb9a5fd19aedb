/** A host without memory for a model: load says so, and frees everything that it had allocated. */
import { afterEach, expect, it, vi } from 'vitest';
import { Arena } from '../../../src/engine/wasm/arena.js';
import { codedError } from '../../../src/foundation/errors.js';
import { Network } from '../../../src/index.js';
import { FILE } from '../../support/formats/model-files.js';
import { reservedBytes } from '../../support/networks.js';
import { expectCoded, expectRefused, thrownBy } from '../../support/refusals.js';
import { randomRows } from '../../support/samples.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it('for the copy of the bytes', async () => {
  class Full extends Uint8Array {
    constructor(from: Uint8Array) {
      if (from.length > 0) throw new RangeError('Array buffer allocation failed');
      super(0);
    }
  }
  vi.stubGlobal('Uint8Array', Full);
  const thrown = await thrownBy(() => Network.load(FILE, { engine: 'js' }));
  vi.unstubAllGlobals();
  expectCoded(thrown, 'ERR_OUT_OF_MEMORY', new RegExp(`^memory: the host has no room for ${FILE.length} bytes\\. `));
});

it('for the network, or for its optimizer state', async () => {
  const network = await Network.create({ inputs: 40, layers: [{ units: 300 }], optimizer: 'adam', engine: 'wasm' });
  network.trainOnBatch(randomRows(1, 40), new Float32Array(300));
  const file = network.saveCheckpoint();
  (await Network.load(file, { engine: 'wasm' })).dispose();
  const before = await reservedBytes();
  const reserve = Arena.prototype.reserve;
  for (const failing of [1, 2]) {
    let made = 0;
    vi.spyOn(Arena.prototype, 'reserve').mockImplementation(function (this: Arena, bytes: number) {
      if (++made === failing) throw codedError('ERR_OUT_OF_MEMORY', 'memory: none left for the test.');
      return reserve.call(this, bytes);
    });
    await expectRefused(() => Network.load(file, { engine: 'wasm' }), 'ERR_OUT_OF_MEMORY', /none left for the test/);
    vi.restoreAllMocks();
    expect(made).toBe(failing);
    expect(await reservedBytes()).toBeLessThanOrEqual(before);
  }
});
