/**
 * A study as a file: one line of JSON for what the search is, then one for each trial, or part of one, that is over. Lines are only ever
 * added, each written whole, so that a process that is killed loses at most the line that it wrote. Checkpoints of trials that go on lie in a
 * folder beside the file. Knows Node's modules only by asking for them: pages load this package too.
 *
 *   {"study":{…},"check":"0a1b2c3d"}      of each other line, the check counts this one too
 *   {"part":{"trial":3,"rung":0,…},"check":"…"}
 *   {"trial":{"number":3,"state":"completed",…},"check":"…"}
 */
import { codedError, WasmlpError } from '../foundation/errors.js';
import { uint8 } from '../foundation/memory.js';
import { turnWhenDue } from '../training/event-loop.js';
import { checksumOf } from './checksum.js';
import type { Plan } from './plans.js';
import type { TrialRecord } from './records.js';
import { CheckpointFolder } from './study-checkpoints.js';
import { checkHasFiles, type Files, isThere, pauseFor, realPath, type StudyHost } from './study-host.js';
import { type Difference, differenceInWords, firstDifference, type StudyKey } from './study-key.js';
import { bytesOf, isSealed, type Line, lineOf, sealOf } from './study-lines.js';
import { type Pause, StudyLock } from './study-lock.js';

/** What every study begins with: no other file is written over. */
const BEGINNING = '{"study":';

/** What editors of other systems put before a text. */
const MARK = '\ufeff';

const LINE_BREAK = 10;

/** What the error of a study that another search began has beside its message: the command says it in its own words. */
export interface AnotherStudy {
  /** As the user calls it. */
  readonly study: string;
  /** Undefined where it is a later trial that differs. */
  readonly difference?: Difference;
  readonly trial?: number;
}

/** How a study is opened. */
export interface Opening {
  readonly signal?: AbortSignal | undefined;
  /** Waits while nobody knows whether another search is alive. */
  readonly pause?: Pause;
}

export class StudyFile {
  readonly #files: Files;
  /** As the user calls it, for messages. */
  readonly #name: string;
  /** Where it lies. */
  readonly #path: string;
  readonly #lock: StudyLock;
  /** Trials that are over, by number. */
  readonly trials = new Map<number, TrialRecord>();
  /** Parts of trials of a halving search, by rung and number. */
  readonly parts = new Map<string, TrialRecord>();
  readonly #checkpoints: CheckpointFolder;
  #descriptor = -1;
  /** Where the next line goes: the end of the last whole one. */
  #place = 0;
  /** That of its first line. */
  #seal = '';

