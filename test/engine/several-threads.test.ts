/** The option threads: what it takes and refuses, what hosts and entry points allow, and what network.engine says of it. */
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { expectCoded, thrownBy } from '../support/refusals.js';

type Library = Pick<typeof import('../../src/index.js'), 'Network' | 'WasmlpError'>;

/** Enough work that "auto" takes all cores, and not enough for a second thread. */
const LARGE = { inputs: 784, layers: [{ units: 128 }, { units: 10 }] };
const SMALL = { inputs: 2, layers: [{ units: 2 }, { units: 1 }] };

let library: Library;
// The kernels in use are those of the entry point that was loaded last.
beforeEach(async () => {
  vi.resetModules();
  library = await import('../../src/index.js');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.doUnmock('../../src/engine/wasm/threads/kernels.js');
  vi.doUnmock('../../src/foundation/workers.js');
});

async function threadsOf(threads: unknown, options: object = LARGE, { Network } = library): Promise<number> {
  const network = await Network.create({ ...LARGE, ...options, threads } as never);
  return network.engine.threads;
}

async function expectRefused(call: () => unknown, code: never | string, message: RegExp, { WasmlpError } = library) {
  expectCoded(await thrownBy(call), code as 'ERR_UNSUPPORTED', message, WasmlpError);
}

/** A machine with so many cores. */
function stubCores(cores: number): void {
  const os = process.getBuiltinModule('node:os');
  vi.spyOn(os, 'availableParallelism').mockReturnValue(cores);
}

describe('threads', () => {
  it.each([0, -1, 1.5, 1025, Number.NaN, Number.POSITIVE_INFINITY])('%s is out of range', async (threads) => {
    for (const engine of ['wasm', 'js', 'auto']) {
      await expectRefused(
        () => threadsOf(threads, { engine }),
        'ERR_INVALID_OPTION',
        new RegExp(`^create: threads is ${threads}, expected a whole number from 1 to 1024, or "auto"\\.`),
      );
    }
  });

  it.each([
    ['many', '"many"'],
    ['2', '"2"'],
    [null, 'null'],
    [true, 'true'],
    [[2], 'an array|\\[2\\]|.*array.*'],
  ])('%j is of a wrong type', async (threads, shown) => {
    for (const engine of ['wasm', 'js']) {
      await expectRefused(
        () => threadsOf(threads, { engine }),
        'ERR_INVALID_TYPE',
        new RegExp(`^create: threads is (?:${shown}), expected a whole number from 1 to 1024, or "auto"\\.`),
      );
    }
  });

  it('of the engine are those that take part: as many as were asked for, but no more than there are cores, and than a team has', async () => {
    stubCores(128);
    expect(await threadsOf(undefined)).toBe(1);
    expect(await threadsOf(1)).toBe(1);
    expect(await threadsOf(2)).toBe(2);
    expect(await threadsOf(7, SMALL)).toBe(7);
    expect(await threadsOf(1000)).toBe(64);
    stubCores(2);
    expect(await threadsOf(8)).toBe(2);
    expect(await threadsOf(2)).toBe(2);
    stubCores(1);
    expect(await threadsOf(8)).toBe(1);
  });

  it('"auto" are the cores of the machine, for networks that may gain by them', async () => {
    stubCores(6);
    expect(await threadsOf('auto')).toBe(6);
    expect(await threadsOf('auto', SMALL)).toBe(1);
    stubCores(1);
    expect(await threadsOf('auto')).toBe(1);
    stubCores(128);
    expect(await threadsOf('auto')).toBe(64);
  });

  it('leave the rest of what the engine says as it is', async () => {
    stubCores(4);
    const [one, two] = await Promise.all([1, 2].map((threads) => library.Network.create({ ...LARGE, threads })));
    expect(two?.engine).toEqual({ ...one?.engine, threads: 2 });
    expect(Object.isFrozen(two?.engine)).toBe(true);
    expect(two?.summary()).toBe(one?.summary());
    expect(two?.clone().engine).toEqual(two?.engine);
  });

  it('are an option of load too, and of no file', async () => {
    stubCores(4);
    const { Network } = library;
    const network = await Network.create({ ...LARGE, threads: 3 });
    const bytes = network.save();
    expect((await Network.load(bytes)).engine.threads).toBe(1);
    expect((await Network.load(bytes, { threads: 2 })).engine.threads).toBe(2);
    expect(JSON.stringify(network.toJSON())).not.toContain('threads');
    const one = await Network.create(LARGE);
    expect(Buffer.compare(one.save(), bytes)).toBe(0);
  });
});

