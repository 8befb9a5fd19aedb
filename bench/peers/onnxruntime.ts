/** onnxruntime-web on WebAssembly. It only predicts, with a model that onnx.ts writes. */
import { writeModel } from './onnx.js';
import { load } from './packages.js';
import type { Peer } from './peer.js';

interface OrtTensor {
  readonly data: Float32Array;
}

interface Session {
  run(feeds: { input: OrtTensor }): Promise<{ output: OrtTensor }>;
}

interface Ort {
  readonly env: { readonly wasm: { numThreads?: number } };
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: 'float32', values: Float32Array, shape: readonly number[]) => OrtTensor;
}

export const onnxruntime: Peer = {
  createPredictor: async ({ widths, layers, inputs, samples }) => {
    const ort = load<Ort>('onnxruntime-web');
    ort.env.wasm.numThreads = 1;
    const session = await ort.InferenceSession.create(writeModel(widths, layers), { executionProviders: ['wasm'] });
    const shape = [samples, widths[0] as number];
    return async () => {
      const { output } = await session.run({ input: new ort.Tensor('float32', inputs, shape) });
      return output.data;
    };
  },
};
