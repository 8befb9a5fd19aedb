/** Takes the step of a batch whose gradients lie in memory, with any optimizer. Knows layers; the arithmetic is in optimizer.ts. */
import { float32, float64, sliceOf } from '../../foundation/memory.js';
import type { OptimizerSpec } from '../../options/optimizers.js';
import { momentsOf, type UpdateRule, updateRuleOf } from '../../options/update-rules.js';
import type { OptimizerState, StepOptions } from '../engine.js';
import type { JsLayer } from './layer.js';
import { type AdaptiveRates, adaptiveStep, clip, momentumStep, penalize, sgdStep, squareSum } from './optimizer.js';

export class JsOptimizer {
  readonly #spec: OptimizerSpec;
  readonly #rule: UpdateRule;
  /** The layers that learn. */
  readonly #layers: readonly JsLayer[];
  /** How many moments each parameter has. */
  readonly #moments: number;
  /** beta1 and beta2 to the power of the steps taken. Computed by multiplication, because hosts disagree on powers. */
  readonly #betaProducts = float64(2).fill(1);

  constructor(spec: OptimizerSpec, layers: readonly JsLayer[]) {
    this.#spec = spec;
    this.#layers = layers.filter((layer) => layer.spec.trainable);
    this.#rule = updateRuleOf(spec);
    this.#moments = momentsOf(spec).length;
  }

  /** The whole optimizer state, for snapshots. Reserves it if that is not done yet. */
  get state(): Float32Array[] {
    if (this.#moments === 0) return [];
    this.reserve();
    const tensors = this.#layers.flatMap(({ weightState, biasState }) => [...weightState, ...biasState]);
    return [new Float32Array(this.#betaProducts.buffer), ...tensors];
  }

  /** Copies the optimizer state of all these layers, including those that do not learn. Undefined while there is none. */
  read(layers: readonly JsLayer[]): OptimizerState | undefined {
    if (this.#moments === 0 || this.#layers.every(({ weightState }) => weightState.length === 0)) return undefined;
    const [first, second] = this.#betaProducts as unknown as [number, number];
    const moments = Array.from({ length: this.#moments }, (_, i) =>
      layers.map(({ spec, weights, biases, weightState, biasState }) => ({
        weights: copied(weightState[i], weights.length),
        biases: copied(biasState[i], spec.bias ? biases.length : 0),
      })),
    );
    return { products: [first, second], moments };
  }

  write(layers: readonly JsLayer[], { products, moments }: OptimizerState): void {
    this.reserve();
    this.#betaProducts.set(products);
    moments.forEach((moment, i) => {
      moment.forEach(({ weights, biases }, l) => {
        // Layers that do not learn have no state.
        layers[l]?.weightState[i]?.set(weights);
        layers[l]?.biasState[i]?.set(biases);
      });
    });
  }

  /** Reserves the state of all layers or, where memory runs out, of none. */
  reserve(): void {
    const states = this.#layers.map((layer) => layer.makeState(this.#moments));
    this.#layers.forEach((layer, l) => {
      Object.assign(layer, states[l]);
    });
  }

  /** Adds penalties, clips, then takes the step. Changes the gradients. */
  step(learningRate: number, { clipNorm, clipValue }: StepOptions): void {
    for (const { spec, weights, weightGradients, biasGradients } of this.#layers) {
      if (spec.l1 > 0 || spec.l2 > 0) penalize(weights, weightGradients, spec.l1, spec.l2);
      if (clipValue === undefined) continue;
      clip(weightGradients, clipValue);
      clip(biasGradients, clipValue);
    }
    const scale = clipNorm === undefined ? 1 : this.#shortening(clipNorm);
    const rates = this.#adaptiveRates(learningRate);
    for (const { spec, weights, weightGradients, weightState, biases, biasGradients, biasState } of this.#layers) {
      this.#update(weights, weightGradients, weightState, scale, rates);
      if (spec.bias) this.#update(biases, biasGradients, biasState, scale, rates);
    }
  }

  /** The factor that shortens gradients to at most `clipNorm`. torch.nn.utils.clip_grad_norm_ has the same 1e-6. */
  #shortening(clipNorm: number): number {
    let squares = 0;
    for (const { weightGradients, biasGradients } of this.#layers) {
      squares += squareSum(weightGradients) + squareSum(biasGradients);
    }
    const left = clipNorm / (Math.sqrt(squares) + 1e-6);
    return left < 1 ? left : 1;
  }

  /**
   * Takes the step of one tensor with its gradient times `scale`. `state` holds first moments, then second moments, if the rule
   * has them.
   */
  #update(w: Float32Array, g: Float32Array, state: readonly Float32Array[], scale: number, rates: AdaptiveRates): void {
    const { weightDecay, momentum } = this.#spec;
    const [first, second] = state as [Float32Array, Float32Array];
    switch (this.#rule) {
      case 'sgd':
        sgdStep(w, g, rates.rate, scale, weightDecay);
        break;
      case 'momentum':
        momentumStep(w, g, first, rates.rate, scale, weightDecay, momentum, false);
        break;
      case 'nesterov':
        momentumStep(w, g, first, rates.rate, scale, weightDecay, momentum, true);
        break;
      case 'adam':
      case 'adamw':
        adaptiveStep(w, g, first, second, scale, rates);
        break;
      case 'rmsprop':
      case 'adagrad':
        adaptiveStep(w, g, undefined, first, scale, rates);
        break;
      default:
        this.#rule satisfies never;
    }
  }

  /** The numbers of an adaptive step. For sgd only the rate matters. */
  #adaptiveRates(rate: number): AdaptiveRates {
    const { weightDecay, beta2, epsilon } = this.#spec;
    const plain = {
      rate,
      decay: weightDecay,
      decayFactor: 1,
      beta1: 0,
      beta2,
      share: 1 - beta2,
      rootScale: 1,
      epsilon,
    };
    switch (this.#rule) {
      case 'sgd':
      case 'momentum':
      case 'nesterov':
      case 'rmsprop':
        return plain;
      case 'adagrad':
        return { ...plain, beta2: 1, share: 1 };
      case 'adam':
        return { ...plain, ...this.#adamRates(rate) };
      case 'adamw':
        return { ...plain, ...this.#adamRates(rate), decay: 0, decayFactor: 1 - rate * weightDecay };
    }
  }

  /** Adam's numbers for the next step, corrected because moments begin at 0. */
  #adamRates(rate: number): Pick<AdaptiveRates, 'rate' | 'beta1' | 'rootScale'> {
    const { beta1, beta2 } = this.#spec;
    const products = this.#betaProducts;
    products[0] = (products[0] as number) * beta1;
    products[1] = (products[1] as number) * beta2;
    return {
      rate: rate / (1 - (products[0] as number)),
      beta1,
      rootScale: 1 / Math.sqrt(1 - (products[1] as number)),
    };
  }
}

/** A copy of a moment, or zeros for a layer that has none. */
function copied(moment: Float32Array | undefined, length: number): Float32Array {
  return moment === undefined || length === 0 ? float32(length) : sliceOf(moment);
}
