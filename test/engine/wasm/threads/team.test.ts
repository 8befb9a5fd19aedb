/** Teams, with workers that only note what they are told: which are reused, which end, and when. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HelpMessage } from '../../../../src/engine/wasm/threads/helper.js';
import { Team, type TeamRequest } from '../../../../src/engine/wasm/threads/team.js';
import { expectCoded, thrownBy } from '../../../support/refusals.js';

/** A worker that does nothing by itself. */
class FakeWorker {
  readonly sent: HelpMessage[] = [];
  isTerminated = false;
  isReferenced = true;
  readonly #onMessage: (message: object) => void;
  readonly #onEnd: (cause: unknown) => void;

  constructor(
    readonly address: unknown,
    onMessage: (message: object) => void,
    onEnd: (cause: unknown) => void,
  ) {
    this.#onMessage = onMessage;
    this.#onEnd = onEnd;
  }

  postMessage(message: HelpMessage): void {
    this.sent.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  unref(): void {
    this.isReferenced = false;
  }

  /** It has begun to help. */
  begin(holdsLock = false): void {
    this.#onMessage({ kind: 'helping', holdsLock });
  }

  /** It has left the session that it was asked to help with last. */
  leave(): void {
    this.#onMessage({ kind: 'free', session: this.sent.at(-1)?.session });
  }

  die(cause: unknown = new Error('exit code 1')): void {
    this.#onEnd(cause);
  }
}

const workers: FakeWorker[] = [];
/** How many workers can still be made. */
let supply = Number.POSITIVE_INFINITY;

vi.mock(import('../../../../src/foundation/workers.js'), async (original) => ({
  ...(await original()),
  // As in a page, which has no event for the end of a worker.
  threadsOfNode: () => undefined,
  startWorker: (address, onMessage, onEnd) => {
    if (supply-- <= 0) throw new Error('no worker');
    const worker = new FakeWorker(address, onMessage as (message: object) => void, onEnd);
    workers.push(worker);
    return worker as unknown as Worker;
  },
}));

// Workers that only note their messages need no code.
const module = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));

function begin(threads: number, changes: Partial<TeamRequest> = {}) {
  const deaths: unknown[] = [];
  const request: TeamRequest = {
    module,
    threads,
    pages: 4,
    address: undefined,
    onDeath: (error) => deaths.push(error),
    call: 'fit',
    needsAll: true,
    ...changes,
  };
  return { ...Team.begin(request), deaths };
}

const alive = (): FakeWorker[] => workers.filter(({ isTerminated }) => !isTerminated);

beforeEach(() => {
  vi.useFakeTimers();
  workers.length = 0;
  supply = Number.POSITIVE_INFINITY;
});

