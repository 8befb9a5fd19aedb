/**
 * Takes the step of a batch whose gradients lie in memory, with any optimizer: adds penalties, clips, then updates every tensor.
 * Knows the records; the arithmetic is in kernels/optimizer.ts.
 */
import {
  OPTIMIZER_ADAGRAD, OPTIMIZER_ADAM, OPTIMIZER_ADAMW, OPTIMIZER_MOMENTUM, OPTIMIZER_NESTEROV, OPTIMIZER_PLAIN,
  OPTIMIZER_RMSPROP, OPTIMIZER_SGD, STATE_BETA1_PRODUCT, STATE_BETA2_PRODUCT,
} from '../abi';
import { panelBytes } from '../kernels/dense/panel';
import { adaptiveStep, clip, momentumStep, penalize, sgdStep, squareSum } from '../kernels/optimizer';
import { Layer, Network } from '../records';

/** Takes the step of every trainable layer from `lowest` up. Changes the gradients. */
export function update(network: Network, lowest: i32, learningRate: f32): void {
  let squares: f64 = 0;
  for (let l = lowest; l < network.layerCount; l++) {
    const layer = network.layer(l);
    if (!layer.learns) continue;
    const bytes = layer.weightBytes;
    // In one piece where nobody asks for the sum.
    const panel = network.clipNorm == Infinity ? bytes : panelBytes(layer.inputs);
    for (let start: usize = 0; start < bytes; start += panel) {
      squares += prepareWeights(network, layer, start, layer.weightGradients + start, min(panel, bytes - start));
    }
    squares += prepareBiases(network, layer, 0, layer.rowBytes);
  }
  beginUpdate(network, learningRate, squares);
  for (let l = lowest; l < network.layerCount; l++) {
    const layer = network.layer(l);
    if (!layer.learns) continue;
    updateWeights(network, layer, 0, layer.weightGradients, layer.weightBytes, learningRate);
    if (layer.isBiased) updateBiases(network, layer, 0, layer.rowBytes, learningRate);
  }
}

/**
 * Decides what all parameters of a step have in common: the rate, and the scale of gradients whose squares have the sum `squares`. Call it
 * once for each step.
 */
export function beginUpdate(network: Network, learningRate: f32, squares: f64): void {
  network.gradientScale = scaleOf(network, squares);
  network.stepRate = learningRate;
  network.rootScale = 1;
  if (FULL && isAdam(network.optimizer)) correctBias(network, learningRate);
}

/** Takes the step of `bytes` bytes of a layer's weights, `start` bytes from their first, with the gradients at `g`. */
export function updateWeights(
  network: Network, layer: Layer, start: usize, g: usize, bytes: usize, learningRate: f32,
): void {
  updateTensor(
    network, layer.weights + start, g, FULL ? layer.weightState + start : 0, FULL ? layer.stateStride : 0, bytes, learningRate,
  );
}

/** The same for biases. */
export function updateBiases(network: Network, layer: Layer, start: usize, bytes: usize, learningRate: f32): void {
  updateTensor(
    network, layer.biases + start, layer.biasGradients + start, FULL ? layer.biasState + start : 0, FULL ? layer.stateStride : 0, bytes,
    learningRate,
  );
}

// @ts-ignore: decorator
@inline
function isAdam(optimizer: i32): bool {
  return optimizer == OPTIMIZER_ADAM || optimizer == OPTIMIZER_ADAMW;
}

/**
 * Adam's moments begin at 0, and this corrects its steps for that: D. Kingma and J. Ba, 2014, section 3. The paper divides the
 * first moment by 1 - beta1^t; here the rate is divided instead. It divides the second moment by 1 - beta2^t; here the scale of
 * its root takes that in.
 */
