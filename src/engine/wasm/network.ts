/** A network in WASM memory. Writes the records that the kernel walks and copies numbers in and out. Keeps views of what a snapshot copies alone. */
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
  type OptimizerState,
  type StepOptions,
  safeMagnitude,
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
import { layerRecord, type Pass, writeGradients, writePass, writeRecords, writeStep } from './records.js';
import { copyRows, WasmSamples } from './samples.js';

export class WasmNetwork implements EngineNetwork {
  readonly module: WebAssembly.Module;
  readonly #realm: Realm;
  readonly #spec: NetworkSpec;
  readonly #plan: NetworkPlan;
  readonly #holdings: Holdings;
  /** Address of the records, which is the start of the network's block. */
  readonly #address: number;
  #pass: Pass;
  /** Address of the gradients, laid out like the parameters. 0 until they are needed. */
  #gradients = 0;
  /** Of the parameters, when isFinite looked at them last. */
  #largest = Number.POSITIVE_INFINITY;
  /** The magnitude of parameters and inputs up to which no output overflows. 0 until it is needed. */
  #safe = 0;
  /** Whether the records are ready for another step of one sample, without dropout and clipping. */
  #isReady = false;
  /** Undefined if the optimizer has no state. */
  readonly #moments: Moments | undefined;
  readonly #createMoments: typeof createMoments | undefined;
  #views: Float32Array[] = [];
  /** Whether the optimizer state is more than reserved. */
  #hasStepped = false;

