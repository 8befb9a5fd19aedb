/** A host with the other byte order writes the same models. A file of its own, because it loads modules anew. */
import { expect, it, vi } from 'vitest';
import { ColumnScaling } from '../../../src/data/scaling.js';
import { writeONNX } from '../../../src/formats/onnx/write-onnx.js';
import { resolveNetwork } from '../../../src/options/network.js';
import { turned } from '../../support/formats/model-files.js';

it('models are the same on a host of the other byte order', async () => {
  const spec = resolveNetwork({ inputs: 2, layers: [{ units: 1, activation: 'linear' }], normalize: 'standard' });
  const [weights, biases] = [Float32Array.of(1.5, 1e-45), Float32Array.of(-0)];
  const [shift, scale] = [Float64Array.of(0.1, -2), Float64Array.of(3, 1e-300)];
  const scaling = { inputs: new ColumnScaling(shift, scale), targets: undefined };
  const model = writeONNX({ spec, parameters: [{ weights, biases }], scaling });
  const swapped = Uint16Array.of(0x100);
  vi.resetModules();
  vi.stubGlobal('Uint16Array', { of: () => swapped });
  const writer = await import('../../../src/formats/onnx/write-onnx.js');
  vi.unstubAllGlobals();
  const parameters = [{ weights: turned(weights), biases: turned(biases) }];
  const there = { inputs: new ColumnScaling(turned(shift), turned(scale)), targets: undefined };
  expect(writer.writeONNX({ spec, parameters, scaling: there })).toEqual(model);
});
