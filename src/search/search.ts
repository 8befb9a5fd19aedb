/** Searches: many trials with drawn options, judged on samples that they did not train on. */
import type { Row } from '../columns/types.js';
import { isShare } from '../data/pack.js';
import type { Samples } from '../data/samples.js';
import type { Labels } from '../data/targets.js';
import { explained } from '../foundation/checks.js';
import { codedError } from '../foundation/errors.js';
import { Network } from '../index.js';
import type { Hint } from '../training/history.js';
import { checksumOf } from './checksum.js';
import { type Crew, heard, inTurns } from './crew.js';
import { type ChosenSamples, copiedSamples, type StudyData } from './data.js';
import { taskError } from './failures.js';
import { type Rung, rungsOf } from './halving.js';
import { epochsOf, finalTask, type Plan, Plans } from './plans.js';
import { checkedData, withCrew } from './prepare.js';
import { copyOf, copyOfResult, resultOf, type TrialRecord } from './records.js';
import { Rounds } from './rounds.js';
import { compareScores } from './scores.js';
import { type CheckedSearch, checkSearch } from './settings.js';
import { FinishedStudy } from './study.js';
import type { StudyFile } from './study-file.js';
import type { TaskFailure } from './task.js';
import { Checkpoints, type Part, TrialRunner } from './trial-runner.js';
import type { SearchSettings, Study, TrialResult } from './types.js';

/**
 * Looks for the network that suits samples best: draws options, trains, judges, and trains the best network on all samples. What it finds
 * depends on the settings, the samples and the seed alone, to the bit: not on how many workers train, nor on stops in between.
 *
 * Sparse rows stay sparse. `targets` are left out where rows of a table have them. A trial whose options are wrong, or that diverges, is a
 * failed one; where all fail, the search rejects with the first error. Rejects with ERR_INVALID_TYPE or ERR_INVALID_OPTION for wrong settings,
 * as `fit` does for samples, `signal.reason` when aborted, ERR_WORKER_DIED, ERR_IO, ERR_MODEL_FORMAT and ERR_BUSY for the file of a study, and
 * with what the functions of the settings throw.
 */
export function search(settings: SearchSettings, inputs: Samples, targets: Samples | Labels): Promise<Study>;
export function search(settings: SearchSettings, rows: readonly Row[], targets?: Samples | Labels): Promise<Study>;
export function search(
  settings: SearchSettings,
  inputs: Samples | readonly Row[],
  targets?: Samples | Labels,
): Promise<Study> {
  return explained(() => run(settings, { inputs, targets } as ChosenSamples));
}

async function run(given: SearchSettings, samples: ChosenSamples): Promise<Study> {
  const settings = checkSearch(given);
  const plans = new Plans(settings);
  // Now: the caller may change them while this waits.
  const copied = copiedSamples(samples, plans.names());
  await plans.drawAll();
  const data = await dataFor(plans, copied, settings);
  checkFolds(settings, data.count);
  const study = (file: StudyFile | undefined): Promise<Study> =>
    withCrew('search', settings, data, (crew, signal) => new Searcher(settings, plans, crew, signal, file).run());
  if (settings.study === undefined) return await study(undefined);
  const file = await openStudy(settings.study, settings, plans, data);
  return await file.closing(() => study(file));
}

/** Checks the samples by the first trial whose options are valid. */
async function dataFor(plans: Plans, samples: ChosenSamples, { signal, score }: CheckedSearch): Promise<StudyData> {
  let first: TaskFailure | undefined;
  for (let number = 0; number < plans.count; number++) {
    await heard(signal);
    const { options } = plans.of(number);
    if ('code' in options) {
      first ??= options;
      continue;
    }
    let network: Network;
    try {
      network = await Network.create(options.network);
    } catch (error) {
      const { code, message } = error as TaskFailure;
      first ??= { code, message };
      continue;
    }
    try {
      return checkedData('search', network, samples, score);
    } catch (error) {
      const { code, message } = error as TaskFailure;
      // What these options do with these samples: scaling that leaves sparse rows no zeros. Other trials may have others.
      if (code !== 'ERR_UNSUPPORTED') throw error;
      first ??= { code, message: message.replace('search: ', '') };
    }
  }
  throw taskError('search: no trial can train. The first one', first as TaskFailure);
}

