/** A dense layer in plain TypeScript: parameters, gradients, and what the rows of a pass leave in it. Knows no loss. */

import type { Decay } from '../../options/decay.js';
import type { LayerSpec } from '../../options/layers.js';
import { activationBackward, activationForward } from './activation.js';
import { denseBackwardBiases, denseBackwardInput, denseBackwardWeights, denseForward } from './dense.js';
import { rowBackwardBiases, rowBackwardStep, rowBackwardWeights, rowForward } from './row.js';

const NONE = new Float64Array(0);

export class JsLayer {
  readonly spec: LayerSpec;
  readonly decay: Decay;
  /** Whether training per sample computes the layer in place (online.ts). */
  readonly narrow: boolean;
  /** W (units, inputs) row-major. */
  readonly weights: Float32Array;
  /** b (units); stays 0 in a layer without biases. */
  readonly biases: Float32Array;
  /** Sums over a batch, as weights and biases; of no length until they are needed. */
  weightGradients = new Float32Array(0);
  biasGradients = new Float32Array(0);
  /** What enters, (rows, inputs): the samples, or the outputs of the layer before. */
  inputs: Float64Array = NONE;
  /** Activations, (rows, units). */
  outputs: Float64Array = NONE;
  /** Derivative of the loss by the weighted sums, (rows, units). */
  deltas: Float64Array = NONE;

  constructor(spec: LayerSpec, decay: Decay) {
    this.spec = spec;
    this.decay = decay;
    this.narrow = spec.units < 4 && spec.activation !== 'softmax' && spec.trainable && !this.#decays;
    this.weights = new Float32Array(spec.units * spec.inputs);
    this.biases = new Float32Array(spec.units);
  }

  get bytes(): number {
    const { weights, biases, weightGradients, biasGradients, outputs, deltas } = this;
    const arrays = [weights, biases, weightGradients, biasGradients, outputs, deltas];
    return arrays.reduce((sum, array) => sum + array.byteLength, 0);
  }

  reserveGradients(): void {
    if (this.weightGradients.length > 0) return;
    const biases = new Float32Array(this.biases.length);
    this.weightGradients = new Float32Array(this.weights.length);
    this.biasGradients = biases;
  }

  dropGradients(): void {
    this.weightGradients = new Float32Array(0);
    this.biasGradients = new Float32Array(0);
  }

  clearGradients(): void {
    this.weightGradients.fill(0);
    this.biasGradients.fill(0);
  }

  forward(rows: number): void {
    const { inputs, units, activation } = this.spec;
    denseForward(rows, inputs, units, this.inputs, this.weights, this.biases, this.outputs);
    activationForward(activation, rows, units, this.outputs);
  }

  /** Forward for one row, from `xAt` of the inputs. */
  forwardRow(xAt: number): void {
    const { inputs, units, activation } = this.spec;
    rowForward(inputs, units, this.inputs, xAt, this.weights, this.biases, this.outputs, 0);
    activationForward(activation, 1, units, this.outputs);
  }

  /** For one row: the deltas of the layer below, where there is one that needs them, and the step where this layer learns. */
  backwardRow(xAt: number, below: JsLayer | undefined, rate: number): void {
    const { inputs, units, trainable, bias } = this.spec;
    const decays = trainable && this.#decays;
    if (below === undefined || decays) {
      if (below !== undefined) this.backwardInput(1, below);
      if (decays) this.#decayOnce(rate);
      rowBackwardWeights(inputs, units, this.inputs, xAt, this.deltas, 0, this.weights, -rate);
    } else if (trainable) {
      rowBackwardStep(inputs, units, this.inputs, this.deltas, this.weights, below.deltas, -rate);
      activationBackward(below.spec.activation, 1, inputs, this.inputs, below.deltas);
    } else {
      this.backwardInput(1, below);
    }
    if (trainable && bias) rowBackwardBiases(units, this.deltas, this.biases, -rate);
  }

  /** The deltas of the layer below from these. */
  backwardInput(rows: number, below: JsLayer): void {
    const { inputs, units } = this.spec;
    denseBackwardInput(rows, inputs, units, this.deltas, this.weights, below.deltas);
    activationBackward(below.spec.activation, rows, inputs, this.inputs, below.deltas);
  }

  /** Adds the gradients of these rows. */
  backwardParameters(rows: number): void {
    const { inputs, units, trainable, bias } = this.spec;
    if (!trainable) return;
    denseBackwardWeights(rows, inputs, units, this.inputs, this.deltas, this.weightGradients);
    if (bias) denseBackwardBiases(rows, units, this.deltas, this.biasGradients);
  }

  /** The step of stochastic gradient descent by the summed gradients. */
  step(rate: number): void {
    if (!this.spec.trainable) return;
    if (this.#decays) this.#decayOnce(rate);
    addScaled(this.weights, this.weightGradients, -rate);
    if (this.spec.bias) addScaled(this.biases, this.biasGradients, -rate);
  }

  /** Weights decay by at least as much as biases: one question will do. */
  get #decays(): boolean {
    return this.decay.weights > 0;
  }

  /** What decay leaves of the parameters, before the step along the gradient. */
  #decayOnce(rate: number): void {
    multiply(this.weights, 1 - rate * this.decay.weights);
    if (this.decay.biases > 0) multiply(this.biases, 1 - rate * this.decay.biases);
  }
}

function addScaled(target: Float32Array, source: Float32Array, scale: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + scale * (source[i] as number);
}

function multiply(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * factor;
}
