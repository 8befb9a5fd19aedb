/** The server of the site: what it serves below its path, and what not. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveFolder } from '../../tools/site/serve.js';

let folder: string;
let server: Awaited<ReturnType<typeof serveFolder>>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'wasmlp-site-'));
  for (const [name, text] of Object.entries({
    'index.html': 'start',
    '404.html': 'none',
    'a.js': 'code',
    secret: 'x',
  })) {
    await writeFile(path.join(folder, name), text);
  }
  server = await serveFolder(folder, 0, '/a/b/');
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** Without fetch, which would normalize the path and take the compression away. */
function get(address: string, headers = {}): Promise<{ status: number; type: string; encoding: string; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(server.url);
    request({ port, host: '127.0.0.1', path: address, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const { 'content-type': type = '', 'content-encoding': encoding = '' } = response.headers;
        resolve({ status: response.statusCode ?? 0, type, encoding, body: Buffer.concat(parts) });
      });
    })
      .on('error', reject)
      .end();
  });
}

test.each([
  ['/a/b/', 'text/html; charset=utf-8', 'start'],
  ['/a/b/index.html?x=1', 'text/html; charset=utf-8', 'start'],
  ['/a/b/a.js', 'text/javascript; charset=utf-8', 'code'],
])('%s is served as %s', async (address, type, text) => {
  const { status, body, ...rest } = await get(address);
  expect([status, rest.type, body.toString()]).toEqual([200, type, text]);
});

test('files are compressed for those who take it', async () => {
  const { encoding, body } = await get('/a/b/a.js', { 'accept-encoding': 'gzip, br' });
  expect([encoding, gunzipSync(body).toString()]).toEqual(['gzip', 'code']);
});

test.each([
  '/',
  '/a.js',
  '/a/b/none.js',
  '/a/b/secret',
  '/a/b/../../a.js',
  '/a/b/%2e%2e/%2e%2e/etc/hosts.js',
  '/a/b/%',
  '/a/b/..%2f..%2fx.js',
])('%s is not there', async (address) => {
  const { status, type, body } = await get(address);
  expect([status, type, body.toString()]).toEqual([404, 'text/html; charset=utf-8', 'none']);
});
