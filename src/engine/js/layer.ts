/** A dense layer in plain TypeScript: its parameters, its gradients, and what the rows of a pass leave in it. Knows no loss. */

import { allFinite } from '../../foundation/finite.js';
import { float32, float64 } from '../../foundation/memory.js';
import type { Decay } from '../../options/decay.js';
import type { LayerSpec } from '../../options/spec.js';
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
import { magnitudeOf } from './magnitude.js';
import { addScaled, multiply } from './optimizer.js';
import { rowBackwardBiases, rowBackwardStep, rowBackwardWeights, rowForward } from './row.js';
import { type SparseInputs, sparseBackwardWeights, sparseForward } from './sparse.js';

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
  /** Whether the weighted sums stay in `deltas` until the loss replaces them. Cross-entropies need those of the output layer. */
  readonly keepsSums: boolean;
  /** The activation, if per-sample.ts computes this layer itself. Undefined if the layer's own methods do. */
  readonly single: Single | undefined;
  /** W (units, inputs) row-major. */
  readonly weights: Float32Array;
  /** b (units). Stays 0 in a layer without biases. */
  readonly biases: Float32Array;
  /** Gradients summed over a batch, shaped like weights and biases. Empty until they are needed. */
  weightGradients = float32(0);
  biasGradients = float32(0);
  /** The optimizer state: for each moment an array shaped like weights or biases. Empty until it is needed. */
  weightState: readonly Float32Array[] = [];
  biasState: readonly Float32Array[] = [];
  /** The inputs of the layer, (rows, inputs): the samples, or the outputs of the layer below. */
  inputs: Float64Array = float64(0);
  /** The same of the first layer where samples are sparse; `inputs` is not used then. */
  sparse: SparseInputs | undefined;
  /** Where sparse rows take their plain step straight into the weights: its learning rate. Their gradient is not in memory then. */
  sparseRate: number | undefined;
  /** Activations, (rows, units). */
  outputs: Float64Array = this.inputs;
  /** Derivatives of the activations, (rows, units), or the outputs themselves if these tell the derivatives. */
  slopes: Float64Array = this.inputs;
  /** Derivative of the loss with respect to the weighted sums, (rows, units). Before that, the sums of a layer that keeps them. */
  deltas: Float64Array = this.inputs;

  constructor(spec: LayerSpec, index: number, decay: Decay, keepsSums: boolean) {
    const { activation } = spec;
    const derivative = spec.dropout > 0 || keepsDerivative(activation) ? 'kept' : activation;
    this.spec = spec;
    this.index = index;
    this.decay = decay;
    this.keepsSums = keepsSums;
    this.derivative = derivative;
    const isSingle = derivative !== 'kept' && derivative !== 'softmax';
    this.single = isSingle && spec.units < 4 && spec.trainable && !this.#decays ? derivative : undefined;
    this.weights = float32(spec.units * spec.inputs);
    this.biases = float32(spec.units);
  }

  get bytes(): number {
    const { weights, biases, weightGradients, biasGradients, outputs, deltas } = this;
    const slopes = this.slopes === outputs ? [] : [this.slopes];
    const arrays = [weights, biases, weightGradients, biasGradients, outputs, ...slopes, deltas];
    return [...arrays, ...this.weightState, ...this.biasState].reduce((sum, array) => sum + array.byteLength, 0);
  }

  /** Makes the tensors for a pass of `rows` rows. Layers take them with takeRows once all layers have theirs. */
  reserveRows(rows: number): RowTensors {
    const reserve = (): Float64Array => float64(rows * this.spec.units);
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
    const biases = float32(this.biases.length);
    this.weightGradients = float32(this.weights.length);
    this.biasGradients = biases;
  }

  /** Makes `copies` numbers for each parameter, 0 at first. Returns those there are already. */
  makeState(copies: number): Pick<JsLayer, 'weightState' | 'biasState'> {
    const { weightState, biasState } = this;
    if (weightState.length === copies) return { weightState, biasState };
    const zeros = (length: number) => Array.from({ length: copies }, () => float32(length));
    return { weightState: zeros(this.weights.length), biasState: zeros(this.biases.length) };
  }

  /** Gives back all memory except the parameters and the rows. */
  release(): void {
    this.weightGradients = float32(0);
    this.biasGradients = float32(0);
    this.weightState = [];
    this.biasState = [];
  }

  /** As magnitudeOf, of the parameters. */
  get largest(): number {
    return Math.max(magnitudeOf(this.weights), magnitudeOf(this.biases));
  }

  /** Whether the optimizer state contains no NaN and no infinity. */
  get hasFiniteState(): boolean {
    return [...this.weightState, ...this.biasState].every(allFinite);
  }

  clearGradients(): void {
    if (this.sparseRate === undefined) this.weightGradients.fill(0);
    this.biasGradients.fill(0);
  }

  /** Adds the gradients to the sums, and clears them. */
  moveGradients(sums: Float64Array): void {
    const { weightGradients, biasGradients } = this;
    const count = weightGradients.length;
    for (let i = 0; i < count; i++) sums[i] = (sums[i] as number) + (weightGradients[i] as number);
    for (let o = 0; o < biasGradients.length; o++) {
      sums[count + o] = (sums[count + o] as number) + (biasGradients[o] as number);
    }
    this.clearGradients();
  }

  /** Takes the sums as the gradients. */
  takeGradients(sums: Float64Array): void {
    this.weightGradients.set(sums.subarray(0, this.weights.length));
    this.biasGradients.set(sums.subarray(this.weights.length));
  }

  /**
   * Runs rows forward. If `key`, the key of the epoch, is given, dropout drops outputs. `firstRow` is the position of these rows
   * in the epoch.
   */
  forward(rows: number, firstRow: number, key: number | undefined): void {
    const { inputs, units, activation, slope = 0 } = this.spec;
    const { sparse, weights, biases, outputs } = this;
    if (sparse !== undefined) sparseForward(rows, inputs, units, sparse, weights, biases, outputs);
    else denseForward(rows, inputs, units, this.inputs, weights, biases, outputs);
    if (this.keepsSums) this.#keepSums(rows * units);
    activationForward(activation, slope, rows, units, this.outputs, this.slopes);
    if (this.spec.dropout > 0) this.#drop(rows, firstRow, key);
  }

  /** Runs one row forward; it starts at `xAt` in the inputs. */
  forwardRow(xAt: number, row: number, key: number | undefined): void {
    const { inputs, units, activation, slope = 0 } = this.spec;
    rowForward(inputs, units, this.inputs, xAt, this.weights, this.biases, this.outputs, 0);
    if (this.keepsSums) this.#keepSums(units);
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
    const { sparse, sparseRate, deltas, weightGradients } = this;
    if (sparse === undefined) {
      denseBackwardWeights(rows, inputs, units, this.inputs, deltas, weightGradients);
    } else if (sparseRate === undefined) {
      sparseBackwardWeights(rows, inputs, units, sparse, deltas, weightGradients, 1);
    } else {
      if (this.#decays) multiply(this.weights, 1 - sparseRate * this.decay.weights);
      sparseBackwardWeights(rows, inputs, units, sparse, deltas, this.weights, -sparseRate);
    }
    if (bias) denseBackwardBiases(rows, units, this.deltas, this.biasGradients);
  }

  /** Takes the step of plain gradient descent with the summed gradients. */
  step(rate: number): void {
    if (!this.spec.trainable) return;
    if (this.#decays) this.#decayOnce(rate);
    if (this.sparseRate === undefined) addScaled(this.weights, this.weightGradients, -rate);
    if (this.spec.bias) addScaled(this.biases, this.biasGradients, -rate);
  }

  /** Whether weights or biases decay. Weights decay by at least as much as biases, so the weights alone tell. */
  get #decays(): boolean {
    return this.decay.weights > 0;
  }

  /** Applies weight decay to the parameters, before the step along the gradient. */
  #decayOnce(rate: number): void {
    if (this.sparseRate === undefined) multiply(this.weights, 1 - rate * this.decay.weights);
    if (this.decay.biases > 0) multiply(this.biases, 1 - rate * this.decay.biases);
  }

  #keepSums(count: number): void {
    const { outputs, deltas } = this;
    for (let i = 0; i < count; i++) deltas[i] = outputs[i] as number;
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
