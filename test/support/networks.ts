/** The engines to run on, the network of most tests, and ways to compare networks bit for bit. */
import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import { sharedRealm } from '../../src/engine/wasm/realm.js';
import { Network, type NetworkOptions } from '../../src/index.js';
import { randomRows } from './samples.js';

/** Tests of behaviour run on both engines. */
export const ENGINES = ['wasm', 'js'] as const;
export type EngineName = (typeof ENGINES)[number];

/** Two inputs and three classes with names: the network of most tests. */
export const CLASSIFIER = {
  inputs: 2,
  layers: [
    { units: 3, activation: 'tanh' },
    { units: 3, activation: 'softmax' },
  ],
  labels: ['red', 'green', 'blue'],
  seed: 7,
} as const satisfies NetworkOptions;

/** Weights and biases of every layer, end to end. */
export function parametersOf(network: Network): Float32Array {
  const tensors = network.layers.flatMap((_, layer) => {
    const { weights, biases } = network.getParameters(layer);
    return [weights, biases];
  });
  const parameters = new Float32Array(tensors.reduce((sum, { length }) => sum + length, 0));
  let next = 0;
  for (const tensor of tensors) {
    parameters.set(tensor, next);
    next += tensor.length;
  }
  return parameters;
}

/** SHA-256 of numbers as little-endian bytes: equal only if every bit is. */
export function digestOf(values: Float32Array): string {
  const bytes = Buffer.from(values.slice().buffer);
  return sha256(endianness() === 'LE' ? bytes : bytes.swap32());
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** SHA-256 of all parameters. */
export function fingerprint(network: Network): string {
  return digestOf(parametersOf(network));
}

/** Everything that a refused call must leave as it was. */
export async function stateOf(network: Network): Promise<{ parameters: string; outputs: string; memory: string }> {
  const outputs = network.predict(randomRows(3, network.inputs));
  const memory = network.summary().split('memory: ').at(-1) as string;
  return { parameters: fingerprint(network), outputs: digestOf(outputs), memory };
}

/**
 * Bytes that networks and data sets hold in the memory of the WebAssembly engine. Do not compare it for equality: garbage collection
 * may free networks of earlier tests at any moment.
 */
export async function reservedBytes(): Promise<number> {
  return (await sharedRealm('simd')).reservedBytes;
}

/** A classifier on an engine. `options` replace its own. */
export function classifier(engine: EngineName, options: Partial<NetworkOptions> = {}): Promise<Network> {
  return Network.create({ ...CLASSIFIER, ...options, engine });
}