function correctBias(network: Network, learningRate: f32): void {
  const state = network.optimizerState;
  const beta1Product = network.beta1 * f64.load(state, STATE_BETA1_PRODUCT);
  const beta2Product = network.beta2 * f64.load(state, STATE_BETA2_PRODUCT);
  f64.store(state, beta1Product, STATE_BETA1_PRODUCT);
  f64.store(state, beta2Product, STATE_BETA2_PRODUCT);
  network.stepRate = <f32>(<f64>learningRate / (1 - beta1Product));
  network.rootScale = <f32>(1 / Math.sqrt(1 - beta2Product));
}

/**
 * Adds penalties to the gradients at `g` of `bytes` bytes of a layer's weights, `start` bytes from their first, and clips single derivatives. Returns
 * the sum of their squares, or 0 if there is no clipNorm. The sum of a step is that of its panels, each for itself, in their order, and of
 * the biases after the panels of each layer. So the length of a gradient does not depend on how many threads find it.
 */
export function prepareWeights(network: Network, layer: Layer, start: usize, g: usize, bytes: usize): f64 {
  if (FULL && (layer.l1 != 0 || layer.l2 != 0)) penalize(layer.weights + start, g, bytes, layer.l1, layer.l2);
  return clipped(network, g, bytes);
}

/** The same for biases, which have no penalties. */
export function prepareBiases(network: Network, layer: Layer, start: usize, bytes: usize): f64 {
  return clipped(network, layer.biasGradients + start, bytes);
}

/** The factor by which clipNorm shrinks gradients whose squares have this sum. */
function scaleOf(network: Network, squares: f64): f32 {
  if (network.clipNorm == Infinity) return 1;
  // torch.nn.utils.clip_grad_norm_ has the same 1e-6.
  const left = network.clipNorm / (Math.sqrt(squares) + 1e-6);
  return left < 1 ? <f32>left : 1;
}

/** Clips the derivatives of a tensor. Returns the sum of their squares, or 0 if there is no clipNorm. */
function clipped(network: Network, gradients: usize, bytes: usize): f64 {
  if (network.clipValue != Infinity) clip(gradients, bytes, network.clipValue);
  return network.clipNorm == Infinity ? 0 : squareSum(gradients, bytes);
}

/**
 * Takes the step of one tensor w with the gradient g. Its first moments lie at `state`, its second moments `stride` bytes further
 * on.
 */
function updateTensor(
  network: Network, w: usize, g: usize, state: usize, stride: usize, bytes: usize, learningRate: f32,
): void {
  const optimizer = network.optimizer;
  const decay: f32 = FULL ? network.weightDecay : 0;
  const scale = network.gradientScale;
  if (FULL && (optimizer == OPTIMIZER_MOMENTUM || optimizer == OPTIMIZER_NESTEROV)) {
    const nesterov = optimizer == OPTIMIZER_NESTEROV;
    momentumStep(w, g, state, bytes, learningRate, scale, decay, network.momentum, nesterov);
  } else if (FULL && isAdam(optimizer)) {
    const decoupled = optimizer == OPTIMIZER_ADAMW;
    adaptiveStep(
      w, g, state, state + stride, bytes, network.stepRate, scale, decoupled ? 0 : decay,
      decoupled ? learningRate * decay : 0, network.beta1, <f32>network.beta2, <f32>(1 - network.beta2), network.rootScale,
      network.epsilon,
    );
  } else if (FULL && (optimizer == OPTIMIZER_RMSPROP || optimizer == OPTIMIZER_ADAGRAD)) {
    // Adagrad sums the squares; rmsprop takes their running mean.
    const sums = optimizer == OPTIMIZER_ADAGRAD;
    adaptiveStep(
      w, g, 0, state, bytes, learningRate, scale, decay, 0, 0, sums ? 1 : <f32>network.beta2,
      sums ? 1 : <f32>(1 - network.beta2), 1, network.epsilon,
    );
  } else {
    // Plain descent gets here if a batch is larger than a pass.
    if (!ASC_NO_ASSERT) assert(optimizer == OPTIMIZER_SGD || optimizer == OPTIMIZER_PLAIN);
    sgdStep(w, g, bytes, learningRate, scale, decay);
  }
}
