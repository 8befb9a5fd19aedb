/**
 * A study as a file: one line of JSON for what the search is, then one for each trial, or part of one, that is over. Lines are only ever
 * added, each written whole, so that a process that is killed loses at most the line that it wrote. Checkpoints of trials that go on lie in a
 * folder beside the file. Knows Node's modules only by asking for them: pages load this package too.
 *
 *   {"study":{…},"check":"0a1b2c3d"}
 *   {"part":{"trial":3,"rung":0,…},"check":"…"}
 *   {"trial":{"number":3,"state":"completed",…},"check":"…"}
 */
import { codedError } from '../foundation/errors.js';
import { sliceOf, uint8, uint8From } from '../foundation/memory.js';
import { checksum, checksumOf } from './checksum.js';
import type { Plan } from './plans.js';
import type { TrialRecord } from './records.js';
import { lockStudy } from './study-lock.js';

/** The parts of node:fs that this file needs. */
interface Files {
  existsSync(path: string): boolean;
  readFileSync(path: string): Uint8Array;
  openSync(path: string, flags: string): number;
  ftruncateSync(file: number, bytes: number): void;
  writeSync(file: number, bytes: Uint8Array, from: number, count: number, at: number): number;
  fsyncSync(file: number): void;
  closeSync(file: number): void;
  mkdirSync(path: string, options: { recursive: true }): void;
  writeFileSync(path: string, bytes: Uint8Array): void;
  renameSync(from: string, to: string): void;
  rmSync(path: string, options: { force: true }): void;
  rmdirSync(path: string): void;
  readdirSync(path: string): string[];
}

interface NodeProcess {
  getBuiltinModule?(name: 'node:fs'): Files;
}

/** What makes a search this one: a file of another one is refused. Plain data. */
export type StudyKey = Record<string, unknown>;

export const STUDY_VERSION = 1;

/** What every study begins with: no other file is written over. */
const BEGINNING = '{"study":';

interface Line {
  readonly study?: StudyKey;
  readonly trial?: TrialRecord;
  readonly part?: TrialRecord;
}

export class StudyFile {
  readonly #files: Files;
  readonly #path: string;
  /** Trials that are over, by number. */
  readonly trials = new Map<number, TrialRecord>();
  /** Parts of trials of a halving search, by rung and number. */
  readonly parts = new Map<string, TrialRecord>();
  #descriptor = -1;
  /** What its checkpoints are checked with, besides their names: those of another search are none. */
  #tag = uint8(0);
  #unlock: (() => void) | undefined;

  private constructor(files: Files, path: string) {
    this.#files = files;
    this.#path = path;
  }

  /**
   * Opens a study, or begins one. Throws ERR_UNSUPPORTED where there are no files, ERR_IO, ERR_MODEL_FORMAT for a file that is no study or has
   * a broken line before its end, ERR_INVALID_OPTION for the study of another search, and ERR_BUSY while another search writes into it.
   */
  static open(path: string, key: StudyKey): StudyFile {
    const files = (globalThis as { process?: NodeProcess }).process?.getBuiltinModule?.('node:fs');
    if (files === undefined) {
      throw codedError('ERR_UNSUPPORTED', 'search: study is a file, and this host has none. Leave study out.');
    }
    const study = new StudyFile(files, path);
    study.#unlock = study.#try(() => lockStudy(path));
    try {
      study.#open(key);
    } catch (error) {
      study.#unlock();
      throw error;
    }
    return study;
  }

