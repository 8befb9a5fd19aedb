/**
 * Checks tasks, samples and outcomes that came from elsewhere: their shapes and sizes. The values of options are checked by the network and the
 * fit themselves; what they would open or run is refused here.
 */
import { readSparse } from '../data/sparse-rows.js';
import { isTyped } from '../foundation/checks.js';
import { codedError } from '../foundation/errors.js';
import { isObject } from '../foundation/more-checks.js';
import { isSparse, type StudyData } from '../search/data.js';
import { isCode } from '../search/failures.js';
import type { Split } from '../search/split.js';
import type { Standing, Task, TaskOutcome } from '../search/task.js';
import { isHistory, isReport } from './check-report.js';
import { columnsOf, epochsOf } from './epochs.js';
import { malformed } from './job.js';

const MOST_SAMPLES = 2 ** 31;

function isCount(value: unknown, least = 0, most = MOST_SAMPLES): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** Any: each network checks that it has the columns. */
const WIDTH = 2 ** 32;

/** Sparse rows, checked; anything else as it is. */
function checkedRows(part: string, given: unknown): unknown {
  if (!isSparse(given)) return given;
  const { starts, columns, values } = given;
  try {
    readSparse({ call: 'cluster', name: `samples.${part}`, width: WIDTH }, given);
  } catch (error) {
    throw codedError('ERR_MODEL_FORMAT', (error as Error).message);
  }
  return { starts, columns, values };
}

/** Whether they are so many sparse rows. */
function hasRows(given: unknown, count: number): boolean {
  return isSparse(given) && given.starts.length === count + 1;
}

export function checkData(given: unknown): StudyData {
  const fail = (what: string): Error => malformed('samples', what);
  if (!isObject(given)) throw fail('are no object');
  const { count, width, classes } = given;
  const [inputs, targets] = [checkedRows('inputs', given.inputs), checkedRows('targets', given.targets)];
  if (!isCount(count, 1)) throw fail('have no count');
  if (!isCount(width)) throw fail('have no width');
  if (width > 0) {
    if (!isTyped(inputs, 'Float32Array') || (inputs as Float32Array).length !== count * width) {
      throw fail(`have inputs of another shape than ${count} x ${width}`);
    }
  } else if (!(Array.isArray(inputs) ? inputs.length === count : hasRows(inputs, count))) {
    throw fail(`have inputs other than ${count} rows`);
  }
  const isOfEach = isList(targets) && targets.length > 0 && targets.length % count === 0;
  if (targets !== undefined && !isOfEach && !hasRows(targets, count)) {
    throw fail(`have targets that do not go with ${count} samples`);
  }
  if (classes !== undefined && (!isTyped(classes, 'Uint32Array') || (classes as Uint32Array).length !== count)) {
    throw fail(`have classes that do not go with ${count} samples`);
  }
  return { count, inputs, width, targets, classes } as StudyData;
}

/** Options of a network that need no check here: all but those that start threads. */
const REFUSED_OF_NETWORK = ['threads'];
/** `background` names a program by its path; the others are functions. */
const REFUSED_OF_FIT = ['background', 'onEpoch', 'onProgress', 'signal', 'threads', 'workerUrl'];

export function checkTask(given: unknown, { count }: StudyData): Task {
  const fail = (what: string): Error => malformed('task', what);
  if (!isObject(given)) throw fail('is no object');
  const { network, fit, split, validates, lastEpoch, checkpoint, earlier, keeps } = given;
  checkOptions('network', network, REFUSED_OF_NETWORK);
  checkOptions('fit', fit, REFUSED_OF_FIT);
  const { sampleWeights } = fit as { sampleWeights?: unknown };
  if (sampleWeights !== undefined && !isList(sampleWeights)) throw fail('has wrong sampleWeights');
  if (typeof validates !== 'boolean') throw fail('has no validates');
  if (lastEpoch !== undefined && !isCount(lastEpoch, 1)) throw fail('has a wrong lastEpoch');
  if (checkpoint !== undefined && !isTyped(checkpoint, 'Uint8Array')) throw fail('has a wrong checkpoint');
  if (!['nothing', 'network', 'checkpoint'].includes(keeps as string)) throw fail('has a wrong keeps');
  return {
    network,
    fit,
    split: split === undefined ? undefined : checkSplit(split, count),
    validates,
    lastEpoch,
    checkpoint,
    ...(earlier !== undefined && { earlier: epochsOf(earlier) }),
    keeps,
  } as Task;
}

