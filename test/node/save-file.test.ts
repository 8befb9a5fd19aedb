/** saveFile and loadFile: what they load, what they replace, and what they refuse. */
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadFile, saveFile } from '../../src/node/index.js';
import { openFiles, temporaryFolder } from '../support/folder.js';
import { CLASSIFIER, classifier, fingerprint } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';
import { randomClasses, randomRows } from '../support/samples.js';

const folder = temporaryFolder();
let files = 0;
/** A path in a new folder. */
function fresh(name = 'model.safetensors'): string {
  const own = path.join(folder, `${files++}`);
  mkdirSync(own);
  return path.join(own, name);
}
const temporaries = (file: string): string[] => readdirSync(path.dirname(file)).filter((name) => name.endsWith('.tmp'));
const windows = process.platform === 'win32';

describe('a saved network', () => {
  it.each(['path', 'URL'])('comes back the same by its %s', async (kind) => {
    const file = fresh('a model: é%20#?.safetensors');
    const place = kind === 'URL' ? pathToFileURL(file) : file;
    const network = await classifier('wasm');
    expect(await saveFile(network, place)).toBeUndefined();
    expect(new Uint8Array(readFileSync(file))).toEqual(network.save());
    const loaded = await loadFile(place, { engine: 'js' });
    expect(loaded.engine.kind).toBe('js');
    expect(fingerprint(loaded)).toBe(fingerprint(network));
    expect(temporaries(file)).toEqual([]);
  });

  it('trains on from a checkpoint as the one that was saved', async () => {
    const file = fresh();
    const network = await classifier('wasm', { optimizer: 'adam' });
    const [inputs, targets] = [randomRows(23, 2), randomClasses(23, 3)];
    await network.fit(inputs, targets, { epochs: 2 });
    await saveFile(network, file, { checkpoint: true });
    const resumed = await loadFile(file);
    expect(resumed.epochs).toBe(2);
    for (const one of [network, resumed]) await one.fit(inputs, targets, { epochs: 2 });
    expect(fingerprint(resumed)).toBe(fingerprint(network));
  });

  it('is as it was when saveFile was called', async () => {
    const file = fresh();
    const network = await classifier('wasm');
    const before = fingerprint(network);
    const saved = saveFile(network, file);
    network.setParameters(0, { biases: [1, 2, 3] });
    network.dispose();
    await saved;
    expect(fingerprint(await loadFile(file))).toBe(before);
  });

  it('is the last one, if many calls save to one path at the same time', async () => {
    const file = fresh();
    const network = await classifier('wasm');
    const saves = Array.from({ length: 20 }, (_, i) => {
      network.setParameters(1, { biases: [i, i, i] });
      return saveFile(network, file);
    });
    await Promise.all(saves);
    expect((await loadFile(file)).getParameters(1).biases).toEqual(Float32Array.of(19, 19, 19));
    expect(temporaries(file)).toEqual([]);
  });

  it.skipIf(windows)('is the last one, by whatever path', async () => {
    const file = fresh();
    const [own, name] = [path.dirname(file), path.basename(file)];
    const link = path.join(own, 'link');
    symlinkSync(name, link);
    const spellings = [file, `${own}/./${name}`, pathToFileURL(file), link, `${own}/../${path.basename(own)}/link`];
    const network = await classifier('wasm');
    for (let last = 0; last < spellings.length; last++) {
      const saves = Array.from({ length: 10 }, (_, i) => {
        network.setParameters(1, { biases: [i, i, i] });
        return saveFile(network, spellings[(last + i) % spellings.length] as string | URL);
      });
      await Promise.all(saves);
      expect((await loadFile(file)).getParameters(1).biases).toEqual(Float32Array.of(9, 9, 9));
    }
    expect(readlinkSync(link)).toBe(name);
  });

  it('is saved after one to the same path that failed', async () => {
    const file = fresh();
    mkdirSync(file);
    const network = await classifier('wasm');
    const failed = saveFile(network, file).catch((error) => error);
    const second = saveFile(network, file).catch((error) => error);
    expect([(await failed).code, (await second).code]).toEqual(['ERR_IO', 'ERR_IO']);
  });
});

