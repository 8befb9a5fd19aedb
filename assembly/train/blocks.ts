/**
 * Stochastic gradient descent in batches of one sample, or of a few, at the speed of a matrix product.
 *
 * A plain loop reads and writes the first layer's weights three times per sample, so memory limits its speed. But the samples are
 * known in advance. So a block of them can be trained with the same result, up to rounding, while those weights are read and
 * written once:
 *
 *   1. Z = X W + b for the whole block, with the weights at its start;
 *   2. G = X X^T + 1, the inner products of the samples;
 *   3. sample by sample: z_t = Z_t + sum over s < t of G[s][t] D_s, then its activation, then the layers above, then D_t = -rate d_t;
 *   4. W += X^T D, b += the sum of the rows of D.
 *
 * Rounding is as good as in the plain loop: for input magnitudes from 0.1 to 10^6 both are equally far from a float64 run. What
 * cancels in step 3 would otherwise have cancelled in the weights (test/assembly/train/blocks.test.ts). If an inner product is too
 * large for float32, with inputs around 10^18, the samples of that block are trained one by one.
 *
 * Batches of a few samples are trained the same way, several in a block (src/engine/wasm/plan.ts decides which). The samples of a
 * batch see the steps of earlier batches, but not each other's steps. The layers above take one batch at a time.
 *
 * With momentum, single samples are trained the same way, with velocities beside the weights (momentum.ts).
 *
 * The "first" layer is the lowest one that learns: frozen layers below it are part of the input. kernels/gram.ts says why the
 * weights go through the same values as in the plain loop.
 */
import { ACTIVATION_SIGMOID, LOSS_MEAN_SQUARED_ERROR, METRIC_NONE } from '../abi';
import { decayBlock, decayOnce, decays, decaySteps, multiplyExactly } from './decay';
import { activationBackward } from '../kernels/activation';
import { denseForward } from '../kernels/dense/forward';
import { denseBackwardInput } from '../kernels/dense/backward-input';
import { denseBackwardBiases, denseBackwardWeights, denseStepWeights } from '../kernels/dense/backward-weights';
import { gram, gramActivate, gramFits } from '../kernels/gram';
import { correctSum } from '../kernels/loss';
import { multiply } from '../kernels/optimizer';
import { rowLoss } from '../kernels/row/loss';
import { rowOutput1x12 } from '../kernels/row/output';
import { rowForward } from '../kernels/row/forward';
import { rowBackwardStep } from '../kernels/row/step';
import { activate, drop, forwardLayer, gather, sumRows } from './pass';
import { Dataset, Layer, Network } from '../records';
import { trainRows, weightDelta } from './batch';
import { backwardRowWithMomentum, momentumBlock, momentumSteps, momentumStepsOf, moves } from './momentum';
import { addSparseGradients, hasSparseInputs } from './sparse';
import { blockForwardTogether, blockStepTogether } from './team/course';

// With 64-32-10 on Node 20, per sample, this trains at 0.91 of the speed of a prototype for two layers of sigmoid units that is one function
// (AMD EPYC, Zen 5; 0.96 on Node 24): the products of step 1 and 4 take 55% of the time and are equally fast there; the rest is what lies
// between, in calls that pass rows through memory. Without any one of these passes it would be 0.5 to 1.5% faster, so no one is to blame.
// Tried, with the speed beside today's: sixteen corrections at a time in gramActivate 1.00 to 1.01, thirty-two 0.99; the step of the output
// layer's biases inside of that of its weights 0.99; trainSample and backwardRow without calls 0.99; the slope of the layer below inside of the
// step 0.97; that slope and the multiplication by the learning rate in one pass 1.00; samples copied 16 inputs at a time 0.97; one loop for
// networks of two layers, without any check, 1.02.

/**
 * Trains on the samples order[from] .. order[from + count - 1] in batches; the last batch may be shorter. Stops before the step of
 * the first batch whose loss is not finite. Returns how many samples it trained on. A block has up to `most` samples; `first` is the lowest
 * layer that learns.
 */