function checkOptions(name: string, options: unknown, refused: readonly string[]): void {
  if (!isObject(options) || Object.getPrototypeOf(options) !== Object.prototype) {
    throw malformed(`task.${name}`, 'is no object');
  }
  const wrong = refused.find((key) => options[key] !== undefined);
  if (wrong !== undefined) throw malformed(`task.${name}`, `has ${wrong}, which no job may have`);
}

/** Parts that leave no sample are an outcome: the training says so. */
function checkSplit(given: unknown, count: number): Split {
  const fail = (): Error => malformed('task.split', 'is none');
  if (!isObject(given) || !isCount(given.seed, 0, 2 ** 32 - 1)) throw fail();
  const { kind, seed } = given;
  if (kind === 'fold') {
    const { folds, fold, repeat } = given;
    if (!isCount(folds, 2, count) || !isCount(fold, 0, folds - 1) || !isCount(repeat)) throw fail();
    return { kind, folds, fold, repeat, seed };
  }
  const { share } = given;
  const last = isObject(share) ? share.last : share;
  const isShare = typeof last === 'number' && last > 0 && (last < 1 || (isObject(share) && Number.isInteger(last)));
  if (kind !== 'share' || !isShare) throw fail();
  return { kind, share: isObject(share) ? { last } : last, seed };
}

/** A task, a standing and an outcome as they travel. */
export function plainTask(task: Task): object {
  return task.earlier === undefined ? task : { ...task, earlier: columnsOf(task.earlier) };
}

export function plainStanding({ checkpoint, epochs }: Standing): object {
  return { checkpoint, epochs: columnsOf(epochs) };
}

export function plainOutcome(outcome: TaskOutcome): object {
  if ('failure' in outcome) return outcome;
  const { result } = outcome;
  return { result: { ...result, history: { ...result.history, epochs: columnsOf(result.history.epochs) } } };
}

export function checkStanding(given: unknown): Standing {
  if (!isObject(given) || !isTyped(given.checkpoint, 'Uint8Array')) throw malformed('standing', 'has no checkpoint');
  return { checkpoint: given.checkpoint as Uint8Array, epochs: epochsOf(given.epochs) };
}

export function checkOutcome(given: unknown, { keeps }: Task): TaskOutcome {
  const fail = (what: string): Error => malformed('outcome', what);
  if (!isObject(given)) throw fail('is no object');
  const { result, failure } = given;
  if (isObject(failure)) {
    const { code, message } = failure;
    // Errors that are not of this package have this name.
    if (!(isCode(code) || code === 'Error') || typeof message !== 'string') throw fail('has a wrong failure');
    return { failure: { code, message } };
  }
  if (!isObject(result)) throw fail('has no result');
  const { loss, accuracy, report, history, epochs, kept } = result;
  if (typeof loss !== 'number' || !isCount(epochs)) throw fail('has no loss or epochs');
  if (accuracy !== undefined && typeof accuracy !== 'number') throw fail('has a wrong accuracy');
  if (report !== undefined && !isReport(report)) throw fail('has a wrong report');
  if (!isObject(history) || !isHistory(history)) throw fail('has no history');
  const mayMiss = keeps === 'nothing' || keeps === 'checkpoint';
  if (kept === undefined ? !mayMiss : !isTyped(kept, 'Uint8Array')) throw fail('lacks what the task keeps');
  return { result: { ...result, history: { ...history, epochs: epochsOf(history.epochs) } } } as unknown as TaskOutcome;
}
