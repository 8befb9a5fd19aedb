/**
 * Reads what write-model.ts writes. Validates the whole file, or throws ERR_MODEL_FORMAT, ERR_MODEL_VERSION or ERR_MODEL_LIMIT.
 * Programs that load no model do not load this chunk.
 */
import { ColumnScaling, type Scaling } from '../../data/scaling.js';
import type { LayerParameters, OptimizerState } from '../../engine/engine.js';
import { isObject } from '../../foundation/checks.js';
import { codedError } from '../../foundation/errors.js';
import { allFinite } from '../../foundation/finite.js';
import { ENGINE_KEYS } from '../../options/engine.js';
import type { LayerSpec } from '../../options/layers.js';
import { type NetworkSpec, resolveNetwork } from '../../options/network.js';
import { momentsOf } from '../../options/optimizers.js';
import type { Checkpoint, EarlyStoppingState } from '../../training/state.js';
import { parseJson } from '../json.js';
import type { Restored } from '../saved-model.js';
import { readHeader, readTensors, tensorNamed } from './read-safetensors.js';
import { bad } from './refused.js';
import { KEYS, tensorName, VERSION } from './write-model.js';
import type { Tensor } from './write-safetensors.js';

/** For files that safetensors.torch wrote, say. */
const FOREIGN = 'The tensors of a module of another library are read by Network.fromSafetensors(bytes, { layers }).';

/** The most numbers of optimizer state that a checkpoint may have for each parameter. */
const MAX_MOMENTS = 2;

/** The returned parameters may be views of `file`: nobody else may change it. */
export function readModel(file: Uint8Array): Restored {
  const header = readHeader(file);
  const { metadata } = header;
  checkVersion(metadata);
  const left = readTensors(file, header);
  const network = metadata.get(KEYS.network);
  if (network === undefined) throw bad('its metadata has no network');
  const spec = specOf(parseJson(network, 'its network'));
  const parameters = takeParameters(left, '', spec.layers);
  const scaling = scalingOf(spec, metadata.get(KEYS.scaling));
  const saved = metadata.get(KEYS.checkpoint);
  const checkpoint = saved === undefined ? undefined : checkpointOf(spec, parseJson(saved, 'its checkpoint'), left);
  const scales = spec.normalize !== false || spec.normalizeTargets !== false;
  if (scales && scaling === undefined && checkpoint !== undefined && checkpoint.epochs > 0) {
    throw bad('its network was trained with a scaling, but the file has none');
  }
  const [unknown] = left.keys();
  if (unknown !== undefined) throw bad(`no layer has ${tensorNamed(unknown)}`);
  return { model: { spec, parameters, scaling }, checkpoint };
}

function checkVersion(metadata: ReadonlyMap<string, string>): void {
  const version = metadata.get(KEYS.version);
  if (version === undefined || !/^[1-9]\d{0,8}$/.test(version))
    throw bad('it does not say its version', undefined, metadata.has(KEYS.network) ? undefined : FOREIGN);
  if (Number(version) > VERSION) {
    const mend = 'Use the version of wasmlp that wrote it, or a newer one.';
    throw codedError(
      'ERR_MODEL_VERSION',
      `load: this model is of version ${version}, and ${VERSION} is the newest known. ${mend}`,
    );
  }
}

/** Checks the file's options as if a caller had given them. */
function specOf(options: Record<string, unknown>): NetworkSpec {
  const foreign = ENGINE_KEYS.find((key) => Object.hasOwn(options, key));
  if (foreign !== undefined) throw bad(`its network has the option "${foreign}", which the caller of load chooses`);
  try {
    return resolveNetwork(options);
  } catch (cause) {
    throw bad(`its network is refused (${(cause as Error).message})`, cause);
  }
}

/** Removes the tensors of all layers from `left`. */
function takeParameters(left: Map<string, Tensor>, prefix: string, layers: readonly LayerSpec[]): LayerParameters[] {
  return layers.map(({ inputs, units, bias }, l) => ({
    weights: take(left, tensorName(prefix, l, 'weight'), [units, inputs]),
    biases: bias ? take(left, tensorName(prefix, l, 'bias'), [units]) : new Float32Array(0),
  }));
}