  private constructor(files: Files, name: string, path: string, lock: StudyLock, key: StudyKey) {
    this.#files = files;
    this.#name = name;
    this.#path = path;
    this.#lock = lock;
    this.#checkpoints = new CheckpointFolder(
      files,
      `${path}.checkpoints`,
      new TextEncoder().encode(JSON.stringify(key)),
    );
  }

  /**
   * Opens a study, or begins one. Rejects with ERR_UNSUPPORTED where there are no files, ERR_IO, ERR_MODEL_FORMAT for a file that is no study
   * or has a broken line before its end, ERR_INVALID_OPTION for the study of another search, ERR_BUSY while another search writes into it, and
   * with the signal's reason.
   */
  static async open(name: string, key: StudyKey, opening: Opening = {}): Promise<StudyFile> {
    const { signal, pause = (milliseconds) => pauseFor(milliseconds, signal) } = opening;
    const host = checkHasFiles();
    const { path, lock } = await locked(host, name, pause).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw ioError(name, error);
    });
    const study = new StudyFile(host.files, name, path, lock, key);
    try {
      await study.#open(key, signal);
    } catch (error) {
      throw study.#closed(error);
    }
    return study;
  }

  async #open(key: StudyKey, signal: AbortSignal | undefined): Promise<void> {
    const fs = this.#files;
    const bytes = this.#try(() => (isThere(fs, this.#path) ? fs.readFileSync(this.#path) : uint8(0)));
    const whole = await this.#read(bytes, key, signal);
    this.#descriptor = this.#try(() => fs.openSync(this.#path, bytes.length === 0 ? 'w' : 'r+'));
    this.#own();
    this.#try(() => fs.ftruncateSync(this.#descriptor, whole));
    this.#place = whole;
    if (whole > 0) return;
    const first = new TextDecoder().decode(bytesOf({ study: key }));
    this.#add({ study: key });
    this.#seal = sealOf(first.trimEnd());
  }

  /** Reads all lines. Returns how many bytes are whole: what follows the last line break was cut short, or is nothing. */
  async #read(bytes: Uint8Array, key: StudyKey, signal: AbortSignal | undefined): Promise<number> {
    // Line by line: a text of all of them may be longer than texts can be.
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const beginning = decoder.decode(bytes.subarray(0, BEGINNING.length));
    if (!BEGINNING.startsWith(beginning)) throw this.#broken(1, beginning);
    let whole = 0;
    let number = 0;
    for (let end = bytes.indexOf(LINE_BREAK); end >= 0; end = bytes.indexOf(LINE_BREAK, whole)) {
      await turnWhenDue();
      signal?.throwIfAborted();
      const text = decoder.decode(bytes.subarray(whole, end));
      whole = end + 1;
      number++;
      const read = lineOf(text, this.#seal);
      const { trial, part } = read ?? {};
      if (number === 1 && read?.study !== undefined) {
        this.#checkKey(read.study, key);
        this.#seal = sealOf(text);
      } else if (number > 1 && trial) this.trials.set(trial.number, trial);
      else if (number > 1 && part) this.parts.set(partName(part.rung as number, part.number), part);
      else throw this.#broken(number, text);
    }
    const cut = decoder.decode(bytes.subarray(whole));
    if (number === 0 && isJson(cut) && !isSealed(cut)) throw this.#broken(1, cut);
    return whole;
  }

  #broken(line: number, text: string): Error {
    const isMarked = text.startsWith(MARK);
    const why = isMarked
      ? ': it begins with a byte order mark, which an editor put there. Save it as UTF-8 without one'
      : isSealed(text.replace(/\r$/, ''), line > 1 ? this.#seal : '')
        ? ': it ends in CR LF, as lines of Windows do. Save the file with LF alone'
        : '. Give another file, or leave out the lines from there on';
    return codedError('ERR_MODEL_FORMAT', `search: study ${this.#name} is broken in line ${line}${why}.`);
  }

  #checkKey(came: StudyKey, key: StudyKey): void {
    const difference = firstDifference(came, key);
    if (difference === undefined) return;
    throw this.#another(`${differenceInWords(difference)}. Search as before, or give another file.`, { difference });
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
    const bytes = bytesOf(line, this.#seal);
    this.#own();
    this.#try(() => {
      // One that took this study over has ended since, and its lock is gone.
      if (this.#files.fstatSync(this.#descriptor).size !== this.#place) throw this.#lock.takenOver();
      for (let written = 0; written < bytes.length; ) {
        const count = bytes.length - written;
        written += this.#files.writeSync(this.#descriptor, bytes, written, count, this.#place + written);
      }
    });
    this.#place += bytes.length;
  }

  /** Throws ERR_BUSY where another search has taken it over: this one writes no more. Trainings may end after the search. */
  #own(): void {
    if (this.#descriptor < 0) throw codedError('ERR_IO', `search: study ${this.#name} is closed.`);
    this.#try(() => this.#lock.check());
  }

  /** Throws ERR_INVALID_OPTION where a trial was trained with other options than it has now: they come from a function. */
  checkPlan(record: TrialRecord | undefined, { number, options }: Plan): void {
    if (record?.plan === undefined || record.plan === checksumOf(options)) return;
    const mend = 'Search with the same functions, or give another file.';
    throw this.#another(`trial ${number} with other options. ${mend}`, { trial: number });
  }

  #another(has: string, why: Omit<AnotherStudy, 'study'>): Error {
    const study = this.#name;
    return Object.assign(codedError('ERR_INVALID_OPTION', `search: study ${study} has ${has}`), { study, ...why });
  }

  /** Keeps a checkpoint. */
  keep(name: string, bytes: Uint8Array): void {
    this.#own();
    this.#try(() => this.#checkpoints.keep(name, bytes));
  }

  /** Undefined where it is not there, or not whole: the trial then begins anew. */
  kept(name: string): Uint8Array | undefined {
    return this.#try(() => this.#checkpoints.kept(name));
  }

  drop(name: string): void {
    this.#own();
    this.#try(() => this.#checkpoints.drop(name));
  }

  /** Throws ERR_IO where the disk has not all of it. */
  close(isDone: boolean): void {
    const fs = this.#files;
    const descriptor = this.#descriptor;
    this.#descriptor = -1;
    try {
      if (descriptor >= 0) {
        this.#try(() => {
          try {
            fs.fsyncSync(descriptor);
          } finally {
            fs.closeSync(descriptor);
          }
        });
      }
      if (isDone && this.#lock.isOurs) this.#try(() => this.#checkpoints.remove());
    } finally {
      this.#lock.release();
    }
  }

  /** Closes it because of an error, and returns that one: another one on the way tells less. */
  #closed(error: unknown): unknown {
    try {
      this.close(false);
    } catch {
      // See above.
    }
    return error;
  }

  /** Does work that writes into it, and closes it however that ends. */
  async closing<T>(work: () => Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await work();
    } catch (error) {
      throw this.#closed(error);
    }
    this.close(true);
    return result;
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw ioError(this.#name, cause);
    }
  }
}

/** Where the file lies, and its lock: one for all names and links that lead to it. */
async function locked(host: StudyHost, name: string, pause: Pause): Promise<{ path: string; lock: StudyLock }> {
  const path = realPath(host, name);
  if (isThere(host.files, path) && !host.files.statSync(path).isFile()) {
    throw codedError('ERR_IO', `search: study ${name} is a folder or a device, expected a file.`);
  }
  return { path, lock: await StudyLock.take(host, name, `${path}.lock`, pause) };
}

/** A line that was cut short is none. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function ioError(name: string, cause: unknown): unknown {
  if (cause instanceof WasmlpError) return cause;
  const message = (cause as Error).message.replace(/\.$/, '');
  return codedError('ERR_IO', `search: study ${name}: ${message}.`, { cause });
}

function partName(rung: number, number: number): string {
  return `${rung} ${number}`;
}
