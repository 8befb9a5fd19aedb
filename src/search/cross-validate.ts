/** Cross-validation: each fold in turn is held out while a new network learns from the others. */

import type { Row } from '../columns/types.js';
import type { Samples } from '../data/samples.js';
import type { Labels } from '../data/targets.js';
import { explained } from '../foundation/checks.js';
import { codedError } from '../foundation/errors.js';
import { Network } from '../index.js';
import type { NetworkOptions } from '../options/types.js';
import { rewritten } from '../report/rewritten.js';
import { inTurns } from './crew.js';
import { type ChosenSamples, copiedSamples } from './data.js';
import { taskError } from './failures.js';
import { checkedData, namesOf, withCrew } from './prepare.js';
import { scoresOf, summaryOf } from './scores.js';
import { argumentsOf, checkCrossValidation, checkNetwork } from './settings.js';
import type { Task } from './task.js';
import { seedOfTrial } from './trial.js';
import type { CrossValidateSettings, CrossValidation, FoldResult, Scores } from './types.js';
import { validationText } from './validation-text.js';

const CALL = 'crossValidate';

/**
 * How good networks with these options are on samples that they did not train on. The samples are dealt into folds, each class in proportion;
 * for each fold a network is trained on the others, with scaling and medians learned from those alone, and judged on the fold.
 * Afterwards, train on all samples the network that you use.
 *
 * Sparse rows stay sparse in all folds. `targets` are left out where rows of a table have them. Options without a seed get one for each fold,
 * from the seed of the settings. Rejects with ERR_INVALID_TYPE or ERR_INVALID_OPTION for wrong arguments, as `fit` does for samples and
 * trainings, `signal.reason` when aborted, ERR_WORKER_DIED, and ERR_UNSUPPORTED for samples of several classes each.
 */
export function crossValidate(
  options: NetworkOptions,
  inputs: Samples,
  targets: Samples | Labels,
  settings?: CrossValidateSettings,
): Promise<CrossValidation>;
export function crossValidate(
  options: NetworkOptions,
  rows: readonly Row[],
  settings?: CrossValidateSettings,
): Promise<CrossValidation>;
export function crossValidate(
  options: NetworkOptions,
  rows: readonly Row[],
  targets: Samples | Labels | undefined,
  settings?: CrossValidateSettings,
): Promise<CrossValidation>;
export function crossValidate(
  options: NetworkOptions,
  inputs: Samples | readonly Row[],
  ...others: [targets?: unknown, settings?: unknown]
): Promise<CrossValidation> {
  return explained(() => validate(options, inputs, others));
}

async function validate(
  options: NetworkOptions,
  inputs: unknown,
  others: [targets?: unknown, settings?: unknown],
): Promise<CrossValidation> {
  const [targets, given = {}] = argumentsOf(...others);
  const settings = checkCrossValidation(given);
  const { folds, repeats, seed, fit, onProgress } = settings;
  const network = checkNetwork(CALL, options, 'options is');
  // Now: the caller may change them while this waits.
  const samples = copiedSamples({ inputs, targets } as ChosenSamples, namesOf(network));
  const data = checkedData(CALL, await Network.create(network), samples);
  if (folds > data.count) {
    throw codedError('ERR_INVALID_OPTION', `${CALL}: folds is ${folds}, expected at most ${data.count}, the samples.`);
  }
  const results: FoldResult[] = [];
  const scores: Scores[] = [];
  let finished = 0;
  await withCrew(CALL, settings, data, async (crew, signal) => {
    let next = 0;
    await inTurns(crew.size, signal, () => {
      if (next === folds * repeats) return undefined;
      const index = next++;
      const [repeat, fold] = [Math.floor(index / folds), index % folds];
      const task: Task = {
        network: { seed: seedOfTrial(seed, index), ...network },
        fit,
        split: { kind: 'fold', folds, fold, repeat, seed },
        validates: false,
        lastEpoch: undefined,
        checkpoint: undefined,
        keeps: 'nothing',
      };
      return async () => {
        const outcome = await crew.run(task);
        if ('failure' in outcome) throw taskError(`${CALL}: fold ${fold}`, outcome.failure);
        const { result } = outcome;
        const { loss, accuracy, report, history } = result;
        if (report === undefined) {
          throw codedError('ERR_UNSUPPORTED', `${CALL}: samples of several classes each have no report.`);
        }
        results[index] = {
          repeat,
          fold,
          loss,
          ...(accuracy !== undefined && { accuracy }),
          report: rewritten(report),
          history,
        };
        scores[index] = scoresOf(result);
        finished++;
        await onProgress?.({ finished, total: folds * repeats, kept: 0, best: undefined, latest: undefined });
      };
    });
  });
  const isScaled = Boolean(network.normalizeTargets);
  return { folds: results, ...summaryOf(scores), toString: () => validationText(results, scores, isScaled) };
}
