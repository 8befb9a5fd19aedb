/**
 * Trains on one batch: computes its loss, sends it back through the layers and takes the plain step. The rows of the batch already
 * lie in the pass. This file does not know which samples they are, or how many batches there are.
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
import { addSparseGradients, hasSparseInputs } from './sparse';
import { ownScratch } from './scratch';

/**
 * One pass over the samples order[from] .. order[from + rows - 1]: runs forward, then adds loss and metric to the network's sums.
 * Returns the loss sum of these rows alone.
 */
export function evaluatePass(network: Network, dataset: Dataset, from: i32, rows: i32): f64 {
  gather(network, dataset, from, rows);
  forward(network, rows);
  return addLoss(network, rows);
}

/**
 * Trains on a batch that fits one pass, by plain descent: the step goes straight into the weights. Returns the loss sum of the
 * batch. Takes no step if that is not finite.
 */
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
 * Trains on a batch that is rows from .. from + rows - 1 of this pass. The activations of layer `first` must be there. Does
 * everything but the step of that layer, and leaves its deltas in these rows. Returns false, and changes nothing, if the loss is
 * not finite.
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

/** Moves the start of this pass by `rows` rows, in layer `first` and all layers above it. */
function moveRows(network: Network, first: i32, rows: i32): void {
  network.passTargets += rows * network.output.rowBytes;
  if (network.passWeights != 0) network.passWeights += rows << 2;
  network.firstRow += rows;
  for (let l = first; l < network.layerCount; l++) {
    const layer = network.layer(l);
    layer.outputs += rows * layer.rowBytes;
    if (FULL) layer.slopes += rows * layer.rowBytes;
    layer.deltas += rows * layer.rowBytes;
  }
}

/** Adds loss and metric of the rows of this pass to the network's sums. Returns the loss sum of these rows. */
export function addLoss(network: Network, rows: i32): f64 {
  const output = network.output;
  const a = output.outputs;
  const t = network.passTargets;
  const loss = network.passWeights == 0
    ? lossSum(network.loss, rows, output.units, a, output.deltas, t, output.rowBytes)
    : weightedLoss(network, rows);
  network.lossSum += loss;
  if (network.metric != METRIC_NONE) {
    network.correctSum += correctSum(network.metric, rows, output.units, a, t, output.rowBytes);
  }
  return loss;
}

/** Sums the losses of the rows of this pass, each multiplied by its sample's weight. */
function weightedLoss(network: Network, rows: i32): f64 {
  const output = network.output;
  const rowBytes = output.rowBytes;
  let sum: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const weight = <f64>f32.load(network.passWeights + (<usize>row << 2));
    // Skipped, not multiplied by 0: the loss of this sample may be infinite.
    if (weight == 0) continue;
    const t = network.passTargets + <usize>row * rowBytes;
    sum += weight * lossSum(
      network.loss, 1, output.units, output.rowOfOutputs(row), output.rowOfDeltas(row), t, rowBytes,
    );
  }
  return sum;
}

/**
 * Computes the deltas of every layer from the output down to `lowest`, for the rows of this pass. These are part of a batch of
 * `batch` rows.
 */
export function backward(network: Network, rows: i32, batch: i32, lowest: i32): void {
  backwardRows(network, 0, rows, batch, lowest, ownScratch());
}

/** The same for rows `from` .. `from` + rows - 1 alone, with the scratch memory of this thread. */
export function backwardRows(network: Network, from: i32, rows: i32, batch: i32, lowest: i32, scratch: usize): void {
  const output = network.output;
  if (FULL && lowest == network.layerCount) return;
  lossBackward(
    network.loss, output.derivative, rows, output.units, output.rowOfOutputs(from), output.rowOfSlopes(from),
    network.passTargets + <usize>from * output.rowBytes, output.rowOfDeltas(from), output.rowBytes, batch,
  );
  if (network.passWeights != 0) {
    for (let row = from; row < from + rows; row++) weightDelta(network, row);
  }
  for (let l = network.layerCount - 1; l > lowest; l--) {
    const layer = network.layer(l);
    const below = network.layer(l - 1);
    const d = below.rowOfDeltas(from);
    denseBackwardInput(
      rows, layer.inputs, layer.units, layer.rowOfDeltas(from), layer.rowBytes, layer.weights, d, below.rowBytes, scratch,
    );
    activationBackward(below.derivative, rows, below.units, below.rowOfSlopes(from), d, below.rowBytes);
  }
}

/**
 * Multiplies the delta of one row of the output layer by the weight of its sample. A weight of 0 clears the delta, which may be
 * infinite.
 */
export function weightDelta(network: Network, row: i32): void {
  const output = network.output;
  const weight = f32.load(network.passWeights + (<usize>row << 2));
  if (weight == 0) memory.fill(output.rowOfDeltas(row), 0, output.rowBytes);
  else multiply(output.rowOfDeltas(row), output.rowBytes, weight);
}

/** Takes the plain step of every trainable layer from `lowest` up, with the gradients of the rows of this pass. */
function step(network: Network, rows: i32, lowest: i32, learningRate: f32): void {
  for (let l = lowest; l < network.layerCount; l++) {
    const layer = network.layer(l);
    if (!layer.learns) continue;
    if (decays(layer)) decayOnce(layer, learningRate);
    addGradients(network, l, rows, layer.weights, layer.biases, -learningRate);
  }
}

/** weights += scale dW, biases += scale db, with the gradients of the rows of this pass. */
export function addGradients(network: Network, l: i32, rows: i32, weights: usize, biases: usize, scale: f32): void {
  const layer = network.layer(l);
  if (FULL && hasSparseInputs(network, l)) {
    addSparseGradients(network, rows, weights, scale);
  } else {
    denseBackwardWeights(
      rows, layer.inputs, layer.units, network.inputsOf(l), network.inputRowBytesOf(l), layer.deltas, layer.rowBytes,
      weights, scale,
    );
  }
  if (layer.isBiased) denseBackwardBiases(rows, layer.units, layer.deltas, layer.rowBytes, biases, scale);
}

export function clearGradients(layer: Layer): void {
  if (!layer.learns) return;
  memory.fill(layer.weightGradients, 0, layer.weightBytes);
  memory.fill(layer.biasGradients, 0, layer.rowBytes);
}
