/**
 * The options of a plain network: widths, activations and a seed. What all networks share is here, with the defaults. A network that asks
 * for more, or for something wrong, loads network.ts, which checks every option and says what is wrong with it.
 */
import { plainOptions } from '../foundation/checks.js';
import { OUTPUT_RANGES } from './activations.js';
import type { EngineSpec } from './engine.js';
import { defaultLoss } from './losses.js';
import { PLAIN_SGD } from './optimizers.js';
import type { LayerSpec, NetworkSpec } from './spec.js';
import type { Activation } from './types.js';

/** The widest sample and the widest layer. */
export const MAX_WIDTH = 2 ** 20;

/** The engine of networks that ask for none. */
export const ANY_ENGINE: EngineSpec = { engine: 'auto', relaxed: false, wideVectors: false };

/** What the options of a layer are where they are not given. */
export const LAYER_DEFAULTS = {
  activation: 'sigmoid',
  initializer: 'glorotUniform',
  bias: true,
  trainable: true,
  dropout: 0,
  l1: 0,
  l2: 0,
  slope: undefined,
} as const;

/** The same as `resolveNetwork` makes of these options; undefined if they have more than a plain network, or may be wrong. */
export function plainNetwork(options: unknown): NetworkSpec | undefined {
  const { inputs, layers: given, seed = 0 } = plainOptions(options, ['inputs', 'layers', 'seed']) ?? {};
  if (!isInteger(inputs, 1, MAX_WIDTH) || !isInteger(seed, 0, 2 ** 32 - 1) || !Array.isArray(given)) return undefined;
  const layers: LayerSpec[] = [];
  let width = inputs;
  for (let l = 0; l < given.length; l++) {
    const { units, activation = LAYER_DEFAULTS.activation } = plainOptions(given[l], ['units', 'activation']) ?? {};
    // leakyRelu has a slope.
    const isKnown =
      typeof activation === 'string' && Object.hasOwn(OUTPUT_RANGES, activation) && activation !== 'leakyRelu';
    const isMisplaced = activation === 'softmax' && (l < given.length - 1 || units === 1);
    if (!isInteger(units, 1, MAX_WIDTH) || !isKnown || isMisplaced) return undefined;
    layers.push({ inputs: width, units, ...LAYER_DEFAULTS, activation: activation as Activation });
    width = units;
  }
  const output = layers[layers.length - 1];
  if (output === undefined) return undefined;
  return {
    inputs,
    outputs: width,
    layers,
    loss: defaultLoss(output.activation),
    optimizer: PLAIN_SGD,
    normalize: false,
    normalizeTargets: false,
    given: undefined,
    seed: seed + 0,
    labels: undefined,
  };
}

function isInteger(value: unknown, low: number, high: number): value is number {
  return Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
}
