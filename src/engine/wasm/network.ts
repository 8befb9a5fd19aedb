/** A network in WASM memory: writes the records that the kernel walks, copies numbers in and out, holds no view. */
import * as abi from '../../../assembly/abi.js';
import { float32 } from '../../memory.js';
import { decayOf } from '../../options/decay.js';
import { ACTIVATIONS, type LayerSpec } from '../../options/layers.js';
import type { NetworkSpec } from '../../options/network.js';
import { LOSSES } from '../../options/training.js';
import type { OptimizerName } from '../../options/types.js';
import {
  dropoutThreshold,
  type EngineNetwork,
  isPlain,
  type LayerParameters,
  type LoadedSamples,
  type Metric,
  momentsOf,
  type OptimizerMemory,
  type Samples,
  type StepOptions,
  type Totals,
  zeroGradients,
} from '../engine.js';
import { roundUp } from './arena.js';
import { Holdings } from './holdings.js';
import { paddedUnits, readPanels, writePanels } from './panels.js';
import {
  blockRows,
  keepsSlopes,
  type NetworkPlan,
  type ParameterPlan,
  type PassPlan,
  planNetwork,
  planPass,
} from './plan.js';
import type { Realm } from './realm.js';
import { copyRows, WasmSamples } from './samples.js';

/** In the order of their codes in assembly/abi.ts. */
const METRICS: readonly Metric[] = ['none', 'argmax', 'threshold'];

/** Codes of the optimizers that remember something. */
const OPTIMIZER_CODES: Record<OptimizerName, number> = {
  sgd: abi.OPTIMIZER_MOMENTUM,
  adam: abi.OPTIMIZER_ADAM,
  adamw: abi.OPTIMIZER_ADAMW,
  rmsprop: abi.OPTIMIZER_RMSPROP,
  adagrad: abi.OPTIMIZER_ADAGRAD,
};

export class WasmNetwork implements EngineNetwork {
  readonly #realm: Realm;
  readonly #spec: NetworkSpec;
  readonly #plan: NetworkPlan;
  readonly #holdings: Holdings;
  /** Address of the records, the start of the network's block. */
  readonly #address: number;
  #pass: { address: number; rows: number; plan: PassPlan } | undefined;
  /** Address of the gradients, laid out as the parameters; 0 until they are needed. */
  #gradients = 0;
  /** Address of what the optimizer remembers; 0 until training begins, or where it remembers nothing. */
  #memory = 0;

  constructor(realm: Realm, spec: NetworkSpec) {
    this.#realm = realm;
    this.#spec = spec;
    this.#plan = planNetwork(spec);
    this.#holdings = new Holdings(realm);
    this.#address = this.#holdings.reserve(this.#plan.bytes);
    this.#holdings.follow(this);
    this.#writeRecords();
  }

  get memoryBytes(): number {
    return this.#holdings.bytes;
  }

  readParameters(layer: number): LayerParameters {
    return this.#readLayer(layer, this.#address + this.#plan.parametersOffset);
  }

  writeParameters(layer: number, parameters: Partial<LayerParameters>): void {
    this.#writeLayer(layer, this.#address + this.#plan.parametersOffset, parameters);
  }

  readMemory(): OptimizerMemory | undefined {
    if (this.#memory === 0) return undefined;
    const products = [abi.MEMORY_BETA1_PRODUCT, abi.MEMORY_BETA2_PRODUCT].map((offset) =>
      this.#realm.readDouble(this.#memory + offset),
    ) as [number, number];
    const moments = this.#momentBases().map((base) =>
      this.#spec.layers.map((_, layer) => this.#readLayer(layer, base)),
    );
    return { products, moments };
  }

