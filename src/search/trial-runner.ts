/** Trains one trial, or a part of it, on each part of the samples that judges it. */
import type { Crew } from './crew.js';
import type { Rung } from './halving.js';
import { epochsOf, type Plan, splitsOf, validatesFit } from './plans.js';
import type { TrialRecord } from './records.js';
import { meanOf, scoreOf, withoutScore } from './scores.js';
import type { CheckedSearch } from './settings.js';
import type { Split } from './split.js';
import type { StudyFile } from './study-file.js';
import type { Task, TaskFailure, TaskOutcome, TaskResult } from './task.js';

/** Checkpoints of trials that go on: in the folder of a study, or in memory. */
export class Checkpoints {
  readonly #file: StudyFile | undefined;
  readonly #inMemory = new Map<string, Uint8Array>();

  constructor(file: StudyFile | undefined) {
    this.#file = file;
  }

  get(name: string): Uint8Array | undefined {
    return this.#file === undefined ? this.#inMemory.get(name) : this.#file.kept(name);
  }

  set(name: string, bytes: Uint8Array): void {
    if (this.#file === undefined) this.#inMemory.set(name, bytes);
    else this.#file.keep(name, bytes);
  }

  delete(name: string): void {
    if (this.#file === undefined) this.#inMemory.delete(name);
    else this.#file.drop(name);
  }
}

/** What of a trial is trained in one rung. */
export type Part = Rung & { readonly index: number; readonly isLast: boolean };

export class TrialRunner {
  readonly #settings: CheckedSearch;
  readonly #crew: Crew;
  readonly #checkpoints: Checkpoints;
  readonly #splits: readonly Split[];
  /** By number: the names of its checkpoints, and results of fits that ended before their part did. */
  readonly #alive = new Map<number, { names: string[]; ended: (TaskResult | undefined)[] }>();

  constructor(settings: CheckedSearch, crew: Crew, checkpoints: Checkpoints) {
    this.#settings = settings;
    this.#crew = crew;
    this.#checkpoints = checkpoints;
    this.#splits = splitsOf(settings);
  }

  /** How many trials keep a crew busy that has so many trainings at a time: one more than it needs, for the end of another. */
  trialsFor(trainings: number): number {
    const each = this.#splits.length;
    return each === 1 ? trainings : Math.ceil(trainings / each) + 1;
  }

  async run({ number, parameters, options }: Plan, part: Part | undefined): Promise<TrialRecord> {
    const trial = { number, parameters };
    if ('code' in options) return { ...trial, state: 'failed', error: options };
    const outcomes = await Promise.all(this.#splits.map((_, fold) => this.#train(number, options, fold, part)));
    const failed = outcomes.find((outcome) => 'failure' in outcome);
    if (failed !== undefined) return { ...trial, state: 'failed', error: (failed as { failure: TaskFailure }).failure };
    const results = outcomes.map((outcome) => (outcome as { result: TaskResult }).result);
    const score = meanOf(results.map((result) => scoreOf(this.#settings.score, result)));
    if (!Number.isFinite(score)) {
      const message = withoutScore(this.#settings.score, score, results[0] as TaskResult);
      const error = { code: 'ERR_NON_FINITE', message };
      return { ...trial, state: 'failed', error };
    }
    const { report } = results[0] as TaskResult;
    const isRunning = part !== undefined && !part.isLast;
    return {
      ...trial,
      state: isRunning ? 'running' : 'completed',
      score,
      ...(results.length === 1 && report !== undefined && { report }),
      epochs: Math.max(...results.map(({ epochs }) => epochs)),
      ...(options.fit.earlyStopping !== undefined && { bestEpoch: bestEpochOf(results) }),
      seconds: results.reduce((sum, { history }) => sum + history.seconds, 0),
      ...(isRunning && { rung: part.index }),
    };
  }

  async #train(
    number: number,
    { network, fit }: Exclude<Plan['options'], TaskFailure>,
    fold: number,
    part: Part | undefined,
  ): Promise<TaskOutcome> {
    const alive = this.#alive.get(number) ?? { names: [], ended: [] };
    this.#alive.set(number, alive);
    const ended = alive.ended[fold];
    // It trains no more.
    if (ended !== undefined) return { result: { ...ended, history: { ...ended.history, seconds: 0 } } };
    const before = part !== undefined && part.index > 0 ? nameOf(number, fold, part.index - 1) : undefined;
    const goesOn = part !== undefined && !part.isLast && part.lastEpoch < epochsOf(fit);
    const task: Task = {
      network,
      fit,
      split: this.#splits[fold],
      validates: validatesFit(this.#settings, fit),
      lastEpoch: goesOn ? part.lastEpoch : undefined,
      // Without it the trial begins anew, which gives the same bits.
      checkpoint: before === undefined ? undefined : this.#checkpoints.get(before),
      keeps: goesOn ? 'checkpoint' : 'nothing',
    };
    const outcome = await this.#crew.run(task);
    if ('failure' in outcome) return outcome;
    const { kept, ...result } = outcome.result;
    if (goesOn && kept !== undefined) {
      const name = nameOf(number, fold, part.index);
      this.#checkpoints.set(name, kept);
      alive.names.push(name);
    } else if (part !== undefined) alive.ended[fold] = { ...result, kept: undefined };
    if (before !== undefined) this.#checkpoints.delete(before);
    return { result: { ...result, kept: undefined } };
  }

  /** A trial is over. */
  forget(number: number): void {
    for (const name of this.#alive.get(number)?.names ?? []) this.#checkpoints.delete(name);
    this.#alive.delete(number);
  }
}

function bestEpochOf(results: readonly TaskResult[]): number {
  return Math.max(Math.round(meanOf(results.map(({ history }) => history.bestEpoch))), 1);
}

function nameOf(trial: number, fold: number, rung: number): string {
  return `${trial}-${fold}-${rung}.safetensors`;
}
