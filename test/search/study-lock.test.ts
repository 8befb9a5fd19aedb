/** Locks of studies: one search has a study, whatever is left by those that died, and however many come at once. */
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { newHolder } from '../../src/search/study-holder.js';
import { type StudyHost, studyHost } from '../../src/search/study-host.js';
import { StudyLock } from '../../src/search/study-lock.js';
import { temporaryFolder } from '../support/folder.js';
import { expectRefused } from '../support/refusals.js';
import { repeats } from '../support/repeats.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

const HOST = studyHost() as StudyHost;
const FOLDER = temporaryFolder();
let files = 0;
const newFile = (): string => `${FOLDER}/study-${files++}.lock`;

/** Looks that a search waits for before it takes a lock whose process it cannot see. */
const LOOKS = 40;

/** Counts the looks, and does something between two of them. */
function watching(between: (look: number) => void = () => undefined) {
  return vi.fn(async (): Promise<void> => between(pauses++));
}
let pauses = 1;

const take = (file: string, pause = watching()): Promise<StudyLock> => {
  pauses = 1;
  return StudyLock.take(HOST, 'digits.jsonl', file, pause);
};

/** The text of a lock of this process, or of another one. */
const lockText = (changes: object = {}): string => JSON.stringify({ ...JSON.parse(newHolder(HOST).text), ...changes });

const deadPid = (): number => spawnSync(process.execPath, ['--eval', '']).pid;
const ofPod = (changes: object = {}): string =>
  lockText({ pid: 7, host: 'pod-before', place: 'pod-before', ...changes });

const TELLS_STARTS = startOf(process.pid) !== undefined;

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the lock of a search that lives', () => {
  it.skipIf(!TELLS_STARTS)('is busy at once: in this thread, and in another process of this machine', async () => {
    const file = newFile();
    const pause = watching();
    const lock = await take(file);
    const own = new RegExp(`^search: study digits.jsonl is in use by process ${process.pid} on .*Wait for it, end it`);
    await expectRefused(() => take(file, pause), 'ERR_BUSY', own);
    lock.release();
    expect(existsSync(file)).toBe(false);
    const { ppid: pid } = process;
    writeFileSync(file, lockText({ pid, started: startOf(pid) }));
    await expectRefused(() => take(file, pause), 'ERR_BUSY', new RegExp(`in use by process ${pid} on`));
    expect(pause).not.toHaveBeenCalled();
  });

  it('is busy where it is touched while this one looks, on any machine and with any text', async () => {
    for (const text of [ofPod(), lockText(), '', 'null', '{}', lockText({ pid: 0 })]) {
      const file = newFile();
      writeFileSync(file, text);
      const pause = watching((look) => look === 5 && utimesSync(file, 100 + look, 100 + look));
      await expectRefused(() => take(file, pause), 'ERR_BUSY', /is in use by (process \d+ on|a process that its lock)/);
      expect(pause).toHaveBeenCalledTimes(5);
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
  });

  it('is touched every second, by a timer that keeps no program alive', async () => {
    const file = newFile();
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const real = await take(file);
    expect(timers()).toBe(before);
    real.release();
    vi.useFakeTimers();
    const lock = await take(file);
    utimesSync(file, 100, 100);
    vi.advanceTimersByTime(1000);
    expect(statSync(file).mtimeMs).toBeGreaterThan(100_000);
    lock.release();
    vi.advanceTimersByTime(5000);
    expect(existsSync(file)).toBe(false);
    vi.useRealTimers();
  });
});