export function trainBlocks(
  network: Network,
  dataset: Dataset,
  from: i32,
  count: i32,
  batch: i32,
  most: i32,
  learningRate: f32,
  first: i32,
): i32 {
  for (let done = 0; done < count; ) {
    const block = min(count - done, most);
    const trained = trainBlock(network, dataset, from + done, block, batch, learningRate, first);
    done += trained;
    if (trained < block) return done;
  }
  return count;
}

/** Trains on the samples order[from] .. order[from + block - 1], as train does. They may be several batches or just one. */
function trainBlock(
  network: Network, dataset: Dataset, from: i32, block: i32, batch: i32, learningRate: f32, first: i32,
): i32 {
  gather(network, dataset, from, block);
  if (FULL) for (let l = 0; l < first; l++) forwardLayer(network, l, block);
  const layer = network.layer(first);
  const x = network.inputsOf(first);
  const xRowBytes = network.inputRowBytesOf(first);
  const rowBytes = layer.rowBytes;
  const decaying = decays(layer);
  // With weight decay, the inner products stay without the bias until decayBlock adds it.
  const bias: f32 = decaying ? 0 : <f32>layer.isBiased;
  const moving = moves(network);
  const together = THREADS && network.team != 0;
  if (together) blockForwardTogether(network, first, block, block > batch, bias);
  else sumRows(network, first, 0, block);
  if (moving && !together && block > batch) {
    denseForward(
      block, layer.inputs, layer.units, x, xRowBytes, layer.weightState, layer.biasState, layer.deltas, rowBytes,
    );
  }
  if (
    block > batch &&
    (!(together ? gramFits(block, network.gram) : gram(block, x, xRowBytes, network.gram, bias)) ||
      decaying && !decayBlock(layer, block, batch, network.gram, learningRate) ||
      moving && !momentumBlock(network, layer, block, learningRate))
  ) {
    for (let t = 0; t < block; t += batch) {
      if (trainBlock(network, dataset, from + t, min(batch, block - t), batch, learningRate, first) == 0) return t;
    }
    return block;
  }
  let trained = 0;
  while (trained < block) {
    // The sums stay in the rows of deltas that are still free: a cross-entropy needs them if this is the output layer.
    const rows = min(batch, block - trained);
    const before = moving && trained > 0 ? trained + 1 : trained;
    for (let t = trained; t < trained + rows; t++) {
      gramActivate(
        layer.activation, layer.leak, before, layer.units, layer.deltas, rowBytes, network.gram + (<usize>t << 2),
        layer.rowOfOutputs(t), layer.rowOfSlopes(t), layer.rowOfDeltas(t),
      );
    }
    if (FULL && layer.dropoutThreshold != 0) drop(network, first, trained, rows);
    const finite = rows == 1
      ? trainSample(network, trained, learningRate, first)
      : trainRows(network, trained, rows, learningRate, first);
    if (!finite) break;
    if (!moving) multiply(layer.rowOfDeltas(trained), <usize>rows * rowBytes, -learningRate);
    trained += rows;
  }
  if (moving && trained > 0) {
    momentumSteps(network, layer, trained, learningRate);
    if (together) blockStepTogether(network, first, trained, 1, learningRate);
    else momentumStepsOf(network, first, trained, learningRate, 0, layer.units, 0, layer.inputs, 0, layer.weightBytes);
  } else if (trained > 0) {
    const d = layer.deltas;
    let factor: f64 = 1;
    if (decaying) factor = decaySteps(layer, trained, batch, learningRate);
    else if (layer.isBiased) denseBackwardBiases(trained, layer.units, d, rowBytes, layer.biases, 1);
    if (together) {
      blockStepTogether(network, first, trained, factor, learningRate);
    } else {
      if (decaying) multiplyExactly(layer.weights, layer.weightBytes, factor);
      if (FULL && hasSparseInputs(network, first)) addSparseGradients(network, trained, layer.weights, 1);
      else denseStepWeights(trained, layer.inputs, layer.units, x, xRowBytes, d, rowBytes, layer.weights);
    }
  }
  return trained;
}

