/** A network in WASM memory. Writes the records that the kernel walks and copies numbers in and out. Keeps no view of the memory. */
import * as abi from '../../../assembly/abi.js';
import { float32, sliceOf, uint32 } from '../../foundation/memory.js';
import type { LayerSpec, NetworkSpec } from '../../options/spec.js';
import {
  type EngineInputs,
  type EngineNetwork,
  type EngineSamples,
  isPlain,
  type LayerParameters,
  type LoadedSamples,
  mayOverflow,
  type OptimizerState,
  type StepOptions,
  type Totals,
  zeroGradients,
} from '../engine.js';
import { roundUp } from './arena.js';
import { METRIC_CODES } from './codes.js';
import { Holdings } from './holdings.js';
import type { createMoments, Moments } from './moments.js';
import { paddedUnits, readPanels, writePanels } from './panels.js';
import { blockRows, type NetworkPlan, type ParameterPlan, type PassPlan, planNetwork, planPass } from './plan.js';
import type { Realm } from './realm.js';
import { layerRecord, writePass, writeRecords } from './records.js';
import { copyRows, WasmSamples } from './samples.js';

const INFINITY = Number.POSITIVE_INFINITY;

export class WasmNetwork implements EngineNetwork {
  readonly #realm: Realm;
  readonly #spec: NetworkSpec;
  readonly #plan: NetworkPlan;
  readonly #holdings: Holdings;
  /** Address of the records, which is the start of the network's block. */
  readonly #address: number;
  #pass: { address: number; rows: number; plan: PassPlan } | undefined;
  /** Address of the gradients, laid out like the parameters. 0 until they are needed. */
  #gradients = 0;
  /** Of the parameters, when isFinite looked at them last. */
  #largest = INFINITY;
  /** Undefined if the optimizer has no state. */
  readonly #moments: Moments | undefined;
  readonly #createMoments: typeof createMoments | undefined;
  /** Whether the optimizer state is more than reserved. */
  #hasStepped = false;