describe('the lock of a search that is gone', () => {
  it.skipIf(!TELLS_STARTS).each([
    ['a process that ended', () => lockText({ pid: deadPid() })],
    ['a process with the number of this one, before its container began again', () => lockText({ started: '1' })],
    ['a process whose number another one has now', () => lockText({ pid: process.ppid, started: '1' })],
  ])('%s, is taken at once', async (_, text) => {
    const file = newFile();
    const pause = watching();
    writeFileSync(file, text());
    const lock = await take(file, pause);
    expect(pause).not.toHaveBeenCalled();
    lock.check();
    lock.release();
    expect(readdirSync(FOLDER).filter((name) => name.startsWith(path.basename(file)))).toEqual([]);
  });

  it.each([
    ['another machine or container', ofPod()],
    ['a thread of this process', lockText()],
    ['a system that does not say when a process began', lockText({ started: undefined })],
    ['nobody: empty, as a power cut leaves it', ''],
    ['nobody: cut short', '{"pid":'],
    ['nobody: null', 'null'],
    ['nobody: a number', '3'],
    ['nobody: {}', '{}'],
    ['process 0', lockText({ pid: 0 })],
    ['process -1', lockText({ pid: -1 })],
    ['process "x"', lockText({ pid: 'x' })],
    ['a holder whose token leads elsewhere', lockText({ token: '../../x' })],
  ])('%s, is taken after ten seconds without a touch, and somebody is told why', async (_, text) => {
    const file = newFile();
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    writeFileSync(file, text);
    const pause = watching((look) => expect(warn).toHaveBeenCalledTimes(look > 8 ? 1 : 0));
    const lock = await take(file, pause);
    expect(pause.mock.calls).toEqual(Array.from({ length: LOOKS }, () => [250]));
    const named = /process \d+ on [^ ]+/.exec(warn.mock.calls[0]?.[0] as string)?.[0];
    expect(named ?? 'nobody').toMatch(/^\{"token":"[0-9a-f]{8}","pid":[1-9]/.test(text) ? /^process/ : /^nobody$/);
    expect(warn.mock.calls[0]?.[0]).toMatch(
      /^search: study digits\.jsonl has the lock of .*If it gives no sign of life within 10 seconds.*delete .*\.lock\.$/,
    );
    lock.check();
    lock.release();
    expect(existsSync(file)).toBe(false);
  });

  it('is taken as it is, where its search ends while this one looks', async () => {
    const file = newFile();
    writeFileSync(file, ofPod());
    const pause = watching((look) => look === 3 && rmSync(file));
    (await take(file, pause)).release();
    expect(pause).toHaveBeenCalledTimes(3);
  });

  it('is left alone where another search takes it first', async () => {
    const file = newFile();
    writeFileSync(file, ofPod());
    const first: StudyLock[] = [];
    const pause = vi.fn(async () => {
      if (first.length === 0) first.push(await StudyLock.take(HOST, 'the first', file, async () => undefined));
    });
    vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    await expectRefused(() => take(file, pause), 'ERR_BUSY', new RegExp(`in use by process ${process.pid}`));
    first[0]?.check();
    first[0]?.release();
  });

  it('is taken where those who wanted it died before they had it', async () => {
    const file = newFile();
    const pid = deadPid();
    writeFileSync(file, lockText({ token: '00000001', pid }));
    writeFileSync(`${file}.00000001`, lockText({ token: '00000002', pid }));
    writeFileSync(`${file}.00000001.00000002`, lockText({ token: '00000003', pid }));
    const lock = await take(file);
    lock.check();
    lock.release();
    expect(readdirSync(FOLDER).filter((name) => name.startsWith(path.basename(file)))).toEqual([]);
  });
});

describe('a search whose lock was taken over', () => {
  it('writes no more, and leaves the lock to the other one', async () => {
    const file = newFile();
    const lock = await take(file);
    writeFileSync(file, ofPod());
    const message = /^search: study digits\.jsonl was taken over by process 7 on pod-before\. .*search again to go on/;
    await expectRefused(() => lock.check(), 'ERR_BUSY', message);
    lock.release();
    expect(readFileSync(file, 'utf8')).toMatch(/pod-before/);
  });

  it('has it again where somebody only deleted it', async () => {
    const file = newFile();
    const lock = await take(file);
    rmSync(file);
    lock.check();
    await expectRefused(() => take(file), 'ERR_BUSY', /in use by process/);
    lock.release();
    expect(existsSync(file)).toBe(false);
  });
});

describe('what is no lock', () => {
  it('is an error of the system', async () => {
    const file = newFile();
    mkdirSync(file);
    await expectRefused(() => take(file), 'ERR_IO', /its lock .*\.lock cannot be read: EISDIR/);
    const link = newFile();
    symlinkSync(`${FOLDER}/nowhere/at/all`, link);
    await expectRefused(() => take(link), 'ERR_IO', /its lock .* comes and goes\. Delete it/);
  });
});

/** Where the system says it: on Linux. */
function startOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Searches that want the same study, in processes of their own. */
class Contenders {
  readonly #children = Array.from({ length: 6 }, () =>
    fork(fileURLToPath(new URL('../support/search/contender.js', import.meta.url))),
  );

  /** Tells all of them at once, and resolves to what each answers. */
  async all(message: object): Promise<string[]> {
    return await Promise.all(this.#children.map((child) => this.#ask(child, message)));
  }

  async #ask(child: ChildProcess, message: object): Promise<string> {
    const answer = new Promise<string>((resolve) => child.once('message', (text) => resolve(String(text))));
    child.send(message);
    return await answer;
  }

  async end(): Promise<void> {
    const exits = this.#children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all(exits);
  }
}

describe('several processes at once', () => {
  it('never have one study together, whatever lock was left there', async () => {
    const random = new SeededRandom('contenders');
    const contenders = new Contenders();
    const dead = { pid: deadPid() };
    try {
      for (let round = 0; round < repeats(5, 400); round++) {
        const study = `${FOLDER}/round-${round}.jsonl`;
        // No lock; one of a process that died; and of another one that died when it was about to take that.
        const kind = random.integer(0, 2);
        if (kind > 0) writeFileSync(`${study}.lock`, lockText({ ...dead, token: '00000001' }));
        if (kind > 1) writeFileSync(`${study}.lock.00000001`, lockText({ ...dead, token: '00000002' }));
        const answers = await contenders.all({ study });
        expect(answers.toSorted(), `round ${round}, kind ${kind}; ${REPRODUCE}`).toEqual([
          ...Array(5).fill('ERR_BUSY'),
          'has it',
        ]);
        expect((await contenders.all({ study: undefined })).toSorted()).toEqual([...Array(5).fill('idle'), 'is done']);
        expect(readdirSync(FOLDER).filter((name) => name.startsWith(`round-${round}.`))).toEqual([
          `round-${round}.jsonl`,
        ]);
        expect(readFileSync(study, 'utf8').split('\n')).toHaveLength(4);
      }
    } finally {
      await contenders.end();
    }
  });
});
