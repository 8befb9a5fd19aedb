/** What is known of who has a lock: on systems that say when a process began, and on those that say nothing. */
import { describe, expect, it } from 'vitest';
import { forget, holderOf, newHolder, remember, standingOf } from '../../src/search/study-holder.js';
import { type Files, type HostProcess, type StudyHost, studyHost } from '../../src/search/study-host.js';

const REAL = studyHost() as StudyHost;

/** Its processes, by number: the tick in which each began. */
interface System {
  readonly name?: string;
  readonly processes?: Record<number, number>;
  /** Whether it says when a process began. */
  readonly tellsStarts?: boolean;
  /** The code of the error with which it refuses to say whether a process is there. */
  readonly refusal?: string;
}

function hostOf({ name = 'a', processes = { 1: 50 }, tellsStarts = true, refusal }: System, pid = 1): StudyHost {
  const refuse = (code: string): never => {
    throw Object.assign(new Error(code), { code });
  };
  const readFileSync = (path: string): Uint8Array => {
    const started = processes[Number(/\d+/.exec(path)?.[0])];
    if (!tellsStarts || started === undefined) return refuse('ENOENT');
    // A name of a process may have anything in it.
    return new TextEncoder().encode(`1 (node) (x) 7) S ${'0 '.repeat(18)}${started} 0`);
  };
  const kill = (other: number): void => {
    if (refusal !== undefined) refuse(refusal);
    if (!(other in processes)) refuse('ESRCH');
  };
  const files = { readFileSync, readlinkSync: () => refuse('ENOENT') } as unknown as Files;
  return { ...REAL, name, files, process: { pid, kill } as unknown as HostProcess };
}

describe('the holder of a lock', () => {
  const of = (system: System, pid: number) => holderOf(new TextEncoder().encode(newHolder(hostOf(system, pid)).text));

  it.each<[string, System, number, System, 'alive' | 'gone' | 'unknown']>([
    ['that runs beside this process', { processes: { 2: 60 } }, 2, { processes: { 1: 50, 2: 60 } }, 'alive'],
    ['that ended', { processes: { 2: 60 } }, 2, { processes: { 1: 50 } }, 'gone'],
    ['whose number another process has now', { processes: { 2: 60 } }, 2, { processes: { 1: 50, 2: 70 } }, 'gone'],
    ['that had the number of this process', { processes: { 1: 40 } }, 1, {}, 'gone'],
    ['that is another thread of this process', {}, 1, {}, 'unknown'],
    ['on another machine', { name: 'b' }, 1, {}, 'unknown'],
    ['on machines without a name', { name: '', processes: { 2: 60 } }, 2, { name: '' }, 'unknown'],
    ['that runs, of somebody else', { processes: { 2: 60 } }, 2, { processes: { 2: 60 }, refusal: 'EPERM' }, 'alive'],
    ['that may not be asked for', { processes: { 2: 60 } }, 2, { refusal: 'NotCapable' }, 'unknown'],
    ['that ended, without starts', { processes: { 2: 60 }, tellsStarts: false }, 2, { tellsStarts: false }, 'gone'],
    ['that may run, without starts', { tellsStarts: false }, 1, { tellsStarts: false }, 'unknown'],
    ['that may run, and whose start is hidden now', {}, 1, { tellsStarts: false }, 'unknown'],
  ])('%s', (_, system, pid, now, standing) => {
    expect(standingOf(hostOf(now), of(system, pid))).toBe(standing);
  });

  it('of this thread is alive, whatever the system says', () => {
    const { holder } = newHolder(hostOf({}));
    remember(holder);
    expect(standingOf(hostOf({ name: 'b', processes: {} }), holder)).toBe('alive');
    forget(holder);
    expect(standingOf(hostOf({ name: 'b', processes: {} }), holder)).toBe('unknown');
  });
});
