/** A dense layer in plain TypeScript: its parameters, its gradients, and what the rows of a pass leave in it. Knows no loss. */

import { allFinite } from '../../foundation/finite.js';
import type { Decay } from '../../options/decay.js';
import type { LayerSpec } from '../../options/layers.js';
import {
  activationBackward,
  activationDelta,
  activationForward,
  type Derivative,
  keepsDerivative,
  type Single,
} from './activation.js';
import { denseBackwardBiases, denseBackwardInput, denseBackwardWeights, denseForward } from './dense.js';
import { dropout, dropoutKey } from './dropout.js';
import { addScaled, multiply } from './optimizer.js';
import { rowBackwardBiases, rowBackwardStep, rowBackwardWeights, rowForward } from './row.js';

const NONE = new Float64Array(0);

/** What the rows of a pass leave in a layer. The fields are those of the layer. */
type RowTensors = Pick<JsLayer, 'outputs' | 'slopes' | 'deltas'>;

export class JsLayer {
  readonly spec: LayerSpec;
  /** Position among the layers, from 0. */
  readonly index: number;
  /** Weight decay of plain steps. */
  readonly decay: Decay;
  /** Says what `slopes` holds, from which the derivative of the activation is computed. */
  readonly derivative: Derivative;
  /** The activation, if per-sample.ts computes this layer itself. Undefined if the layer's own methods do. */
  readonly single: Single | undefined;
  /** W (units, inputs) row-major. */
  readonly weights: Float32Array;
  /** b (units). Stays 0 in a layer without biases. */
  readonly biases: Float32Array;
  /** Gradients summed over a batch, shaped like weights and biases. Empty until they are needed. */
  weightGradients = new Float32Array(0);
  biasGradients = new Float32Array(0);
  /** The optimizer state: for each moment an array shaped like weights or biases. Empty until it is needed. */
  weightState: readonly Float32Array[] = [];
  biasState: readonly Float32Array[] = [];
  /** The inputs of the layer, (rows, inputs): the samples, or the outputs of the layer below. */
  inputs: Float64Array = NONE;
  /** Activations, (rows, units). */
  outputs: Float64Array = NONE;
  /** Derivatives of the activations, (rows, units), or the outputs themselves if these tell the derivatives. */
  slopes: Float64Array = NONE;
  /** Derivative of the loss with respect to the weighted sums, (rows, units). */
  deltas: Float64Array = NONE;

  constructor(spec: LayerSpec, index: number, decay: Decay) {
    const { activation } = spec;
    const derivative = spec.dropout > 0 || keepsDerivative(activation) ? 'kept' : activation;
    this.spec = spec;
    this.index = index;
    this.decay = decay;
    this.derivative = derivative;
    const isSingle = derivative !== 'kept' && derivative !== 'softmax';
    this.single = isSingle && spec.units < 4 && spec.trainable && !this.#decays ? derivative : undefined;
    this.weights = new Float32Array(spec.units * spec.inputs);
    this.biases = new Float32Array(spec.units);
  }

  get bytes(): number {
    const { weights, biases, weightGradients, biasGradients, outputs, deltas } = this;
    const slopes = this.slopes === outputs ? NONE : this.slopes;
    const arrays = [weights, biases, weightGradients, biasGradients, outputs, slopes, deltas];
    return [...arrays, ...this.weightState, ...this.biasState].reduce((sum, array) => sum + array.byteLength, 0);
  }

  /** Makes the tensors for a pass of `rows` rows. Layers take them with takeRows once all layers have theirs. */
  reserveRows(rows: number): RowTensors {
    const reserve = (): Float64Array => new Float64Array(rows * this.spec.units);
    const outputs = reserve();
    return { outputs, slopes: this.derivative === 'kept' ? reserve() : outputs, deltas: reserve() };
  }

  takeRows(inputs: Float64Array, { outputs, slopes, deltas }: RowTensors): void {
    this.inputs = inputs;
    this.outputs = outputs;
    this.slopes = slopes;
    this.deltas = deltas;
  }

  reserveGradients(): void {
    if (this.weightGradients.length > 0) return;
    const biases = new Float32Array(this.biases.length);
    this.weightGradients = new Float32Array(this.weights.length);
    this.biasGradients = biases;
  }

  /** Makes `copies` numbers for each parameter, 0 at first. */
  reserveState(copies: number): void {
    if (this.weightState.length === copies) return;
    const zeros = (length: number) => Array.from({ length: copies }, () => new Float32Array(length));
    const biases = zeros(this.biases.length);
    this.weightState = zeros(this.weights.length);
    this.biasState = biases;
  }

