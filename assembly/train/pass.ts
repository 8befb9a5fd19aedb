/** The start of every walk through a network: copies samples into the rows of a pass, then runs them forward through the layers. */
import { ACTIVATION_SIGMOID, TARGETS_CLASSES, TARGETS_DENSE } from '../abi';
import { activationForward, keepsDerivative, laneMask, slopesOf } from '../kernels/activation';
import { denseForward } from '../kernels/dense/forward';
import { dropout, dropoutKey } from '../kernels/dropout';
import { isCrossEntropy } from '../kernels/loss';
import { multiplyAdd, sigmoid4 } from '../kernels/math';
import { Dataset, Network } from '../records';
import { hasSparseInputs, sumSparseRows } from './sparse';

/**
 * Copies samples from order[from] on into the rows of this pass. The padding of these rows was set to 0 when they were laid out. Inputs that
 * are sparse stay where they are: the first layer reads them there.
 */
export function gather(network: Network, dataset: Dataset, from: i32, rows: i32): void {
  network.firstRow = from;
  if (FULL) network.sparse = dataset.starts == 0 ? 0 : changetype<usize>(dataset);
  gatherRows(network, dataset, 0, rows);
}

/** Copies samples into rows `first` .. `first` + rows - 1 of this pass, whose first row takes the sample order[network.firstRow]. */
export function gatherRows(network: Network, dataset: Dataset, first: i32, rows: i32): void {
  const output = network.output;
  const inputBytes = (<usize>network.inputs) << 2;
  const targetBytes = (<usize>output.units) << 2;
  let x = network.passInputs + <usize>first * network.inputRowBytes;
  let t = network.passTargets + <usize>first * output.rowBytes;
  let w = network.passWeights;
  if (w != 0) w += <usize>first << 2;
  const classes = dataset.targetKind == TARGETS_CLASSES;
  if (!ASC_NO_ASSERT) assert(classes || dataset.targetKind == TARGETS_DENSE);
  if (classes) memory.fill(t, 0, <usize>rows * output.rowBytes);
  let order = dataset.order + (<usize>(network.firstRow + first) << 2);
  for (let row = 0; row < rows; row++) {
    const sample = <usize>load<u32>(order);
    if (!FULL || network.sparse == 0) copyFloats(x, dataset.inputs + sample * inputBytes, inputBytes);
    if (classes) f32.store(t + ((<usize>load<u32>(dataset.targets + (sample << 2))) << 2), 1);
    else copyFloats(t, dataset.targets + sample * targetBytes, targetBytes);
    if (w != 0) {
      f32.store(w, f32.load(dataset.weights + (sample << 2)));
      w += 4;
    }
    x += network.inputRowBytes;
    t += output.rowBytes;
    order += 4;
  }
}

/** A loop, not memory.copy: V8 leaves WebAssembly for memory.copy, and that alone takes longer than copying a row of 64. */
function copyFloats(target: usize, source: usize, bytes: usize): void {
  const end = target + bytes;
  const vectors = target + (bytes & ~15);
  while (target < vectors) {
    v128.store(target, v128.load(source));
    target += 16;
    source += 16;
  }
  while (target < end) {
    f32.store(target, f32.load(source));
    target += 4;
    source += 4;
  }
}

/** Computes the activations of every layer for the `rows` samples in `passInputs`. */
export function forward(network: Network, rows: i32): void {
  if (!ASC_NO_ASSERT) assert(rows > 0 && rows <= network.passRows);
  for (let l = 0; l < network.layerCount; l++) {
    if (!FULL || rows > 1 || network.sparse != 0 || !forwardSmall(network, l)) forwardLayer(network, l, rows);
  }
}

/**
 * One row through a layer of at most 4 sigmoid units: as forwardLayer, to the bit, but without a call, and what it computes stays in one vector.
 * A row of 2-2-1 takes 0.8 of the time. Returns false if the layer is another one.
 */
// @ts-ignore: decorator
@inline
function forwardSmall(network: Network, l: i32): bool {
  const layer = network.layer(l);
  const units = layer.units;
  if (units > 4 || layer.activation != ACTIVATION_SIGMOID || layer.dropoutThreshold != 0) return false;
  let x = network.inputsOf(l);
  let w = layer.weights;
  const end = x + (<usize>layer.inputs << 2);
  let z = v128.load(layer.biases);
  for (; x < end; x += 4, w += 16) z = multiplyAdd(v128.load_splat<f32>(x), v128.load(w), z);
  if (l == network.layerCount - 1 && isCrossEntropy(network.loss)) v128.store(layer.deltas, z);
  v128.store(layer.outputs, v128.and(sigmoid4(z), laneMask(units)));
  return true;
}

/** Computes the activations of layer `l`. Those of the layers below it must be there. */
export function forwardLayer(network: Network, l: i32, rows: i32): void {
  forwardRows(network, l, 0, rows);
}

/** Computes the activations of layer `l` in rows `from` .. `from` + rows - 1. */
export function forwardRows(network: Network, l: i32, from: i32, rows: i32): void {
  sumRows(network, l, from, rows);
  activate(network, l, from, rows);
}

/** Computes the weighted sums of layer `l` in rows `from` .. `from` + rows - 1. */
// @ts-ignore: decorator
@inline
export function sumRows(network: Network, l: i32, from: i32, rows: i32): void {
  const layer = network.layer(l);
  const y = layer.rowOfOutputs(from);
  if (FULL && hasSparseInputs(network, l)) {
    sumSparseRows(network, from, rows);
    return;
  }
  const xRowBytes = network.inputRowBytesOf(l);
  const x = network.inputsOf(l) + <usize>from * xRowBytes;
  denseForward(rows, layer.inputs, layer.units, x, xRowBytes, layer.weights, layer.biases, y, layer.rowBytes);
}

/**
 * Applies activation and dropout to rows `from` .. `from + rows - 1` of layer `l`. Their weighted sums must be there. A
 * cross-entropy needs those of the output layer: they stay in D until lossBackward puts the deltas there.
 */
export function activate(network: Network, l: i32, from: i32, rows: i32): void {
  const layer = network.layer(l);
  const a = layer.rowOfOutputs(from);
  if (l == network.layerCount - 1 && isCrossEntropy(network.loss)) {
    copyFloats(layer.rowOfDeltas(from), a, <usize>rows * layer.rowBytes);
  }
  activationForward(layer.activation, layer.leak, rows, layer.units, a, layer.rowOfSlopes(from), layer.rowBytes);
  if (FULL && layer.dropoutThreshold != 0) drop(network, l, from, rows);
}

/** Applies dropout to rows whose activations are there. Also leaves their derivatives: a dropped output does not tell its own. */
export function drop(network: Network, l: i32, from: i32, rows: i32): void {
  const layer = network.layer(l);
  const a = layer.rowOfOutputs(from);
  const s = layer.rowOfSlopes(from);
  const rowBytes = layer.rowBytes;
  if (!keepsDerivative(layer.activation)) slopesOf(layer.activation, rows, layer.units, a, s, rowBytes);
  if (!network.training) return;
  const key = dropoutKey(network.dropoutKey, l);
  dropout(layer.dropoutThreshold, layer.dropoutScale, key, network.firstRow + from, rows, a, s, rowBytes);
}
