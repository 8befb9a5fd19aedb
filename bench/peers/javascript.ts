/** The contenders that run in JavaScript, by their names in the tables. */
import { RELAXED_WIDE, TYPESCRIPT, twoThreads, WASM, WIDE } from '../contenders.js';
import { brain } from './brain.js';
import { convnet } from './convnet.js';
import { jax } from './jax.js';
import { onnxruntime } from './onnxruntime.js';
import type { Peer } from './peer.js';
import { synaptic } from './synaptic.js';
import { tensorflow } from './tensorflow.js';
import { wasmlp } from './wasmlp.js';

export const PEERS: Readonly<Record<string, Peer>> = {
  [WASM]: wasmlp({ engine: 'wasm' }),
  [WIDE]: wasmlp({ engine: 'wasm', wideVectors: true }),
  [RELAXED_WIDE]: wasmlp({ engine: 'wasm', relaxed: true, wideVectors: true }),
  [twoThreads(WASM)]: wasmlp({ engine: 'wasm', threads: 2 }),
  [twoThreads(RELAXED_WIDE)]: wasmlp({ engine: 'wasm', relaxed: true, wideVectors: true, threads: 2 }),
  [TYPESCRIPT]: wasmlp({ engine: 'js' }),
  'brain.js': brain,
  synaptic,
  ConvNetJS: convnet,
  'TensorFlow.js cpu': tensorflow('cpu'),
  'TensorFlow.js wasm': tensorflow('wasm'),
  'jax-js': jax,
  'onnxruntime-web': onnxruntime,
};
