/**
 * Keeps two searches from writing into one study. The lock is a file beside it that says who has it, and is touched every second while the
 * search runs. One whose process is gone is taken at once; one of a machine or container that this process cannot look into, when it was
 * not touched while this one watched: no clocks are compared. Who was wrongly taken for gone finds that out before it writes again.
 *
 * Many processes may find the same lock of a dead one. Who may replace lock T is decided by a lock of its own, named after T: `study.lock.T`.
 * Only one process can make that file; it becomes the lock by a rename, and only while the lock is still T. A process that dies in between
 * leaves a lock that is taken in the same way.
 */
import { codedError } from '../foundation/errors.js';
import { forget, type Holder, holderOf, newHolder, remember, standingOf, wordsOf } from './study-holder.js';
import { codeOf, type StudyHost } from './study-host.js';

const TOUCHED_MILLISECONDS = 1000;
/** Looks at a lock that may be abandoned: for ten seconds. A person is told after two. */
const LOOK_MILLISECONDS = 250;
const LOOKS = 40;
const LOOKS_UNTOLD = 8;
/** A lock that is gone whenever it is looked at, and there whenever it is made, is a broken link. */
const TRIES = 100;

export type Pause = (milliseconds: number) => Promise<void>;

interface Seen {
  readonly holder: Holder;
  readonly touched: number;
}

export class StudyLock {
  readonly #host: StudyHost;
  /** As the user calls it. */
  readonly #study: string;
  readonly #file: string;
  readonly #holder: Holder;
  readonly #text: string;
  #timer: { unref?(): void } | undefined;

  private constructor(host: StudyHost, study: string, file: string) {
    this.#host = host;
    this.#study = study;
    this.#file = file;
    const { holder, text } = newHolder(host);
    this.#holder = holder;
    this.#text = text;
  }

  /** Rejects with ERR_BUSY where another search has the lock, and as `pause` does. */
  static async take(host: StudyHost, study: string, file: string, pause: Pause): Promise<StudyLock> {
    const lock = new StudyLock(host, study, file);
    // Before the file is there: a search of this thread may find it at once.
    remember(lock.#holder);
    try {
      await lock.#take(file, pause);
    } catch (error) {
      forget(lock.#holder);
      throw error;
    }
    lock.#timer = setInterval(() => lock.#touch(), TOUCHED_MILLISECONDS) as { unref?(): void };
    lock.#timer.unref?.();
    return lock;
  }

  async #take(file: string, pause: Pause): Promise<void> {
    const { files } = this.#host;
    for (let tries = 0; tries < TRIES; tries++) {
      if (this.#made(file)) return;
      const seen = this.#look(file);
      if (seen === undefined || !(await this.#isAbandoned(file, seen, pause))) continue;
      const { token } = seen.holder;
      const claim = `${file}.${token}`;
      await this.#take(claim, pause);
      if (this.#look(file)?.holder.token === token) {
        files.renameSync(claim, file);
        return;
      }
      files.rmSync(claim, { force: true });
    }
    throw codedError('ERR_IO', `search: study ${this.#study}: its lock ${file} comes and goes. Delete it.`);
  }

  /** Makes a lock, where there is none. */
  #made(file: string): boolean {
    const { files } = this.#host;
    let descriptor: number;
    try {
      descriptor = files.openSync(file, 'wx');
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
    try {
      const bytes = new TextEncoder().encode(this.#text);
      const written = files.writeSync(descriptor, bytes, 0, bytes.length, 0);
      if (written < bytes.length) throw new Error('no space is left for its lock');
      return true;
    } catch (error) {
      // A full disk has room for the name alone.
      files.rmSync(file, { force: true });
      throw error;
    } finally {
      files.closeSync(descriptor);
    }
  }

  /** False where it is not the same lock any more. Throws ERR_BUSY where its search lives. */
  async #isAbandoned(file: string, { holder, touched }: Seen, pause: Pause): Promise<boolean> {
    const standing = standingOf(this.#host, holder);
    if (standing === 'alive') throw this.#busy(holder);
    if (standing === 'gone') return true;
    for (let looks = 1; looks <= LOOKS; looks++) {
      await pause(LOOK_MILLISECONDS);
      const now = this.#look(file);
      if (now?.holder.token !== holder.token) return false;
      if (now.touched !== touched) throw this.#busy(holder);
      if (looks === LOOKS_UNTOLD) this.#tell(holder);
    }
    return true;
  }

  #tell(holder: Holder): void {
    const seconds = (LOOKS * LOOK_MILLISECONDS) / 1000;
    const waits = `If it gives no sign of life within ${seconds} seconds, this search takes the study over.`;
    this.#host.process.emitWarning(
      `search: study ${this.#study} has the lock of ${wordsOf(holder)}. ${waits} To go on at once, delete ${this.#file}.`,
    );
  }

  #busy(holder: Holder): Error {
    const mend = 'Wait for it, end it, or give another file.';
    return codedError('ERR_BUSY', `search: study ${this.#study} is in use by ${wordsOf(holder)}. ${mend}`);
  }

  /** Throws ERR_BUSY where another search has taken the study over. A lock that somebody deleted is made again. */
  check(): void {
    const seen = this.#look(this.#file);
    if (seen?.holder.token === this.#holder.token) return;
    if (seen === undefined && this.#made(this.#file)) return;
    throw this.takenOver(seen?.holder);
  }

  /** Why this search writes no more. */
  takenOver(by?: Holder): Error {
    const other = by === undefined ? 'another search' : wordsOf(by);
    const why = 'This one gave no sign of life for long. Trials up to then are in the file: search again to go on.';
    return codedError('ERR_BUSY', `search: study ${this.#study} was taken over by ${other}. ${why}`);
  }

  get isOurs(): boolean {
    try {
      return this.#look(this.#file)?.holder.token === this.#holder.token;
    } catch {
      return false;
    }
  }

  #touch(): void {
    if (!this.isOurs) return;
    const now = new Date();
    try {
      this.#host.files.utimesSync(this.#file, now, now);
    } catch {
      // The next write tells.
    }
  }

  /** Gives it back. A lock that cannot be deleted is that of a process that is gone, soon. */
  release(): void {
    clearInterval(this.#timer as never);
    forget(this.#holder);
    if (!this.isOurs) return;
    try {
      this.#host.files.rmSync(this.#file, { force: true });
    } catch {
      // The folder may be read-only now.
    }
  }

  /** Undefined where it is not there. */
  #look(file: string): Seen | undefined {
    const { files } = this.#host;
    try {
      // Read first: that asks a server of files for what it is now, its time too.
      const holder = holderOf(files.readFileSync(file));
      return { holder, touched: files.statSync(file).mtimeMs };
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      const message = `search: study ${this.#study}: its lock ${file} cannot be read: ${(error as Error).message}.`;
      throw codedError('ERR_IO', message, { cause: error });
    }
  }
}
