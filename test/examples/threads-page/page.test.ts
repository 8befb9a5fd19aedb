/** The page that trains on all cores, and what its server serves. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { serve } from '../../../examples/threads-page/server.js';
import { newPage } from '../../support/browsers/chromium.js';
import { describeInChromium } from '../../support/browsers/describe.js';

let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  server = await serve(0);
});
afterAll(() => server.close());

/** Without fetch, which would normalize the path. */
async function get(path: string): Promise<{ status: number; type: string; isolated: boolean }> {
  const asked = request({ port: new URL(server.url).port, host: '127.0.0.1', path }).end();
  const [response] = await once(asked, 'response');
  response.resume();
  const { headers } = response;
  const isolated =
    headers['cross-origin-opener-policy'] === 'same-origin' &&
    headers['cross-origin-embedder-policy'] === 'require-corp';
  return { status: response.statusCode, type: headers['content-type'] ?? '', isolated };
}

test.each([
  ['/', 200, 'text/html; charset=utf-8'],
  ['/main.js', 200, 'text/javascript; charset=utf-8'],
  ['/wasmlp/index.js', 200, 'text/javascript; charset=utf-8'],
  ['/wasmlp/worker.js?module', 200, 'text/javascript; charset=utf-8'],
  ['/none.js', 404, ''],
  ['/server.js', 404, ''],
  ['/../server.js', 404, ''],
  ['/wasmlp/../package.json', 404, ''],
  ['/wasmlp/../tools/build.js', 404, ''],
  ['/wasmlp/kernel.wasm', 404, ''],
])('%s is answered with %s and the two headers', async (path, status, type) => {
  expect(await get(path)).toEqual({ status, type, isolated: true });
});

test('npm run example:threads-page says the address, or that the port is in use', async () => {
  const program = fileURLToPath(new URL('../../../examples/threads-page/index.js', import.meta.url));
  const started = spawn(process.execPath, [program, '0']);
  const [line] = await once(started.stdout, 'data');
  started.kill();
  expect(String(line)).toMatch(/^The page: http:\/\/localhost:\d+\/ \(Ctrl\+C ends it\)\n$/);
  const second = spawn(process.execPath, [program, new URL(server.url).port]);
  const [[message], [code]] = await Promise.all([once(second.stderr, 'data'), once(second, 'exit')]);
  expect([String(message), code]).toEqual([expect.stringMatching(/^threads-page: port \d+ is in use\./), 1]);
});

describeInChromium('examples/threads-page', (browser) => {
  it('trains with one thread and with all cores, to the same weights', async () => {
    const page = await newPage(browser());
    try {
      const failed = new Promise<never>((_, reject) => page.on('pageerror', reject));
      const shown = page
        .goto(server.url)
        .then(() => page.click('#train'))
        .then(() => page.waitForFunction(() => document.querySelector('#bits')?.textContent || undefined))
        .then((handle) => handle.jsonValue());
      expect(await Promise.race([shown, failed])).toBe('The same weights, bit for bit.');
      expect(await page.textContent('#host')).toMatch(/^This page may share memory/);
      const threads = await page.$$eval('#speeds td:first-child', (cells) => cells.map((cell) => cell.textContent));
      const cores = await page.evaluate(() => Math.min(navigator.hardwareConcurrency, 64));
      expect(threads).toEqual(['1', String(cores)]);
    } finally {
      await page.close();
    }
  });
});
