/**
 * One network's state: what it is made of, its parameters in an engine, its scaling, and whether it may be used now. It predicts,
 * evaluates and hands out copies of its parameters. Knows neither training nor files.
 */
import { type PackedPairs, packInputs, packPairs, type Receiver } from '../data/pack.js';
import type { Samples, Shape } from '../data/samples.js';
import type { Scaling, ScalingLearner } from '../data/scaling.js';
import type { Labels } from '../data/targets.js';
import type {
  EngineInfo,
  EngineNetwork,
  Samples as EngineSamples,
  LayerParameters,
  LoadedSamples,
} from '../engine/engine.js';
import { selectEngine } from '../engine/select.js';
import { codedError, WasmlpError } from '../foundation/errors.js';
import type { EngineSpec } from '../options/engine.js';
import type { NetworkSpec } from '../options/network.js';
import { type LayerInfo, layersOf, summaryOf } from './summary.js';

/** Loss and, where targets are classes or probabilities, the share of right predictions. */
export interface Evaluation {
  loss: number;
  accuracy?: number;
}

/** Outputs for samples, and the shape that the samples came in. */
export interface Prediction {
  /** (samples, outputs) row-major. */
  readonly values: Float32Array;
  readonly shape: Shape;
}

/** What a call needs of a network: that it was not disposed of, or besides that no fit of it runs. */
type Need = 'usable' | 'idle';

/** A fit that runs. */
export interface Running {
  /** The public call, for errors. */
  readonly call: string;
  /** Ends it: it rejects with `reason`. */
  end(reason: unknown): void;
}

export class Model {
  readonly spec: NetworkSpec;
  readonly engine: EngineNetwork;
  readonly engineInfo: EngineInfo;
  readonly layers: readonly LayerInfo[];
  /** What `normalize` and `normalizeTargets` asked for; undefined until a fit learns it. */
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

  /** Whether the first fit has still to learn the scaling. */
  get lacksScaling(): boolean {
    return this.#createLearner !== undefined && this.scaling === undefined;
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** Throws ERR_DISPOSED; for a call that needs an idle network also ERR_BUSY, while a fit runs. */
  check(call: string, need: Need = 'usable'): void {
    if (this.#isDisposed) throw disposedError(call);
    if (need === 'idle' && this.#running !== undefined) {
      const mend = 'Await it first, or abort it by its signal.';
      throw new WasmlpError('ERR_BUSY', `${call}: a fit of this network is running. ${mend}`);
    }
  }

  /**
   * Packs what a call was given. Checks the network before and after: a getter in the caller's data may dispose of the network or
   * begin a fit.
   */
  take<T>(call: string, need: Need, pack: (receiver: Receiver) => T): T {
    this.check(call, need);
    const packed = pack(this.receiver(call));
    this.check(call, need);
    return packed;
  }

  /** `take` for inputs with their targets. */
  takePairs(call: string, need: Need, inputs: Samples, targets: Samples | Labels): PackedPairs {
    return this.take(call, need, (receiver) => packPairs(receiver, inputs, targets));
  }

  /** What the numbers of a call are checked against and scaled by. */
  receiver(call: string): Receiver {
    return { call, spec: this.spec, scaling: this.scaling, createLearner: this.#createLearner };
  }

  predict(call: string, inputs: Samples): Prediction {
    const { values, count, shape } = this.take(call, 'usable', (receiver) => packInputs(receiver, 'inputs', inputs));
    if (Array.isArray(inputs) && shape === 'packed') {
      const came = `${call}: inputs has ${inputs.length} values, expected ${this.spec.inputs} (the network's inputs)`;
      throw codedError('ERR_SHAPE', `${came}. Give several samples as rows, or end to end in a Float32Array.`);
    }
    const outputs = this.engine.predict(values, count);
    this.scaling?.targets?.undo(outputs);
    return { values: outputs, shape };
  }

  evaluate(inputs: Samples, targets: Samples | Labels): Evaluation {
    const packed = this.takePairs('evaluate', 'usable', inputs, targets);
    return this.withLoaded(packed, (samples) => {
      const totals = { loss: 0, correct: 0 };
      this.engine.evaluate(samples, 0, samples.count, totals);
      const result: Evaluation = { loss: totals.loss / samples.count };
      if (packed.metric !== 'none') result.accuracy = totals.correct / samples.count;
      return result;
    });
  }

  gradients(inputs: Samples, targets: Samples | Labels): { loss: number; layers: LayerParameters[] } {
    const packed = this.takePairs('gradients', 'usable', inputs, targets);
    return this.withLoaded(packed, (samples) => this.engine.gradients(samples));
  }

  /** Holds samples in the engine for as long as `use` takes. */
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

  /** From now on the network is busy. */
  begin(running: Running): void {
    this.check(running.call, 'idle');
    this.#running = running;
  }

  /** It is idle again. */
  finish(): void {
    this.#running = undefined;
  }

  /** Gives the memory back. A running fit rejects with ERR_DISPOSED. Harmless twice. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.engine.dispose();
    this.#running?.end(disposedError(this.#running.call));
  }
}

/** A model on the engine that the options ask for, with the first parameters of each layer. */
export async function openModel(
  spec: NetworkSpec,
  options: EngineSpec,
  parametersOf: (layer: number) => Partial<LayerParameters>,
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
  return new Model(spec, engine, selected.info, learning && (() => new learning.ScalingLearner(spec)));
}

function disposedError(call: string): WasmlpError {
  return new WasmlpError('ERR_DISPOSED', `${call}: this network was disposed of. Create a new one.`);
}
