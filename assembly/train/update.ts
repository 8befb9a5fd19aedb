/** The step of a batch whose gradients lie in memory, by any optimizer. Knows the records; the arithmetic is in kernels/optimizer.ts. */
import {
  MEMORY_BETA1_PRODUCT, MEMORY_BETA2_PRODUCT, OPTIMIZER_ADAGRAD, OPTIMIZER_ADAM, OPTIMIZER_ADAMW, OPTIMIZER_MOMENTUM,
  OPTIMIZER_NESTEROV, OPTIMIZER_PLAIN, OPTIMIZER_RMSPROP, OPTIMIZER_SGD,
} from '../abi';
import { adaptiveStep, clip, momentumStep, penalize, sgdStep, squareSum } from '../kernels/optimizer';
import { Network } from '../records';

/** Penalties, then clipping, then the step, of every layer from `lowest` on that learns. Changes the gradients. */
export function optimize(network: Network, lowest: i32, learningRate: f32): void {
  const scale = prepare(network, lowest);
  const kind = network.optimizer;
  let rate = learningRate;
  let correction: f32 = 1;
  if (FULL && (kind == OPTIMIZER_ADAM || kind == OPTIMIZER_ADAMW)) {
    const beta1Product = network.beta1 * f64.load(network.memory, MEMORY_BETA1_PRODUCT);
    const beta2Product = network.beta2 * f64.load(network.memory, MEMORY_BETA2_PRODUCT);
    f64.store(network.memory, beta1Product, MEMORY_BETA1_PRODUCT);
    f64.store(network.memory, beta2Product, MEMORY_BETA2_PRODUCT);
    rate = <f32>(<f64>learningRate / (1 - beta1Product));
    correction = <f32>(1 / Math.sqrt(1 - beta2Product));
  }
  for (let l = lowest; l < network.layerCount; l++) {
    const layer = network.layer(l);
    if (!layer.trainable) continue;
    const stride = layer.memoryStride;
    update(
      network, layer.weights, layer.weightGradients, layer.weightMemory, stride, layer.weightBytes, learningRate, rate,
      correction, scale,
    );
    if (layer.hasBias) {
      update(
        network, layer.biases, layer.biasGradients, layer.biasMemory, stride, layer.rowBytes, learningRate, rate, correction,
        scale,
      );
    }
  }
}

/** Penalties and clipping of single derivatives. Returns what clipping of the norm leaves of the gradients. */
function prepare(network: Network, lowest: i32): f32 {
  let squares: f64 = 0;
  for (let l = lowest; l < network.layerCount; l++) {
    const layer = network.layer(l);
    if (!layer.trainable) continue;
    const bytes = layer.weightBytes;
    if (FULL && (layer.l1 != 0 || layer.l2 != 0)) penalize(layer.weights, layer.weightGradients, bytes, layer.l1, layer.l2);
    squares += clipped(network, layer.weightGradients, bytes) + clipped(network, layer.biasGradients, layer.rowBytes);
  }
  if (network.clipNorm == Infinity) return 1;
  // The 1e-6 is that of torch.nn.utils.clip_grad_norm_.
  const left = network.clipNorm / (Math.sqrt(squares) + 1e-6);
  return left < 1 ? <f32>left : 1;
}

/** Clips the derivatives of a tensor. Returns the sum of their squares, where that is asked for. */
function clipped(network: Network, gradients: usize, bytes: usize): f64 {
  if (network.clipValue != Infinity) clip(gradients, bytes, network.clipValue);
  return network.clipNorm == Infinity ? 0 : squareSum(gradients, bytes);
}

/** The step of one tensor. `rate` and `correction` are adam's for this step. */
function update(
  network: Network, w: usize, g: usize, memory: usize, stride: usize, bytes: usize, learningRate: f32, rate: f32,
  correction: f32, scale: f32,
): void {
  const kind = network.optimizer;
  const decay = network.weightDecay;
  if (FULL && (kind == OPTIMIZER_MOMENTUM || kind == OPTIMIZER_NESTEROV)) {
    const nesterov = kind == OPTIMIZER_NESTEROV;
    momentumStep(w, g, memory, bytes, learningRate, scale, decay, network.momentum, nesterov);
  } else if (FULL && (kind == OPTIMIZER_ADAM || kind == OPTIMIZER_ADAMW)) {
    const decoupled = kind == OPTIMIZER_ADAMW;
    const shrink = decoupled ? learningRate * decay : 0;
    adaptiveStep(
      w, g, memory, memory + stride, bytes, rate, scale, decoupled ? 0 : decay, shrink, network.beta1, <f32>network.beta2,
      <f32>(1 - network.beta2), correction, network.epsilon,
    );
  } else if (FULL && (kind == OPTIMIZER_RMSPROP || kind == OPTIMIZER_ADAGRAD)) {
    const sums = kind == OPTIMIZER_ADAGRAD;
    adaptiveStep(
      w, g, 0, memory, bytes, learningRate, scale, decay, 0, 0, sums ? 1 : <f32>network.beta2,
      sums ? 1 : <f32>(1 - network.beta2), 1, network.epsilon,
    );
  } else {
    // Plain descent comes here where a batch is larger than a pass.
    assert(kind == OPTIMIZER_SGD || kind == OPTIMIZER_PLAIN);
    sgdStep(w, g, bytes, learningRate, scale, decay);
  }
}
