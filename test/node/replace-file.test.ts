/** Faults of the disk: each file system call of a save fails in turn, by itself and together with all later ones. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WasmlpError } from '../../src/index.js';
import { loadFile, saveFile } from '../../src/node/index.js';
import { openFiles, temporaryFolder } from '../support/folder.js';
import { classifier, fingerprint } from '../support/networks.js';
import { expectCoded } from '../support/refusals.js';

const disk = vi.hoisted(() => ({
  calls: [] as string[],
  /** The error with which call number n, from 0, fails; undefined if it does not fail. */
  fault: (_number: number, _name: string): string | undefined => undefined,
}));

vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:fs/promises')>();
  type Call = (...args: never[]) => Promise<unknown>;
  const faulty = (name: string, call: Call, onFault: (args: never[]) => Promise<unknown> = async () => {}): Call => {
    return async (...args) => {
      const code = disk.fault(disk.calls.push(name) - 1, name);
      if (code === undefined) return await call(...args);
      await onFault(args);
      throw Object.assign(new Error(`${code}: injected, ${name}`), { code, syscall: name });
    };
  };
  const handleOf = (handle: FileHandle): FileHandle =>
    new Proxy(handle, {
      get: (_, key) => {
        const call = Reflect.get(handle, key, handle) as Call;
        if (typeof call !== 'function') return call;
        const bound = call.bind(handle) as Call;
        if (key === 'close') return faulty('close', bound, () => handle.close());
        // Half of the bytes are written.
        const half = (args: readonly unknown[]) => {
          const [bytes] = args as [Uint8Array];
          return handle.write(bytes, 0, bytes.length >> 1);
        };
        return faulty(`handle.${String(key)}`, bound, key === 'writeFile' ? half : undefined);
      },
    });
  const mocked: Record<string, unknown> = { ...original };
  for (const name of ['access', 'readdir', 'readlink', 'realpath', 'rename', 'rm', 'stat'] as const) {
    mocked[name] = faulty(name, original[name] as Call);
  }
  mocked.open = faulty('open', (async (...args: Parameters<typeof original.open>) =>
    handleOf(await original.open(...args))) as never);
  return { ...mocked, default: mocked };
});

const folder = temporaryFolder();
const work = path.join(folder, 'work');
const file = path.join(work, 'model.safetensors');
const oldNetwork = await classifier('wasm');
const newNetwork = await classifier('wasm', { seed: 8 });
const [OLD, NEW] = [oldNetwork.save(), newNetwork.save()];

/** What exists before a save: nothing, the old file, or a link to it. */
const STARTS = {
  'no file': () => undefined,
  'a file': () => writeFileSync(file, OLD),
  'a file of another owner and mode': () => writeFileSync(file, OLD, { mode: 0o640 }),
  'a link': () => {
    writeFileSync(path.join(work, 'target'), OLD);
    symlinkSync('target', file);
  },
};
type Start = keyof typeof STARTS;

function begin(start: Start): void {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  STARTS[start]();
  disk.calls.length = 0;
}

function contents(): Uint8Array | undefined {
  const exists = readdirSync(work).includes(path.basename(file));
  return exists ? new Uint8Array(readFileSync(file)) : undefined;
}

const temporaries = (): string[] => readdirSync(work).filter((name) => name.endsWith('.tmp'));

afterEach(() => {
  disk.fault = () => undefined;
});

