/** Paths that readCsv and streamCsv refuse: paths without a file, and values that are not paths. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCsv, streamCsv } from '../../../src/node/index.js';
import { temporaryFolder } from '../../support/folder.js';
import { expectRefused } from '../../support/refusals.js';

const folder = temporaryFolder();
const target = 'b';

describe('files that cannot be read', () => {
  it.each([
    [
      'no file',
      path.join(folder, 'none.csv'),
      /^readCsv: ".*none\.csv" cannot be read: ENOENT: no such file or directory\. C/,
    ],
    ['a folder', folder, /^readCsv: ".*" is not a file\. Give the path of a file\.$/],
  ])('%s', async (_, where, message) => {
    await expectRefused(() => readCsv(where), 'ERR_IO', message);
  });

  it('the cause is what the system said', async () => {
    const error = await readCsv(path.join(folder, 'none.csv')).catch((reason) => reason);
    expect(error.cause).toHaveProperty('code', 'ENOENT');
  });

  it.skipIf(process.platform === 'win32')('a pipe, that nobody writes to, and a device', async () => {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const streamed = streamCsv(pipe, { target });
    await expectRefused(() => readCsv(pipe), 'ERR_IO', /^readCsv: ".*pipe" is not a file\./);
    await expectRefused(() => streamed().next(), 'ERR_IO', /^streamCsv: ".*pipe" is not a file\./);
    await expectRefused(() => readCsv('/dev/zero'), 'ERR_IO', /is not a file/);
  });

  it('what only looks like a URL', async () => {
    const file = new URL('file:///a.csv');
    const broken = new Proxy(file, {
      get: () => {
        throw new Error('trap');
      },
    });
    for (const given of [new Proxy(file, {}), Object.create(URL.prototype), broken]) {
      await expectRefused(() => readCsv(given), 'ERR_INVALID_TYPE', /^readCsv: path is a URL, expected/);
    }
  });
});