describe('the file that is replaced', () => {
  it.skipIf(windows).each([0o600, 0o640, 0o666, 0o755])('keeps its permissions %o', async (mode) => {
    const file = fresh();
    writeFileSync(file, 'old');
    chmodSync(file, mode);
    await saveFile(await classifier('wasm'), file);
    expect(statSync(file).mode & 0o7777).toBe(mode);
  });

  it.skipIf(windows)('stays, if it is write-protected, even for root', async () => {
    const file = fresh();
    writeFileSync(file, 'old');
    chmodSync(file, 0o444);
    const network = await classifier('wasm');
    const message = /was not written, and what is there stays as it was: EACCES: .*\. Choose a place .* permissions\.$/;
    await expectRefused(() => saveFile(network, file), 'ERR_IO', message);
    expect(readFileSync(file, 'utf8')).toBe('old');
    chmodSync(file, 0o644);
    await saveFile(network, file);
    expect(new Uint8Array(readFileSync(file))).toEqual(network.save());
  });

  it.skipIf(windows)('has the permissions that the process gives where there was none', async () => {
    const file = fresh();
    await saveFile(await classifier('wasm'), file);
    expect(statSync(file).mode & 0o7777).toBe(0o666 & ~process.umask());
  });

  it.skipIf(windows || process.getuid?.() !== 0)('keeps its owner', async () => {
    const file = fresh();
    writeFileSync(file, 'old');
    const { chownSync } = await import('node:fs');
    chownSync(file, 12, 34);
    await saveFile(await classifier('wasm'), file);
    expect(statSync(file)).toMatchObject({ uid: 12, gid: 34 });
  });

  it.skipIf(windows).each(['with a file', 'without one'])('is behind symbolic links %s, which stay', async (kind) => {
    const file = fresh();
    const real = path.join(path.dirname(file), 'real');
    mkdirSync(path.join(real, 'deep'), { recursive: true });
    symlinkSync('real/deep', path.join(path.dirname(file), 'folder'));
    symlinkSync('folder/../second', file);
    symlinkSync('target', path.join(real, 'second'));
    const target = path.join(real, 'target');
    if (kind === 'with a file') writeFileSync(target, 'old');
    const network = await classifier('wasm');
    await saveFile(network, file);
    expect(readlinkSync(file)).toBe('folder/../second');
    expect(new Uint8Array(readFileSync(target))).toEqual(network.save());
    expect(readdirSync(real).sort()).toEqual(['deep', 'second', 'target']);
  });

  it('leaves a hard link with the old bytes', async () => {
    const file = fresh();
    writeFileSync(file, 'old');
    linkSync(file, `${file}.other`);
    await saveFile(await classifier('wasm'), file);
    expect(readFileSync(`${file}.other`, 'utf8')).toBe('old');
  });

  it('has a name as long as names may be', async () => {
    const file = fresh('x'.repeat(255));
    await saveFile(await classifier('wasm'), file);
    expect(await loadFile(file)).toBeDefined();
  });

  it('stays next to files that killed processes left, until these are an hour old', async () => {
    const file = fresh();
    const [old, young, foreign] = ['.wasmlp-1-abc-0.tmp', '.wasmlp-2-abd-7.tmp', '.wasmlp-1-abc-0.tmp.keep'].map(
      (name) => path.join(path.dirname(file), name),
    ) as [string, string, string];
    for (const left of [old, young, foreign]) writeFileSync(left, 'part');
    const hours = (count: number): Date => new Date(Date.now() - count * 3_600_000);
    utimesSync(old, hours(1.1), hours(1.1));
    utimesSync(young, hours(0.9), hours(0.9));
    utimesSync(foreign, hours(9), hours(9));
    await saveFile(await classifier('wasm'), file);
    expect(readdirSync(path.dirname(file)).sort()).toEqual([
      path.basename(foreign),
      path.basename(young),
      path.basename(file),
    ]);
  });
});

