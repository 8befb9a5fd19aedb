/** wasmlp/slim: what init takes and refuses, and networks before and after it. Each test loads the library anew, as a page does. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KERNEL_IDENTITY } from '../../src/engine/wasm/identity.js';
import { Network } from '../../src/index.js';
import { CLASSIFIER, fingerprint } from '../support/networks.js';
import { thrownBy } from '../support/refusals.js';
import { detached, randomClasses, randomRows } from '../support/samples.js';

const KERNEL = new Uint8Array(await readFile('dist/kernel.wasm'));
const HTML = new TextEncoder().encode('<!doctype html><title>Not found</title>');

let slim: typeof import('../../src/slim.js');

beforeEach(async () => {
  vi.resetModules();
  slim = await import('../../src/slim.js');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Checks that the call is refused with this error. Its class is from the library that the test has loaded. */
async function expectRefused(call: () => unknown, code: string, message: RegExp): Promise<Error> {
  const error = (await thrownBy(call)) as Error;
  expect(error).toBeInstanceOf(code === 'ERR_INVALID_TYPE' ? TypeError : slim.WasmlpError);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  return error;
}

async function train(library: Pick<typeof slim, 'Network'>): Promise<string> {
  const network = await library.Network.create({ ...CLASSIFIER, engine: 'wasm' });
  await network.fit(randomRows(50, 2), randomClasses(50, 3), { epochs: 3 });
  return fingerprint(network as Network);
}

/** The kernel with another identity of the same length. */
function otherVersion(): Uint8Array<ArrayBuffer> {
  const other = KERNEL.slice();
  other.set(new TextEncoder().encode('0123456789abcdef'), other.length - 16);
  return other;
}

describe('a network before init', () => {
  it.each(['auto', 'wasm'] as const)('on %s is refused, and the message says what to do', async (engine) => {
    const message = /^create: no kernel yet\. Await init of wasmlp\/slim first\.$/;
    await expectRefused(() => slim.Network.create({ ...CLASSIFIER, engine }), 'ERR_ENGINE', message);
    const model = (await Network.create(CLASSIFIER)).save();
    await expectRefused(() => slim.Network.load(model, { engine }), 'ERR_ENGINE', message);
    await slim.init(KERNEL);
    expect((await slim.Network.load(model, { engine })).engine.kind).toBe('wasm');
  });

  it('on js needs none', async () => {
    expect((await slim.Network.create({ ...CLASSIFIER, engine: 'js' })).engine.kind).toBe('js');
  });
});