function take(left: Map<string, Tensor>, name: string, shape: readonly number[]): Float32Array {
  const tensor = left.get(name);
  if (tensor === undefined) throw bad(`it lacks ${tensorNamed(name)}`);
  left.delete(name);
  if (tensor.shape.join() !== shape.join()) {
    throw bad(`${tensorNamed(name)} has the shape [${tensor.shape}], its network [${shape}]`);
  }
  if (!allFinite(tensor.values)) throw bad(`${tensorNamed(name)} holds NaN or Infinity`);
  return tensor.values;
}

function scalingOf(spec: NetworkSpec, text: string | undefined): Scaling | undefined {
  if (text === undefined) return undefined;
  const saved = parseJson(text, 'its scaling');
  const columns = (name: 'inputs' | 'targets', width: number, asked: boolean): ColumnScaling | undefined => {
    const given = saved[name];
    if (asked !== (given !== undefined)) throw bad(`its scaling of ${name} and its network do not go together`);
    if (given === undefined) return undefined;
    const { shift, scale } = isObject(given) ? given : {};
    if (!isNumbers(shift, width) || !isNumbers(scale, width) || !scale.every((size) => size > 0)) {
      throw bad(`its scaling of ${name} is not ${width} shifts and scales`);
    }
    return new ColumnScaling(Float64Array.from(shift), Float64Array.from(scale));
  };
  return {
    inputs: columns('inputs', spec.inputs, spec.normalize !== false),
    targets: columns('targets', spec.outputs, spec.normalizeTargets !== false),
  };
}

function checkpointOf(spec: NetworkSpec, saved: Record<string, unknown>, left: Map<string, Tensor>): Checkpoint {
  const { epochs, batches, products, patience } = saved;
  if (!isCount(epochs) || !isCount(batches)) throw bad('its checkpoint does not count epochs and batches');
  return {
    epochs,
    batches,
    optimizer: optimizerOf(spec, products, left),
    earlyStopping: patience === undefined ? undefined : earlyStoppingOf(spec, patience, left),
  };
}

function optimizerOf(spec: NetworkSpec, products: unknown, left: Map<string, Tensor>): OptimizerState | undefined {
  if (products === undefined) return undefined;
  if (!isNumbers(products, 2) || !products.every((product) => product >= 0 && product <= 1)) {
    throw bad('its optimizer has no products of betas');
  }
  const moments: LayerParameters[][] = [];
  while (moments.length < MAX_MOMENTS && left.has(tensorName(`optimizer.${moments.length}.`, 0, 'weight'))) {
    moments.push(takeParameters(left, `optimizer.${moments.length}.`, spec.layers));
  }
  const { type } = spec.optimizer;
  const expected = momentsOf(spec.optimizer);
  if (moments.length !== expected.length) {
    throw bad(`its optimizer state has ${moments.length} numbers for each parameter, ${type} needs ${expected.length}`);
  }
  const squares = moments.filter((_, i) => expected[i] === 'second').flat();
  if (squares.some(({ weights, biases }) => isNegative(weights) || isNegative(biases))) {
    throw bad('its optimizer state has squares below 0');
  }
  return { products: products as [number, number], moments };
}

function earlyStoppingOf(spec: NetworkSpec, value: unknown, left: Map<string, Tensor>): EarlyStoppingState {
  // The first checkpoints did not name the epoch.
  const { lowest, lowestEpoch = 0, reference, waited } = isObject(value) ? value : {};
  if (!isLoss(lowest) || !isCount(lowestEpoch) || !isLoss(reference) || !isCount(waited))
    throw bad('its state of early stopping is incomplete or wrong');
  const hasBest = left.has(tensorName('best.', 0, 'weight'));
  // Copies: they live long, and views would keep the whole file in memory.
  const best = hasBest ? takeParameters(left, 'best.', spec.layers).map(copyOf) : undefined;
  return { lowest: Number(lowest), lowestEpoch, reference: Number(reference), waited, best };
}

function copyOf({ weights, biases }: LayerParameters): LayerParameters {
  return { weights: weights.slice(), biases: biases.slice() };
}

/** A number as text, Infinity among them. */
function isLoss(value: unknown): value is string {
  return typeof value === 'string' && /^(-?[\d.]+(e[+-]?\d+)?|Infinity)$/.test(value) && !Number.isNaN(Number(value));
}

function isNegative(values: Float32Array): boolean {
  return values.some((value) => value < 0);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isNumbers(value: unknown, length: number): value is number[] {
  return Array.isArray(value) && value.length === length && value.every((number) => Number.isFinite(number));
}