describe('refused by saveFile', async () => {
  const network = await classifier('wasm');
  const file = fresh();
  writeFileSync(file, 'old');
  const io = /^saveFile: ".*" was not written, and what is there stays as it was: /;
  const cases: [string, () => Promise<unknown>, Parameters<typeof expectRefused>[1], RegExp][] = [
    [
      'a value that is not a network',
      () => saveFile({} as never, file),
      'ERR_INVALID_TYPE',
      /^saveFile: network is an object, exp/,
    ],
    [
      'a path that is a number',
      () => saveFile(network, 7 as never),
      'ERR_INVALID_TYPE',
      /^saveFile: path is 7, expected/,
    ],
    ['an empty path', () => saveFile(network, ''), 'ERR_INVALID_OPTION', /^saveFile: path is "", expected/],
    ['a path with NUL', () => saveFile(network, 'a\0b'), 'ERR_INVALID_OPTION', /^saveFile: path is "a\\u0000b"/],
    ['a URL of no file', () => saveFile(network, new URL('http://a/b')), 'ERR_INVALID_OPTION', /Begin it with file:/],
    [
      'an unknown option',
      () => saveFile(network, file, { checkpoints: true } as never),
      'ERR_INVALID_OPTION',
      /"checkpoint"\?/,
    ],
    [
      'options that are not an object',
      () => saveFile(network, file, 'x' as never),
      'ERR_INVALID_TYPE',
      /^saveFile: options is/,
    ],
    ['a wrong option', () => saveFile(network, file, { checkpoint: 1 as never }), 'ERR_INVALID_TYPE', /true or false/],
    [
      'no such folder',
      () => saveFile(network, path.join(folder, 'no', 'file')),
      'ERR_IO',
      /ENOENT.*or create its folder/,
    ],
    [
      'a folder that is not there',
      () => saveFile(network, path.join(folder, 'new/')),
      'ERR_INVALID_OPTION',
      /^saveFile: path is ".*new.", which names a folder\. Name a file in it\.$/,
    ],
    [
      'a URL in a Proxy',
      () => saveFile(network, new Proxy(pathToFileURL(file), {})),
      'ERR_INVALID_TYPE',
      /^saveFile: path is a URL, expected/,
    ],
    [
      'a folder',
      () => saveFile(network, folder),
      'ERR_IO',
      /^saveFile: ".*" is not a file\. Give the path of a file\.$/,
    ],
    ['a file for a folder', () => saveFile(network, path.join(file, 'x')), 'ERR_IO', io],
  ];
  if (!windows) {
    const loop = path.join(path.dirname(file), 'loop');
    symlinkSync('loop', loop);
    cases.push(['a device', () => saveFile(network, '/dev/null'), 'ERR_IO', /is not a file/]);
    cases.push(['links in a circle', () => saveFile(network, loop), 'ERR_IO', /ELOOP.*Correct the links/]);
  }
  it.each(cases)('%s', async (_, call, code, message) => {
    const names = readdirSync(path.dirname(file));
    await expectRefused(call, code, message);
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(path.dirname(file))).toEqual(names);
  });

  it('a network that was disposed of', async () => {
    const gone = await classifier('wasm');
    gone.dispose();
    await expectRefused(() => saveFile(gone, file), 'ERR_DISPOSED', /^save: /);
  });

  it('the cause is what the system said', async () => {
    const error = await saveFile(network, path.join(folder, 'no', 'file')).catch((reason) => reason);
    expect(error.cause).toMatchObject({ code: 'ENOENT' });
    expect(error.message).toContain(JSON.stringify(path.join(folder, 'no', 'file')));
  });
});

describe('refused by loadFile', () => {
  it('a value that is not a path, and a path without a file', async () => {
    await expectRefused(() => loadFile(undefined as never), 'ERR_INVALID_TYPE', /^loadFile: path is undefined/);
    await expectRefused(() => loadFile(folder), 'ERR_IO', /^loadFile: ".*" is not a file\./);
    await expectRefused(
      () => loadFile(fresh()),
      'ERR_IO',
      /^loadFile: ".*" cannot be read: ENOENT: no such file or dir/,
    );
  });

  it('a file above the limit, unread', async () => {
    const file = fresh();
    writeFileSync(file, '');
    truncateSync(file, 2 ** 32 + 2 ** 22);
    const before = process.memoryUsage().arrayBuffers;
    await expectRefused(() => loadFile(file), 'ERR_MODEL_LIMIT', /^loadFile: ".*" has 4299161600 bytes, at most/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });

  it('a file that is not a model, with its path, and wrong options', async () => {
    const file = fresh();
    writeFileSync(file, '<html>');
    await expectRefused(
      () => loadFile(file),
      'ERR_MODEL_FORMAT',
      /^loadFile: ".*model\.safetensors": this is not a wasmlp model/,
    );
    await saveFile(await classifier('wasm'), file);
    await expectRefused(() => loadFile(file, { engin: 'js' } as never), 'ERR_INVALID_OPTION', /"engine"\?/);
  });

  it('truncations', async () => {
    const file = fresh();
    await saveFile(await classifier('js', { ...CLASSIFIER, layers: [{ units: 3, activation: 'softmax' }] }), file);
    const bytes = readFileSync(file);
    const open = openFiles();
    for (let length = 0; length < bytes.length; length += 7) {
      writeFileSync(file, bytes.subarray(0, length));
      await expectRefused(() => loadFile(file), 'ERR_MODEL_FORMAT', /^loadFile: /);
    }
    expect(openFiles()).toBe(open);
  });
});