  /** `moments` makes the optimizer state. It must be given if the optimizer has a state. */
  constructor(realm: Realm, spec: NetworkSpec, moments: typeof createMoments | undefined) {
    this.#realm = realm;
    this.module = realm.module;
    this.#spec = spec;
    this.#plan = planNetwork(spec);
    this.#holdings = new Holdings(realm);
    this.#address = this.#holdings.reserve(this.#plan.bytes);
    this.#holdings.follow(this);
    this.#createMoments = moments;
    this.#moments = moments?.(realm, this.#holdings, this.#plan.parameters, spec);
    writeRecords(realm, this.#address, spec, this.#plan);
    this.#pass = writePass(realm, this.#address, this.#address + this.#plan.passOffset, 1, this.#plan.pass);
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
    const state = this.#state();
    const snapshot = reuse ?? float32(state.reduce((sum, { length }) => sum + length, 0));
    let offset = 0;
    for (const values of state) {
      snapshot.set(values, offset);
      offset += values.length;
    }
    return snapshot;
  }

  restore(snapshot: Float32Array): void {
    this.#hasStepped = true;
    let offset = 0;
    for (const values of this.#state()) {
      values.set(snapshot.subarray(offset, offset + values.length));
      offset += values.length;
    }
  }

  isFinite(): boolean {
    this.#holdings.check();
    this.#largest = this.#realm.largest(this.#address + this.#plan.parametersOffset, this.#plan.parameters.bytes);
    return Number.isFinite(this.#largest) && Number.isFinite(this.#moments?.largest() ?? 0);
  }

  givesFinite(samples: LoadedSamples, from: number, count: number): boolean {
    this.#safe ||= safeMagnitude(this.#spec);
    if (this.#largest <= this.#safe && samples.largest <= this.#safe) return true;
    const { address, rows, plan } = this.#passFor(count, samples.isSparse);
    const outputs = address + (plan.layers.at(-1) as PassPlan['layers'][number]).outputsOffset;
    const rowBytes = paddedUnits(this.#spec.outputs) * 4;
    for (let done = 0; done < count; done += rows) {
      const now = Math.min(rows, count - done);
      const totals = { loss: 0, correct: 0 };
      this.evaluate(samples, from + done, now, totals);
      if (!Number.isFinite(totals.loss) && !Number.isFinite(this.#realm.largest(outputs, now * rowBytes))) return false;
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
      const { floats } = this.#realm;
      if (samples !== undefined) {
        this.evaluate(samples, done, now, { loss: 0, correct: 0 });
      } else {
        const to = (address + plan.inputsOffset) >>> 2;
        copyRows(now, width, inputs, done * width, width, floats, to, plan.inputRowBytes >> 2);
        this.#realm.run((kernel) => kernel.forward(this.#address, now));
      }
      copyRows(now, outputs, floats, from >>> 2, paddedUnits(outputs), result, done * outputs, outputs);
    }
    samples?.release();
    return result;
  }

  predictRow(row: Float32Array, into?: Float32Array): Float32Array {
    const { address, plan } = this.#passFor(1, false);
    const { inputs, outputs, layers } = this.#spec;
    const x = (address + plan.inputsOffset) >>> 2;
    const y = (address + (plan.layers[layers.length - 1] as PassPlan['layers'][number]).outputsOffset) >>> 2;
    const { floats } = this.#realm;
    for (let i = 0; i < inputs; i++) floats[x + i] = row[i] as number;
    this.#realm.forward(this.#address);
    const result = into ?? float32(outputs);
    for (let i = 0; i < outputs; i++) result[i] = floats[y + i] as number;
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

  /** Returns how many samples are taken at once. */
  reserve({ isSparse }: LoadedSamples, count: number, step: StepOptions): number {
    const { batchSize } = step;
    const block = this.sliceMultiple(step);
    // Blocks read rows up to the next multiple of 4.
    this.#passFor(block > batchSize ? roundUp(block, abi.LANES) : Math.min(batchSize, count), isSparse);
    // Steps in blocks, and plain steps that one pass is enough for, need no gradients in memory. Momentum of sparse rows is not in blocks.
    const inPlace = isPlain(this.#spec, step) || (block > batchSize && !isSparse);
    if (batchSize > (inPlace ? abi.MAX_PASS_ROWS : 0)) this.#reserveGradients();
    this.#reserveMoments();
    return block;
  }

  train(samples: LoadedSamples, from: number, count: number, step: StepOptions, totals: Totals): boolean {
    const { batchSize, learningRate, dropoutKey, clipNorm, clipValue } = step;
    const isSimple = batchSize === 1 && !(dropoutKey || clipNorm || clipValue || samples.isSparse);
    if (!isSimple || !this.#isReady) {
      const block = this.reserve(samples, count, step);
      this.#hasStepped = true;
      const optimizer = this.#moments?.optimizer ?? abi.OPTIMIZER_SGD;
      writeStep(this.#realm, this.#address, step, isPlain(this.#spec, step) ? abi.OPTIMIZER_PLAIN : optimizer, block);
      this.#isReady = isSimple;
    }
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
    if (weights !== undefined) writePanels(weights, units, inputs, floats, (base + plan.weightsOffset) >>> 2);
    if (biases !== undefined) floats.set(biases, (base + plan.biasesOffset) >>> 2);
  }

  #readLayer(layer: number, base: number): LayerParameters {
    this.#holdings.check();
    const { inputs, units, bias } = this.#spec.layers[layer] as LayerSpec;
    const plan = this.#plan.parameters.layers[layer] as ParameterPlan;
    const floats = this.#realm.floats;
    const start = (base + plan.biasesOffset) >>> 2;
    return {
      weights: readPanels(floats, (base + plan.weightsOffset) >>> 2, units, inputs),
      biases: bias ? sliceOf(floats, start, start + units) : float32(0),
    };
  }

  /** Views of all that a step changes: the parameters, then the optimizer state, which must be reserved. */
  #state(): readonly Float32Array[] {
    this.#holdings.check();
    const { floats } = this.#realm;
    // Kept, because to make one takes three times as long as to copy 2-2-1. Where memory has grown since, they have no length.
    if (!this.#views[0]?.length) {
      const viewOf = (address: number, bytes: number) => floats.subarray(address >>> 2, (address + bytes) >>> 2);
      this.#views = [viewOf(this.#address + this.#plan.parametersOffset, this.#plan.parameters.bytes)];
      if (this.#moments !== undefined) this.#views.push(viewOf(this.#moments.address, this.#moments.bytes));
    }
    return this.#views;
  }

  /** Prepares a call: sets the metric and the sums that the kernel adds to. Returns the address of the samples' record. */
  #begin(samples: LoadedSamples, { loss, correct }: Totals): number {
    this.#holdings.check();
    if (!(samples instanceof WasmSamples)) throw new TypeError('engine: these samples belong to another engine.');
    const { doubles, words } = this.#realm;
    doubles[(this.#address + abi.NETWORK_LOSS_SUM) >>> 3] = loss;
    doubles[(this.#address + abi.NETWORK_CORRECT_SUM) >>> 3] = correct;
    words[(this.#address + abi.NETWORK_METRIC) >>> 2] = METRIC_CODES[samples.metric];
    words[(this.#address + abi.NETWORK_PASS_WEIGHTS) >>> 2] = samples.weighted
      ? this.#pass.address + this.#pass.plan.weightsOffset
      : 0;
    return samples.address;
  }

  #end(totals: Totals): void {
    const { doubles } = this.#realm;
    totals.loss = doubles[(this.#address + abi.NETWORK_LOSS_SUM) >>> 3] as number;
    totals.correct = doubles[(this.#address + abi.NETWORK_CORRECT_SUM) >>> 3] as number;
  }

  /** The pass block, with room for `count` rows or for the most that a pass takes. Sparse inputs stay with their samples. */
  #passFor(count: number, isSparse: boolean): Pass {
    this.#holdings.check();
    const rows = Math.min(count, abi.MAX_PASS_ROWS);
    if (this.#pass.rows >= rows && (isSparse || this.#pass.plan.inputRowBytes > 0)) return this.#pass;
    const plan = planPass(this.#spec, rows, isSparse ? 0 : this.#spec.inputs);
    const address = this.#holdings.reserve(plan.bytes);
    // The first one is no block of its own, and stays.
    this.#holdings.release(this.#pass.address);
    // EngineSamples are copied without padding, and their padding must read as 0.
    this.#realm.floats.fill(0, address >>> 2, (address + plan.bytes) >>> 2);
    this.#pass = writePass(this.#realm, this.#address, address, rows, plan);
    this.#isReady = false;
    return this.#pass;
  }

  #reserveGradients(): void {
    if (this.#gradients !== 0) return;
    const { parameters } = this.#plan;
    this.#gradients = this.#holdings.reserve(parameters.bytes);
    writeGradients(this.#realm, this.#address, this.#gradients, parameters);
  }

  #reserveMoments(): void {
    this.#moments?.reserve(this.#address, (index) => layerRecord(this.#address, index));
  }
}