function checkFolds({ validation }: CheckedSearch, count: number): void {
  if (isShare(validation) || validation.folds <= count) return;
  const expected = `expected at most ${count}, the samples`;
  throw codedError('ERR_INVALID_OPTION', `search: validation.folds is ${validation.folds}, ${expected}.`);
}

async function openStudy(path: string, settings: CheckedSearch, plans: Plans, data: StudyData): Promise<StudyFile> {
  const { checkHasFiles } = await import('./study-host.js');
  checkHasFiles();
  const { keyOf } = await import('./study-key.js');
  const { StudyFile } = await import('./study-file.js');
  return await StudyFile.open(path, await keyOf(settings, plans, data), { signal: settings.signal });
}

class Searcher {
  readonly #settings: CheckedSearch;
  readonly #plans: Plans;
  readonly #crew: Crew;
  readonly #signal: AbortSignal;
  readonly #file: StudyFile | undefined;
  readonly #runner: TrialRunner;
  /** By number: those that are over. */
  readonly #trials: TrialRecord[] = [];
  /** Of those that go on. */
  readonly #rounds = new Rounds((a, b) => this.#compare(a, b));
  #best: TrialRecord | undefined;
  #finished = 0;
  #total = 0;
  #kept = 0;

  constructor(settings: CheckedSearch, plans: Plans, crew: Crew, signal: AbortSignal, file: StudyFile | undefined) {
    this.#settings = settings;
    this.#plans = plans;
    this.#crew = crew;
    this.#signal = signal;
    this.#file = file;
    this.#runner = new TrialRunner(settings, crew, new Checkpoints(file));
  }