  #open(key: StudyKey): void {
    const fs = this.#files;
    const bytes = this.#try(() => (fs.existsSync(this.#path) ? fs.readFileSync(this.#path) : uint8(0)));
    // A mark at the beginning is no part of a study.
    const whole = this.#read(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), key);
    this.#tag = new TextEncoder().encode(JSON.stringify(key));
    this.#descriptor = this.#try(() => fs.openSync(this.#path, bytes.length === 0 ? 'w' : 'r+'));
    this.#try(() => fs.ftruncateSync(this.#descriptor, whole));
    this.#end = whole;
    if (whole === 0) this.#add({ study: key });
  }

  /** Where the next line goes: the end of the last whole one. */
  #end = 0;

  /** Reads all lines. Returns how many bytes are whole. */
  #read(text: string, key: StudyKey): number {
    if (!text.startsWith(BEGINNING) && !BEGINNING.startsWith(text)) throw this.#broken(1);
    const lines = text.split('\n');
    // What follows the last line break was cut short, or is nothing.
    const cut = lines.pop() as string;
    lines.forEach((line, i) => {
      const read = this.#lineOf(line, i + 1);
      if (i === 0) this.#checkKey(read.study, key);
      else if (read.trial !== undefined) this.trials.set(read.trial.number, read.trial);
      else if (read.part !== undefined) this.parts.set(partName(read.part.rung as number, read.part.number), read.part);
      else throw this.#broken(i + 1);
    });
    return new TextEncoder().encode(text).length - new TextEncoder().encode(cut).length;
  }

  #lineOf(line: string, number: number): Line {
    const place = line.lastIndexOf(',"check":"');
    if (place < 0 || line !== sealed(line.slice(0, place))) throw this.#broken(number);
    try {
      return JSON.parse(line, withNumbers) as Line;
    } catch {
      throw this.#broken(number);
    }
  }

  #broken(line: number): Error {
    const mend = 'Give another file, or leave out the lines from there on.';
    return codedError('ERR_MODEL_FORMAT', `search: study ${this.#path} is broken in line ${line}. ${mend}`);
  }

  #checkKey(came: StudyKey | undefined, key: StudyKey): void {
    if (came === undefined) throw this.#broken(1);
    const other = firstDifference(came, key);
    if (other === undefined) return;
    const mend = 'Search as before, or give another file.';
    throw codedError('ERR_INVALID_OPTION', `search: study ${this.#path} has ${other}. ${mend}`);
  }

  addTrial(trial: TrialRecord): void {
    this.trials.set(trial.number, trial);
    this.#add({ trial });
  }

  addPart(part: TrialRecord): void {
    this.parts.set(partName(part.rung as number, part.number), part);
    this.#add({ part });
  }

  partOf(rung: number, number: number): TrialRecord | undefined {
    return this.parts.get(partName(rung, number));
  }

  /** One write for a line: what a killed process leaves is a beginning of it. */
  #add(line: Line): void {
    const bytes = new TextEncoder().encode(`${sealed(JSON.stringify(line, withoutNumbers).slice(0, -1))}\n`);
    this.#try(() => {
      for (let written = 0; written < bytes.length; ) {
        written += this.#files.writeSync(this.#descriptor, bytes, written, bytes.length - written, this.#end + written);
      }
    });
    this.#end += bytes.length;
  }

  /** Throws ERR_INVALID_OPTION where a trial was trained with other options than it has now: they come from a function. */
  checkPlan(record: TrialRecord | undefined, { number, options }: Plan): void {
    if (record?.plan === undefined || record.plan === checksumOf(options)) return;
    const mend = 'Search with the same functions, or give another file.';
    throw codedError(
      'ERR_INVALID_OPTION',
      `search: study ${this.#path} has trial ${number} with other options. ${mend}`,
    );
  }

  /** Keeps a checkpoint, with a checksum at its end. */
  keep(name: string, bytes: Uint8Array): void {
    const fs = this.#files;
    const check = new TextEncoder().encode(this.#checksumOf(name, bytes));
    this.#try(() => {
      fs.mkdirSync(this.#folder, { recursive: true });
      fs.writeFileSync(`${this.#folder}/${name}.part`, joined(bytes, check));
      fs.renameSync(`${this.#folder}/${name}.part`, `${this.#folder}/${name}`);
    });
  }

  /** Undefined where it is not there, or not whole: the trial then begins anew. */
  kept(name: string): Uint8Array | undefined {
    const file = `${this.#folder}/${name}`;
    const bytes = this.#try(() =>
      this.#files.existsSync(file) ? uint8From(this.#files.readFileSync(file)) : undefined,
    );
    if (bytes === undefined || bytes.length < CHECKSUM_BYTES) return undefined;
    const content = sliceOf(bytes, 0, bytes.length - CHECKSUM_BYTES);
    const check = new TextDecoder().decode(bytes.subarray(content.length));
    return check === this.#checksumOf(name, content) ? content : undefined;
  }

  #checksumOf(name: string, bytes: Uint8Array): string {
    return checksum(this.#tag, new TextEncoder().encode(name), bytes);
  }

  drop(name: string): void {
    this.#try(() => this.#files.rmSync(`${this.#folder}/${name}`, { force: true }));
  }

  get #folder(): string {
    return `${this.#path}.checkpoints`;
  }

  close(isDone: boolean): void {
    const fs = this.#files;
    if (this.#descriptor >= 0) {
      this.#try(() => fs.fsyncSync(this.#descriptor));
      fs.closeSync(this.#descriptor);
    }
    this.#descriptor = -1;
    this.#unlock?.();
    if (isDone) this.#try(() => this.#removeFolder());
  }

  /** Only what is ours, and the folder if it is empty then. */
  #removeFolder(): void {
    const fs = this.#files;
    if (!fs.existsSync(this.#folder)) return;
    const names = fs.readdirSync(this.#folder);
    const own = names.filter((name) => CHECKPOINT.test(name));
    for (const name of own) fs.rmSync(`${this.#folder}/${name}`, { force: true });
    if (own.length === names.length) fs.rmdirSync(this.#folder);
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      if ((cause as { code?: string }).code === 'ERR_BUSY') throw cause;
      throw codedError('ERR_IO', `search: study ${this.#path}: ${(cause as Error).message}.`, { cause });
    }
  }
}

/** Numbers that JSON does not have: NaN and infinities. */
const NUMBER = '$number';

function withoutNumbers(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { [NUMBER]: String(value) } : value;
}

function withNumbers(_: string, value: unknown): unknown {
  return isRecord(value) && typeof value[NUMBER] === 'string' ? Number(value[NUMBER]) : value;
}

const CHECKSUM_BYTES = 8;
const CHECKPOINT = /^\d+-\d+-\d+\.safetensors(\.part)?$/;

function joined(bytes: Uint8Array, end: Uint8Array): Uint8Array {
  const all = uint8(bytes.length + end.length);
  all.set(bytes);
  all.set(end, bytes.length);
  return all;
}

/** In words, the first thing that two searches do not have in common. */
function firstDifference(came: unknown, now: unknown, path = ''): string | undefined {
  if (JSON.stringify(came) === JSON.stringify(now)) return undefined;
  // A hash tells nobody anything.
  if (path === 'samples') return 'other samples';
  if (isRecord(came) && isRecord(now)) {
    for (const name of new Set([...Object.keys(now), ...Object.keys(came)])) {
      const found = firstDifference(came[name], now[name], path === '' ? name : `${path}.${name}`);
      if (found !== undefined) return found;
    }
  }
  return `${path} ${wordsOf(came)}, not ${wordsOf(now)}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function wordsOf(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}

function partName(rung: number, number: number): string {
  return `${rung} ${number}`;
}

/** A line with the CRC-32 of what is before it. */
function sealed(beginning: string): string {
  return `${beginning},"check":"${checksum(new TextEncoder().encode(beginning))}"}`;
}
