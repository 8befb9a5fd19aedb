/** Files of studies: whole lines stay, a line cut short goes, a broken one is refused. */
import fs, { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { TrialRecord } from '../../src/search/records.js';
import { StudyFile } from '../../src/search/study-file.js';
import { bytesOf, sealOf } from '../../src/search/study-lines.js';
import { temporaryFolder } from '../support/folder.js';
import { expectRefused, thrownBy } from '../support/refusals.js';

const KEY = { version: 1, seed: 3 };
const trial = (number: number): TrialRecord => ({
  number,
  parameters: { a: 'ü' },
  state: 'completed',
  score: number / 3,
});
const part = (number: number, rung: number): TrialRecord => ({ ...trial(number), state: 'running', rung });

const FOLDER = temporaryFolder();
let paths = 0;

/** A disk with room for so many bytes: the last write is cut short. */
function fullDisk(room: number) {
  let left = room;
  const writeSync = (file: number, bytes: Uint8Array, from: number, count: number, at: number): number => {
    const length = Math.min(count, left);
    if (length === 0) throw new Error('ENOSPC: no space left on device, write');
    left -= length;
    return fs.writeSync(file, bytes, from, length, at);
  };
  const modules = process.getBuiltinModule.bind(process) as (name: string) => object;
  return vi
    .spyOn(process, 'getBuiltinModule')
    .mockImplementation(((name: string) => (name === 'node:fs' ? { ...fs, writeSync } : modules(name))) as never);
}

function newPath(): string {
  return `${FOLDER}/study-${paths++}.jsonl`;
}

async function written(path: string): Promise<void> {
  const file = await StudyFile.open(path, KEY);
  file.addTrial(trial(0));
  file.addPart(part(1, 0));
  file.addTrial(trial(1));
  file.close(false);
}

describe('a study', () => {
  it('gives back what was added', async () => {
    const path = newPath();
    await written(path);
    const file = await StudyFile.open(path, KEY);
    expect([...file.trials.values()]).toEqual([trial(0), trial(1)]);
    expect(file.partOf(0, 1)).toEqual(part(1, 0));
    expect(file.partOf(1, 1)).toBeUndefined();
    file.close(true);
  });

  it('cut anywhere keeps its whole lines, and goes on after them', async () => {
    const path = newPath();
    await written(path);
    const bytes = readFileSync(path);
    const ends = [...bytes.entries()].filter(([, byte]) => byte === 10).map(([i]) => i + 1);
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(path, bytes.subarray(0, length));
      const file = await StudyFile.open(path, KEY);
      const lines = ends.filter((end) => end <= length).length;
      const kept = [trial(0), trial(1)].slice(0, lines < 2 ? 0 : lines < 4 ? 1 : 2);
      expect([...file.trials.values()], `cut after ${length} bytes`).toEqual(kept);
      file.addTrial(trial(7));
      file.close(false);
      const again = await StudyFile.open(path, KEY);
      expect([...again.trials.values()]).toEqual([...kept, trial(7)]);
      again.close(false);
    }
  });

  it('with any byte changed before its last line is refused, and stays as it is', async () => {
    const path = newPath();
    await written(path);
    const bytes = readFileSync(path);
    const last = bytes.lastIndexOf(10, bytes.length - 2);
    for (let place = 0; place < last; place++) {
      const changed = Buffer.from(bytes);
      changed[place] = (changed[place] as number) ^ 1;
      writeFileSync(path, changed);
      await expectRefused(
        () => StudyFile.open(path, KEY),
        'ERR_MODEL_FORMAT',
        /study .* is broken in line \d\. Give another/,
      );
      expect(readFileSync(path).equals(changed)).toBe(true);
    }
  });

  it('of another search, and a file that is no study, are refused', async () => {
    const path = newPath();
    await written(path);
    const other = /has seed 3, not 4\. Search as before, or give another file/;
    await expectRefused(() => StudyFile.open(path, { ...KEY, seed: 4 }), 'ERR_INVALID_OPTION', other);
    await expectRefused(
      () => StudyFile.open(path, { ...KEY, halving: true }),
      'ERR_INVALID_OPTION',
      /has halving none, not true/,
    );
    writeFileSync(path, 'a,b\n1,2\n');
    await expectRefused(() => StudyFile.open(path, KEY), 'ERR_MODEL_FORMAT', /broken in line 1/);
  });

  it('with a line of another study is refused, wherever that line has its place', async () => {
    const [own, other] = [newPath(), newPath()];
    await written(own);
    const file = await StudyFile.open(other, { ...KEY, seed: 4 });
    file.addTrial(trial(0));
    file.close(false);
    const lines = readFileSync(own, 'utf8').split('\n');
    lines[1] = readFileSync(other, 'utf8').split('\n')[1] as string;
    writeFileSync(own, lines.join('\n'));
    await expectRefused(() => StudyFile.open(own, KEY), 'ERR_MODEL_FORMAT', /is broken in line 2/);
  });

  it('keeps checkpoints beside it until the search is done', async () => {
    const path = newPath();
    const file = await StudyFile.open(path, KEY);
    file.keep('1-0-0.safetensors', Uint8Array.of(1, 2, 3));
    expect(file.kept('1-0-0.safetensors')).toEqual(Uint8Array.of(1, 2, 3));
    expect(file.kept('2-0-0.safetensors')).toBeUndefined();
    file.close(false);
    const again = await StudyFile.open(path, KEY);
    expect(again.kept('1-0-0.safetensors')).toEqual(Uint8Array.of(1, 2, 3));
    again.drop('1-0-0.safetensors');
    expect(again.kept('1-0-0.safetensors')).toBeUndefined();
    again.close(true);
  });

  it('takes no checkpoint that was changed, or that another search left, and removes only its own', async () => {
    const path = newPath();
    const file = await StudyFile.open(path, KEY);
    for (const name of ['1-0-0.safetensors', '2-0-0.safetensors']) file.keep(name, Uint8Array.of(1, 2, 3));
    const folder = `${path}.checkpoints`;
    const bytes = readFileSync(`${folder}/1-0-0.safetensors`);
    for (let place = 0; place < bytes.length; place++) {
      const changed = Buffer.from(bytes);
      changed[place] = (changed[place] as number) ^ 1;
      writeFileSync(`${folder}/1-0-0.safetensors`, changed);
      expect(file.kept('1-0-0.safetensors'), `byte ${place}`).toBeUndefined();
      writeFileSync(`${folder}/1-0-0.safetensors`, bytes.subarray(0, place));
      expect(file.kept('1-0-0.safetensors'), `cut after ${place}`).toBeUndefined();
    }
    file.close(false);
    rmSync(path);
    const other = await StudyFile.open(path, { ...KEY, seed: 9 });
    expect(other.kept('2-0-0.safetensors')).toBeUndefined();
    writeFileSync(`${folder}/mine.txt`, 'mine');
    other.close(true);
    expect(readdirSync(folder)).toEqual(['mine.txt']);
  });

  it('is no other file: nothing is written over', async () => {
    for (const text of ['{"a":1}', 'one line', '{"study":{"a":1}}', '\ufeff{"study":{}}\n', '{"study"x']) {
      const path = newPath();
      writeFileSync(path, text);
      await expectRefused(() => StudyFile.open(path, KEY), 'ERR_MODEL_FORMAT', /is broken in line 1/);
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
  });

  it('keeps numbers that JSON does not have', async () => {
    const path = newPath();
    const file = await StudyFile.open(path, KEY);
    const odd = { ...trial(0), score: 1, report: { kind: 'numbers', samples: 1, outputs: [{ r2: Number.NaN }] } };
    file.addTrial(odd as unknown as TrialRecord);
    file.close(false);
    const again = await StudyFile.open(path, KEY);
    expect(again.trials.get(0)).toEqual(odd);
    again.close(false);
  });

  it('that an editor saved with a mark or with other line ends is refused by what it did', async () => {
    const path = newPath();
    await written(path);
    const text = readFileSync(path, 'utf8');
    const refused = async (changed: string, message: RegExp): Promise<void> => {
      writeFileSync(path, changed);
      await expectRefused(() => StudyFile.open(path, KEY), 'ERR_MODEL_FORMAT', message);
      expect(readFileSync(path, 'utf8')).toBe(changed);
    };
    await refused(`\ufeff${text}`, /broken in line 1: it begins with a byte order mark/);
    await refused(text.replaceAll('\n', '\r\n'), /broken in line 1: it ends in CR LF.*Save the file with LF alone/);
    const lines = text.split('\n');
    await refused([...lines.slice(0, 2), `${lines[2]}\r`, ...lines.slice(3)].join('\n'), /line 3: it ends in CR LF/);
  });

  it('is one file, whatever links lead to it', async () => {
    const path = newPath();
    const link = newPath();
    symlinkSync(path, link);
    const file = await StudyFile.open(link, KEY);
    await expectRefused(() => StudyFile.open(path, KEY), 'ERR_BUSY', /is in use by/);
    file.addTrial(trial(0));
    file.keep('1-0-0.safetensors', Uint8Array.of(1));
    file.close(false);
    expect(readdirSync(FOLDER).filter((name) => name.startsWith(basename(link)))).toEqual([basename(link)]);
    const again = await StudyFile.open(path, KEY);
    expect(again.trials.get(0)).toEqual(trial(0));
    expect(again.kept('1-0-0.safetensors')).toEqual(Uint8Array.of(1));
    again.close(true);
  });

  it('stays where it was when the program goes to another folder', async () => {
    const folder = process.cwd();
    const path = newPath();
    process.chdir(FOLDER);
    try {
      const file = await StudyFile.open(basename(path), KEY);
      process.chdir(folder);
      file.keep('1-0-0.safetensors', Uint8Array.of(1));
      expect(readdirSync(`${path}.checkpoints`)).toEqual(['1-0-0.safetensors']);
      file.close(true);
      expect(existsSync(`${path}.lock`)).toBe(false);
    } finally {
      process.chdir(folder);
    }
  });

  it('writes nothing once it is closed, or once another search has it', async () => {
    const path = newPath();
    const file = await StudyFile.open(path, KEY);
    const other = JSON.stringify({ pid: 7, host: 'another', place: '', token: '01234567' });
    const bytes = readFileSync(path);
    writeFileSync(`${path}.lock`, other);
    const writes = [
      () => file.addTrial(trial(0)),
      () => file.addPart(part(0, 0)),
      () => file.keep('1-0-0.safetensors', Uint8Array.of(1)),
      () => file.drop('1-0-0.safetensors'),
    ];
    for (const write of writes) await expectRefused(write, 'ERR_BUSY', /was taken over by process 7 on another/);
    mkdirSync(`${path}.checkpoints`);
    writeFileSync(`${path}.checkpoints/3-0-0.safetensors`, 'of the other one');
    file.close(true);
    for (const write of writes) await expectRefused(write, 'ERR_IO', /is closed/);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(readdirSync(`${path}.checkpoints`)).toEqual(['3-0-0.safetensors']);
    expect(readFileSync(`${path}.lock`, 'utf8')).toBe(other);
  });

  it('writes nothing where another search had it and is done', async () => {
    const path = newPath();
    const file = await StudyFile.open(path, KEY);
    file.addTrial(trial(0));
    rmSync(`${path}.lock`);
    file.addTrial(trial(1));
    rmSync(`${path}.lock`);
    const other = await StudyFile.open(path, KEY);
    other.addTrial(trial(2));
    other.close(true);
    const bytes = readFileSync(path);
    await expectRefused(() => file.addTrial(trial(3)), 'ERR_BUSY', /was taken over by another search\. /);
    file.close(false);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('hears an abort while it waits for a lock, and leaves all as it is', async () => {
    const path = newPath();
    writeFileSync(`${path}.lock`, '');
    const controller = new AbortController();
    const opening = StudyFile.open(path, KEY, { signal: controller.signal });
    controller.abort('enough');
    expect(await thrownBy(() => opening)).toBe('enough');
    expect(readdirSync(FOLDER).filter((name) => name.startsWith(basename(path)))).toEqual([`${basename(path)}.lock`]);
  });

  it('hears an abort while it reads many lines', async () => {
    const path = newPath();
    await written(path);
    const [first = ''] = readFileSync(path, 'utf8').split('\n');
    const line = bytesOf({ part: part(1, 0) }, sealOf(first));
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(200_000 * line.length, line)]));
    const controller = new AbortController();
    setImmediate(() => controller.abort('enough'));
    expect(await thrownBy(() => StudyFile.open(path, KEY, { signal: controller.signal }))).toBe('enough');
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('on a full disk is ERR_IO, keeps what was whole, and closes', async () => {
    for (let room = 0; room < 700; room += 37) {
      const path = newPath();
      const disk = fullDisk(room);
      let kept = 0;
      const fill = async (): Promise<void> => {
        const file = await StudyFile.open(path, KEY);
        await file.closing(async () => {
          for (; kept < 100; kept++) file.addTrial(trial(kept));
        });
      };
      await expectRefused(fill, 'ERR_IO', /^search: study .*: (ENOSPC: no space|no space is left for its lock)/);
      disk.mockRestore();
      expect(existsSync(`${path}.lock`)).toBe(false);
      const file = await StudyFile.open(path, KEY);
      expect([...file.trials.keys()]).toEqual(Array.from({ length: kept }, (_, i) => i));
      file.close(true);
    }
  });

  it('that is no file is refused, and not read', async () => {
    await expectRefused(() => StudyFile.open(FOLDER, KEY), 'ERR_IO', /is a folder or a device, expected a file/);
    await expectRefused(() => StudyFile.open('/dev/zero', KEY), 'ERR_IO', /is a folder or a device, expected a file/);
  });

  it('where it cannot be is ERR_IO, and ERR_UNSUPPORTED where there are no files', async () => {
    await expectRefused(
      () => StudyFile.open(`${process.cwd()}/no/such/study`, KEY),
      'ERR_IO',
      /^search: study .*no such file/,
    );
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
    await expectRefused(
      () => StudyFile.open('study', KEY),
      'ERR_UNSUPPORTED',
      /this host has none, as pages have none\. Leave study out/,
    );
    vi.restoreAllMocks();
  });
});
