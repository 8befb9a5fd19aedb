/**
 * What an optimizer remembers, in WASM memory: a header with the products of adam's betas, then each moment laid out as the
 * parameters. A chunk of its own: plain gradient descent remembers nothing.
 */
import * as abi from '../../../assembly/abi.js';
import type { NetworkSpec } from '../../options/network.js';
import { momentsOf } from '../../options/optimizers.js';
import type { LayerParameters, OptimizerMemory } from '../engine.js';
import type { Holdings } from './holdings.js';
import type { ParametersPlan } from './plan.js';
import type { Realm } from './realm.js';

/** Makes room for nothing yet. Undefined where the optimizer remembers nothing. */
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
  readonly bytes: number;
  /** 0 until training begins. */
  address = 0;

  constructor(realm: Realm, holdings: Holdings, plan: ParametersPlan, { optimizer }: NetworkSpec) {
    this.#realm = realm;
    this.#holdings = holdings;
    this.#plan = plan;
    this.#count = momentsOf(optimizer).length;
    this.bytes = abi.MEMORY_BYTES + this.#count * plan.bytes;
  }

  /** Moments begin as 0, the products of betas as 1. `network` is the address of its record, `layerRecord` gives a layer's. */
  reserve(network: number, layerRecord: (index: number) => number): void {
    if (this.address !== 0) return;
    this.address = this.#holdings.reserve(this.bytes);
    this.#realm.floats.fill(0, this.address >>> 2, (this.address + this.bytes) >>> 2);
    this.#writeProducts([1, 1]);
    this.#realm.writeWords(network, { [abi.NETWORK_MEMORY]: this.address });
    const first = this.address + abi.MEMORY_BYTES;
    this.#plan.layers.forEach(({ weightsOffset, biasesOffset }, index) => {
      this.#realm.writeWords(layerRecord(index), {
        [abi.LAYER_WEIGHT_MEMORY]: first + weightsOffset,
        [abi.LAYER_BIAS_MEMORY]: first + biasesOffset,
        [abi.LAYER_MEMORY_STRIDE]: this.#plan.bytes,
      });
    });
  }

  /** Copies, by `readLayer`, which reads a layer from where parameters or a moment begin. Undefined before there are any. */
  read(readLayer: (layer: number, base: number) => LayerParameters): OptimizerMemory | undefined {
    if (this.address === 0) return undefined;
    const products = [abi.MEMORY_BETA1_PRODUCT, abi.MEMORY_BETA2_PRODUCT].map((offset) =>
      this.#realm.readDouble(this.address + offset),
    ) as [number, number];
    const moments = this.#bases().map((base) => this.#plan.layers.map((_, layer) => readLayer(layer, base)));
    return { products, moments };
  }

  /** The reverse, once reserved. */
  write(
    { products, moments }: OptimizerMemory,
    writeLayer: (layer: number, base: number, parameters: LayerParameters) => void,
  ): void {
    this.#writeProducts(products);
    this.#bases().forEach((base, i) => {
      moments[i]?.forEach((parameters, layer) => {
        writeLayer(layer, base, parameters);
      });
    });
  }

  /** Whether all moments are finite, by the kernel. */
  isFinite(areFinite: (address: number, bytes: number) => boolean): boolean {
    return this.address === 0 || areFinite(this.address + abi.MEMORY_BYTES, this.bytes - abi.MEMORY_BYTES);
  }

  #bases(): number[] {
    const first = this.address + abi.MEMORY_BYTES;
    return Array.from({ length: this.#count }, (_, i) => first + i * this.#plan.bytes);
  }

  #writeProducts([beta1, beta2]: readonly [number, number]): void {
    this.#realm.writeDouble(this.address + abi.MEMORY_BETA1_PRODUCT, beta1);
    this.#realm.writeDouble(this.address + abi.MEMORY_BETA2_PRODUCT, beta2);
  }
}
