/** What several tests share: engines to run on, small data sets, and ways to compare networks bit for bit. */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { sharedRealm } from '../../src/engine/wasm/realm.js';
import { type ErrorCode, Network, type NetworkOptions, WasmlpError } from '../../src/index.js';
import { Random } from '../../src/random.js';

/** Every test of behaviour runs on both. */
export const ENGINES = ['wasm', 'js'] as const;
export type EngineName = (typeof ENGINES)[number];

export const XOR_INPUTS = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
export const XOR_TARGETS = [0, 1, 1, 0];

/** Three classes by two inputs, with names: the network of most tests. */
export const CLASSIFIER = {
  inputs: 2,
  layers: [
    { units: 3, activation: 'tanh' },
    { units: 3, activation: 'softmax' },
  ],
  labels: ['red', 'green', 'blue'],
  seed: 7,
} as const satisfies NetworkOptions;

/** `count` rows of `width` seeded numbers in [-1, 1), end to end. */
export function randomRows(count: number, width: number, seed = 1): Float32Array {
  const random = new Random(seed, 'split', 999);
  return Float32Array.from({ length: count * width }, () => 2 * random.uniform() - 1);
}

/** `count` seeded classes below `classes`. */
export function randomClasses(count: number, classes: number, seed = 1): Uint8Array {
  const random = new Random(seed, 'split', 998);
  return Uint8Array.from({ length: count }, () => Math.floor(random.uniform() * classes));
}

/** The order in which fit takes `count` samples in an epoch, found without fit. */
export function shuffledOrder(seed: number, epoch: number, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  new Random(seed, 'shuffle', epoch).shuffle(order);
  return order;
}

/** Rows `from` to `to` of packed rows, taken in `order` where given. */
export function rowsAt(values: Float32Array, width: number, from: number, to: number, order?: Uint32Array) {
  const rows = new Float32Array((to - from) * width);
  for (let row = from; row < to; row++) {
    const source = order === undefined ? row : (order[row] as number);
    rows.set(values.subarray(source * width, (source + 1) * width), (row - from) * width);
  }
  return rows;
}

/** Weights and biases of every layer, end to end. */
export function parametersOf(network: Network): Float32Array {
  const tensors = network.layers.flatMap((_, layer) => {
    const { weights, biases } = network.getParameters(layer);
    return [...weights, ...biases];
  });
  return Float32Array.from(tensors);
}

/** SHA-256 of numbers as little-endian bytes: equal where every bit is. */
export function digestOf(values: Float32Array): string {
  const bytes = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => {
    bytes.setFloat32(i * 4, value, true);
  });
  return createHash('sha256').update(new Uint8Array(bytes.buffer)).digest('hex');
}

/** SHA-256 of all parameters. */
export function fingerprint(network: Network): string {
  return digestOf(parametersOf(network));
}

/** All that a refused call must leave as it was. */
export async function stateOf(network: Network): Promise<{ parameters: string; outputs: string; memory: string }> {
  const outputs = network.predict(randomRows(3, network.inputs));
  const memory = network.summary().split('memory: ').at(-1) as string;
  return { parameters: fingerprint(network), outputs: digestOf(outputs), memory };
}

/**
 * Bytes that networks and data sets hold in the memory of the WebAssembly engine. Never compared for equality: networks of
 * earlier tests may be collected at any moment, which makes it less.
 */
export async function reservedBytes(): Promise<number> {
  const realms = await Promise.all((['basic', 'simd'] as const).map(sharedRealm));
  return realms.reduce((sum, { reservedBytes }) => sum + reservedBytes, 0);
}

/** What a call throws, or what its promise rejects with. Fails where it does neither. */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error('The call was expected to be refused, and was not.');
}

const CLASSES: Partial<Record<ErrorCode, ErrorConstructor | TypeErrorConstructor | RangeErrorConstructor>> = {
  ERR_INVALID_TYPE: TypeError,
  ERR_INVALID_OPTION: RangeError,
  ERR_SHAPE: RangeError,
  ERR_NON_FINITE: RangeError,
};

/** Class, code and message of an error of this library. */
export function expectCoded(error: unknown, code: ErrorCode, message: RegExp): void {
  expect(error).toBeInstanceOf(CLASSES[code] ?? WasmlpError);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
}

/** The call is refused so. */
export async function expectRefused(call: () => unknown, code: ErrorCode, message: RegExp): Promise<void> {
  expectCoded(await thrownBy(call), code, message);
}

/** A classifier on an engine, with other options where given. */
export function classifier(engine: EngineName, options: Partial<NetworkOptions> = {}): Promise<Network> {
  return Network.create({ ...CLASSIFIER, ...options, engine });
}

/** A Float32Array whose buffer was transferred away. */
export function detached(): Float32Array {
  const array = new Float32Array([1, 2]);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}

/** A copy of `values` without element `index`: a hole, not undefined. */
export function holed(values: readonly unknown[], index: number): unknown[] {
  const holes: unknown[] = new Array(values.length);
  values.forEach((value, i) => {
    if (i !== index) holes[i] = value;
  });
  return holes;
}
