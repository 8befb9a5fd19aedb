/**
 * One batch: its loss, its way back through the layers, and its plain step. The rows of a batch lie in the pass; which samples they
 * are, and how many batches there are, is not known here.
 */
import { METRIC_NONE } from '../abi';
import { activationBackward } from '../kernels/activation';
import { denseBackwardInput } from '../kernels/dense/backward-input';
import { denseBackwardBiases, denseBackwardWeights } from '../kernels/dense/backward-weights';
import { correctSum, lossBackward, lossSum } from '../kernels/loss';
import { multiply } from '../kernels/optimizer';
import { Dataset, Layer, Network } from '../records';
import { decayOnce, decays } from './decay';
import { forward, forwardLayer, gather } from './pass';

/**
 * One pass over the samples order[from] .. order[from + rows - 1]: forward, then their loss and metric added to the network's sums.
 * Returns the loss sum of these rows alone.
 */
export function evaluatePass(network: Network, dataset: Dataset, from: i32, rows: i32): f64 {
  gather(network, dataset, from, rows);
  forward(network, rows);
  return addLoss(network, rows);
}

/** A batch that fits one pass, by plain descent: the step goes straight into the weights. Returns its loss sum; no step if not finite. */
export function trainPass(
  network: Network, dataset: Dataset, from: i32, batch: i32, learningRate: f32, lowest: i32,
): f64 {
  const loss = evaluatePass(network, dataset, from, batch);
  if (!isFinite(loss)) return loss;
  backward(network, batch, batch, lowest);
  step(network, batch, lowest, learningRate);
  return loss;
}

/**
 * A batch that is rows from .. from + rows - 1 of this pass, whose activations of layer `first` are there: everything but the
 * step of that layer. Leaves its deltas in these rows. False, and nothing changed, where the loss is not finite.
 */
export function trainRows(network: Network, from: i32, rows: i32, learningRate: f32, first: i32): bool {
  moveRows(network, first, from);
  for (let l = first + 1; l < network.layerCount; l++) forwardLayer(network, l, rows);
  const finite = isFinite(addLoss(network, rows));
  if (finite) {
    backward(network, rows, rows, first);
    step(network, rows, first + 1, learningRate);
  }
  moveRows(network, first, -from);
  return finite;
}

/** Lets the rows of this pass begin `rows` later, from layer `first` on. */
function moveRows(network: Network, first: i32, rows: i32): void {
  network.passTargets += rows * network.output.rowBytes;
  if (network.passWeights != 0) network.passWeights += rows << 2;
  network.firstRow += rows;
  for (let l = first; l < network.layerCount; l++) {
    const layer = network.layer(l);
    layer.outputs += rows * layer.rowBytes;
    layer.slopes += rows * layer.rowBytes;
    layer.deltas += rows * layer.rowBytes;
  }
}

/** Adds loss and metric of the rows of this pass to the network's sums. Returns their loss sum. */
function addLoss(network: Network, rows: i32): f64 {
  const output = network.output;
  const a = output.outputs;
  const t = network.passTargets;
  const loss = network.passWeights == 0
    ? lossSum(network.loss, rows, output.units, a, t, output.rowBytes)
    : weightedLoss(network, rows);
  network.lossSum += loss;
  if (network.metric != METRIC_NONE) {
    network.correctSum += correctSum(network.metric, rows, output.units, a, t, output.rowBytes);
  }
  return loss;
}

/** Sum over the rows of this pass of their losses, each times its sample's weight. */
function weightedLoss(network: Network, rows: i32): f64 {
  const output = network.output;
  const rowBytes = output.rowBytes;
  let sum: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const weight = <f64>f32.load(network.passWeights + (<usize>row << 2));
    // A sample that does not count may even have an infinite loss.
    if (weight == 0) continue;
    const t = network.passTargets + <usize>row * rowBytes;
    sum += weight * lossSum(network.loss, 1, output.units, output.rowOfOutputs(row), t, rowBytes);
  }
  return sum;
}

/** Deltas of every layer from the output down to `lowest`, for the rows of this pass, which are part of a batch of `batch` rows. */
export function backward(network: Network, rows: i32, batch: i32, lowest: i32): void {
  const output = network.output;
  if (lowest == network.layerCount) return;
  lossBackward(
    network.loss, output.derivative, rows, output.units, output.outputs, output.slopes, network.passTargets, output.deltas,
    output.rowBytes, batch,
  );
  if (network.passWeights != 0) weightDeltas(network, rows);
  for (let l = network.layerCount - 1; l > lowest; l--) {
    const layer = network.layer(l);
    const below = network.layer(l - 1);
    denseBackwardInput(
      rows, layer.inputs, layer.units, layer.deltas, layer.rowBytes, layer.weights, below.deltas, below.rowBytes,
    );
    activationBackward(below.derivative, rows, below.units, below.slopes, below.deltas, below.rowBytes);
  }
}

/** The deltas of the output layer, times the weights of their samples. */
function weightDeltas(network: Network, rows: i32): void {
  for (let row = 0; row < rows; row++) weightDelta(network, row);
}

/** The delta of the output layer in one row, times the weight of its sample. By 0 it is cleared: it may be infinite. */
export function weightDelta(network: Network, row: i32): void {
  const output = network.output;
  const weight = f32.load(network.passWeights + (<usize>row << 2));
  if (weight == 0) memory.fill(output.rowOfDeltas(row), 0, output.rowBytes);
  else multiply(output.rowOfDeltas(row), output.rowBytes, weight);
}

/** The plain step of every layer from `lowest` on, with the gradients of the rows of this pass. */
function step(network: Network, rows: i32, lowest: i32, learningRate: f32): void {
  for (let l = lowest; l < network.layerCount; l++) {
    const layer = network.layer(l);
    if (!layer.trainable) continue;
    if (decays(layer)) decayOnce(layer, learningRate);
    addGradients(network, l, rows, layer.weights, layer.biases, -learningRate);
  }
}

/** weights += scale dW, biases += scale db, with the gradients of the rows of this pass. */
export function addGradients(network: Network, l: i32, rows: i32, weights: usize, biases: usize, scale: f32): void {
  const layer = network.layer(l);
  denseBackwardWeights(
    rows, layer.inputs, layer.units, network.inputsOf(l), network.inputRowBytesOf(l), layer.deltas, layer.rowBytes,
    weights, scale,
  );
  if (layer.hasBias) denseBackwardBiases(rows, layer.units, layer.deltas, layer.rowBytes, biases, scale);
}

export function clearGradients(layer: Layer): void {
  if (!layer.trainable) return;
  memory.fill(layer.weightGradients, 0, layer.weightBytes);
  memory.fill(layer.biasGradients, 0, layer.rowBytes);
}
