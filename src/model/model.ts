/**
 * The state of one network: its options, its parameters in an engine, its scaling, and whether it may be used now. It predicts,
 * evaluates and returns copies of its parameters. Knows no files, and of training only that a fit is running.
 */
import { checkOutputs, notFinite } from '../data/outputs.js';
import { type PackedPairs, packInputs, packPairs, type Receiver } from '../data/pack.js';
import type { Samples, Shape } from '../data/samples.js';
import type { Scaling, ScalingLearner } from '../data/scaling.js';
import type { Labels } from '../data/targets.js';
import type { EngineInfo, EngineNetwork, EngineSamples, LayerParameters, LoadedSamples } from '../engine/engine.js';
import { selectEngine } from '../engine/select.js';
import { codedError, WasmlpError } from '../foundation/errors.js';
import type { EngineSpec } from '../options/engine.js';
import type { NetworkSpec } from '../options/network.js';
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
  /** As `normalize` and `normalizeTargets` ask for it; undefined until a fit learns it. */
  scaling: Scaling | undefined;
  readonly #createLearner: (() => ScalingLearner) | undefined;
  #running: Running | undefined;
  #isDisposed = false;

  constructor(
    spec: NetworkSpec,
    engine: EngineNetwork,
    engineInfo: EngineInfo,
    createLearner: (() => ScalingLearner) | undefined,
  ) {
    this.spec = spec;
    this.engine = engine;
    this.engineInfo = engineInfo;
    this.layers = layersOf(spec.layers);
    this.#createLearner = createLearner;
  }

  /** Whether the next fit has to learn the scaling first. */
  get lacksScaling(): boolean {
    return this.#createLearner !== undefined && this.scaling === undefined;
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

  /** `take` for inputs and targets. */
  takePairs(call: string, need: Need, inputs: Samples, targets: Samples | Labels): PackedPairs {
    return this.take(call, need, (receiver) => packPairs(receiver, inputs, targets));
  }

  /** What `data/pack.ts` needs to check and scale the numbers of a call. */
  receiver(call: string): Receiver {
    return { call, spec: this.spec, scaling: this.scaling, createLearner: this.#createLearner };
  }

  predict(call: string, inputs: Samples): Prediction {
    // As `take` does, but without its function, with which predict of one row of 2-2-1 has 0.92 of its speed (Node 20).
    this.check(call);
    const { values, count, shape } = packInputs(this.receiver(call), 'inputs', inputs);
    if (Array.isArray(inputs) && shape === 'packed') {
      const came = `${call}: inputs has ${inputs.length} values, expected ${this.spec.inputs} (the network's inputs)`;
      throw codedError('ERR_SHAPE', `${came}. Give several samples as rows, or end to end in a Float32Array.`);
    }
    this.check(call);
    const outputs = this.engine.predict(values, count);
    this.scaling?.targets?.undo(outputs);
    checkOutputs(call, outputs, this.spec.outputs);
    return { values: outputs, shape };
  }

  evaluate(inputs: Samples, targets: Samples | Labels): Evaluation {
    const packed = this.takePairs('evaluate', 'usable', inputs, targets);
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
    const packed = this.takePairs('gradients', 'usable', inputs, targets);
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

  summary(): string {
    return summaryOf(this.layers, this.engineInfo, this.engine.memoryBytes, {
      inputs: this.spec.normalize,
      targets: this.spec.normalizeTargets,
      learned: this.scaling !== undefined,
    });
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
  scaling?: Scaling,
): Promise<Model> {
  const selected = await selectEngine(options, spec);
  const scales = spec.normalize !== false || spec.normalizeTargets !== false;
  const learning = scales ? await import('../data/scaling.js') : undefined;
  const engine = selected.createNetwork(spec);
  try {
    spec.layers.forEach((_, layer) => {
      engine.writeParameters(layer, parametersOf(layer));
    });
  } catch (error) {
    engine.dispose();
    throw error;
  }
  const model = new Model(spec, engine, selected.info, learning && (() => new learning.ScalingLearner(spec)));
  model.scaling = scaling;
  return model;
}

function disposedError(call: string): WasmlpError {
  return new WasmlpError('ERR_DISPOSED', `${call}: this network was disposed of. Create a new one.`);
}
