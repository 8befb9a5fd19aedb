/** What a host allows, as its globals say. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { mayWait, whyAlone } from '../../../../src/engine/wasm/threads/host.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A host without Node's modules, which may have what pages have. */
function withoutNode(): void {
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
}

describe('why a host has one thread', () => {
  it('in Node there is no reason', () => {
    expect(whyAlone()).toBeUndefined();
  });

  it('in a page that is isolated neither', () => {
    withoutNode();
    vi.stubGlobal('Worker', class {});
    vi.stubGlobal('crossOriginIsolated', true);
    expect(whyAlone()).toBeUndefined();
  });

  it('it has no workers', () => {
    withoutNode();
    vi.stubGlobal('Worker', undefined);
    expect(whyAlone()).toBe('this host has no workers. Leave threads out.');
  });

  it.each([
    ['a page is not isolated', () => vi.stubGlobal('crossOriginIsolated', false)],
    ['there is no SharedArrayBuffer', () => vi.stubGlobal('SharedArrayBuffer', undefined)],
  ])('%s: the reason names both headers to send', (_, stub) => {
    stub();
    expect(whyAlone()).toMatch(
      /not isolated from other origins\. Serve it with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or leave threads out\.$/,
    );
  });
});

describe('a thread may wait', () => {
  it('in Node', () => {
    expect(mayWait()).toBe(true);
  });

  it('unless Atomics.wait throws, as in the main thread of a page, or there is nothing to wait for', () => {
    const wait = vi.spyOn(Atomics, 'wait').mockImplementation(() => {
      throw new TypeError('Atomics.wait cannot be called in this context');
    });
    expect(mayWait()).toBe(false);
    wait.mockRestore();
    vi.stubGlobal('SharedArrayBuffer', undefined);
    expect(mayWait()).toBe(false);
  });
});
