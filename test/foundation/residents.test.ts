/** Workers that stay: who gets an idle one, and when they end. The workers of this test only note what happens to them. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Resident, type Tenant } from '../../src/foundation/residents.js';

class FakeWorker {
  readonly sent: unknown[] = [];
  isTerminated = false;
  isReferenced = true;

  constructor(
    readonly program: unknown,
    readonly say: (message: string) => void,
    readonly die: (cause: unknown) => void,
  ) {}

  postMessage(message: unknown): void {
    this.sent.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  ref(): void {
    this.isReferenced = true;
  }

  unref(): void {
    this.isReferenced = false;
  }
}

const workers: FakeWorker[] = [];

vi.mock(import('../../src/foundation/workers.js'), async (original) => ({
  ...(await original()),
  // As in a page, which has locks instead of an event for the end of a worker.
  threadsOfNode: () => undefined,
  startWorker: (_, onMessage, onEnd, program) => {
    const worker = new FakeWorker(program, onMessage as (message: string) => void, onEnd);
    workers.push(worker);
    return worker as unknown as Worker;
  },
}));

const PROGRAM = { url: () => new URL('file:///a.js'), start: () => undefined as unknown as Worker };

class Notes implements Tenant<string> {
  readonly messages: string[] = [];
  readonly ends: unknown[] = [];

  onMessage(message: string): void {
    this.messages.push(message);
  }

  onEnd(cause: unknown): void {
    this.ends.push(cause);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  workers.length = 0;
});

afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a worker that stays', () => {
  it('is for the next who needs that program at that address, and for nobody else', () => {
    const first = new Notes();
    const resident = Resident.hire('/a.js', first, PROGRAM);
    workers[0]?.say('one');
    resident.rest();
    workers[0]?.say('late');
    const others = [Resident.hire('/b.js', new Notes(), PROGRAM), Resident.hire('/a.js', new Notes())];
    expect(workers).toHaveLength(3);
    const second = new Notes();
    expect(Resident.hire('/a.js', second, PROGRAM)).toBe(resident);
    workers[0]?.say('two');
    expect([first.messages, second.messages]).toEqual([['one'], ['two']]);
    for (const one of [resident, ...others]) void one.end();
  });

  it('is not for two at a time', () => {
    const both = [Resident.hire('/a.js', new Notes()), Resident.hire('/a.js', new Notes())];
    expect(both[0]).not.toBe(both[1]);
    for (const one of both) void one.end();
  });

  it('keeps the process alive only while somebody has it, and ends after ten idle seconds', () => {
    const resident = Resident.hire('/a.js', new Notes());
    expect(workers[0]?.isReferenced).toBe(true);
    vi.advanceTimersByTime(60_000);
    resident.rest();
    expect(workers[0]?.isReferenced).toBe(false);
    vi.advanceTimersByTime(9999);
    expect(Resident.hire('/a.js', new Notes())).toBe(resident);
    expect(workers[0]?.isReferenced).toBe(true);
    vi.advanceTimersByTime(60_000);
    resident.rest();
    expect(workers[0]?.isTerminated).toBe(false);
    vi.advanceTimersByTime(10_000);
    expect(workers[0]?.isTerminated).toBe(true);
    Resident.hire('/a.js', new Notes()).end();
    expect(workers).toHaveLength(2);
  });

  it('that dies tells who has it, once; where nobody has it, nobody gets it', () => {
    const notes = new Notes();
    const resident = Resident.hire('/a.js', notes);
    workers[0]?.die('first');
    workers[0]?.die('second');
    expect(notes.ends).toEqual(['first']);
    expect(resident.isDead).toBe(true);
    resident.rest();
    const other = Resident.hire('/a.js', new Notes());
    expect(other).not.toBe(resident);
    other.rest();
    workers[1]?.die('idle');
    expect(Resident.hire('/a.js', new Notes()).end()).toBeUndefined();
    expect(workers).toHaveLength(3);
  });

  it('is asked once to hold a lock, and is dead when that is free', () => {
    const waiting = new Map<string, () => void>();
    const request = (name: string, onFree: () => void): Promise<void> => {
      waiting.set(name, onFree);
      return Promise.resolve();
    };
    vi.stubGlobal('navigator', { locks: { request } });
    const resident = Resident.hire('/a.js', new Notes());
    const lock = resident.takeLock() as string;
    expect(lock).toMatch(/^wasmlp /);
    // A worker that does not hold it cannot be known to be gone.
    expect(resident.heldLock).toBeUndefined();
    resident.watchLock();
    expect(resident.heldLock).toBe(lock);
    resident.rest();
    const notes = new Notes();
    expect(Resident.hire('/a.js', notes)).toBe(resident);
    expect(resident.takeLock()).toBeUndefined();
    waiting.get(lock)?.();
    expect(notes.ends).toEqual([undefined]);
    expect(workers[0]?.isTerminated).toBe(true);
  });
});
