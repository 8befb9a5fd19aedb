/**
 * Reads what write-model.ts writes. Validates the whole file, or throws ERR_MODEL_FORMAT, ERR_MODEL_VERSION or ERR_MODEL_LIMIT.
 * Programs that load no model do not load this chunk.
 */
import { columnsFrom } from '../../columns/saved.js';
import { type ColumnSpecs, takesMedian } from '../../columns/spec.js';
import { ColumnScaling, type NetworkScaling } from '../../data/scaling.js';
import type { LayerParameters, OptimizerState } from '../../engine/engine.js';
import { codedError, describe } from '../../foundation/errors.js';
import { allFinite } from '../../foundation/finite.js';
import { float32, float64From, sliceOf } from '../../foundation/memory.js';
import { isObject } from '../../foundation/more-checks.js';
import { ENGINE_KEYS } from '../../options/engine.js';
import { resolveNetwork } from '../../options/network.js';
import type { LayerSpec, NetworkSpec } from '../../options/spec.js';
import { momentsOf } from '../../options/update-rules.js';
import type { Checkpoint, EarlyStoppingState } from '../../training/state.js';
import { parseJson } from '../json.js';
import type { Restored } from '../saved-model.js';
import { readHeader, readTensors, tensorNamed, textOf } from './read-safetensors.js';
import { bad } from './refused.js';
import { joinedName, SCALING } from './write-large.js';
import { tensorName, VERSION } from './write-model.js';
import type { Dtype, Tensor, TensorValues } from './write-safetensors.js';

/** Tensors that nothing was made of yet. */
type Tensors = Map<string, Tensor<TensorValues>>;

/** What a network may scale, with the option that asks for it. */
const SIDES = [
  ['inputs', 'normalize'],
  ['targets', 'normalizeTargets'],
] as const;

/** The most objects and arrays in the JSON of a network that has a tensor of its own: three for each of ten thousands of layers. */
const MAX_CONTAINERS = 2 ** 17;

/** For files that safetensors.torch wrote, say. */
const FOREIGN = 'The tensors of a module of another library are read by Network.fromSafetensors(bytes, { layers }).';

/** The most numbers of optimizer state that a checkpoint may have for each parameter. */
const MAX_MOMENTS = 2;

/** The returned parameters may be views of `file`: nobody else may change it. */
export function readModel(file: Uint8Array): Restored {
  const header = readHeader(file);
  const { metadata } = header;
  if (metadata.has('wasmlp.ensemble')) {
    const message = 'load: this is no single network: it is an ensemble. Read it by loadEnsemble of wasmlp/search.';
    throw codedError('ERR_MODEL_FORMAT', message);
  }
  checkVersion(metadata.get('wasmlp'), metadata.has('network') ? undefined : FOREIGN);
  const left = readTensors(file, header, dtypeOf);
  const options = networkOf(left, metadata.get('network'));
  const spec = specOf(options);
  const parameters = takeParameters(left, '', spec.layers);
  const scaling = takeScaling(spec, left, metadata.get('scaling'));
  const needsScaling = metadata.has('needsScaling');
  const saved = metadata.get('checkpoint');
  const checkpoint = saved === undefined ? undefined : checkpointOf(spec, parseJson(saved, 'its checkpoint'), left);
  const lacksInputs = spec.normalize !== false && scaling?.inputs === undefined;
  const lacksTargets = spec.normalizeTargets !== false && scaling?.targets === undefined;
  if ((lacksInputs || lacksTargets) && !needsScaling && checkpoint !== undefined && checkpoint.epochs > 0) {
    throw bad('its network was trained with a scaling, but the file has none');
  }
  const [unknown] = left.keys();
  if (unknown !== undefined) throw bad(`no layer has ${tensorNamed(unknown)}`);
  return { model: { spec, parameters, scaling, needsScaling }, checkpoint };
}

/** The type of a tensor, by its name. */
function dtypeOf(name: string): Dtype {
  if (name === 'network') return 'U8';
  return name.startsWith(SCALING) ? 'F64' : 'F32';
}

/** `hint` says what else it may be where it does not say its version. */
export function checkVersion(version: string | undefined, hint?: string): void {
  if (version === undefined || !/^[1-9]\d{0,8}$/.test(version))
    throw bad('it does not say its version', undefined, hint);
  if (Number(version) > VERSION) {
    const mend = 'Use the version of wasmlp that wrote it, or a newer one.';
    throw codedError(
      'ERR_MODEL_VERSION',
      `load: this model is of version ${version}, and ${VERSION} is the newest known. ${mend}`,
    );
  }
}

