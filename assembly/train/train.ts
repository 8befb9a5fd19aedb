/**
 * Walks the layers of a network: forward, backward and update, for one batch and for many.
 *
 * Knows the records and the order of things; the arithmetic is in kernels/. Allocates nothing.
 */
import { MAX_PASS_ROWS, METRIC_NONE, OPTIMIZER_PLAIN } from '../abi';
import { decayOnce, decays } from './decay';
import { activationBackward } from '../kernels/activation';
import { denseBackwardInput } from '../kernels/dense/backward-input';
import { denseBackwardBiases, denseBackwardWeights } from '../kernels/dense/backward-weights';
import { correctSum, lossBackward, lossSum } from '../kernels/loss';
import { multiply } from '../kernels/optimizer';
import { trainOnline } from './blocks';
import { optimize } from './update';
import { forward, forwardLayer, gather } from './pass';
import { Dataset, Layer, Network } from '../records';

/**
 * One pass over the samples order[from] .. order[from + rows - 1]: forward, and their loss and metric added to the
 * network's sums. Returns the loss sum of these rows alone.
 */
function evaluatePass(network: Network, dataset: Dataset, from: i32, rows: i32): f64 {
  gather(network, dataset, from, rows);
  forward(network, rows);
  return addLoss(network, rows);
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

/** Adds loss and metric of samples order[from] .. order[from + count - 1] to the network's sums. Changes no weight. */
export function evaluate(network: Network, dataset: Dataset, from: i32, count: i32): void {
  for (let done = 0; done < count; ) {
    const rows = min(count - done, network.passRows);
    evaluatePass(network, dataset, from + done, rows);
    done += rows;
  }
}

/**
 * Gradients of the mean loss over samples order[from] .. order[from + count - 1], into every trainable layer's
 * `weightGradients` and `biasGradients`, which are overwritten. Returns the loss sum of these samples.
 */
export function gradients(network: Network, dataset: Dataset, from: i32, count: i32): f64 {
  const lowest = lowestTrainable(network);
  for (let l = lowest; l < network.layerCount; l++) clearGradients(network.layer(l));
  let loss: f64 = 0;
  for (let done = 0; done < count; ) {
    const rows = min(count - done, network.passRows);
    loss += evaluatePass(network, dataset, from + done, rows);
    backward(network, rows, count, lowest);
    for (let l = lowest; l < network.layerCount; l++) {
      const layer = network.layer(l);
      if (layer.trainable) addGradients(network, l, rows, layer.weightGradients, layer.biasGradients, 1);
    }
    done += rows;
  }
  return loss;
}

/**
 * Trains on samples order[from] .. order[from + count - 1] in batches of `batchSize`, the last one as long as what is
 * left. Stops before the step of the first batch whose loss is not finite. Returns how many samples were trained on.
 */
export function train(
  network: Network, dataset: Dataset, from: i32, count: i32, batchSize: i32, learningRate: f32,
): i32 {
  network.training = true;
  const trained = trainBatches(network, dataset, from, count, batchSize, learningRate);
  network.training = false;
  return trained;
}

function trainBatches(
  network: Network, dataset: Dataset, from: i32, count: i32, batchSize: i32, learningRate: f32,
): i32 {
  const lowest = lowestTrainable(network);
  const plain = network.optimizer == OPTIMIZER_PLAIN;
  assert(batchSize > 0 && (plain && batchSize <= MAX_PASS_ROWS || network.output.weightGradients != 0));
  if (plain && (batchSize == 1 || network.blockRows > batchSize) && lowest < network.layerCount) {
    return trainOnline(network, dataset, from, count, batchSize, learningRate, lowest);
  }
  for (let done = 0; done < count; ) {
    const batch = min(count - done, batchSize);
    const loss = plain && batch <= network.passRows
      ? trainPass(network, dataset, from + done, batch, learningRate, lowest)
      : trainAccumulated(network, dataset, from + done, batch, learningRate, lowest);
    if (!isFinite(loss)) return done;
    done += batch;
  }
  return count;
}

/** A batch that fits one pass: the step goes straight into the weights. */
function trainPass(
  network: Network, dataset: Dataset, from: i32, batch: i32, learningRate: f32, lowest: i32,
): f64 {
  const loss = evaluatePass(network, dataset, from, batch);
  if (!isFinite(loss)) return loss;
  backward(network, batch, batch, lowest);
  step(network, batch, lowest, learningRate);
  return loss;
}

/** The step of every layer from `lowest` on, with the gradients of the rows of this pass. */
function step(network: Network, rows: i32, lowest: i32, learningRate: f32): void {
  for (let l = lowest; l < network.layerCount; l++) {
    const layer = network.layer(l);
    if (!layer.trainable) continue;
    if (decays(layer)) decayOnce(layer, learningRate);
    addGradients(network, l, rows, layer.weights, layer.biases, -learningRate);
  }
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

/** A batch of several passes, or of an optimizer that needs the gradients: they are summed first, then comes the step. */
function trainAccumulated(
  network: Network, dataset: Dataset, from: i32, batch: i32, learningRate: f32, lowest: i32,
): f64 {
  const loss = gradients(network, dataset, from, batch);
  if (!isFinite(loss)) return loss;
  optimize(network, lowest, learningRate);
  return loss;
}

/** Deltas of every layer from the output down to `lowest`, for the rows of this pass. */
function backward(network: Network, rows: i32, batch: i32, lowest: i32): void {
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

/** The delta of the output layer in one row. By 0 it is cleared: it may be infinite. */
export function weightDelta(network: Network, row: i32): void {
  const output = network.output;
  const weight = f32.load(network.passWeights + (<usize>row << 2));
  if (weight == 0) memory.fill(output.rowOfDeltas(row), 0, output.rowBytes);
  else multiply(output.rowOfDeltas(row), output.rowBytes, weight);
}

/** weights += scale dW, biases += scale db, with the gradients of the rows of this pass. */
function addGradients(network: Network, l: i32, rows: i32, weights: usize, biases: usize, scale: f32): void {
  const layer = network.layer(l);
  denseBackwardWeights(
    rows, layer.inputs, layer.units, network.inputsOf(l), network.inputRowBytesOf(l), layer.deltas, layer.rowBytes,
    weights, scale,
  );
  if (layer.hasBias) denseBackwardBiases(rows, layer.units, layer.deltas, layer.rowBytes, biases, scale);
}

function clearGradients(layer: Layer): void {
  if (!layer.trainable) return;
  memory.fill(layer.weightGradients, 0, layer.weightBytes);
  memory.fill(layer.biasGradients, 0, layer.rowBytes);
}

/** Below the first layer that learns nothing needs a delta. */
function lowestTrainable(network: Network): i32 {
  let l = 0;
  while (l < network.layerCount && !network.layer(l).trainable) l++;
  return l;
}
