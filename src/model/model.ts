/**
 * The state of one network: its options, its parameters in an engine, its scaling, and whether it may be used now. It predicts,
 * evaluates and returns copies of its parameters. Knows no files, and of training only that a fit is running.
 */

import { checkOutputs, notFinite } from '../data/outputs.js';
import { type PackedPairs, packInputs, packPairs, type Receiver } from '../data/pack.js';
import type { Samples, Shape } from '../data/samples.js';
import type { NetworkScaling } from '../data/scaling.js';
import type { Labels } from '../data/targets.js';
import type { EngineInfo, EngineNetwork, EngineSamples, LayerParameters, LoadedSamples } from '../engine/engine.js';
import { selectEngine } from '../engine/select.js';
import { codedError, WasmlpError } from '../foundation/errors.js';
import type { EngineSpec } from '../options/engine.js';
import type { NetworkSpec } from '../options/spec.js';
import type { Scalings } from '../options/types.js';
import { loadParts, type ModelParts } from './parts.js';
import { checkInto, type PredictOptions, resolvePrediction } from './predict-options.js';
import { type LayerInfo, layersOf, summaryOf } from './summary.js';

/** The loss and, where targets are classes or probabilities, the share of correct predictions. */
export interface Evaluation {
  loss: number;
  accuracy?: number;
}

/** Outputs, and the shape in which the samples were given. */
export interface Prediction {
  /** (samples, outputs) row-major. */
  readonly values: Float32Array;
  readonly shape: Shape;
}

const NO_OPTIONS: PredictOptions = Object.create(null);

/** `usable`: the network was not disposed of. `idle`: besides that, no fit of it is running. */
type Need = 'usable' | 'idle';

/** A running fit. */
export interface Running {
  /** The name of the public call, for error messages. */
  readonly call: string;
  /** Makes the fit reject with `reason`. */
  end(reason: unknown): void;
}

export class Model {
  readonly spec: NetworkSpec;
  readonly engine: EngineNetwork;
  readonly engineInfo: EngineInfo;
  readonly layers: readonly LayerInfo[];
  /** As `normalize` and `normalizeTargets` ask for it; undefined, or without one of the sides, until a fit learns it. */
  scaling: NetworkScaling | undefined;
  /** Whether the parameters may belong to a scaling, even where the network has none: the user set them, or took the scaling away. */
  needsScaling = false;
  /** What only some networks need. */
  readonly parts: ModelParts;
  /** The row of the last step that took one: one-row.ts. */
  row: LoadedSamples | undefined;
  #running: Running | undefined;
  #isDisposed = false;

  /** `parametersOf` gives the first parameters of a layer. */
  constructor(
    spec: NetworkSpec,
    engine: EngineNetwork,
    engineInfo: EngineInfo,
    parts: ModelParts,
    parametersOf: (layer: number) => Partial<LayerParameters>,
  ) {
    this.spec = spec;
    this.engine = engine;
    this.engineInfo = engineInfo;
    this.layers = layersOf(spec.layers);
    this.parts = parts;
    try {
      spec.layers.forEach((_, layer) => {
        engine.writeParameters(layer, parametersOf(layer));
      });
    } catch (error) {
      engine.dispose();
      throw error;
    }
  }

  /** A model of the same engine with the same parameters and scaling. */
  clone(): Model {
    const { spec, engine, engineInfo, parts } = this;
    const model = new Model(spec, engine.twin(), engineInfo, parts, (layer) => engine.readParameters(layer));
    model.scaling = this.scaling;
    model.needsScaling = this.needsScaling;
    return model;
  }