/** The options of the network, from the metadata, or from a tensor of their own. */
function networkOf(left: Tensors, text: string | undefined): Record<string, unknown> {
  if (text !== undefined) return parseJson(text, 'its network');
  const tensor = left.get('network');
  if (!(tensor?.values instanceof Uint8Array)) throw bad('its metadata has no network');
  left.delete('network');
  return parseJson(textOf(tensor.values, 'its network'), 'its network', MAX_CONTAINERS);
}

/** Checks the file's options as if a caller had given them. */
export function specOf(saved: Record<string, unknown>): NetworkSpec {
  const options = saved.columns === undefined ? saved : ofTable(saved);
  const foreign = ENGINE_KEYS.find((key) => Object.hasOwn(options, key));
  if (foreign !== undefined) throw bad(`its network has the option "${foreign}", which the caller of load chooses`);
  // A scaling that create was given comes by itself: here an object stands for it.
  const given = Object.fromEntries(SIDES.filter(([, option]) => options[option] === 'given').map(([, o]) => [o, {}]));
  try {
    const { given: _placeholder, ...spec } = resolveNetwork({ ...options, ...given });
    if (options === saved || spec.inputs === saved.inputs) return spec;
  } catch (cause) {
    throw bad(`its network is refused (${(cause as Error).message})`, cause);
  }
  throw bad(`its columns do not become the ${describe(saved.inputs)} inputs of its network`);
}

/** The options of a network with columns, as `create` takes them. */
function ofTable({ columns, inputs: _width, normalize, ...options }: Record<string, unknown>): Record<string, unknown> {
  const inputs = columnsFrom(columns);
  if (inputs === undefined) throw bad('its columns are not lists of names, types and values');
  // Medians follow from the columns.
  return { ...options, inputs, normalize: normalize === 'medians' ? false : normalize };
}

/** Removes the tensors of all layers from `left`. */
export function takeParameters(left: Tensors, prefix: string, layers: readonly LayerSpec[]): LayerParameters[] {
  const name = joinedName(prefix);
  if (left.has(name)) {
    const count = layers.reduce((sum, { inputs, units, bias }) => sum + units * inputs + (bias ? units : 0), 0);
    const all = take(left, name, [count]) as Float32Array;
    let at = 0;
    const next = (length: number): Float32Array => {
      at += length;
      return all.subarray(at - length, at);
    };
    return layers.map(({ inputs, units, bias }) => ({ weights: next(units * inputs), biases: next(bias ? units : 0) }));
  }
  return layers.map(({ inputs, units, bias }, l) => ({
    weights: take(left, tensorName(prefix, l, 'weight'), [units, inputs]) as Float32Array,
    biases: bias ? (take(left, tensorName(prefix, l, 'bias'), [units]) as Float32Array) : float32(0),
  }));
}

/** Whether there are tensors of layers with this prefix. */
function hasParameters(left: Tensors, prefix: string): boolean {
  return left.has(joinedName(prefix)) || left.has(tensorName(prefix, 0, 'weight'));
}

function take(left: Tensors, name: string, shape: readonly number[]): TensorValues {
  const tensor = left.get(name);
  if (tensor === undefined) throw bad(`it lacks ${tensorNamed(name)}`);
  left.delete(name);
  if (tensor.shape.join() !== shape.join()) {
    throw bad(`${tensorNamed(name)} has the shape [${tensor.shape}], its network [${shape}]`);
  }
  if (!allFinite(tensor.values)) throw bad(`${tensorNamed(name)} holds NaN or Infinity`);
  return tensor.values;
}

export function takeScaling(spec: NetworkSpec, left: Tensors, text: string | undefined): NetworkScaling | undefined {
  const saved = text === undefined ? undefined : parseJson(text, 'its scaling');
  const widths = { inputs: spec.inputs, targets: spec.outputs };
  const tables = { inputs: spec.columns, targets: undefined };
  const found = SIDES.map(([side]) => (saved === undefined ? takeColumns(left, side, widths[side]) : saved[side]));
  const isEmpty = saved === undefined && found.every((columns) => columns === undefined);
  const columns = SIDES.map(([side, option], i) => {
    // A given side is always there, perhaps before a fit has learned the other one. Otherwise both are there or none.
    const other = SIDES[1 - i]?.[1];
    const mayLack = spec[option] !== 'given' && (isEmpty || (other !== undefined && spec[other] === 'given'));
    const given = found[i];
    if (given === undefined ? spec[option] !== false && !mayLack : spec[option] === false) {
      throw bad(`its scaling of ${side} and its network do not go together`);
    }
    return given === undefined ? undefined : columnsOf(side, given, widths[side], tables[side]);
  });
  const [inputs, targets] = columns;
  return inputs || targets ? { inputs, targets } : undefined;
}