  async run(): Promise<Study> {
    const { halving } = this.#settings;
    const numbers = Array.from({ length: this.#plans.count }, (_, number) => number);
    if (halving === undefined) await this.#runRung(numbers, undefined);
    else await this.#halve(numbers, halving);
    const best = this.#best;
    if (best === undefined) {
      const failure = this.#trials.find(({ error }) => error)?.error as TaskFailure;
      throw taskError('search: no trial can train. The first one', failure);
    }
    const trials: TrialResult[] = [];
    for (const record of this.#trials) {
      await heard(this.#signal);
      trials.push(resultOf(record));
    }
    const { network, hints } = await this.#trainedOnAll(best);
    return new FinishedStudy(resultOf(best), trials, network, hints, this.#settings.score);
  }

  async #halve(numbers: readonly number[], halving: NonNullable<CheckedSearch['halving']>): Promise<void> {
    let epochs = 1;
    for (const number of numbers) {
      await heard(this.#signal);
      epochs = Math.max(epochs, fitEpochsOf(this.#plans.of(number)));
    }
    const rungs = rungsOf(numbers.length, epochs, halving);
    this.#total = rungs.reduce((sum, { trials }) => sum + trials, 0);
    let alive = numbers;
    for (const [i, rung] of rungs.entries()) {
      const isLast = i === rungs.length - 1;
      const records = await this.#runRung(alive, { ...rung, index: i, isLast });
      if (isLast) return;
      const ranked = records.filter(({ state }) => state !== 'failed').toSorted((a, b) => this.#compare(a, b));
      const kept = (rungs[i + 1] as Rung).trials;
      for (const record of ranked.slice(kept)) {
        await heard(this.#signal);
        await this.#over({ ...record, state: 'stopped' });
      }
      alive = ranked
        .slice(0, kept)
        .map(({ number }) => number)
        .toSorted((a, b) => a - b);
    }
  }

  /** Trains trials, or a part of each. */
  async #runRung(numbers: readonly number[], rung: Part | undefined): Promise<TrialRecord[]> {
    if (rung === undefined) this.#total = numbers.length;
    const records: TrialRecord[] = [];
    let next = 0;
    await inTurns(this.#runner.trialsFor(this.#crew.size), this.#signal, () => {
      if (next === numbers.length) return undefined;
      const number = numbers[next++] as number;
      return async () => {
        const { record, isKept } = await this.#trial(number, rung);
        records.push(record);
        this.#finished++;
        if (isKept) this.#kept++;
        await this.#tell(record);
      };
    });
    return records;
  }

  async #tell(record: TrialRecord): Promise<void> {
    const { onProgress } = this.#settings;
    if (onProgress === undefined) return;
    const [leader] = [this.#best, this.#rounds.best]
      .filter((trial) => trial !== undefined)
      .toSorted((a, b) => this.#compare(a, b));
    const best = leader && copyOf(leader);
    const [finished, total, kept] = [this.#finished, this.#total, this.#kept];
    await onProgress({ finished, total, kept, best, latest: copyOf(record) });
  }

  /** Trains a trial, or a part of it, where the study does not have it. */
  async #trial(number: number, rung: Part | undefined): Promise<{ record: TrialRecord; isKept: boolean }> {
    const plan = this.#plans.of(number);
    const over = this.#file?.trials.get(number);
    const known = rung === undefined || rung.isLast ? over : this.#file?.partOf(rung.index, number);
    this.#file?.checkPlan(known ?? over, plan);
    // One that failed goes no further.
    const kept = known ?? (over?.state === 'failed' ? over : undefined);
    if (kept !== undefined) {
      await this.#note(kept, true);
      return { record: kept, isKept: true };
    }
    const trained = await this.#runner.run(plan, rung);
    const record = this.#file === undefined ? trained : { ...trained, plan: checksumOf(plan.options) };
    if (record.state !== 'running') await this.#over(record);
    else {
      this.#file?.addPart(record);
      await this.#note(record, false);
    }
    return { record, isKept: false };
  }

  /** A trial is over, now. */
  async #over(record: TrialRecord): Promise<void> {
    this.#runner.forget(record.number);
    const { rung: _, ...over } = record;
    const isKept = this.#file?.trials.has(record.number) === true;
    if (!isKept) this.#file?.addTrial(over);
    await this.#note(over, isKept);
  }

  async #note(standing: TrialRecord, isKept: boolean): Promise<void> {
    if (this.#trials[standing.number] !== undefined) return;
    if (standing.state === 'running') {
      this.#rounds.add(standing);
      return;
    }
    const record = this.#rounds.counted(standing);
    this.#trials[record.number] = record;
    if (record.state !== 'failed' && (this.#best === undefined || this.#compare(record, this.#best) < 0)) {
      this.#best = record;
    }
    const { onTrial } = this.#settings;
    if (onTrial !== undefined) await onTrial(copyOfResult(record, isKept));
  }

  /** The better one first; of equal ones the one with the lower number; failed ones last. */
  #compare(a: TrialRecord, b: TrialRecord): number {
    const [first, second] = [a.score ?? Number.NaN, b.score ?? Number.NaN];
    const byScore =
      Number.isNaN(first) || Number.isNaN(second)
        ? Number(Number.isNaN(first)) - Number(Number.isNaN(second))
        : compareScores(this.#settings.score, first, second);
    return byScore || a.number - b.number;
  }

  async #trainedOnAll(best: TrialRecord): Promise<{ network: Network; hints: readonly Hint[] }> {
    const task = finalTask(this.#settings, this.#plans.of(best.number), best);
    const outcome = await this.#crew.run(task);
    if ('failure' in outcome) throw taskError('search: the best network, trained on all samples', outcome.failure);
    const { kept, history } = outcome.result;
    return { network: await Network.load(kept as Uint8Array), hints: history.hints };
  }
}

function fitEpochsOf({ options }: Plan): number {
  const epochs = 'code' in options ? 1 : epochsOf(options.fit);
  // A fit refuses what is no number of epochs.
  return Number.isSafeInteger(epochs) && epochs > 0 ? epochs : 1;
}
