/**
 * What a fit has to know while it runs, in the calling thread or in a worker: made here for both. Checks what only some fits have,
 * early stopping and schedules, and loads the code for it.
 */
import type { EngineNetwork } from '../engine/engine.js';
import type { NetworkSpec } from '../options/spec.js';
import type { EarlyStopper } from './early-stopping.js';
import type { FitSpec } from './fit-options.js';
import type { TrainingState } from './state.js';
import type { Stop } from './stop.js';
import type { StopAt } from './stop-at.js';

/** The options that matter while a fit runs. In a worker, the functions among them ask the calling thread. */
export interface RunOptions extends Pick<FitSpec, 'epochs' | 'clipNorm' | 'clipValue' | 'onEpoch' | 'onProgress'> {
  /** Not checked yet. */
  readonly stopAt: unknown;
  /** Not checked yet. */
  readonly earlyStopping: unknown;
  /** Only a number is checked yet. */
  readonly learningRate: unknown;
}

type RateOfEpoch = (epoch: number) => number | Promise<number>;

/** Gets a call before the changes that a fit makes. */
export interface FitListener {
  /** Before each change of the network: a slice, or a snapshot that is taken over. */
  beforeChange(): void;
}

/** The network that a fit trains. */
export interface Trainee {
  readonly spec: NetworkSpec;
  readonly engine: EngineNetwork;
}

export interface FitRun extends Trainee {
  readonly options: RunOptions;
  readonly rateOfEpoch: RateOfEpoch;
  /** Undefined if the fit never stops early. */
  readonly earlyStopper: EarlyStopper | undefined;
  /** Undefined if the fit has no aim. */
  readonly stopAt: StopAt | undefined;
  /** Kept up to date by the fit. */
  readonly state: TrainingState;
  readonly listener: FitListener;
  /** Has the public call, for errors. */
  readonly stop: Stop;
}

/** After this no option of the caller is read any more. Rejects if an option of the schedule or of early stopping is wrong. */
export async function createRun(
  { spec, engine }: Trainee,
  options: RunOptions,
  state: TrainingState,
  listener: FitListener,
  stop: Stop,
): Promise<FitRun> {
  const { call } = stop;
  let earlyStopper: EarlyStopper | undefined;
  if (options.earlyStopping !== undefined) {
    const { EarlyStopper } = await import('./early-stopping.js');
    earlyStopper = new EarlyStopper(call, options.earlyStopping, engine, spec.layers.length, state);
  }
  let stopAt: StopAt | undefined;
  if (options.stopAt !== undefined) {
    const { StopAt } = await import('./stop-at.js');
    stopAt = new StopAt(call, options.stopAt);
  }
  const rateOfEpoch = await resolveRate(call, options, spec, state);
  return { spec, engine, options, rateOfEpoch, earlyStopper, stopAt, state, listener, stop };
}

async function resolveRate(
  call: string,
  { learningRate, epochs }: RunOptions,
  { optimizer }: NetworkSpec,
  state: TrainingState,
): Promise<RateOfEpoch> {
  if (typeof learningRate === 'number') return () => learningRate;
  const course = { learningRate: optimizer.learningRate, lastEpoch: state.epochs + epochs };
  return (await import('./schedule.js')).rateOf(`${call}: learningRate`, learningRate, course);
}