describe.each(Object.keys(STARTS) as Start[])('a save over %s', (start) => {
  it('makes these calls', async () => {
    begin(start);
    await saveFile(newNetwork, file);
    expect(contents()).toEqual(NEW);
    const order = disk.calls.join(' ');
    expect(order).toMatch(/open open .*handle\.writeFile handle\.sync close rename handle\.sync close readdir/);
    if (start !== 'no file') expect(order).toMatch(/^realpath readlink .*stat access open/);
    if (start === 'a link') expect(lstatSync(file).isSymbolicLink()).toBe(true);
  });

  it.each(['EIO', 'ENOSPC', 'EMFILE'])(
    'that fails once with %s, at any call, leaves the old file or the new',
    async (code) => {
      begin(start);
      await saveFile(newNetwork, file);
      const { length } = disk.calls;
      expect(length).toBeGreaterThan(10);
      const open = openFiles();
      for (let n = 0; n < length; n++) {
        begin(start);
        disk.fault = (number) => (number === n ? code : undefined);
        const error = await saveFile(newNetwork, file).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        disk.fault = () => undefined;
        const renamed = disk.calls.indexOf('rename');
        const committed = renamed >= 0 && renamed < n;
        const at = `call ${n}, ${disk.calls[n]}`;
        expect(contents(), at).toEqual(committed ? NEW : start === 'no file' ? undefined : OLD);
        expect(temporaries(), at).toEqual([]);
        // Only cleaning up may fail without an error.
        const lateSync = committed && disk.calls[n] === 'handle.sync';
        expect(error !== undefined, at).toBe(!committed || lateSync);
        if (error === undefined) continue;
        expectCoded(
          error,
          'ERR_IO',
          lateSync ? /is the new file, but may not outlast/ : /was not written, and what is/,
        );
        expect(error).toBeInstanceOf(WasmlpError);
        expect((error as Error).message).toContain(`${JSON.stringify(file)}`);
        expect((error as Error).message).toMatch(new RegExp(`: ${code}: injected\\. [A-Z].*\\.$`));
        expect((error as Error).cause).toMatchObject({ code });
      }
      expect(openFiles()).toBe(open);
    },
  );

  it('on a disk that dies at any call leaves the old file or the new', async () => {
    begin(start);
    await saveFile(newNetwork, file);
    const { length } = disk.calls;
    for (let n = 0; n < length; n++) {
      begin(start);
      disk.fault = (number) => (number >= n ? 'EIO' : undefined);
      await saveFile(newNetwork, file).catch((error) => expectCoded(error, 'ERR_IO', /EIO: injected/));
      disk.fault = () => undefined;
      const renamed = disk.calls.indexOf('rename');
      expect(contents()).toEqual(renamed >= 0 && renamed < n ? NEW : start === 'no file' ? undefined : OLD);
      // After a failed save the network is as it was, and can be saved.
      await saveFile(newNetwork, file);
      expect(fingerprint(await loadFile(file))).toBe(fingerprint(newNetwork));
    }
  });
});

describe('what a system may say', () => {
  const twoOpens = (code: string, from: number) => (_: number, name: string) =>
    name === 'open' && disk.calls.filter((call) => call === 'open').length > from ? code : undefined;

  it.each(['EACCES', 'EPERM', 'EISDIR'])('%s of a folder that is not opened: the file is saved', async (code) => {
    begin('a file');
    disk.fault = (_, name) =>
      name === 'open' && disk.calls.filter((call) => call === name).length === 1 ? code : undefined;
    await saveFile(newNetwork, file);
    expect(contents()).toEqual(NEW);
  });

  it.each(['EINVAL', 'ENOTSUP', 'EPERM'])('%s of a folder that is not synced: the file is saved', async (code) => {
    begin('a file');
    disk.fault = (_, name) => (name === 'handle.sync' && disk.calls.includes('rename') ? code : undefined);
    await saveFile(newNetwork, file);
    expect(contents()).toEqual(NEW);
  });

  it.each([
    ['EACCES', /change the permissions/],
    ['EROFS', /Choose a place that this process may use/],
  ])('%s: nothing is changed', async (code, mend) => {
    begin('a file');
    disk.fault = twoOpens(code, 1);
    expectCoded(await saveFile(newNetwork, file).catch((error) => error), 'ERR_IO', mend);
    begin('a file');
    disk.fault = (_, name) => (name === 'access' ? code : undefined);
    expectCoded(await saveFile(newNetwork, file).catch((error) => error), 'ERR_IO', mend);
    expect(contents()).toEqual(OLD);
    expect(disk.calls).not.toContain('open');
  });

  it('an error that is not from the system rejects the save too', async () => {
    begin('a file');
    disk.fault = (_, name) => {
      if (name === 'rename') throw new Error('odd');
      return undefined;
    };
    expectCoded(await saveFile(newNetwork, file).catch((error) => error), 'ERR_IO', /: odd\. Look at the path/);
    expect(contents()).toEqual(OLD);
    expect(temporaries()).toEqual([]);
  });
});

describe('a load', () => {
  it('that fails at any call is ERR_IO, and closes the file', async () => {
    begin('a file');
    await loadFile(file);
    const calls = [...disk.calls];
    expect(calls).toEqual(['stat', 'open', 'handle.read', 'close']);
    const open = openFiles();
    for (const n of calls.keys()) {
      begin('a file');
      disk.fault = (number) => (number === n ? 'EIO' : undefined);
      expectCoded(
        await loadFile(file).catch((error) => error),
        'ERR_IO',
        /^loadFile: ".*" cannot be read: EIO: injected\./,
      );
    }
    expect(openFiles()).toBe(open);
  });
});