/** The scaling of one side from its tensors; undefined where there are none. */
function takeColumns(left: Tensors, side: string, width: number): object | undefined {
  const name = (key: string): string => `${SCALING}${side}.${key}`;
  if (!left.has(name('shift'))) return undefined;
  const [shift, scale] = [take(left, name('shift'), [width]), take(left, name('scale'), [width])];
  const fill = left.has(name('fill')) ? take(left, name('fill'), [width]) : undefined;
  return { shift, scale, fill };
}

/** Scales are above 0; in JSON a list tells the columns that are constant, in a tensor their scale of 0. */
function columnsOf(side: string, given: unknown, width: number, columns: ColumnSpecs | undefined): ColumnScaling {
  const { shift, scale, fill, constant = [] } = isObject(given) ? given : {};
  const isScale = (size: number): boolean => size > 0 || (size === 0 && scale instanceof Float64Array);
  const isColumn = (column: unknown): boolean => isCount(column) && column < width;
  const fills = columns?.some(takesMedian) ?? false;
  if (
    (fills ? isNumbers(fill, width) : fill === undefined) &&
    isNumbers(shift, width) &&
    isNumbers(scale, width) &&
    Array.from(scale).every(isScale) &&
    Array.isArray(constant) &&
    constant.every(isColumn)
  ) {
    const scales = float64From(scale);
    for (const column of constant) scales[column] = 0;
    return new ColumnScaling(float64From(shift), scales, fills ? float64From(fill as number[]) : undefined, columns);
  }
  throw bad(`its scaling of ${side} is not ${width} shifts and scales${fills ? ', and what blanks become' : ''}`);
}

function checkpointOf(spec: NetworkSpec, saved: Record<string, unknown>, left: Tensors): Checkpoint {
  const { epochs, batches, products, patience } = saved;
  if (!isCount(epochs) || !isCount(batches)) throw bad('its checkpoint does not count epochs and batches');
  return {
    epochs,
    batches,
    optimizer: optimizerOf(spec, products, left),
    earlyStopping: patience === undefined ? undefined : earlyStoppingOf(spec, patience, left),
  };
}

function optimizerOf(spec: NetworkSpec, products: unknown, left: Tensors): OptimizerState | undefined {
  if (products === undefined) return undefined;
  if (!isNumbers(products, 2) || !Array.from(products).every((product) => product >= 0 && product <= 1)) {
    throw bad('its optimizer has no products of betas');
  }
  const moments: LayerParameters[][] = [];
  while (moments.length < MAX_MOMENTS && hasParameters(left, `optimizer.${moments.length}.`)) {
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
  return { products: [...products] as [number, number], moments };
}

function earlyStoppingOf(spec: NetworkSpec, value: unknown, left: Tensors): EarlyStoppingState {
  // The first checkpoints did not name the epoch.
  const { lowest, lowestEpoch = 0, reference, waited } = isObject(value) ? value : {};
  if (!isLoss(lowest) || !isCount(lowestEpoch) || !isLoss(reference) || !isCount(waited))
    throw bad('its state of early stopping is incomplete or wrong');
  const hasBest = hasParameters(left, 'best.');
  // Copies: they live long, and views would keep the whole file in memory.
  const best = hasBest ? takeParameters(left, 'best.', spec.layers).map(copyOf) : undefined;
  return { lowest: Number(lowest), lowestEpoch, reference: Number(reference), waited, best };
}

function copyOf({ weights, biases }: LayerParameters): LayerParameters {
  return { weights: sliceOf(weights), biases: sliceOf(biases) };
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

/** Numbers from JSON, or of a tensor. */
function isNumbers(value: unknown, length: number): value is number[] | Float64Array {
  const isList = Array.isArray(value) || value instanceof Float64Array;
  return isList && value.length === length && value.every((number) => Number.isFinite(number));
}