describe('init takes', () => {
  const sources: Record<string, () => Promise<Parameters<typeof slim.init>[0]>> = {
    'a compiled module': () => WebAssembly.compile(KERNEL),
    'a compiled module of another realm': () => runInNewContext('WebAssembly').compile(KERNEL),
    'a Uint8Array': async () => KERNEL,
    'a Uint8Array amid others': async () => new Uint8Array([1, ...KERNEL, 2]).subarray(1, -1),
    "Node's Buffer": () => readFile('dist/kernel.wasm'),
    'an ArrayBuffer': async () => KERNEL.slice().buffer,
    'a Response': async () => new Response(KERNEL),
  };
  it.each(Object.entries(sources))('%s, and training gives the bits of wasmlp', async (_, source) => {
    await slim.init(await source());
    expect(await train(slim)).toBe(await train({ Network }));
  });

  it('the promise of a Response', async () => {
    await slim.init(Promise.resolve(new Response(KERNEL)));
    expect(await train(slim)).toBe(await train({ Network }));
  });

  it.each([String, (url: string) => new URL(url)])('an address, as %o', async (addressOf) => {
    const server = createServer((_, response) => response.end(KERNEL));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await slim.init(addressOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}/kernel.wasm`));
    server.closeAllConnections();
    server.close();
    expect(await train(slim)).toBe(await train({ Network }));
  });

  it.each(['bytes', 'buffer'])('%s as they were at the call', async (kind) => {
    const bytes = KERNEL.slice();
    const given = slim.init(kind === 'bytes' ? bytes : bytes.buffer);
    bytes.fill(0);
    await given;
    expect(await train(slim)).toBe(await train({ Network }));
  });
});

describe('init refuses', () => {
  const wholeFile = 'Give the whole wasmlp/kernel\\.wasm of this version\\.$';
  const none = (subject: string): RegExp =>
    new RegExp(`^init: ${subject} is not a kernel of wasmlp, expected kernel "${KERNEL_IDENTITY}"\\. ${wholeFile}`);
  const other = (subject: string): RegExp =>
    new RegExp(`^init: ${subject} is kernel "0123456789abcdef", expected kernel "${KERNEL_IDENTITY}"\\. ${wholeFile}`);
  const kinds = (came: string): RegExp =>
    new RegExp(`^init: kernel is ${came}, expected wasmlp/kernel\\.wasm as a Web`);
  const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  const cases: [string, () => unknown, RegExp][] = [
    ['nothing', () => undefined, kinds('undefined')],
    ['null', () => null, kinds('null')],
    ['a number', () => 3, kinds('3')],
    ['an object', () => ({}), kinds('an object')],
    ['other arrays', () => new Float32Array(KERNEL.slice(0, 8).buffer), kinds('a Float32Array')],
    ['a page', () => HTML, none('what was given has 39 bytes and')],
    ['no bytes', () => new Uint8Array(0), none('what was given has 0 bytes and')],
    ['bytes that were transferred away', () => detached().buffer, none('what was given has 0 bytes and')],
    ['part of the file', () => KERNEL.subarray(0, -1), none('what was given has \\d+ bytes and')],
    ['more than the file', () => new Uint8Array([...KERNEL, 0]), none('what was given has \\d+ bytes and')],
    ['a page as a Response', () => new Response(HTML), none('what was given has 39 bytes and')],
    ['the bytes of another module', () => empty, none('what was given has 8 bytes and')],
    ['another module', () => WebAssembly.compile(empty), none('the module')],
    ["another version's bytes", otherVersion, other('what was given has \\d+ bytes and')],
    ["another version's module", () => WebAssembly.compile(otherVersion()), other('the module')],
  ];
  it.each(cases)('%s, and may be called again', async (_, source, message) => {
    const kernel = (await source()) as Uint8Array;
    await expectRefused(() => slim.init(kernel), 'ERR_INVALID_TYPE', message);
    await expectRefused(() => slim.Network.create(CLASSIFIER), 'ERR_ENGINE', /^create: no kernel yet/);
    await slim.init(KERNEL);
    expect((await slim.Network.create(CLASSIFIER)).engine.kind).toBe('wasm');
  });

  it('a Response that is not the file', async () => {
    const missing = (): Promise<void> => slim.init(new Response(HTML, { status: 404 }));
    await expectRefused(
      missing,
      'ERR_IO',
      /^init: "the response" has the status 404, expected 200\. Check the address/,
    );
  });

  it('a Response that was read', async () => {
    const response = new Response(KERNEL);
    await response.arrayBuffer();
    const message = /^init: "the response" could not be read to its end\. Give a response that nobody has read\.$/;
    const error = await expectRefused(() => slim.init(response), 'ERR_IO', message);
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  it.each(['http://127.0.0.1:1/kernel.wasm', 'kernel.wasm'])('%s, which cannot be fetched', async (url) => {
    const message =
      /^init: "[^"]*kernel\.wasm" could not be fetched\. Check the address and connect-src, or give the bytes\.$/;
    const error = await expectRefused(() => slim.init(url), 'ERR_IO', message);
    expect(error.cause).toBeInstanceOf(Error);
    await slim.init(KERNEL);
  });

  it('a promise that rejects', async () => {
    const cause = new Error('offline');
    const message = /^init: the promise of kernel\.wasm rejected\. Its reason is the cause of this error\.$/;
    expect((await expectRefused(() => slim.init(Promise.reject(cause)), 'ERR_IO', message)).cause).toBe(cause);
    await slim.init(KERNEL);
    // Vitest fails if nobody handles a rejection.
    await expectRefused(
      () => slim.init(Promise.reject(cause)),
      'ERR_ENGINE',
      /^init: a kernel is loaded or loading already/,
    );
  });

  it('a second call, while the first runs and after', async () => {
    const message = /^init: a kernel is loaded or loading already\. Call init once\.$/;
    const first = slim.init(KERNEL);
    await expectRefused(() => slim.init(KERNEL), 'ERR_ENGINE', message);
    await first;
    await expectRefused(() => slim.init(KERNEL), 'ERR_ENGINE', message);
    expect((await slim.Network.create(CLASSIFIER)).engine.kind).toBe('wasm');
  });
});

describe('where the host refuses to compile', () => {
  const refusals: Record<string, () => unknown> = {
    'by policy': () =>
      vi.spyOn(WebAssembly, 'compile').mockRejectedValue(new WebAssembly.CompileError('blocked by the policy')),
    'and has no WebAssembly': () => vi.stubGlobal('WebAssembly', undefined),
  };
  it.each(Object.entries(refusals))('%s, auto trains on js and wasm is refused', async (_, refuse) => {
    refuse();
    await slim.init(KERNEL);
    expect((await slim.Network.create(CLASSIFIER)).engine.kind).toBe('js');
    const message = /^create: this host refuses WebAssembly with SIMD\. Allow/;
    const error = await expectRefused(
      () => slim.Network.create({ ...CLASSIFIER, engine: 'wasm' }),
      'ERR_ENGINE',
      message,
    );
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe('the one kernel', () => {
  it('takes nothing from wasmlp in the same program', async () => {
    const whole = await import('../../src/index.js');
    await slim.init(KERNEL);
    const { engine } = await whole.Network.create({ ...CLASSIFIER, relaxed: true });
    expect(engine.variant).toBe(Number(process.versions.node.split('.')[0]) > 20 ? 'relaxed' : 'simd');
  });

  it('replaces the relaxed one, and the network says so', async () => {
    await slim.init(KERNEL);
    const { engine } = await slim.Network.create({ ...CLASSIFIER, relaxed: true });
    expect(engine).toMatchObject({ kind: 'wasm', variant: 'simd', reproducible: true });
  });

  it('is refused for wide vectors', async () => {
    await slim.init(KERNEL);
    const versions = { ...process.versions, node: '24.0.0' };
    const setFlagsFromString = vi.fn();
    const getBuiltinModule = (): object => ({ setFlagsFromString });
    vi.stubGlobal('process', { ...process, versions, arch: 'x64', getBuiltinModule });
    const wide = (): Promise<unknown> => slim.Network.create({ ...CLASSIFIER, wideVectors: true });
    const message = /^create: wideVectors needs a kernel that only "wasmlp" carries\. Import "wasmlp", or leave it out/;
    await expectRefused(wide, 'ERR_ENGINE', message);
    expect(setFlagsFromString).not.toHaveBeenCalled();
  });
});
