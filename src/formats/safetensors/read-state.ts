/**
 * Reads the state of a PyTorch module of dense layers, as safetensors.torch.save_file writes it: names and tensors, and nothing about
 * activations. The caller says what the layers are; their order follows from names and shapes. Knows no wasmlp model.
 */
import type { LayerParameters } from '../../engine/engine.js';
import { codedError, describe } from '../../foundation/errors.js';
import { allFinite } from '../../foundation/finite.js';
import { float32 } from '../../foundation/memory.js';
import { isObject } from '../../foundation/more-checks.js';
import { MAX_WIDTH } from '../../options/plain.js';
import { type GivenOptions, resolveImported } from '../imported-options.js';
import type { Restored } from '../saved-model.js';
import { checkCover, numbersOf, readHeader, type TensorEntry, tensorNamed } from './read-safetensors.js';
import { badState as bad } from './refused.js';
import { checkLimits } from './write-safetensors.js';

const CALL = 'fromSafetensors';

/** Bytes of a number, and how to read one. */
const TYPES: ReadonlyMap<string, readonly [bytes: number, read: (view: DataView, at: number) => number]> = new Map([
  ['F64', [8, (view: DataView, at: number) => view.getFloat64(at, true)]],
  ['F32', [4, (view: DataView, at: number) => view.getFloat32(at, true)]],
  ['F16', [2, (view: DataView, at: number) => halfOf(view.getUint16(at, true))]],
  ['BF16', [2, (view: DataView, at: number) => brainFloatOf(view.getUint16(at, true))]],
] as const);

/** A tensor whose place in the file was checked. */
interface Placed extends TensorEntry {
  readonly begin: number;
  readonly end: number;
}

/** A dense layer of the file. */
interface Dense {
  readonly name: string;
  readonly units: number;
  readonly inputs: number;
  readonly weight: Placed;
  readonly bias: Placed | undefined;
}

/** The options of a layer, of which this file looks at two. */
interface GivenLayer {
  readonly units: unknown;
  readonly bias: unknown;
}

export function readState(file: Uint8Array, given: GivenOptions): Restored {
  const layers = layersOf(given.layers);
  const { tensors, start, metadata } = readHeader(file, CALL, bad);
  if (metadata.has('wasmlp') && metadata.has('scaling')) {
    const came = `${CALL}: this is a model of wasmlp, whose parameters need the scaling that is in the file`;
    throw codedError('ERR_UNSUPPORTED', `${came}. Read it by Network.load(bytes).`);
  }
  const data = file.byteLength - start;
  const found = denseIn(tensors.map((tensor) => placedIn(tensor, data)));
  const ordered = inOrder(found, layers, namesOf(given.names, layers.length));
  const options = layers.map((layer, l) => withBias(layer, ordered[l] as Dense, l));
  const { inputs } = ordered[0] as Dense;
  const spec = resolveImported(CALL, given, { inputs, layers: options }, optionError);
  const view = new DataView(file.buffer, file.byteOffset + start, data);
  const parameters = ordered.map(
    ({ weight, bias }): LayerParameters => ({
      weights: numbersIn(view, weight),
      biases: bias === undefined ? float32(0) : numbersIn(view, bias),
    }),
  );
  return { model: { spec, parameters, scaling: undefined } };
}

/** Layers come from the caller, so what is wrong with them is a wrong option. */
function optionError(reason: string, cause: unknown): Error {
  const { code } = cause as Error & { code: Parameters<typeof codedError>[0] };
  return codedError(code, reason.replace(/^create: /, `${CALL}: `), { cause });
}

/** Only as far as tensors are assigned to them: `resolveImported` checks the rest. */
function layersOf(given: unknown): GivenLayer[] {
  const mend = 'Give the layers as for create: layers: [{ units: 8, activation: "tanh" }, { units: 3 }].';
  if (!Array.isArray(given)) {
    throw codedError('ERR_INVALID_TYPE', `${CALL}: layers is ${describe(given)}, expected an array. ${mend}`);
  }
  if (given.length === 0) throw codedError('ERR_INVALID_OPTION', `${CALL}: layers is empty. ${mend}`);
  return Array.from(given, (layer, l) => {
    if (isObject(layer)) return { ...layer } as unknown as GivenLayer;
    const came = `${CALL}: layers[${l}] is ${describe(layer)}, expected an object`;
    throw codedError('ERR_INVALID_TYPE', `${came}. ${mend}`);
  });
}

