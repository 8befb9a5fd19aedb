/** Networks that other libraries wrote, as files of test/formats/import/models/, and small ones made by hand. */
import { readdir, readFile } from 'node:fs/promises';
import { type EngineOptions, Network } from '../../../src/index.js';
import { headerOf } from './model-files.js';

const FOLDER = new URL('../../formats/import/models/', import.meta.url);

/** What the other library saved, what it was asked, and what it answered. */
export interface ForeignFile {
  readonly library: string;
  readonly model: Record<string, unknown>;
  /** Only for TensorFlow.js: its .bin files in base64. */
  readonly shards?: readonly string[];
  readonly inputs: number[][];
  readonly outputs: number[][];
  /** The names of the outputs, if they are probabilities with names. */
  readonly labels?: readonly string[];
}

/** All files by name. */
export async function foreignFiles(): Promise<(readonly [string, ForeignFile])[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).sort();
  return await Promise.all(
    names.map(async (name) => [name, JSON.parse(await readFile(new URL(name, FOLDER), 'utf8'))] as const),
  );
}

export function shardsOf({ shards = [] }: ForeignFile): Uint8Array[] {
  return shards.map((shard) => new Uint8Array(Buffer.from(shard, 'base64')));
}

/** Reads the network of a file, with its model given in one form. */
export function imported(
  name: string,
  file: ForeignFile,
  options?: EngineOptions,
  model: object | string = file.model,
): Promise<Network> {
  if (name.startsWith('brain')) return Network.fromBrain(model, options);
  if (name.startsWith('scikit-learn')) return Network.fromScikitLearn(model, options);
  return Network.fromTensorFlow(model, shardsOf(file), options);
}

/** The options that a network is saved with: everything but its numbers. */
export function optionsOf(network: Network): Record<string, unknown> & { layers: Record<string, unknown>[] } {
  return JSON.parse(JSON.parse(headerOf(network.save()).text).__metadata__.network);
}

/** A 2-1-2 network of brain.js 1, with named inputs and outputs. */
export const BRAIN_OBJECTS = {
  sizes: [2, 1, 2],
  layers: [
    { x: {}, y: {} },
    { '0': { bias: 0.5, weights: { x: 1, y: 2 } } },
    { a: { bias: -1, weights: { '0': 3 } }, b: { bias: 1, weights: { '0': -4 } } },
  ],
  outputLookup: true,
  inputLookup: true,
  activation: 'sigmoid',
  trainOpts: {},
};

/** The same network from brain.js 2. */
export const BRAIN_ARRAYS = {
  type: 'NeuralNetwork',
  sizes: [2, 1, 2],
  layers: [
    { weights: [], biases: [] },
    { weights: [[1, 2]], biases: [0.5] },
    { weights: [[3], [-4]], biases: [-1, 1] },
  ],
  inputLookup: { x: 0, y: 1 },
  inputLookupLength: 2,
  outputLookup: { a: 0, b: 1 },
  outputLookupLength: 2,
  options: {},
  trainOpts: { activation: 'sigmoid', leakyReluAlpha: 0.01 },
};

/** The same network from scikit-learn. */
export const SCIKIT = {
  coefs: [[[1], [2]], [[3, -4]]],
  intercepts: [[0.5], [-1, 1]],
  activation: 'logistic',
  out_activation: 'logistic',
  classes: ['a', 'b'],
};

export type Layer = { class_name: string; config: Record<string, unknown> };
export type Spec = Record<string, unknown> & { name: string; shape: number[]; dtype: string };

/** A layer of a class, as Keras writes it. */
export function layer(class_name: string, name: string, config: Record<string, unknown> = {}): Layer {
  return { class_name, config: { name, ...config } };
}

/** The same network from TensorFlow.js, or one with other layers. */
export function tensorFlow(layers?: readonly Layer[], specs?: readonly Spec[]): Record<string, unknown> {
  const own = [
    layer('Dense', 'one', { units: 1, activation: 'sigmoid', use_bias: true, batch_input_shape: [null, 2] }),
    layer('Dense', 'two', { units: 2, activation: 'sigmoid', use_bias: true }),
  ];
  const ownSpecs = [
    { name: 'one/kernel', shape: [2, 1], dtype: 'float32' },
    { name: 'one/bias', shape: [1], dtype: 'float32' },
    { name: 'two/kernel', shape: [1, 2], dtype: 'float32' },
    { name: 'two/bias', shape: [2], dtype: 'float32' },
  ];
  return {
    format: 'layers-model',
    modelTopology: { class_name: 'Sequential', config: { name: 'model', layers: layers ?? own } },
    weightsManifest: [{ paths: ['a.bin'], weights: specs ?? ownSpecs }],
  };
}

/** The numbers of that network. */
export const NUMBERS = [1, 2, 0.5, 3, -4, -1, 1];

/** A copy with another value at a path. `undefined` deletes it. */
export function changedAt(value: object, path: readonly (string | number)[], replacement: unknown): object {
  const copy = structuredClone(value);
  let holder = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string | number, unknown>;
  const last = path[path.length - 1] as string | number;
  if (replacement === undefined) delete holder[last];
  else holder[last] = replacement;
  return copy;
}
