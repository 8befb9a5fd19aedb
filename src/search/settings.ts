/** Checks the settings of searches and cross-validations, and fills in the defaults. */
import { areSparse } from '../data/sparse-rows.js';
import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkNumber,
  checkObject,
  copyOf,
  isTyped,
  unknownWord,
} from '../foundation/checks.js';
import { codedError, describe, tagOf } from '../foundation/errors.js';
import { checkName } from '../foundation/more-checks.js';
import { withoutSecrets } from '../foundation/secrets.js';
import type { WorkerAddress } from '../foundation/workers.js';
import type { NetworkOptions } from '../options/types.js';
import { ignored } from './promises.js';
import type { PlainFit } from './task.js';
import type { CrossValidateSettings, Halving, Score, SearchSettings, Workers } from './types.js';

/** What both kinds of calls share. */
export interface Common {
  readonly seed: number;
  readonly workers: Workers;
  readonly workerUrl: WorkerAddress;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: SearchSettings['onProgress'];
}

export interface CheckedCrossValidation extends Common {
  readonly folds: number;
  readonly repeats: number;
  readonly fit: PlainFit;
}

export interface CheckedSearch extends Common {
  readonly network: SearchSettings['network'];
  readonly fit: SearchSettings['fit'];
  readonly trials: number;
  readonly sampler: 'random' | 'grid';
  readonly validation: number | { readonly last: number } | { readonly folds: number };
  readonly score: Score;
  readonly halving: { readonly factor: number; readonly minEpochs: number | undefined } | undefined;
  readonly study: string | undefined;
  readonly onTrial: SearchSettings['onTrial'];
}

const COMMON = ['seed', 'workers', 'workerUrl', 'signal', 'onProgress'] as const;
/** More would be a mistake. */
const MOST_TRIALS = 1_000_000;
const MOST_WORKERS = 256;

export function checkCrossValidation(given: unknown): CheckedCrossValidation {
  const call = 'crossValidate';
  const settings = checkObject(`${call}: settings`, given, [
    'folds',
    'repeats',
    'fit',
    ...COMMON,
  ]) as CrossValidateSettings;
  const { folds = 10, repeats = 1, fit = {} } = settings;
  return {
    ...checkCommon(call, settings),
    folds: checkInteger(`${call}: folds`, folds, 2, MOST_TRIALS),
    repeats: checkInteger(`${call}: repeats`, repeats, 1, MOST_TRIALS),
    fit: checkFit(call, fit),
  };
}

const SEARCH = ['network', 'fit', 'trials', 'sampler', 'validation', 'score', 'halving', 'study', 'onTrial'] as const;

export function checkSearch(given: unknown): CheckedSearch {
  const call = 'search';
  const settings = checkObject(`${call}: settings`, given, [...SEARCH, ...COMMON]) as unknown as SearchSettings;
  const {
    network,
    fit,
    trials,
    sampler = 'random',
    validation = 0.2,
    score = 'loss',
    halving,
    study,
    onTrial,
  } = settings;
  if (study !== undefined && (typeof study !== 'string' || study === '')) {
    throw codedError('ERR_INVALID_TYPE', `${call}: study is ${describe(study)}, expected the path of a file.`);
  }
  return {
    ...checkCommon(call, settings),
    network: checkFunction(`${call}: network`, network),
    fit: typeof fit === 'function' ? fit : fit === undefined ? undefined : checkFit(call, fit),
    trials: checkInteger(`${call}: trials`, trials, 1, MOST_TRIALS),
    sampler: checkName(`${call}: sampler`, sampler, ['random', 'grid']),
    validation: checkValidation(call, validation),
    score: checkScore(`${call}: score`, score),
    halving: halving === undefined ? undefined : checkHalving(call, halving),
    study,
    onTrial: onTrial === undefined ? undefined : checkFunction(`${call}: onTrial`, onTrial),
  };
}

/** A figure of the report is asked for by a function: `'macroF1'` is no score. */
function checkScore(where: string, score: unknown): Score {
  if (typeof score === 'function' || score === 'loss' || score === 'accuracy') return score as Score;
  const expected = 'expected "loss", "accuracy" or a function of the report, whose lowest number is best';
  const text = `${where} is ${describe(score)}, ${expected}: (report) => -report.macroF1.`;
  if (typeof score !== 'string') throw codedError('ERR_INVALID_TYPE', text);
  throw unknownWord(codedError('ERR_INVALID_OPTION', text), score, ['loss', 'accuracy']);
}

function checkCommon(call: string, settings: SearchSettings | CrossValidateSettings): Common {
  const { seed = 0, workers = 'auto', workerUrl, signal, onProgress } = settings;
  const { addEventListener, removeEventListener, throwIfAborted } = Object(signal);
  if (signal !== undefined && !(addEventListener && removeEventListener && throwIfAborted)) {
    throw codedError('ERR_INVALID_TYPE', `${call}: signal is ${describe(signal)}, expected an AbortSignal.`);
  }
  return {
    seed: checkInteger(`${call}: seed`, seed, 0, 2 ** 32 - 1),
    workers: checkWorkers(call, workers),
    workerUrl: checkUrl(call, workerUrl),
    signal,
    onProgress: onProgress === undefined ? undefined : checkFunction(`${call}: onProgress`, onProgress),
  };
}

function checkUrl(call: string, url: unknown): string | undefined {
  if (url === undefined) return undefined;
  const { href = url } = Object(url);
  if (typeof href === 'string' && href !== '') return href;
  throw codedError('ERR_INVALID_TYPE', `${call}: workerUrl is ${describe(url)}, expected an address.`);
}