  /** Gives back all memory except the parameters and the rows. */
  release(): void {
    this.weightGradients = new Float32Array(0);
    this.biasGradients = new Float32Array(0);
    this.weightState = [];
    this.biasState = [];
  }

  /** Whether parameters and optimizer state contain no NaN and no infinity. */
  isFinite(): boolean {
    const { weights, biases, weightState, biasState } = this;
    return [weights, biases, ...weightState, ...biasState].every(allFinite);
  }

  clearGradients(): void {
    this.weightGradients.fill(0);
    this.biasGradients.fill(0);
  }

  /**
   * Runs rows forward. If `key`, the key of the epoch, is given, dropout drops outputs. `firstRow` is the position of these rows
   * in the epoch.
   */
  forward(rows: number, firstRow: number, key: number | undefined): void {
    const { inputs, units, activation, slope = 0 } = this.spec;
    denseForward(rows, inputs, units, this.inputs, this.weights, this.biases, this.outputs);
    activationForward(activation, slope, rows, units, this.outputs, this.slopes);
    if (this.spec.dropout > 0) this.#drop(rows, firstRow, key);
  }

  /** Runs one row forward; it starts at `xAt` in the inputs. */
  forwardRow(xAt: number, row: number, key: number | undefined): void {
    const { inputs, units, activation, slope = 0 } = this.spec;
    rowForward(inputs, units, this.inputs, xAt, this.weights, this.biases, this.outputs, 0);
    activationForward(activation, slope, 1, units, this.outputs, this.slopes);
    if (this.spec.dropout > 0) this.#drop(1, row, key);
  }

  /** For one row: computes the deltas of the layer below if `below` is given, and takes the step if this layer learns. */
  backwardRow(xAt: number, below: JsLayer | undefined, rate: number): void {
    const { inputs, units, trainable, bias } = this.spec;
    const decays = trainable && this.#decays;
    if (below === undefined || decays) {
      if (below !== undefined) this.backwardInput(1, below);
      if (decays) this.#decayOnce(rate);
      rowBackwardWeights(inputs, units, this.inputs, xAt, this.deltas, 0, this.weights, -rate);
    } else if (trainable) {
      rowBackwardStep(inputs, units, this.inputs, this.deltas, this.weights, below.deltas, -rate);
      activationBackward(below.derivative, 1, inputs, below.slopes, below.deltas);
    } else {
      this.backwardInput(1, below);
    }
    if (trainable && bias) rowBackwardBiases(units, this.deltas, this.biases, -rate);
  }

  /** Computes the deltas of the layer below from those of this layer. */
  backwardInput(rows: number, below: JsLayer): void {
    const { inputs, units } = this.spec;
    denseBackwardInput(rows, inputs, units, this.deltas, this.weights, below.deltas);
    activationBackward(below.derivative, rows, inputs, below.slopes, below.deltas);
  }

  /** Adds the gradients of these rows to the sums. */
  backwardParameters(rows: number): void {
    const { inputs, units, trainable, bias } = this.spec;
    if (!trainable) return;
    denseBackwardWeights(rows, inputs, units, this.inputs, this.deltas, this.weightGradients);
    if (bias) denseBackwardBiases(rows, units, this.deltas, this.biasGradients);
  }

  /** Takes the step of plain gradient descent with the summed gradients. */
  step(rate: number): void {
    if (!this.spec.trainable) return;
    if (this.#decays) this.#decayOnce(rate);
    addScaled(this.weights, this.weightGradients, -rate);
    if (this.spec.bias) addScaled(this.biases, this.biasGradients, -rate);
  }

  /** Whether weights or biases decay. Weights decay by at least as much as biases, so the weights alone tell. */
  get #decays(): boolean {
    return this.decay.weights > 0;
  }

  /** Applies weight decay to the parameters, before the step along the gradient. */
  #decayOnce(rate: number): void {
    multiply(this.weights, 1 - rate * this.decay.weights);
    if (this.decay.biases > 0) multiply(this.biases, 1 - rate * this.decay.biases);
  }
  /** Applies dropout to the outputs. A dropped output does not tell its derivative, so this also keeps all derivatives. */
  #drop(rows: number, firstRow: number, key: number | undefined): void {
    const { units, activation, dropout: p } = this.spec;
    const { outputs, slopes } = this;
    if (!keepsDerivative(activation)) {
      for (let i = 0; i < rows * units; i++) slopes[i] = activationDelta(activation, outputs[i] as number, 1);
    }
    if (key !== undefined) dropout(p, dropoutKey(key, this.index), firstRow, rows, units, outputs, slopes);
  }
}