/**
 * Trains on row `t` of the block. The activations of the first layer must be there. Does everything but the step of that layer,
 * and leaves its delta in row `t`. Returns false, and changes nothing, if the loss is not finite.
 */
function trainSample(network: Network, t: i32, learningRate: f32, first: i32): bool {
  const fused = FULL && fusesOutput(network, first);
  for (let l = first + 1; l < network.layerCount - i32(fused); l++) {
    const layer = network.layer(l);
    const below = network.layer(l - 1);
    rowForward(layer.inputs, layer.units, below.rowOfOutputs(t), layer.weights, layer.biases, layer.rowOfOutputs(t));
    activate(network, l, t, 1);
  }
  const output = network.output;
  const targets = network.passTargets + <usize>t * output.rowBytes;
  let loss = fused
    ? rowOutput1x12(
      output.inputs, output.units, network.layer(network.layerCount - 2).rowOfOutputs(t), output.weights, output.biases,
      output.rowOfOutputs(t), targets, output.rowOfDeltas(t),
    )
    : rowLoss(
      network.loss, output.derivative, output.units, output.rowOfOutputs(t), output.rowOfSlopes(t), targets,
      output.rowOfDeltas(t), output.rowBytes,
    );
  if (network.passWeights != 0) {
    const weight = f32.load(network.passWeights + (<usize>t << 2));
    loss = weight == 0 ? 0 : weight * loss;
    weightDelta(network, t);
  }
  network.lossSum += loss;
  if (!isFinite(loss)) return false;
  if (network.metric != METRIC_NONE) {
    network.correctSum += correctSum(network.metric, 1, output.units, output.rowOfOutputs(t), targets, output.rowBytes);
  }
  for (let l = network.layerCount - 1; l > first; l--) {
    if (moves(network)) backwardRowWithMomentum(network, network.layer(l), network.layer(l - 1), t, learningRate);
    else backwardRow(network.layer(l), network.layer(l - 1), t, learningRate);
  }
  return true;
}

/** Whether rowOutput1x12 can take the output layer, which must lie above the layer that learns first. */
// @ts-ignore: decorator
@inline
function fusesOutput(network: Network, first: i32): bool {
  const output = network.output;
  return (
    output.units > 8 && output.units <= 12 && output.derivative == ACTIVATION_SIGMOID &&
    network.loss == LOSS_MEAN_SQUARED_ERROR && network.layerCount > first + 1
  );
}

/** Computes the delta of the layer below from that of this layer, and takes this layer's own step. */
function backwardRow(layer: Layer, below: Layer, t: i32, learningRate: f32): void {
  const d = layer.rowOfDeltas(t);
  const dx = below.rowOfDeltas(t);
  const fused = layer.learns && !decays(layer);
  if (fused) {
    rowBackwardStep(layer.inputs, layer.units, below.rowOfOutputs(t), d, layer.weights, dx, -learningRate);
  } else {
    denseBackwardInput(1, layer.inputs, layer.units, d, layer.rowBytes, layer.weights, dx, below.rowBytes, 0);
  }
  if (layer.learns) {
    if (decays(layer)) {
      decayOnce(layer, learningRate);
      denseBackwardWeights(
        1, layer.inputs, layer.units, below.rowOfOutputs(t), below.rowBytes, d, layer.rowBytes, layer.weights, -learningRate,
      );
    }
    if (layer.isBiased) denseBackwardBiases(1, layer.units, d, layer.rowBytes, layer.biases, -learningRate);
  }
  activationBackward(below.derivative, 1, below.units, below.rowOfSlopes(t), dx, below.rowBytes);
}
