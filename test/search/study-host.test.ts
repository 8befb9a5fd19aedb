/** Where a study lies behind its links, and pauses that an abort ends. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pauseFor, realPath, type StudyHost, studyHost } from '../../src/search/study-host.js';
import { temporaryFolder } from '../support/folder.js';
import { thrownBy } from '../support/refusals.js';

const HOST = studyHost() as StudyHost;
const FOLDER = HOST.files.realpathSync(temporaryFolder());
const real = (name: string): string => realPath(HOST, name);

describe('a path', () => {
  it('leads to one file, there or not, by whatever links', () => {
    mkdirSync(`${FOLDER}/inner`);
    symlinkSync('inner', `${FOLDER}/door`);
    symlinkSync('../inner/study', `${FOLDER}/inner/link`);
    symlinkSync(`${FOLDER}/door/link`, `${FOLDER}/chain`);
    const names = ['inner/study', 'door/study', 'inner/link', 'door/link', 'chain', './inner/../chain'];
    const reals = (): string[] => names.map((name) => real(`${FOLDER}/${name}`));
    expect(new Set(reals())).toEqual(new Set([`${FOLDER}/inner/study`]));
    writeFileSync(`${FOLDER}/inner/study`, '');
    expect(new Set(reals())).toEqual(new Set([`${FOLDER}/inner/study`]));
  });

  it('is an error of the system where its folder is not there, or links go round', async () => {
    expect(await thrownBy(() => real(`${FOLDER}/no/such/study`))).toMatchObject({ code: 'ENOENT' });
    symlinkSync('round', `${FOLDER}/round`);
    expect(await thrownBy(() => real(`${FOLDER}/round`))).toMatchObject({ code: 'ELOOP' });
  });
});

describe('a pause', () => {
  it('ends by itself, or by an abort, then or before', async () => {
    const controller = new AbortController();
    await pauseFor(1, controller.signal);
    await pauseFor(1, undefined);
    const pause = pauseFor(1e9, controller.signal);
    controller.abort('enough');
    expect(await thrownBy(() => pause)).toBe('enough');
    expect(await thrownBy(() => pauseFor(1e9, controller.signal))).toBe('enough');
  });
});
