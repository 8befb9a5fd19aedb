/** How many cores a host has, as its globals say. */
import { availableParallelism } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { coresOfHost } from '../../src/foundation/cores.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A host without Node's modules. */
function withoutNode(): void {
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
}

describe('the cores of a host', () => {
  it('in Node are those that the process may use', () => {
    expect(coresOfHost()).toBe(availableParallelism());
  });

  it('elsewhere are what navigator says, or one', () => {
    withoutNode();
    vi.stubGlobal('navigator', { hardwareConcurrency: 12 });
    expect(coresOfHost()).toBe(12);
    vi.stubGlobal('navigator', {});
    expect(coresOfHost()).toBe(1);
    vi.stubGlobal('navigator', undefined);
    expect(coresOfHost()).toBe(1);
  });

  it('are those of navigator where the host has a process without modules', () => {
    vi.stubGlobal('process', {});
    vi.stubGlobal('navigator', { hardwareConcurrency: 3 });
    expect(coresOfHost()).toBe(3);
  });
});
