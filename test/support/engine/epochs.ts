/** One epoch of plain steps on a problem, in the order of its samples: by an engine and by the twin. */
import type { Engine, LayerParameters, Totals } from '../../../src/engine/engine.js';
import { loadParameters, type Problem, stepOf, twinOf } from './problems.js';
import { correctSum, networkForward, networkStep, type TwinNetwork } from './reference.js';
import { sameBits } from './workbench.js';

interface EpochOptions {
  readonly batchSize: number;
  readonly rate: number;
  /** Samples in each call of the engine. Default: all in one. */
  readonly call?: number;
}

export interface Trained {
  readonly parameters: readonly LayerParameters[];
  readonly totals: Totals;
  /** Whether every loss was. */
  readonly finite: boolean;
  readonly snapshot: Float32Array;
}

export function trainEpoch(
  engine: Pick<Engine, 'createNetwork'>,
  problem: Problem,
  { batchSize, rate, call = problem.samples.count }: EpochOptions,
): Trained {
  const { count } = problem.samples;
  const network = engine.createNetwork(problem.spec);
  loadParameters(network, problem);
  const samples = network.load(problem.samples);
  const totals: Totals = { loss: 0, correct: 0 };
  let finite = true;
  for (let from = 0; from < count && finite; from += call) {
    finite = network.train(samples, from, Math.min(call, count - from), stepOf(batchSize, rate), totals);
  }
  const parameters = problem.spec.layers.map((_, l) => network.readParameters(l));
  const snapshot = network.snapshot();
  samples.release();
  network.dispose();
  return { parameters, totals, finite, snapshot };
}

/** The twin after the epoch, and the sums of loss and right predictions before each step. */
export function trainTwin(
  problem: Problem,
  { batchSize, rate }: EpochOptions,
): { network: TwinNetwork; loss: number; correct: number } {
  const { spec, samples, denseTargets } = problem;
  const network = twinOf(problem);
  let [loss, correct] = [0, 0];
  for (let from = 0; from < samples.count; from += batchSize) {
    const rows = Math.min(batchSize, samples.count - from);
    const x = samples.inputs.subarray(from * spec.inputs, (from + rows) * spec.inputs);
    const t = denseTargets.subarray(from * spec.outputs, (from + rows) * spec.outputs);
    const y = networkForward(network, rows, x).at(-1) as Float64Array;
    correct += correctSum(samples.metric, spec.outputs, y, t);
    loss += rows * networkStep(network, rows, x, t, { learningRate: rate });
  }
  return { network, loss, correct };
}

/** Whether layers that do not learn have the very parameters that they had. */
export function keepsFrozen({ spec, parameters: before }: Problem, parameters: readonly LayerParameters[]): boolean {
  return parameters.every(({ weights, biases }, l) => {
    const was = before[l] as LayerParameters;
    return spec.layers[l]?.trainable || (sameBits(weights, was.weights) && sameBits(biases, was.biases));
  });
}