function namesOf(given: unknown, count: number): readonly string[] | undefined {
  if (given === undefined) return undefined;
  if (!Array.isArray(given) || !Array.from(given).every((name) => typeof name === 'string')) {
    throw codedError('ERR_INVALID_TYPE', `${CALL}: names is ${describe(given)}, expected an array of strings.`);
  }
  if (given.length === count) return given;
  const came = `${CALL}: names has ${given.length} names, expected ${count}`;
  throw codedError('ERR_INVALID_OPTION', `${came}: one for each layer.`);
}

function placedIn(tensor: TensorEntry, data: number): Placed {
  const [begin, end] = tensor.offsets as [number, number];
  if (end < begin || end > data) throw bad(`${tensorNamed(tensor.name)} is at bytes ${begin} to ${end} of ${data}`);
  return { ...tensor, begin, end };
}

/** Layers by the names before .weight and .bias. ERR_UNSUPPORTED for tensors that no dense layer has. */
function denseIn(tensors: readonly Placed[]): Dense[] {
  const last = tensors.reduce((most, { end }) => Math.max(most, end), 0);
  checkCover(tensors, last, bad);
  checkLimits(
    CALL,
    0,
    tensors.reduce((sum, { shape }) => sum + numbersOf(shape), 0),
  );
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const taken = new Set<Placed>();
  const layers = tensors.flatMap((weight): Dense[] => {
    const name = /^(?:(.+)\.)?weight$/.exec(weight.name)?.[1] ?? '';
    const isWeight = weight.name.endsWith('weight') && weight.shape.length === 2;
    if (!isWeight) return [];
    const bias = byName.get(name === '' ? 'bias' : `${name}.bias`);
    const [units, inputs] = weight.shape as [number, number];
    for (const size of [units, inputs]) {
      if (size < 1 || size > MAX_WIDTH) throw bad(`${tensorNamed(weight.name)} has the shape [${weight.shape}]`);
    }
    if (bias !== undefined && bias.shape.join() !== `${units}`) {
      throw bad(`${tensorNamed(bias.name)} has the shape [${bias.shape}], expected [${units}]`);
    }
    for (const tensor of bias === undefined ? [weight] : [weight, bias]) {
      checkType(tensor);
      taken.add(tensor);
    }
    return [{ name, units, inputs, weight, bias }];
  });
  const other = tensors.find((tensor) => !taken.has(tensor));
  if (other === undefined) return layers;
  const why = `${tensorNamed(other.name)} of shape [${other.shape}] is neither the weight nor the bias of a dense layer`;
  const mend = 'Save a module of Linear layers alone, or export ONNX, which folds batch normalization.';
  throw codedError('ERR_UNSUPPORTED', `${CALL}: ${why}. ${mend}`);
}

function checkType({ name, dtype, shape, begin, end }: Placed): void {
  const size = TYPES.get(dtype)?.[0];
  if (size === undefined) {
    const known = [...TYPES.keys()].join(', ');
    throw codedError('ERR_UNSUPPORTED', `${CALL}: ${tensorNamed(name)} is ${describe(dtype)}, and ${known} are read.`);
  }
  const bytes = numbersOf(shape) * size;
  if (end - begin !== bytes) throw bad(`${tensorNamed(name)} takes ${end - begin} bytes, its shape ${bytes}`);
}

/** The layers in the order of the network: by the caller's names; by numbers in names; as they lie in the file; by shapes. */
function inOrder(
  found: readonly Dense[],
  layers: readonly GivenLayer[],
  names: readonly string[] | undefined,
): Dense[] {
  if (names !== undefined) return named(found, layers, names);
  if (found.length === layers.length) {
    const natural = [...found].sort((a, b) => compared(a.name, b.name));
    const placed = [...found].sort((a, b) => a.weight.begin - b.weight.begin);
    const order = [natural, placed].find((each) => misfitIn(each, layers) === undefined) ?? byShapes(found, layers);
    if (order !== undefined) return order;
    throw bad(`${misfitIn(natural, layers)}. It has ${shapesOf(natural)}`);
  }
  throw bad(`it has ${found.length} layers, and layers has ${layers.length}. It has ${shapesOf(found)}`);
}