function checkWorkers(call: string, workers: unknown): Workers {
  if (workers === 'auto') return workers;
  if (typeof workers === 'object' && workers !== null && 'close' in workers) return workers as Workers;
  if (typeof workers === 'number') return checkInteger(`${call}: workers`, workers, 1, MOST_WORKERS);
  const expected = `a whole number from 1 to ${MOST_WORKERS}, "auto", or a cluster`;
  throw codedError(
    'ERR_INVALID_TYPE',
    `${call}: workers is ${withoutSecrets(describe(workers))}, expected ${expected}.`,
  );
}

function checkValidation(call: string, given: unknown): CheckedSearch['validation'] {
  const where = `${call}: validation`;
  if (typeof given === 'number') {
    return checkNumber(where, given, 'a fraction above 0 and below 1', (value) => value > 0 && value < 1);
  }
  const { last, folds } = checkObject(where, given, ['last', 'folds']);
  if ((last === undefined) === (folds === undefined)) {
    throw codedError('ERR_INVALID_OPTION', `${where}: expected a fraction, { last } or { folds }.`);
  }
  if (folds !== undefined) return { folds: checkInteger(`${where}.folds`, folds, 2, MOST_TRIALS) };
  const allowed = (value: number): boolean => value > 0 && (value < 1 || Number.isInteger(value));
  return {
    last: checkNumber(`${where}.last`, last, 'a whole number of samples, or a fraction above 0 and below 1', allowed),
  };
}

function checkHalving(call: string, given: unknown): CheckedSearch['halving'] {
  if (given === true) {
    const expected = 'expected an object with options: halving: {} takes the defaults';
    throw codedError('ERR_INVALID_TYPE', `${call}: halving is true, ${expected}.`);
  }
  const { factor = 3, minEpochs } = checkObject(`${call}: halving`, given, ['factor', 'minEpochs']) as Halving;
  return {
    factor: checkNumber(`${call}: halving.factor`, factor, 'a number from 1.01', (value) => value >= 1.01),
    minEpochs:
      minEpochs === undefined ? undefined : checkInteger(`${call}: halving.minEpochs`, minEpochs, 1, 2 ** 31 - 1),
  };
}

/** What to do in place of what cannot go to other threads. */
const CALLED = { onProgress: 'Use onProgress of the settings', signal: 'Use signal of the settings' };
const ON_EPOCH: Readonly<Record<string, string>> = {
  search: 'Use onTrial of the settings',
  crossValidate: 'The result has the epochs of each fold: folds[0].history.epochs',
};

/** Options of a fit that runs elsewhere, as plain data of our own. The fit itself checks their values. */
export function checkFit(call: string, given: unknown): PlainFit {
  if (!isOptions(given)) {
    throw codedError('ERR_INVALID_TYPE', `${call}: fit is ${describe(given)}, expected an object with options.`);
  }
  const { sampleWeights } = given;
  if (sampleWeights !== undefined && !Array.isArray(sampleWeights) && !isTyped(sampleWeights, 'Float32Array')) {
    const expected = 'a Float32Array or an array of numbers';
    throw codedError(
      'ERR_INVALID_TYPE',
      `${call}: fit.sampleWeights is ${describe(sampleWeights)}, expected ${expected}.`,
    );
  }
  // Every training runs in the background of this thread already.
  const { background, ...fit } = given;
  const where = `${call}: fit.background`;
  if (tagOf(background) === 'Object') checkObject(where, background, ['workerUrl']);
  else if (background !== undefined) checkBoolean(where, background);
  for (const [name, instead] of Object.entries({ ...CALLED, onEpoch: ON_EPOCH[call] })) {
    if (fit[name] === undefined) delete fit[name];
    else throw codedError('ERR_INVALID_OPTION', `${call}: fit.${name} cannot go to other threads. ${instead}.`);
  }
  return cloneable(`${call}: fit`, fit, 'Leave functions out; a learning rate may be a schedule.') as PlainFit;
}

/** Options of a network that is made elsewhere, on one thread. `came` is for messages: where they come from. */
export function checkNetwork(call: string, given: unknown, came = 'network gives'): NetworkOptions {
  if (!isOptions(given)) {
    throw codedError('ERR_INVALID_TYPE', `${call}: ${came} ${describe(given)}, expected the options of a network.`);
  }
  const { threads: _, ...options } = given as unknown as NetworkOptions;
  return cloneable(`${call}: ${came.replace(/ \w+$/, '')}`, options, 'Give plain data.') as NetworkOptions;
}

/** Whether it may be options: no array, and no promise, whose rejection would end the process. */
function isOptions(given: unknown): given is Record<string, unknown> {
  if (typeof given !== 'object' || given === null || tagOf(given) !== 'Object') {
    ignored(given);
    return false;
  }
  return true;
}

function cloneable(where: string, value: object, mend: string): object {
  try {
    return structuredClone(value);
  } catch {
    // It may be a Proxy, as those of libraries that watch objects, which is copied by its parts.
  }
  try {
    return structuredClone(copyOf(value)) as object;
  } catch (cause) {
    const message = (cause as Error).message.replace(/\.$/, '');
    throw codedError('ERR_INVALID_OPTION', `${where} cannot go to other threads: ${message}. ${mend}`, { cause });
  }
}

/** The samples and the settings of a call: rows of a table may have no targets, and the settings in their place. */
export function argumentsOf(targets: unknown, settings: unknown): readonly [targets: unknown, settings: unknown] {
  const isLeftOut =
    settings === undefined &&
    typeof targets === 'object' &&
    targets !== null &&
    !Array.isArray(targets) &&
    !ArrayBuffer.isView(targets) &&
    !areSparse(targets);
  return isLeftOut && !isTyped(targets, 'Float32Array') ? [undefined, targets] : [targets, settings];
}
