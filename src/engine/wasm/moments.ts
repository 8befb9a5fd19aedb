/**
 * The optimizer state in WASM memory: a header with the products of adam's betas, then each moment, laid out like the parameters.
 * Loaded as a chunk of its own, because plain gradient descent does not need it.
 */
import * as abi from '../../../assembly/abi.js';
import type { NetworkSpec } from '../../options/spec.js';
import { momentsOf, type UpdateRule, updateRuleOf } from '../../options/update-rules.js';
import type { LayerParameters, OptimizerState, StepOptions } from '../engine.js';
import type { Holdings } from './holdings.js';
import type { ParametersPlan } from './plan.js';
import type { Realm } from './realm.js';

/** For steps whose gradients lie in memory. Plain sgd without them is OPTIMIZER_PLAIN. */
export const OPTIMIZER_CODES: Readonly<Record<UpdateRule, number>> = {
  sgd: abi.OPTIMIZER_SGD,
  momentum: abi.OPTIMIZER_MOMENTUM,
  nesterov: abi.OPTIMIZER_NESTEROV,
  adam: abi.OPTIMIZER_ADAM,
  adamw: abi.OPTIMIZER_ADAMW,
  rmsprop: abi.OPTIMIZER_RMSPROP,
  adagrad: abi.OPTIMIZER_ADAGRAD,
};

type BatchOptions = Pick<StepOptions, 'batchSize' | 'clipNorm' | 'clipValue'>;

/**
 * Samples that a call of train should take a multiple of: a block of samples, which momentum takes with one sample per step, or one batch.
 * Whatever needs the gradient of each step in memory stays without blocks: clipping, l1, and other optimizers. So does weight decay,
 * which would make the velocity depend on every weight in between.
 */
export function momentRows(
  { optimizer, layers }: NetworkSpec,
  { batchSize, clipNorm, clipValue }: BatchOptions,
): number {
  const rule = updateRuleOf(optimizer);
  const moves = rule === 'momentum' || rule === 'nesterov';
  const clips = clipNorm !== undefined || clipValue !== undefined;
  const penalizes = layers.some(({ l1, l2, trainable }) => trainable && l1 + l2 > 0);
  const inBlocks = batchSize === 1 && moves && optimizer.weightDecay === 0 && !clips && !penalizes;
  return inBlocks ? abi.BLOCK_ROWS : batchSize;
}

/** Reserves no memory yet. Returns undefined if the optimizer has no state. */
export function createMoments(
  realm: Realm,
  holdings: Holdings,
  plan: ParametersPlan,
  spec: NetworkSpec,
): Moments | undefined {
  return momentsOf(spec.optimizer).length === 0 ? undefined : new Moments(realm, holdings, plan, spec);
}

export class Moments {
  readonly #realm: Realm;
  readonly #holdings: Holdings;
  readonly #plan: ParametersPlan;
  readonly #count: number;
  readonly #spec: NetworkSpec;
  /** The kernel's code of the update rule. */
  readonly optimizer: number;
  readonly bytes: number;
  /** 0 until training begins. */
  address = 0;

  constructor(realm: Realm, holdings: Holdings, plan: ParametersPlan, spec: NetworkSpec) {
    const { optimizer } = spec;
    this.#realm = realm;
    this.#spec = spec;
    this.#holdings = holdings;
    this.#plan = plan;
    this.#count = momentsOf(optimizer).length;
    this.optimizer = OPTIMIZER_CODES[updateRuleOf(optimizer)];
    this.bytes = abi.STATE_BYTES + this.#count * plan.bytes;
  }

  rows(step: StepOptions): number {
    return momentRows(this.#spec, step);
  }

  /**
   * Reserves the state: moments start at 0, products of betas at 1. `network` is the address of its record, `layerRecord` gives
   * that of a layer.
   */
  reserve(network: number, layerRecord: (index: number) => number): void {
    if (this.address !== 0) return;
    this.address = this.#holdings.reserve(this.bytes);
    this.#realm.floats.fill(0, this.address >>> 2, (this.address + this.bytes) >>> 2);
    this.#writeProducts([1, 1]);
    this.#realm.writeWords(network, { [abi.NETWORK_OPTIMIZER_STATE]: this.address });
    const first = this.address + abi.STATE_BYTES;
    this.#plan.layers.forEach(({ weightsOffset, biasesOffset }, index) => {
      this.#realm.writeWords(layerRecord(index), {
        [abi.LAYER_WEIGHT_STATE]: first + weightsOffset,
        [abi.LAYER_BIAS_STATE]: first + biasesOffset,
        [abi.LAYER_STATE_STRIDE]: this.#plan.bytes,
      });
    });
  }

  /** Returns copies. `readLayer` reads a layer from the start of the parameters or of a moment. Undefined while there is no state. */
  read(readLayer: (layer: number, base: number) => LayerParameters): OptimizerState | undefined {
    if (this.address === 0) return undefined;
    const products = [abi.STATE_BETA1_PRODUCT, abi.STATE_BETA2_PRODUCT].map(
      (offset) => this.#realm.doubles[(this.address + offset) >>> 3],
    ) as [number, number];
    const moments = this.#bases().map((base) => this.#plan.layers.map((_, layer) => readLayer(layer, base)));
    return { products, moments };
  }

  /** Writes a state back. The state must have been reserved. */
  write(
    { products, moments }: OptimizerState,
    writeLayer: (layer: number, base: number, parameters: LayerParameters) => void,
  ): void {
    this.#writeProducts(products);
    this.#bases().forEach((base, i) => {
      moments[i]?.forEach((parameters, layer) => {
        writeLayer(layer, base, parameters);
      });
    });
  }

  /** The largest magnitude of all moments, which the kernel finds. */
  largest(): number {
    return this.address === 0 ? 0 : this.#realm.largest(this.address + abi.STATE_BYTES, this.bytes - abi.STATE_BYTES);
  }

  #bases(): number[] {
    const first = this.address + abi.STATE_BYTES;
    return Array.from({ length: this.#count }, (_, i) => first + i * this.#plan.bytes);
  }

  #writeProducts([beta1, beta2]: readonly [number, number]): void {
    const { doubles } = this.#realm;
    doubles[(this.address + abi.STATE_BETA1_PRODUCT) >>> 3] = beta1;
    doubles[(this.address + abi.STATE_BETA2_PRODUCT) >>> 3] = beta2;
  }
}
