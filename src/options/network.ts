/** Checks the options of `Network.create`, and fills in defaults. Knows no engine and allocates no network. */
import { resolveColumns, resolveTarget } from '../columns/resolve.js';
import { type ColumnSpecs, inputsOf, takesMedian } from '../columns/spec.js';
import { checkInteger, checkObject, copyOf } from '../foundation/checks.js';
import { codedError, describe } from '../foundation/errors.js';
import { checkName, isObject } from '../foundation/more-checks.js';
import { givesProbabilities } from './activations.js';
import { decayOf } from './decay.js';
import { ENGINE_KEYS, type EngineSpec, resolveEngine } from './engine.js';
import { resolveLayers } from './layers.js';
import { LOSS_TRAITS } from './losses.js';
import { MAX_WIDTH } from './plain.js';
import { resolveLoss } from './resolve-loss.js';
import { resolveOptimizer } from './resolve-optimizer.js';
import type { LayerSpec, NetworkSpec } from './spec.js';
import type { Normalization } from './types.js';

const NETWORK_KEYS = [
  'inputs',
  'target',
  'layers',
  'loss',
  'optimizer',
  'seed',
  'normalize',
  'normalizeTargets',
  'labels',
  ...ENGINE_KEYS,
];

/** Checks the options of `create`, or throws: those of the network, then those of its engine. */
export function resolveCreate(options: unknown): { spec: NetworkSpec; engine: EngineSpec } {
  return { spec: resolveNetwork(options), engine: resolveEngine('create', options as object) };
}

/** Checks the options of a network, or throws. */
export function resolveNetwork(options: unknown): NetworkSpec {
  const o = checkObject('create: options', options, NETWORK_KEYS);
  const isWidth = typeof o.inputs !== 'object' || o.inputs === null;
  const columns = isWidth ? undefined : resolveColumns(o.inputs, MAX_WIDTH);
  const inputs = columns === undefined ? checkInteger('create: inputs', o.inputs, 1, MAX_WIDTH) : inputsOf(columns);
  const layers = resolveLayers(o.layers, inputs);
  const output = layers[layers.length - 1] as LayerSpec;
  const optimizer = resolveOptimizer(o.optimizer);
  layers.forEach((layer, index) => {
    // The kernel stores it as float32.
    if (Number.isFinite(Math.fround(decayOf(optimizer, layer).weights))) return;
    const where = `create: layers[${index}].l2 is ${layer.l2} and weightDecay ${optimizer.weightDecay}`;
    const mend = '2 l2 + weightDecay must be a number that float32 can hold. Use smaller ones.';
    throw codedError('ERR_INVALID_OPTION', `${where}: ${mend}`);
  });
  const loss = resolveLoss(o.loss, output.activation);
  const normalizeTargets = resolveNormalization('create: normalizeTargets', o.normalizeTargets);
  if (normalizeTargets !== false && LOSS_TRAITS[loss].metric !== 'none') {
    const mend = 'Leave it out, or to predict numbers give the output layer activation: "linear".';
    throw codedError(
      'ERR_INVALID_OPTION',
      `create: normalizeTargets with ${loss}, whose targets are probabilities. ${mend}`,
    );
  }
  const given = { inputs: givenScaling(o.normalize), targets: givenScaling(o.normalizeTargets) };
  if (columns === undefined) resolveTarget(o.target, columns, output.units);
  return {
    inputs,
    outputs: output.units,
    layers,
    loss,
    optimizer,
    normalize: resolveNormalization('create: normalize', o.normalize) || mediansOf(columns),
    normalizeTargets,
    given: given.inputs || given.targets ? given : undefined,
    seed: o.seed === undefined ? 0 : checkInteger('create: seed', o.seed, 0, 2 ** 32 - 1),
    labels: resolveLabels(o.labels, output),
    ...(columns && { columns, target: resolveTarget(o.target, columns, output.units) }),
  };
}

/** How columns are scaled where nothing asks for a scaling: blanks in number columns still become medians. */
function mediansOf(columns: ColumnSpecs | undefined): 'medians' | false {
  return columns?.some(takesMedian) ? 'medians' : false;
}

function resolveNormalization(where: string, value: unknown): Normalization | 'given' | false {
  if (value === undefined || value === false) return false;
  return isObject(value) ? 'given' : checkName(where, value, ['standard', 'minMax'] as const);
}

/** A copy: the caller may change the original before it is checked. The check refuses what cannot be cloned. */
function givenScaling(value: unknown): unknown {
  return isObject(value) ? copyOf(value) : undefined;
}

function resolveLabels(value: unknown, output: LayerSpec): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) {
    throw codedError('ERR_INVALID_TYPE', `create: labels is ${describe(value)}, expected an array of strings.`);
  }
  const binary = output.units === 1 && givesProbabilities(output.activation);
  const expected = binary ? 2 : output.units;
  if (value.length !== expected) {
    const rule = binary ? 'two for a single sigmoid output' : 'one per output';
    throw codedError('ERR_INVALID_OPTION', `create: labels has ${value.length} names, expected ${expected} (${rule}).`);
  }
  for (const label of value) {
    if (typeof label === 'string') continue;
    const came = `create: labels is ${describe(value)}, expected an array of strings, and one is ${describe(label)}`;
    const names = typeof label === 'boolean' ? '"false", "true"' : '"0", "1"';
    throw codedError('ERR_INVALID_TYPE', `${came}. Write names in quotes, in targets too: labels: [${names}].`);
  }
  const seen = new Set<string>();
  const repeated = value.find((label) => seen.size === seen.add(label).size);
  if (repeated !== undefined) {
    throw codedError(
      'ERR_INVALID_OPTION',
      `create: labels names ${describe(repeated)} twice. Every class needs its own name.`,
    );
  }
  return Object.freeze([...value]);
}