  /** Whether the next fit has to learn the scaling first. */
  get lacksScaling(): boolean {
    return this.parts.scaling?.isLacking(this.spec, this.scaling) ?? false;
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** Throws ERR_DISPOSED after `dispose`, and ERR_BUSY if the call needs an idle network while a fit runs. */
  check(call: string, need: Need = 'usable'): void {
    if (this.#isDisposed) throw disposedError(call);
    if (need === 'idle' && this.#running !== undefined) {
      const mend = 'Await it first, or abort it by its signal.';
      throw new WasmlpError('ERR_BUSY', `${call}: a fit of this network is running. ${mend}`);
    }
  }

  /**
   * Packs the arguments of a call. Checks the network before and after: a getter in the caller's data may dispose of the
   * network or begin a fit.
   */
  take<T>(call: string, need: Need, pack: (receiver: Receiver) => T): T {
    this.check(call, need);
    const packed = pack(this.receiver(call));
    this.check(call, need);
    return packed;
  }

  /** `take` for inputs and targets. `trains`: whether they train, or only judge the network. */
  takePairs(call: string, need: Need, inputs: Samples, targets: Samples | Labels, trains: boolean): PackedPairs {
    return this.take(call, need, (receiver) => {
      this.checkScaling(call);
      return packPairs({ ...receiver, trains }, inputs, targets);
    });
  }

  /** What `data/pack.ts` needs to check and scale the numbers of a call. */
  receiver(call: string): Receiver {
    const { spec, scaling, parts } = this;
    return { call, spec, scaling, parts, trains: false };
  }

  /** `receiver` for a fit, which learns the scaling that the network lacks, or with `relearns` all that can be learned. */
  fitReceiver(call: string, relearns = false): Receiver {
    const createLearner = this.parts.scaling?.learnerOf(this.spec, this.scaling, relearns);
    return { ...this.receiver(call), trains: true, createLearner, findsStale: createLearner === undefined };
  }

  /** Throws ERR_UNSUPPORTED where the parameters may need a scaling that the network does not have. */
  checkScaling(call: string): void {
    if (this.needsScaling && this.lacksScaling) throw this.parts.scaling?.lacksScalingError(call, this.spec);
  }

  /** Copies of the scaling as plain arrays, for users. */
  shownScaling(): Scalings | undefined {
    return this.scaling && this.parts.scaling?.shownScaling(this.scaling);
  }

  /** Sets the scaling that a user gives, or throws. */
  setScaling(given: unknown): void {
    this.check('scaling', 'idle');
    const scaling = this.parts.scaling?.checkedScaling(this.spec, given);
    if (this.parts.scaling === undefined && given !== undefined) {
      throw codedError('ERR_INVALID_OPTION', 'scaling: this network does not scale. Create it with normalize.');
    }
    // A getter in what was given may have disposed of the network.
    this.check('scaling', 'idle');
    this.needsScaling ||= this.scaling !== undefined;
    this.scaling = scaling;
  }

  predict(call: string, inputs: Samples, options?: PredictOptions): Prediction {
    const last = this.layers.length - 1;
    const { layer = last, into } = options === undefined ? NO_OPTIONS : resolvePrediction(options, last);
    this.check(call);
    this.checkScaling(call);
    const { values, count, shape } = packInputs(this.receiver(call), 'inputs', inputs);
    if (Array.isArray(inputs) && shape === 'packed') {
      const came = `${call}: inputs has ${inputs.length} values, expected ${this.spec.inputs} (the network's inputs)`;
      throw codedError('ERR_SHAPE', `${came}. Give several samples as rows, or end to end in a Float32Array.`);
    }
    this.check(call);
    if (into !== undefined)
      checkInto(into, count * (this.layers[layer] as LayerInfo).units, this.parts.table ? [] : inputs);
    const outputs = this.answers(call, values, count, layer, into);
    return { values: outputs, shape: into === undefined ? shape : 'packed' };
  }

  /** The outputs for packed inputs, unscaled and finite; or those of another layer, which have no scaling. */
  answers(
    call: string,
    inputs: Float32Array,
    count: number,
    layer = this.layers.length - 1,
    into?: Float32Array,
  ): Float32Array {
    const outputs = this.engine.predict(inputs, count, layer, into);
    if (layer === this.layers.length - 1) this.scaling?.targets?.undo(outputs);
    checkOutputs(call, outputs, outputs.length / count);
    return outputs;
  }

  evaluate(inputs: Samples, targets: Samples | Labels): Evaluation {
    const packed = this.takePairs('evaluate', 'usable', inputs, targets, false);
    return this.withLoaded(packed, (samples) => {
      const totals = { loss: 0, correct: 0 };
      this.engine.evaluate(samples, 0, samples.count, totals);
      this.#checkLoss(totals.loss, samples);
      const result: Evaluation = { loss: totals.loss / samples.count };
      if (packed.metric !== 'none') result.accuracy = totals.correct / samples.count;
      return result;
    });
  }

  gradients(inputs: Samples, targets: Samples | Labels): { loss: number; layers: LayerParameters[] } {
    const packed = this.takePairs('gradients', 'usable', inputs, targets, true);
    return this.withLoaded(packed, (samples) => this.engine.gradients(samples));
  }

  /** Throws ERR_NON_FINITE, with the first row that has no finite loss, where their sum is not finite. */
  #checkLoss(sum: number, samples: LoadedSamples): void {
    for (let row = 0; !Number.isFinite(sum) && row < samples.count; row++) {
      const totals = { loss: 0, correct: 0 };
      this.engine.evaluate(samples, row, 1, totals);
      if (!Number.isFinite(totals.loss)) throw notFinite('evaluate: the loss', totals.loss, row);
    }
  }

  /** Keeps samples in the engine while `use` runs. */
  withLoaded<T>(packed: EngineSamples, use: (samples: LoadedSamples) => T): T {
    const samples = this.engine.load(packed);
    try {
      return use(samples);
    } finally {
      samples.release();
    }
  }

  /** Copies of the parameters of all layers. */
  readParameters(): LayerParameters[] {
    return this.layers.map((_, layer) => this.engine.readParameters(layer));
  }

  /** Copies of what predictions depend on. `predicts`: they are to predict elsewhere, which they cannot without their scaling. */
  contents(
    call: string,
    predicts = false,
  ): { spec: NetworkSpec; scaling: NetworkScaling | undefined; needsScaling: boolean; parameters: LayerParameters[] } {
    this.check(call);
    if (predicts) this.checkScaling(call);
    const { spec, scaling } = this;
    const needsScaling = this.needsScaling && this.lacksScaling;
    return { spec, scaling, needsScaling, parameters: this.readParameters() };
  }

  summary(): string {
    const scaling = this.parts.scaling?.scalingLines(this.spec, this.lacksScaling) ?? [];
    return summaryOf(this.layers, this.engineInfo, this.engine.memoryBytes, scaling).concat(
      this.parts.table?.summary ?? '',
    );
  }

  /** Marks the network as busy. */
  begin(running: Running): void {
    this.check(running.call, 'idle');
    this.#running = running;
  }

  /** Marks the network as idle. */
  finish(): void {
    this.#running = undefined;
  }

  /** Frees the memory. A running fit rejects with ERR_DISPOSED. A second call does nothing. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.engine.dispose();
    this.#running?.end(disposedError(this.#running.call));
  }
}

/**
 * Creates a model on the engine that the options ask for. `parametersOf` gives the first parameters of a layer; `scaling` is one that was
 * learned before.
 */
export async function openModel(
  spec: NetworkSpec,
  options: EngineSpec,
  parametersOf: (layer: number) => Partial<LayerParameters>,
  scaling?: NetworkScaling,
): Promise<Model> {
  const selected = await selectEngine(options, spec);
  const parts = await loadParts(spec);
  const model = new Model(spec, selected.createNetwork(spec), selected.info, parts, parametersOf);
  model.scaling = scaling ?? parts.scaling?.createdScaling(spec);
  return model;
}

function disposedError(call: string): WasmlpError {
  return new WasmlpError('ERR_DISPOSED', `${call}: this network was disposed of. Create a new one.`);
}