  writeMemory({ products, moments }: OptimizerMemory): void {
    this.#reserveMemory();
    if (this.#memory === 0) return;
    this.#realm.writeDouble(this.#memory + abi.MEMORY_BETA1_PRODUCT, products[0]);
    this.#realm.writeDouble(this.#memory + abi.MEMORY_BETA2_PRODUCT, products[1]);
    this.#momentBases().forEach((base, i) => {
      moments[i]?.forEach((parameters, layer) => {
        this.#writeLayer(layer, base, parameters);
      });
    });
  }

  snapshot(reuse?: Float32Array): Float32Array {
    this.#reserveMemory();
    const ranges = this.#stateRanges();
    const snapshot = reuse ?? new Float32Array(ranges.reduce((sum, { length }) => sum + length, 0));
    let offset = 0;
    for (const { start, length } of ranges) {
      snapshot.set(this.#realm.floats.subarray(start, start + length), offset);
      offset += length;
    }
    return snapshot;
  }

  restore(snapshot: Float32Array): void {
    let offset = 0;
    for (const { start, length } of this.#stateRanges()) {
      this.#realm.floats.set(snapshot.subarray(offset, offset + length), start);
      offset += length;
    }
  }

  isFinite(): boolean {
    const { bytes } = this.#plan.parameters;
    this.#holdings.check();
    const areFinite = (address: number, length: number): boolean =>
      this.#realm.run((kernel) => kernel.allFinite(address, length)) !== 0;
    if (!areFinite(this.#address + this.#plan.parametersOffset, bytes)) return false;
    return this.#memory === 0 || areFinite(this.#memory + abi.MEMORY_BYTES, this.#memoryBytes - abi.MEMORY_BYTES);
  }

  predict(inputs: Float32Array, count: number): Float32Array {
    const { address, rows, plan } = this.#passFor(count);
    const outputs = this.#spec.outputs;
    const result = float32(count * outputs);
    const from = address + (plan.layers[plan.layers.length - 1] as PassPlan['layers'][number]).outputsOffset;
    for (let done = 0; done < count; done += rows) {
      const now = Math.min(rows, count - done);
      const floats = this.#realm.floats;
      const width = this.#spec.inputs;
      copyRows(
        now,
        width,
        inputs,
        done * width,
        width,
        floats,
        floatIndex(address + plan.inputsOffset),
        plan.inputRowBytes >> 2,
      );
      this.#realm.run((kernel) => kernel.forward(this.#address, now));
      copyRows(now, outputs, floats, floatIndex(from), paddedUnits(outputs), result, done * outputs, outputs);
    }
    return result;
  }

  load(samples: Samples): WasmSamples {
    return new WasmSamples(this.#realm, this.#holdings, samples);
  }

  sliceMultiple(step: StepOptions): number {
    return isPlain(this.#spec, step) ? blockRows(this.#spec, step.batchSize) : step.batchSize;
  }

  train(samples: LoadedSamples, from: number, count: number, step: StepOptions, totals: Totals): boolean {
    const { batchSize, learningRate } = step;
    const plain = isPlain(this.#spec, step);
    const block = this.sliceMultiple(step);
    // Blocks read rows up to the next multiple of 4.
    this.#passFor(block > batchSize ? roundUp(block, abi.LANES) : Math.min(batchSize, count));
    if (!plain || batchSize > abi.MAX_PASS_ROWS) this.#reserveGradients();
    this.#reserveMemory();
    this.#writeStep(step, plain ? abi.OPTIMIZER_PLAIN : this.#optimizerCode(), block);
    const dataset = this.#begin(samples, totals);
    const trained = this.#realm.run((kernel) =>
      kernel.train(this.#address, dataset, from, count, batchSize, learningRate),
    );
    this.#end(totals);
    return trained === count;
  }

  evaluate(samples: LoadedSamples, from: number, count: number, totals: Totals): void {
    this.#passFor(count);
    const dataset = this.#begin(samples, totals);
    this.#realm.run((kernel) => kernel.evaluate(this.#address, dataset, from, count));
    this.#end(totals);
  }

  gradients(samples: LoadedSamples): { loss: number; layers: LayerParameters[] } {
    this.#passFor(samples.count);
    this.#reserveGradients();
    const dataset = this.#begin(samples, { loss: 0, correct: 0 });
    const sum = this.#realm.run((kernel) => kernel.gradients(this.#address, dataset, 0, samples.count));
    const layers = this.#spec.layers.map((layer, index) =>
      layer.trainable ? this.#readLayer(index, this.#gradients) : zeroGradients(layer),
    );
    return { loss: sum / samples.count, layers };
  }

  dispose(): void {
    this.#holdings.releaseAll();
  }

  #writeLayer(layer: number, base: number, { weights, biases }: Partial<LayerParameters>): void {
    this.#holdings.check();
    const { inputs, units } = this.#spec.layers[layer] as LayerSpec;
    const plan = this.#plan.parameters.layers[layer] as ParameterPlan;
    const floats = this.#realm.floats;
    if (weights !== undefined) writePanels(weights, units, inputs, floats, floatIndex(base + plan.weightsOffset));
    if (biases !== undefined) floats.set(biases, floatIndex(base + plan.biasesOffset));
  }

  /** Where the moments begin that the optimizer remembers, each laid out as the parameters. */
  #momentBases(): number[] {
    const { bytes } = this.#plan.parameters;
    const first = this.#memory + abi.MEMORY_BYTES;
    return Array.from({ length: (this.#memoryBytes - abi.MEMORY_BYTES) / bytes }, (_, i) => first + i * bytes);
  }

  #readLayer(layer: number, base: number): LayerParameters {
    this.#holdings.check();
    const { inputs, units, bias } = this.#spec.layers[layer] as LayerSpec;
    const plan = this.#plan.parameters.layers[layer] as ParameterPlan;
    const floats = this.#realm.floats;
    const start = floatIndex(base + plan.biasesOffset);
    return {
      weights: readPanels(floats, floatIndex(base + plan.weightsOffset), units, inputs),
      biases: bias ? floats.slice(start, start + units) : new Float32Array(0),
    };
  }

  /** Where in a view of four-byte numbers lies what a step changes: the parameters, then what the optimizer remembers. */
  #stateRanges(): { start: number; length: number }[] {
    this.#holdings.check();
    const ranges = [{ address: this.#address + this.#plan.parametersOffset, bytes: this.#plan.parameters.bytes }];
    if (this.#memory !== 0) ranges.push({ address: this.#memory, bytes: this.#memoryBytes });
    return ranges.map(({ address, bytes }) => ({ start: floatIndex(address), length: floatIndex(bytes) }));
  }

  /** Of an optimizer with gradients in memory. */
  #optimizerCode(): number {
    const { optimizer } = this.#spec;
    if (momentsOf(optimizer) === 0) return abi.OPTIMIZER_SGD;
    return optimizer.nesterov ? abi.OPTIMIZER_NESTEROV : OPTIMIZER_CODES[optimizer.type];
  }

  #writeStep({ clipNorm, clipValue, dropoutKey }: StepOptions, optimizer: number, blockRows: number): void {
    const { words, floats } = this.#realm;
    const header = this.#address;
    words[(header + abi.NETWORK_BLOCK_ROWS) >>> 2] = blockRows;
    words[(header + abi.NETWORK_OPTIMIZER) >>> 2] = optimizer;
    words[(header + abi.NETWORK_DROPOUT_KEY) >>> 2] = dropoutKey;
    floats[(header + abi.NETWORK_CLIP_NORM) >>> 2] = clipNorm ?? Number.POSITIVE_INFINITY;
    floats[(header + abi.NETWORK_CLIP_VALUE) >>> 2] = clipValue ?? Number.POSITIVE_INFINITY;
  }

  get #memoryBytes(): number {
    const moments = momentsOf(this.#spec.optimizer);
    return moments === 0 ? 0 : abi.MEMORY_BYTES + moments * this.#plan.parameters.bytes;
  }

  /** Sets the sums that the kernel adds to, and the metric; the address of the samples' record. */
  #begin(samples: LoadedSamples, { loss, correct }: Totals): number {
    this.#holdings.check();
    if (!(samples instanceof WasmSamples)) throw new TypeError('engine: samples of another engine.');
    this.#realm.writeDouble(this.#address + abi.NETWORK_LOSS_SUM, loss);
    this.#realm.writeDouble(this.#address + abi.NETWORK_CORRECT_SUM, correct);
    this.#realm.words[(this.#address + abi.NETWORK_METRIC) >>> 2] = METRICS.indexOf(samples.metric);
    this.#realm.words[(this.#address + abi.NETWORK_PASS_WEIGHTS) >>> 2] = samples.weighted ? this.#passWeights : 0;
    return samples.address;
  }

  #end(totals: Totals): void {
    totals.loss = this.#realm.readDouble(this.#address + abi.NETWORK_LOSS_SUM);
    totals.correct = this.#realm.readDouble(this.#address + abi.NETWORK_CORRECT_SUM);
  }

  #writeRecords(): void {
    const { layers, inputs, loss, optimizer } = this.#spec;
    const words = this.#realm.words;
    const floats = this.#realm.floats;
    const base = this.#address + this.#plan.parametersOffset;
    words.fill(0, this.#address >>> 2, base >>> 2);
    floats.fill(0, base >>> 2, (base + this.#plan.parameters.bytes) >>> 2);
    const header = this.#address;
    words[(header + abi.NETWORK_LAYER_COUNT) >>> 2] = layers.length;
    words[(header + abi.NETWORK_LOSS) >>> 2] = LOSSES.indexOf(loss);
    words[(header + abi.NETWORK_INPUTS) >>> 2] = inputs;
    this.#realm.writeDouble(header + abi.NETWORK_BETA1, optimizer.beta1);
    this.#realm.writeDouble(header + abi.NETWORK_BETA2, optimizer.beta2);
    floats[(header + abi.NETWORK_EPSILON) >>> 2] = optimizer.epsilon;
    floats[(header + abi.NETWORK_MOMENTUM) >>> 2] = optimizer.momentum;
    floats[(header + abi.NETWORK_WEIGHT_DECAY) >>> 2] = optimizer.weightDecay;
    layers.forEach((layer, index) => {
      const record = this.#layerRecord(index);
      const plan = this.#plan.parameters.layers[index] as ParameterPlan;
      words[(record + abi.LAYER_INPUTS) >>> 2] = layer.inputs;
      words[(record + abi.LAYER_UNITS) >>> 2] = layer.units;
      words[(record + abi.LAYER_ROW_BYTES) >>> 2] = paddedUnits(layer.units) * 4;
      const activation = ACTIVATIONS.indexOf(layer.activation);
      words[(record + abi.LAYER_ACTIVATION) >>> 2] = activation;
      words[(record + abi.LAYER_DERIVATIVE) >>> 2] = keepsSlopes(layer) ? abi.DERIVATIVE_KEPT : activation;
      words[(record + abi.LAYER_TRAINABLE) >>> 2] = Number(layer.trainable);
      words[(record + abi.LAYER_HAS_BIAS) >>> 2] = Number(layer.bias);
      words[(record + abi.LAYER_WEIGHTS) >>> 2] = base + plan.weightsOffset;
      words[(record + abi.LAYER_BIASES) >>> 2] = base + plan.biasesOffset;
      words[(record + abi.LAYER_DROPOUT_THRESHOLD) >>> 2] = dropoutThreshold(layer.dropout);
      floats[(record + abi.LAYER_DROPOUT_SCALE) >>> 2] = 1 / (1 - layer.dropout);
      floats[(record + abi.LAYER_L1) >>> 2] = layer.l1;
      floats[(record + abi.LAYER_L2) >>> 2] = 2 * layer.l2;
      const decay = decayOf(optimizer, layer);
      floats[(record + abi.LAYER_WEIGHT_DECAY) >>> 2] = decay.weights;
      floats[(record + abi.LAYER_BIAS_DECAY) >>> 2] = decay.biases;
    });
  }

  /** The rows of a pass, with room for `count` of them or for the most that a pass takes. */
  #passFor(count: number): { address: number; rows: number; plan: PassPlan } {
    this.#holdings.check();
    const rows = Math.min(count, abi.MAX_PASS_ROWS);
    if (this.#pass !== undefined && this.#pass.rows >= rows) return this.#pass;
    const plan = planPass(this.#spec, rows);
    const address = this.#holdings.reserve(plan.bytes);
    if (this.#pass !== undefined) this.#holdings.release(this.#pass.address);
    this.#pass = { address, rows, plan };
    const { words, floats } = this.#realm;
    // Input rows are copied without their padding, which must read as 0.
    floats.fill(0, floatIndex(address), floatIndex(address + plan.bytes));
    words[(this.#address + abi.NETWORK_PASS_ROWS) >>> 2] = rows;
    words[(this.#address + abi.NETWORK_INPUT_ROW_BYTES) >>> 2] = plan.inputRowBytes;
    words[(this.#address + abi.NETWORK_PASS_INPUTS) >>> 2] = address + plan.inputsOffset;
    words[(this.#address + abi.NETWORK_PASS_TARGETS) >>> 2] = address + plan.targetsOffset;
    words[(this.#address + abi.NETWORK_GRAM) >>> 2] = address + plan.gramOffset;
    plan.layers.forEach(({ outputsOffset, slopesOffset, deltasOffset }, index) => {
      words[(this.#layerRecord(index) + abi.LAYER_OUTPUTS) >>> 2] = address + outputsOffset;
      words[(this.#layerRecord(index) + abi.LAYER_SLOPES) >>> 2] = address + slopesOffset;
      words[(this.#layerRecord(index) + abi.LAYER_DELTAS) >>> 2] = address + deltasOffset;
    });
    return this.#pass;
  }

  #reserveGradients(): void {
    if (this.#gradients !== 0) return;
    this.#gradients = this.#holdings.reserve(this.#plan.parameters.bytes);
    const words = this.#realm.words;
    this.#plan.parameters.layers.forEach(({ weightsOffset, biasesOffset }, index) => {
      words[(this.#layerRecord(index) + abi.LAYER_WEIGHT_GRADIENTS) >>> 2] = this.#gradients + weightsOffset;
      words[(this.#layerRecord(index) + abi.LAYER_BIAS_GRADIENTS) >>> 2] = this.#gradients + biasesOffset;
    });
  }

  /** What the optimizer remembers begins as 0, the products of its betas as 1. */
  #reserveMemory(): void {
    const bytes = this.#memoryBytes;
    if (this.#memory !== 0 || bytes === 0) return;
    this.#memory = this.#holdings.reserve(bytes);
    const { words, floats } = this.#realm;
    floats.fill(0, floatIndex(this.#memory), floatIndex(this.#memory + bytes));
    this.#realm.writeDouble(this.#memory + abi.MEMORY_BETA1_PRODUCT, 1);
    this.#realm.writeDouble(this.#memory + abi.MEMORY_BETA2_PRODUCT, 1);
    words[(this.#address + abi.NETWORK_MEMORY) >>> 2] = this.#memory;
    const first = this.#memory + abi.MEMORY_BYTES;
    this.#plan.parameters.layers.forEach(({ weightsOffset, biasesOffset }, index) => {
      words[(this.#layerRecord(index) + abi.LAYER_WEIGHT_MEMORY) >>> 2] = first + weightsOffset;
      words[(this.#layerRecord(index) + abi.LAYER_BIAS_MEMORY) >>> 2] = first + biasesOffset;
      words[(this.#layerRecord(index) + abi.LAYER_MEMORY_STRIDE) >>> 2] = this.#plan.parameters.bytes;
    });
  }

  /** Address of the samples' weights in the pass; there is a pass when it is asked for. */
  get #passWeights(): number {
    return this.#pass === undefined ? 0 : this.#pass.address + this.#pass.plan.weightsOffset;
  }

  #layerRecord(index: number): number {
    return this.#address + abi.NETWORK_BYTES + index * abi.LAYER_BYTES;
  }
}

/**
 * Whether the basic kernel will do: plain gradient descent without decay or dropout, the first few activations and losses, and too
 * large to be trained in registers.
 */
export function isBasic({ inputs, layers, loss, optimizer }: NetworkSpec): boolean {
  return (
    momentsOf(optimizer) === 0 &&
    optimizer.weightDecay === 0 &&
    LOSSES.indexOf(loss) <= abi.LOSS_CATEGORICAL_CROSS_ENTROPY &&
    layers.every(
      ({ activation, dropout, l2 }) =>
        dropout === 0 && l2 === 0 && ACTIVATIONS.indexOf(activation) <= abi.ACTIVATION_SOFTMAX,
    ) &&
    (layers.length !== 2 || inputs > abi.LANES || layers.some(({ units }) => units > abi.LANES))
  );
}

/** Index of an address in a view of four-byte numbers. */
function floatIndex(address: number): number {
  return address >>> 2;
}