const ELSEWHERE =
  /^create: threads is 2, but only WebAssembly has threads, and only "wasmlp" carries the kernel for them\. Leave it out\.$/;

describe('2 threads are refused, and "auto" is 1', () => {
  async function expectAlone(message: RegExp, options: object = {}, entry: Library = library): Promise<void> {
    stubCores(4);
    await expectRefused(() => threadsOf(2, options, entry), 'ERR_UNSUPPORTED', message, entry);
    expect(await threadsOf('auto', options, entry)).toBe(1);
    expect(await threadsOf(1, options, entry)).toBe(1);
  }

  it('on the js engine', async () => {
    await expectAlone(ELSEWHERE, { engine: 'js' });
  });

  it('where auto takes the js engine', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    await expectAlone(ELSEWHERE);
  });

  it('in wasmlp/browser', async () => {
    vi.resetModules();
    await expectAlone(ELSEWHERE, {}, await import('../../src/browser.js'));
  });

  it('in wasmlp/slim', async () => {
    vi.resetModules();
    const slim = await import('../../src/slim.js');
    await slim.init(new Uint8Array(await readFile('dist/kernel.wasm')));
    await expectAlone(ELSEWHERE, {}, slim);
  });

  it('on edge hosts', async () => {
    vi.resetModules();
    const { networkOn } = await import('../../src/edge.js');
    const { WasmlpError } = await import('../../src/api.js');
    const Network = networkOn(await WebAssembly.compile(new Uint8Array(await readFile('dist/kernel.wasm'))));
    await expectAlone(ELSEWHERE, {}, { Network, WasmlpError } as Library);
  });

  it('in React Native', async () => {
    vi.resetModules();
    await expectAlone(ELSEWHERE, { engine: 'js' }, (await import('../../src/react-native.js')) as Library);
  });

  const headers =
    /^create: threads is 2, and threads share memory, and this page is not isolated from other origins\. Serve it with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or leave threads out\.$/;

  it('in a page that is not isolated', async () => {
    vi.stubGlobal('crossOriginIsolated', false);
    await expectAlone(headers);
  });

  it('without SharedArrayBuffer', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    await expectAlone(headers);
  });

  it('without workers', async () => {
    const { getBuiltinModule } = process;
    vi.spyOn(process, 'getBuiltinModule').mockImplementation(((name: string) =>
      name === 'node:worker_threads' ? undefined : getBuiltinModule.call(process, name)) as never);
    vi.stubGlobal('Worker', undefined);
    await expectAlone(/^create: threads is 2, and this host has no workers\. Leave threads out\.$/);
  });

  it('where the host refuses the kernel for threads; the next try compiles it anew', async () => {
    const compile = vi.spyOn(WebAssembly, 'compile');
    compile.mockImplementation(async (bytes) => {
      const module = new WebAssembly.Module(bytes as BufferSource);
      const isShared =
        WebAssembly.Module.imports(module).length > 0 &&
        WebAssembly.Module.exports(module).some(({ name }) => name === 'help');
      if (isShared) throw new WebAssembly.CompileError('no shared memory');
      return module;
    });
    await expectAlone(/^create: this host refuses WebAssembly with threads\. Leave threads out\.$/);
    compile.mockRestore();
    expect(await threadsOf(2)).toBe(2);
  });

  it('but an error of memory is no reason to go on alone', async () => {
    stubCores(4);
    const error = Object.assign(new Error('memory: no'), { code: 'ERR_OUT_OF_MEMORY' });
    vi.resetModules();
    vi.doMock('../../src/engine/wasm/threads/kernels.js', () => ({ threadsKernel: () => Promise.reject(error) }));
    library = await import('../../src/index.js');
    expect(await thrownBy(() => threadsOf('auto'))).toBe(error);
    expect(await thrownBy(() => threadsOf(2))).toBe(error);
  });
});

it('in a bundle that does not know where worker.js is, fits may say it; "auto" is 1', async () => {
  stubCores(4);
  vi.resetModules();
  vi.doMock('../../src/foundation/workers.js', async (original) => ({
    ...(await original<typeof import('../../src/foundation/workers.js')>()),
    knowsWorker: () => false,
  }));
  library = await import('../../src/index.js');
  expect(await threadsOf('auto')).toBe(1);
  expect(await threadsOf(2)).toBe(2);
});
