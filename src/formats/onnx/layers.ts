/** Weights and biases of the layers that a graph has, with the shifts and scales around them folded in. Knows no operator. */
import type { ColumnScaling } from '../../data/scaling.js';
import type { LayerParameters } from '../../engine/engine.js';
import { describe } from '../../foundation/errors.js';
import { allFinite } from '../../foundation/finite.js';
import { float32 } from '../../foundation/memory.js';
import type { LayerOptions } from '../../options/types.js';
import { MAX_NUMBERS } from '../safetensors/write-safetensors.js';
import { endOf } from './dense.js';
import { notDense, tooMuch, unsupported } from './refused.js';
import { checkLayout, layoutOf, spread, spreadScaling } from './samples.js';
import { type Affine, affineOf, areScaling, inputScaling, targetScaling } from './scaling.js';
import { type AffineStep, checkNumbers, countOf, float32Of, type Layer, type Rows } from './values.js';

/** What a network is made of, besides labels and training. */
export interface Chain {
  readonly inputs: number;
  readonly layers: readonly LayerOptions[];
  readonly parameters: readonly LayerParameters[];
  readonly scaling: { readonly inputs: ColumnScaling | undefined; readonly targets: ColumnScaling | undefined };
}

/** A layer, and what is folded into it: steps of its inputs, and steps of its sums. */
interface Link {
  readonly layer: Layer;
  readonly options: LayerOptions;
  before: readonly AffineStep[];
  after: readonly AffineStep[];
}

/** The layers that end in these rows. `fileBytes` bounds their numbers: layers that share weights could claim any amount of memory. */
export function chainOf(rows: Rows, fileBytes: number): Chain {
  const links = linksOf(rows);
  const [first] = links;
  const last = links[links.length - 1];
  if (first === undefined || last === undefined) {
    throw unsupported('the model has no layer: its outputs are its inputs, or scaled');
  }
  checkSize(links, fileBytes);
  const { from, inputs, units } = first.layer;
  const layout = layoutOf(from);
  checkLayout(layout, units, fileBytes);
  const steps = endOf(from).steps;
  const isScaled = (layout?.isUnique ?? true) && areScaling(steps, inputs);
  if (!isScaled) first.before = steps;
  const end = endOf(rows);
  // A scale below 0 behind a linear layer becomes part of it. Behind an activation it cannot.
  const isFolded = end.activation === 'linear' && isReversible(end.steps, last.layer.units);
  if (isFolded) last.after = end.steps;
  const parameters = links.map(parametersOf);
  const [own] = parameters as [LayerParameters];
  if (layout !== undefined) parameters[0] = { ...own, weights: spread(own.weights, units, layout) };
  const scaling = isScaled ? inputScaling(steps, from, inputs) : undefined;
  return {
    inputs: layout?.width ?? inputs,
    layers: links.map(({ options, before, after, layer }) => {
      const bias = layer.bias !== undefined || [...layer.folded, ...before, ...after].length > 0;
      return { ...options, bias };
    }),
    parameters,
    scaling: {
      inputs: scaling && layout ? spreadScaling(scaling, layout) : scaling,
      targets: isFolded ? undefined : targetScaling(end.steps, rows, last.layer.units),
    },
  };
}

/** The layers from first to last. What stands between two of them is part of the one before or of the one behind. */
function linksOf(rows: Rows): Link[] {
  const links: Link[] = [];
  let next: Link | undefined;
  for (let at = rows; at.base.layer !== undefined; at = at.base.layer.from) {
    const { layer } = at.base;
    const { steps, ...options } = endOf(at);
    const link: Link = { layer, options: { units: layer.units, ...options }, before: [], after: [] };
    if (next !== undefined && options.activation === 'linear') link.after = steps;
    else if (next !== undefined) next.before = steps;
    links.unshift(link);
    next = link;
  }
  return links;
}

/** Whether some factors are below 0, and none is 0 or infinite. */
function isReversible(steps: readonly AffineStep[], width: number): boolean {
  if (steps.length === 0 || areScaling(steps, width)) return false;
  const { factor, offset } = affineOf(steps, undefined, width);
  return factor.every((each, i) => each !== 0 && Number.isFinite(each) && Number.isFinite(offset[i]));
}

/** Refuses layers with more numbers than the file holds, and tensors that hold fewer than they claim. */
function checkSize(links: readonly Link[], fileBytes: number): void {
  let numbers = 0;
  for (const { layer } of links) {
    const tensors = [layer.weights, ...(layer.bias ? [layer.bias.numbers] : [])];
    numbers += tensors.reduce((sum, tensor) => sum + countOf(tensor), 0);
    if (numbers > MAX_NUMBERS) throw tooMuch(`${numbers} parameters`, MAX_NUMBERS);
    for (const tensor of tensors) checkNumbers(tensor);
  }
  if (4 * numbers <= fileBytes) return;
  throw unsupported(`layers share weights: they have ${numbers} parameters, more than ${fileBytes} bytes hold`);
}

function parametersOf({ layer, before, after }: Link): LayerParameters {
  const { inputs, units, first, weights, unitsFirst } = layer;
  const [rows, columns] = weights.tensor.dims as [number, number];
  const all = float32Of(weights, rows, columns, unitsFirst === weights.transposed);
  const isAll = all.length === units * inputs;
  const own = isAll ? all : all.slice(first * inputs, (first + units) * inputs);
  const biases = biasesOf(layer);
  checkFinite(weights.tensor.name, own);
  if (layer.bias !== undefined) checkFinite(layer.bias.numbers.tensor.name, biases);
  const steps = [...layer.folded, ...after];
  if (steps.length + before.length === 0) return { weights: own, biases };
  const node = layer.from.node;
  const folded = folding(
    { weights: own, biases },
    inputs,
    affineOf(before, node, inputs),
    affineOf(steps, node, units),
  );
  if (allFinite(folded.weights) && allFinite(folded.biases)) return folded;
  const why = 'and what is folded into it makes numbers that are not finite in float32';
  throw node === undefined ? unsupported(`the first layer is not read, ${why}`) : notDense(node, why);
}

function biasesOf({ units, bias }: Layer): Float32Array {
  const biases = float32(bias === undefined ? 0 : units);
  if (bias === undefined) return biases;
  const numbers = float32Of(bias.numbers, 1, countOf(bias.numbers), false);
  if (numbers.length === 1) biases.fill(numbers[0] as number);
  else biases.set(numbers.subarray(bias.first, bias.first + units));
  if (bias.sign < 0) for (let i = 0; i < units; i++) biases[i] = -(biases[i] as number);
  return biases;
}

/** f (W (g x + h) + b) + c, for factors g and f and offsets h and c: f W g x + f (W h + b) + c. */
function folding({ weights, biases }: LayerParameters, inputs: number, before: Affine, after: Affine): LayerParameters {
  const units = after.factor.length;
  const result = { weights: float32(weights.length), biases: float32(units) };
  for (let o = 0; o < units; o++) {
    const factor = after.factor[o] as number;
    let sum = biases[o] ?? 0;
    for (let i = 0, at = o * inputs; i < inputs; i++, at++) {
      const weight = weights[at] as number;
      sum += weight * (before.offset[i] as number);
      result.weights[at] = factor * weight * (before.factor[i] as number);
    }
    result.biases[o] = factor * sum + (after.offset[o] as number);
  }
  return result;
}

function checkFinite(name: string, numbers: Float32Array): void {
  if (!allFinite(numbers)) throw unsupported(`tensor ${describe(name)} holds a number that is not finite in float32`);
}
