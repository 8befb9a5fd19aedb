/** Runs one training of a search, on whatever thread or machine. Uses networks as any program does. */
import type { Labels } from '../data/targets.js';
import { codedError } from '../foundation/errors.js';
import { log } from '../foundation/math.js';
import type { Network } from '../index.js';
import { reportOn } from '../network/answering.js';
import { partsOf as partsOfNetwork } from '../network/parts.js';
import { FIT_DEFAULTS, type FitOptions } from '../training/fit-options.js';
import { bestEpochOf, type EpochResult } from '../training/history.js';
import type { ChosenSamples, StudyData } from './data.js';
import { bytesOfInputs, choose, chooseFrom, everything } from './data.js';
import { type Parts, partsOf, type Split } from './split.js';
import type { Standing, Task, TaskOutcome, TaskResult } from './task.js';

/** The class that makes networks here. */
export type Networks = Pick<typeof Network, 'create' | 'load'>;

/** Gets the checkpoints in the middle of a training. */
export type OnStanding = (standing: Standing) => void;

/** Bytes of chosen samples that a thread keeps for the trainings to come. */
const MOST_KEPT_BYTES = 256 * 2 ** 20;

/** The samples of a search on one thread, split: most trainings of a search split alike. */
export class SplitData {
  readonly data: StudyData;
  /** By the split as text: the latest last. */
  readonly #splits = new Map<
    string,
    { readonly parts: Parts; readonly training: ChosenSamples; readonly heldOut: ChosenSamples }
  >();

  constructor(data: StudyData) {
    this.data = data;
  }

  of(split: Split): { readonly parts: Parts; readonly training: ChosenSamples; readonly heldOut: ChosenSamples } {
    const key = JSON.stringify(split);
    const known = this.#splits.get(key);
    if (known !== undefined) return known;
    const { data } = this;
    const parts = partsOf(split, data.count, data.classes);
    const made = { parts, training: choose(data, parts.training), heldOut: choose(data, parts.heldOut) };
    const bytes = 2 * bytesOfInputs(data);
    for (const old of this.#splits.keys()) {
      if ((this.#splits.size + 1) * bytes <= MOST_KEPT_BYTES) break;
      this.#splits.delete(old);
    }
    this.#splits.set(key, made);
    return made;
  }
}

/** Never rejects but where the signal aborts: an error is an outcome. */
export async function runTask(
  networks: Networks,
  data: SplitData,
  task: Task,
  signal?: AbortSignal,
  onStanding?: OnStanding,
): Promise<TaskOutcome> {
  let network: Network | undefined;
  signal?.throwIfAborted();
  try {
    network =
      task.checkpoint === undefined
        ? await networks.create(task.network)
        : await networks.load(task.checkpoint, engineOf(task));
    return { result: await train(network, data, task, signal, onStanding) };
  } catch (error) {
    if (signal?.aborted) throw error;
    const { code, message } = error as { code?: unknown; message?: unknown };
    return { failure: { code: typeof code === 'string' ? code : 'Error', message: String(message ?? error) } };
  } finally {
    network?.dispose();
  }
}

function engineOf({ network: { engine, relaxed, wideVectors } }: Task): object {
  return Object.fromEntries(
    Object.entries({ engine, relaxed, wideVectors }).filter(([, value]) => value !== undefined),
  );
}

async function train(
  network: Network,
  data: SplitData,
  task: Task,
  signal?: AbortSignal,
  onStanding?: OnStanding,
): Promise<TaskResult> {
  const { split, validates, lastEpoch, keeps, earlier = [] } = task;
  const chosen = split && data.of(split);
  const { inputs, targets } = chosen?.training ?? everything(data.data);
  let kept: Uint8Array | undefined;
  const { epochs = FIT_DEFAULTS.epochs } = task.fit;
  const fit: FitOptions = {
    ...task.fit,
    // What is no number is refused by the fit.
    epochs: typeof epochs === 'number' ? epochs - network.epochs : epochs,
    ...(validates && chosen !== undefined && { validation: chosen.heldOut }),
    ...(signal && { signal }),
  };
  weigh(fit, data.data, chosen?.parts);
  const before: EpochResult[] = [...earlier];
  const stands = standing(network, task, before, onStanding);
  const isPart = lastEpoch !== undefined && lastEpoch < epochs;
  if (isPart || stands !== undefined) {
    fit.onEpoch = (result): false | undefined => {
      before.push(result);
      if (!isPart || result.epoch < lastEpoch) {
        stands?.();
        return undefined;
      }
      // Taken before the end of the fit, so that the next part goes on as if there had been no end.
      if (keeps === 'checkpoint') kept = network.saveCheckpoint();
      return false;
    };
  }
  const own = await network.fit(inputs, targets, fit);
  const all = [...earlier, ...own.epochs];
  const bestEpoch = task.fit.earlyStopping === undefined ? bestEpochOf(all) : own.bestEpoch;
  const history = { ...own, epochs: all, bestEpoch };
  // A checkpoint also says how many epochs it trained.
  if (keeps === 'network') kept = network.saveCheckpoint();
  const trained = { history, epochs: network.epochs, kept };
  if (chosen === undefined) return { loss: Number.NaN, accuracy: undefined, report: undefined, ...trained };
  const { heldOut } = chosen;
  const { loss, accuracy } = network.evaluate(heldOut.inputs, heldOut.targets);
  return { loss, accuracy, report: reportOf(network, heldOut), ...trained };
}

/** Chooses the sample weights as the samples. */
function weigh(fit: FitOptions, { count }: StudyData, parts: Parts | undefined): void {
  const { sampleWeights } = fit;
  if (sampleWeights === undefined || parts === undefined) return;
  if (sampleWeights.length !== count) {
    const expected = `expected ${count}, one for each sample`;
    throw codedError('ERR_SHAPE', `fit: sampleWeights has ${sampleWeights.length} values, ${expected}.`);
  }
  fit.sampleWeights = chooseFrom(sampleWeights, 1, parts.training);
}

/** Reports a checkpoint after an epoch, where one is due. */
function standing(
  network: Network,
  { checkpointSeconds }: Task,
  epochs: readonly EpochResult[],
  onStanding: OnStanding | undefined,
): (() => void) | undefined {
  if (checkpointSeconds === undefined || onStanding === undefined) return undefined;
  let last = performance.now();
  return () => {
    if (performance.now() - last < checkpointSeconds * 1000) return;
    onStanding({ checkpoint: network.saveCheckpoint(), epochs: [...epochs] });
    last = performance.now();
  };
}

function reportOf(network: Network, { inputs, targets }: ChosenSamples): TaskResult['report'] {
  try {
    // The same bits on every engine: scores decide which trial is best.
    return reportOn(partsOfNetwork(network).model, inputs, targets as Labels, undefined, { log });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_UNSUPPORTED') return undefined;
    throw error;
  }
}