function named(found: readonly Dense[], layers: readonly GivenLayer[], names: readonly string[]): Dense[] {
  const order = names.map((name) => {
    const layer = found.find((each) => each.name === name);
    if (layer !== undefined) return layer;
    const came = `${CALL}: names has ${describe(name)}, and the file has ${shapesOf(found)}`;
    throw codedError('ERR_INVALID_OPTION', `${came}. Give the names without .weight.`);
  });
  const misfit =
    misfitIn(order, layers) ?? (new Set(order).size < found.length ? 'names leaves layers out' : undefined);
  if (misfit !== undefined) throw bad(`${misfit}. It has ${shapesOf(found)}`);
  return order;
}

/** What does not fit, where these are not the layers; undefined where they are. */
function misfitIn(order: readonly Dense[], layers: readonly GivenLayer[]): string | undefined {
  for (const [l, { name, units, inputs }] of order.entries()) {
    const before = order[l - 1]?.units ?? inputs;
    if (units !== layers[l]?.units || inputs !== before) {
      const expected = `[${describe(layers[l]?.units)}, ${before}]`;
      return `layers[${l}] would be ${describe(name)}, whose weight is [${units}, ${inputs}], expected ${expected}`;
    }
  }
  return undefined;
}

/** Each layer is the only one of its shape; undefined where that is not so. */
function byShapes(found: readonly Dense[], layers: readonly GivenLayer[]): Dense[] | undefined {
  const order = layers.map(({ units }, l) => {
    const alike = found.filter((each) => each.units === units && (l === 0 || each.inputs === layers[l - 1]?.units));
    return l === 0 && alike.length > 1 ? alike.find((each) => !isLater(each, layers)) : alike[0];
  });
  const all = order.filter((each): each is Dense => each !== undefined);
  const isClear = all.length === layers.length && new Set(all).size === all.length;
  return isClear && misfitIn(all, layers) === undefined ? all : undefined;
}

/** Whether a layer behind the first has this shape. */
function isLater({ units, inputs }: Dense, layers: readonly GivenLayer[]): boolean {
  return layers.some((layer, l) => l > 0 && layer.units === units && layers[l - 1]?.units === inputs);
}

function shapesOf(layers: readonly Dense[]): string {
  const shown = layers.slice(0, 6).map(({ name, units, inputs }) => `${describe(name)} [${units}, ${inputs}]`);
  return [...shown, ...(layers.length > 6 ? ['…'] : [])].join(', ') || 'no layer';
}

/** By the parts between dots: numbers by their size, and before other names; fc2 before fc10. */
function compared(a: string, b: string): number {
  const partsOf = (name: string): readonly string[] => name.match(/\d{1,15}|\D+/g) ?? [];
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [x = '', y = ''] = [left[i], right[i]];
    const difference = Number(x) - Number(y);
    if (x !== y) return Number.isNaN(difference) || x === '' || y === '' ? (x < y ? -1 : 1) : difference;
  }
  return 0;
}

function withBias(layer: GivenLayer, { name, bias }: Dense, l: number): object {
  const found = bias !== undefined;
  if (layer.bias === undefined || layer.bias === found) return { ...layer, bias: found };
  if (typeof layer.bias !== 'boolean') return layer;
  const came = `${CALL}: layers[${l}].bias is ${layer.bias}, and ${describe(name)} has ${found ? 'a' : 'no'} bias`;
  throw codedError('ERR_INVALID_OPTION', `${came}. Leave it out: the file tells.`);
}

function numbersIn(view: DataView, { name, dtype, shape, begin }: Placed): Float32Array {
  const [size, read] = TYPES.get(dtype) as readonly [number, (view: DataView, at: number) => number];
  const numbers = float32(numbersOf(shape));
  for (let i = 0; i < numbers.length; i++) numbers[i] = read(view, begin + i * size);
  if (!allFinite(numbers)) throw bad(`${tensorNamed(name)} holds a number that is not finite in float32`);
  return numbers;
}

/** IEEE binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

/** IEEE binary32 without the lower half of its fraction: 1 bit of sign, 8 of exponent, 7 of fraction. */
function brainFloatOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 7) & 255;
  const fraction = (bits & 127) / 128;
  if (exponent === 255) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -126 : (1 + fraction) * 2 ** (exponent - 127));
}