  /** `moments` makes the optimizer state. It must be given if the optimizer has a state. */
  constructor(realm: Realm, spec: NetworkSpec, moments: typeof createMoments | undefined) {
    this.#realm = realm;
    this.#spec = spec;
    this.#plan = planNetwork(spec);
    this.#holdings = new Holdings(realm);
    this.#address = this.#holdings.reserve(this.#plan.bytes);
    this.#holdings.follow(this);
    this.#createMoments = moments;
    this.#moments = moments?.(realm, this.#holdings, this.#plan.parameters, spec);
    writeRecords(realm, this.#address, spec, this.#plan);
  }

  get module(): WebAssembly.Module {
    return this.#realm.module;
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

  readOptimizerState(): OptimizerState | undefined {
    return this.#hasStepped ? this.#moments?.read((layer, base) => this.#readLayer(layer, base)) : undefined;
  }

  writeOptimizerState(state: OptimizerState): void {
    this.#reserveMoments();
    this.#hasStepped = true;
    this.#moments?.write(state, (layer, base, parameters) => this.#writeLayer(layer, base, parameters));
  }

  snapshot(reuse?: Float32Array): Float32Array {
    this.#reserveMoments();
    const ranges = this.#stateRanges();
    const snapshot = reuse ?? float32(ranges.reduce((sum, { length }) => sum + length, 0));
    let offset = 0;
    for (const { start, length } of ranges) {
      snapshot.set(this.#realm.floats.subarray(start, start + length), offset);
      offset += length;
    }
    return snapshot;
  }

  restore(snapshot: Float32Array): void {
    this.#hasStepped = true;
    let offset = 0;
    for (const { start, length } of this.#stateRanges()) {
      this.#realm.floats.set(snapshot.subarray(offset, offset + length), start);
      offset += length;
    }
  }

  isFinite(): boolean {
    const { bytes } = this.#plan.parameters;
    this.#holdings.check();
    this.#largest = this.#realm.largest(this.#address + this.#plan.parametersOffset, bytes);
    return this.#largest < INFINITY && (this.#moments === undefined || this.#moments.largest() < INFINITY);
  }

  givesFinite(samples: LoadedSamples, from: number, count: number): boolean {
    if (!mayOverflow(this.#spec, this.#largest, (samples as WasmSamples).largest)) return true;
    const { address, rows, plan } = this.#passFor(count, samples.isSparse);
    const { outputsOffset } = plan.layers[plan.layers.length - 1] as PassPlan['layers'][number];
    const rowBytes = paddedUnits(this.#spec.outputs) * Float32Array.BYTES_PER_ELEMENT;
    for (let done = 0; done < count; done += rows) {
      const now = Math.min(rows, count - done);
      const totals = { loss: 0, correct: 0 };
      this.evaluate(samples, from + done, now, totals);
      if (Number.isFinite(totals.loss)) continue;
      if (!(this.#realm.largest(address + outputsOffset, now * rowBytes) < INFINITY)) return false;
    }
    return true;
  }

  predict(
    inputs: EngineInputs,
    count: number,
    layer = this.#spec.layers.length - 1,
    into?: Float32Array,
  ): Float32Array {
    const { address, rows, plan } = this.#passFor(count, inputs.starts !== undefined);
    const outputs = (this.#spec.layers[layer] as LayerSpec).units;
    const result = into ?? float32(count * outputs);
    const from = address + (plan.layers[layer] as PassPlan['layers'][number]).outputsOffset;
    const width = this.#spec.inputs;
    // The kernel goes forward with sparse rows where it has samples, whose targets can be any here.
    const samples = inputs.starts && this.load({ count, inputs, targets: uint32(count), metric: 'none' });
    for (let done = 0; done < count; done += rows) {
      const now = Math.min(rows, count - done);
      const floats = this.#realm.floats;
      if (samples !== undefined) {
        this.evaluate(samples, done, now, { loss: 0, correct: 0 });
      } else {
        const to = floatIndex(address + plan.inputsOffset);
        copyRows(now, width, inputs, done * width, width, floats, to, plan.inputRowBytes >> 2);
        this.#realm.run((kernel) => kernel.forward(this.#address, now));
      }
      copyRows(now, outputs, floats, floatIndex(from), paddedUnits(outputs), result, done * outputs, outputs);
    }
    samples?.release();
    return result;
  }

  /** In the memory of this network, or of another realm. */
  twin(realm = this.#realm): WasmNetwork {
    return new WasmNetwork(realm, this.#spec, this.#createMoments);
  }

  load(samples: EngineSamples): WasmSamples {
    return new WasmSamples(this.#realm, this.#holdings, samples);
  }

  sliceMultiple(step: StepOptions): number {
    const { batchSize } = step;
    return isPlain(this.#spec, step) ? blockRows(this.#spec, batchSize) : (this.#moments?.rows(step) ?? batchSize);
  }

  reserve({ isSparse }: LoadedSamples, count: number, step: StepOptions): void {
    const { batchSize } = step;
    const block = this.sliceMultiple(step);
    // Blocks read rows up to the next multiple of 4.
    this.#passFor(block > batchSize ? roundUp(block, abi.LANES) : Math.min(batchSize, count), isSparse);
    const plain = isPlain(this.#spec, step);
    // Steps in blocks, and plain steps that one pass is enough for, need no gradients in memory. Momentum of sparse rows is not in blocks.
    const inPlace = plain || (block > batchSize && !isSparse);
    if (batchSize > (inPlace ? abi.MAX_PASS_ROWS : 0)) this.#reserveGradients();
    this.#reserveMoments();
  }

  train(samples: LoadedSamples, from: number, count: number, step: StepOptions, totals: Totals): boolean {
    const { batchSize, learningRate } = step;
    this.reserve(samples, count, step);
    this.#hasStepped = true;
    const optimizer = isPlain(this.#spec, step) ? abi.OPTIMIZER_PLAIN : (this.#moments?.optimizer ?? abi.OPTIMIZER_SGD);
    this.#writeStep(step, optimizer, this.sliceMultiple(step));
    const dataset = this.#begin(samples, totals);
    const trained = this.#realm.run((kernel) =>
      kernel.train(this.#address, dataset, from, count, batchSize, learningRate),
    );
    this.#end(totals);
    return trained === count;
  }

  evaluate(samples: LoadedSamples, from: number, count: number, totals: Totals): void {
    this.#passFor(count, samples.isSparse);
    const dataset = this.#begin(samples, totals);
    this.#realm.run((kernel) => kernel.evaluate(this.#address, dataset, from, count));
    this.#end(totals);
  }

  gradients(samples: LoadedSamples): { loss: number; layers: LayerParameters[] } {
    this.#passFor(samples.count, samples.isSparse);
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

  #readLayer(layer: number, base: number): LayerParameters {
    this.#holdings.check();
    const { inputs, units, bias } = this.#spec.layers[layer] as LayerSpec;
    const plan = this.#plan.parameters.layers[layer] as ParameterPlan;
    const floats = this.#realm.floats;
    const start = floatIndex(base + plan.biasesOffset);
    return {
      weights: readPanels(floats, floatIndex(base + plan.weightsOffset), units, inputs),
      biases: bias ? sliceOf(floats, start, start + units) : float32(0),
    };
  }

  /** The ranges, in a view of four-byte numbers, of all that a step changes: the parameters, then the optimizer state. */
  #stateRanges(): { start: number; length: number }[] {
    this.#holdings.check();
    const ranges = [{ address: this.#address + this.#plan.parametersOffset, bytes: this.#plan.parameters.bytes }];
    if (this.#moments !== undefined && this.#moments.address !== 0) ranges.push(this.#moments);
    return ranges.map(({ address, bytes }) => ({ start: floatIndex(address), length: floatIndex(bytes) }));
  }

  #writeStep({ clipNorm, clipValue, dropoutKey }: StepOptions, optimizer: number, blockRows: number): void {
    const { words, floats } = this.#realm;
    const header = this.#address;
    // Written one by one: with writeWords, a trainOnBatch of 2-2-1 takes 4.3 microseconds instead of 1.6.
    words[(header + abi.NETWORK_BLOCK_ROWS) >>> 2] = blockRows;
    words[(header + abi.NETWORK_OPTIMIZER) >>> 2] = optimizer;
    words[(header + abi.NETWORK_DROPOUT_KEY) >>> 2] = dropoutKey;
    floats[(header + abi.NETWORK_CLIP_NORM) >>> 2] = clipNorm ?? Number.POSITIVE_INFINITY;
    floats[(header + abi.NETWORK_CLIP_VALUE) >>> 2] = clipValue ?? Number.POSITIVE_INFINITY;
  }

  /** Prepares a call: sets the metric and the sums that the kernel adds to. Returns the address of the samples' record. */
  #begin(samples: LoadedSamples, { loss, correct }: Totals): number {
    this.#holdings.check();
    if (!(samples instanceof WasmSamples)) throw new TypeError('engine: these samples belong to another engine.');
    this.#realm.writeDouble(this.#address + abi.NETWORK_LOSS_SUM, loss);
    this.#realm.writeDouble(this.#address + abi.NETWORK_CORRECT_SUM, correct);
    this.#realm.words[(this.#address + abi.NETWORK_METRIC) >>> 2] = METRIC_CODES[samples.metric];
    this.#realm.words[(this.#address + abi.NETWORK_PASS_WEIGHTS) >>> 2] = samples.weighted ? this.#passWeights : 0;
    return samples.address;
  }

  #end(totals: Totals): void {
    totals.loss = this.#realm.readDouble(this.#address + abi.NETWORK_LOSS_SUM);
    totals.correct = this.#realm.readDouble(this.#address + abi.NETWORK_CORRECT_SUM);
  }

  /** The pass block, with room for `count` rows or for the most that a pass takes. Sparse inputs stay with their samples. */
  #passFor(count: number, isSparse: boolean): { address: number; rows: number; plan: PassPlan } {
    this.#holdings.check();
    const rows = Math.min(count, abi.MAX_PASS_ROWS);
    if (this.#pass !== undefined && this.#pass.rows >= rows && (isSparse || this.#pass.plan.inputRowBytes > 0))
      return this.#pass;
    const plan = planPass(this.#spec, rows, isSparse ? 0 : this.#spec.inputs);
    const address = this.#holdings.reserve(plan.bytes);
    if (this.#pass !== undefined) this.#holdings.release(this.#pass.address);
    this.#pass = { address, rows, plan };
    const realm = this.#realm;
    // EngineSamples are copied without padding, and their padding must read as 0.
    realm.floats.fill(0, floatIndex(address), floatIndex(address + plan.bytes));
    writePass(realm, this.#address, address, rows, plan);
    return this.#pass;
  }

  #reserveGradients(): void {
    if (this.#gradients !== 0) return;
    this.#gradients = this.#holdings.reserve(this.#plan.parameters.bytes);
    this.#plan.parameters.layers.forEach(({ weightsOffset, biasesOffset }, index) => {
      this.#realm.writeWords(layerRecord(this.#address, index), {
        [abi.LAYER_WEIGHT_GRADIENTS]: this.#gradients + weightsOffset,
        [abi.LAYER_BIAS_GRADIENTS]: this.#gradients + biasesOffset,
      });
    });
  }

  #reserveMoments(): void {
    this.#moments?.reserve(this.#address, (index) => layerRecord(this.#address, index));
  }

  /** Address of the sample weights in the pass block. That block must exist. */
  get #passWeights(): number {
    return this.#pass === undefined ? 0 : this.#pass.address + this.#pass.plan.weightsOffset;
  }
}

/** Turns an address into an index in a view of four-byte numbers. */
function floatIndex(address: number): number {
  return address >>> 2;
}