afterEach(() => {
  // Idle teams of one test are none of the next one's.
  vi.runAllTimers();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('a fit gets', () => {
  it('one helper less than threads, each told its number, and none that keeps the process alive', async () => {
    const { team, fit } = begin(4, { address: '/app/worker.js' });
    expect(workers.map(({ sent }) => sent.map(({ kind, index, session }) => [kind, index, session]))).toEqual([
      [['help', 1, 1]],
      [['help', 2, 1]],
      [['help', 3, 1]],
    ]);
    expect(fit).toMatchObject({ module, threads: 4 });
    for (const { sent, address, isReferenced } of workers) {
      expect(sent[0]?.memory).toBe(fit.memory);
      expect(address).toBe('/app/worker.js');
      expect(isReferenced).toBe(false);
    }
    await team.end();
  });

  it('the helpers and the memory of the fit before', async () => {
    const first = begin(3);
    await first.team.end();
    const second = begin(3);
    expect(second.team).toBe(first.team);
    expect(second.fit.memory).toBe(first.fit.memory);
    expect(workers.map(({ sent }) => sent.map(({ session }) => session))).toEqual([
      [1, 2],
      [1, 2],
    ]);
    await second.team.end();
  });

  it('some of them where it has fewer threads, and more where it has more', async () => {
    await begin(4).team.end();
    await begin(2).team.end();
    expect(workers.map(({ sent }) => sent.length)).toEqual([2, 1, 1]);
    await begin(6).team.end();
    expect(workers.map(({ sent }) => sent.length)).toEqual([3, 2, 2, 1, 1]);
  });

  it('new memory only where the last is too small, then with room for a fit that is larger still', async () => {
    const small = begin(2, { pages: 10 });
    await small.team.end();
    const large = begin(2, { pages: 11 });
    await large.team.end();
    const larger = begin(2, { pages: 20 });
    await larger.team.end();
    expect(large.fit.memory).not.toBe(small.fit.memory);
    expect(large.fit.memory.buffer.byteLength).toBe(20 * 65536);
    expect(larger.fit.memory).toBe(large.fit.memory);
  });

  it('a team of its own while another fit has one; when both are over, one is left', async () => {
    const first = begin(3);
    const second = begin(3);
    expect(second.team).not.toBe(first.team);
    expect(second.fit.memory).not.toBe(first.fit.memory);
    expect(workers).toHaveLength(4);
    await first.team.end();
    expect(alive()).toHaveLength(4);
    await second.team.end();
    expect(alive()).toHaveLength(2);
    const third = begin(3);
    expect(third.team).toBe(second.team);
    expect(workers).toHaveLength(4);
    await third.team.end();
  });
});

describe('memory', () => {
  /** The host gives no more than so many pages. */
  function limitTo(pages: number): number[] {
    const asked: number[] = [];
    const limited = new Proxy(WebAssembly.Memory, {
      construct: (Memory, [descriptor]: [WebAssembly.MemoryDescriptor]) => {
        asked.push(descriptor.initial);
        if (descriptor.initial > pages) throw new RangeError('could not allocate memory');
        return new Memory(descriptor);
      },
    });
    vi.stubGlobal('WebAssembly', Object.create(WebAssembly, { Memory: { value: limited } }));
    return asked;
  }

  it('is no more than the fit needs where the host does not give twice the last', async () => {
    await begin(2, { pages: 10 }).team.end();
    const asked = limitTo(15);
    const { team, fit } = begin(2, { pages: 12 });
    expect(fit.memory.buffer.byteLength).toBe(12 * 65536);
    expect(asked).toEqual([20, 12]);
    await team.end();
  });

  it('that the host does not give at all is ERR_OUT_OF_MEMORY, and no worker stays', async () => {
    await begin(2, { pages: 10 }).team.end();
    limitTo(15);
    const error = await thrownBy(() => begin(2, { pages: 40 }));
    const message = /^memory: the host does not give 3 MiB to share\. Use a smaller network or fewer samples, or leave/;
    expectCoded(error, 'ERR_OUT_OF_MEMORY', message);
    expect(alive()).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a team that is idle', () => {
  it('ends after a while, unless a fit comes; its timer does not keep the process alive', async () => {
    const started = vi.spyOn(globalThis, 'setTimeout');
    await begin(3).team.end();
    expect(started.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([false]);
    vi.advanceTimersByTime(9999);
    expect(alive()).toHaveLength(2);
    const { team } = begin(3);
    vi.advanceTimersByTime(60_000);
    expect(alive()).toHaveLength(2);
    await team.end();
    vi.advanceTimersByTime(9999);
    expect(alive()).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(alive()).toHaveLength(0);
    await begin(3).team.end();
    expect(workers).toHaveLength(4);
  });

  it('gets a new helper for one that died meanwhile', async () => {
    const { team, deaths } = begin(3);
    for (const worker of workers) worker.begin();
    await team.end();
    workers[0]?.die();
    expect(deaths).toEqual([]);
    const next = begin(3);
    expect(next.team).toBe(team);
    expect(workers).toHaveLength(3);
    expect(workers.map(({ sent }) => sent.map(({ index }) => index))).toEqual([[1], [2, 1], [2]]);
    await next.team.end();
  });
});

describe('where a helper did not start', () => {
  it('those that were starting with it are left, so that their ends are none of the next fit', async () => {
    const { team, deaths } = begin(4);
    workers[0]?.begin();
    workers[1]?.die();
    expect(deaths).toHaveLength(1);
    await team.end();
    const next = begin(4);
    expect(workers[0]?.isTerminated).toBe(false);
    expect(workers[2]?.isTerminated).toBe(true);
    expect(workers).toHaveLength(5);
    workers[2]?.die();
    expect(next.deaths).toEqual([]);
    await next.team.end();
  });

  it('but those that are still starting stay where none has failed', async () => {
    await begin(4).team.end();
    await begin(4).team.end();
    expect(workers).toHaveLength(3);
  });
});

describe('a fit whose leader may have been ended in the middle', () => {
  it('keeps its team until all helpers have left, so that none of them writes into the next fit', async () => {
    const { team } = begin(3);
    const ended = team.endAfter(Promise.resolve(true));
    const other = begin(3);
    expect(other.team).not.toBe(team);
    workers[0]?.leave();
    await Promise.resolve();
    expect(vi.getTimerCount()).toBe(0);
    workers[1]?.leave();
    await ended;
    expect(vi.getTimerCount()).toBe(1);
    await other.team.end();
  });

  it('waits for no helper that is dead, or dies', async () => {
    const { team } = begin(3);
    workers[0]?.die();
    const ended = team.endAfter(Promise.resolve(true));
    workers[1]?.die();
    await ended;
    expect(vi.getTimerCount()).toBe(1);
  });

  it('waits for none of the helpers that an earlier fit had besides', async () => {
    await begin(4).team.end();
    const { team } = begin(2);
    const ended = team.endAfter(Promise.resolve(true));
    workers[0]?.leave();
    await ended;
    vi.advanceTimersByTime(10_000);
    expect(alive()).toHaveLength(0);
  });
});

describe('a helper that dies', () => {
  const died = /^fit: the worker that trained with this one died\. The network has the weights of the last whole batch/;
  const notStarted = /^fit: the worker for threads did not start\. Put dist\/worker\.js .* or leave threads out\.$/;

  it.each([true, false])('while it helps ends the fit, all needed %s', async (needsAll) => {
    const { team, deaths } = begin(3, { needsAll });
    for (const worker of workers) worker.begin();
    const cause = new Error('exit code 1');
    workers[1]?.die(cause);
    workers[1]?.die(cause);
    expect(deaths).toHaveLength(1);
    expectCoded(deaths[0], 'ERR_WORKER_DIED', died);
    expect(deaths[0]).toHaveProperty('cause', cause);
    await team.end();
  });

  it('before it began ends the fit if all threads are needed', async () => {
    const { team, deaths } = begin(3);
    workers[0]?.die();
    expect(deaths).toHaveLength(1);
    expectCoded(deaths[0], 'ERR_WORKER_DIED', notStarted);
    await team.end();
  });

  it('before it began costs only its help if not all are needed', async () => {
    const { team, deaths } = begin(3, { needsAll: false });
    workers[0]?.die();
    expect(deaths).toEqual([]);
    await team.end();
  });

  it('after the fit, or because its team ended, ends no other fit', async () => {
    const { team, deaths } = begin(3);
    for (const worker of workers) worker.begin();
    await team.end();
    vi.advanceTimersByTime(10_000);
    for (const worker of workers) worker.die();
    expect(deaths).toEqual([]);
  });

  it('because the host makes no worker ends the fit, and those that were made', async () => {
    supply = 1;
    const cause = await thrownBy(() => begin(3));
    expectCoded(cause, 'ERR_WORKER_DIED', notStarted);
    expect(alive()).toHaveLength(0);
    supply = 1;
    const { team, fit } = begin(4, { needsAll: false });
    expect(fit.threads).toBe(4);
    expect(alive()).toHaveLength(1);
    await team.end();
  });
});

describe('a lock', () => {
  it('tells of a death where the runtime has no event for it', async () => {
    let onFree: (() => void) | undefined;
    const request = async (_: string, free: () => void): Promise<void> => {
      onFree = free;
    };
    vi.stubGlobal('navigator', { locks: { request } });
    const first = begin(2);
    const [worker] = workers as [FakeWorker];
    expect(worker.sent[0]?.lock).toMatch(/^wasmlp /);
    worker.begin(true);
    await first.team.end();
    // It holds the lock for life.
    const { team, deaths } = begin(2);
    expect(worker.sent[1]?.lock).toBeUndefined();
    worker.begin();
    onFree?.();
    expect(deaths).toHaveLength(1);
    expectCoded(deaths[0], 'ERR_WORKER_DIED', /^fit: the worker that trained with this one died/);
    await team.end();
    vi.unstubAllGlobals();
  });
});
