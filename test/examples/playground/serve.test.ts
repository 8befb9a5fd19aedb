/** Which files the server of the playground serves, and which it refuses. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servePlayground } from '../../../tools/serve.js';

let server: Awaited<ReturnType<typeof servePlayground>>;
beforeAll(async () => {
  server = await servePlayground(0);
});
afterAll(() => server.close());

/** Without fetch, which would normalize the path. */
function get(path: string): Promise<{ status: number; type: string; policy: string; body: string }> {
  return new Promise((resolve, reject) => {
    request({ port: new URL(server.url).port, host: '127.0.0.1', path }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body += part;
      });
      response.on('end', () => {
        const { 'content-type': type = '', 'content-security-policy': policy = '' } = response.headers;
        resolve({ status: response.statusCode ?? 0, type, policy: String(policy), body });
      });
    })
      .on('error', reject)
      .end();
  });
}

test('the page, under a policy that forbids inline scripts and other origins', async () => {
  const { status, type, policy, body } = await get('/playground/');
  expect([status, type]).toEqual([200, 'text/html; charset=utf-8']);
  expect(policy).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'");
  const meta = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(body)?.[1] ?? '';
  expect(policy).toBe(`${meta}; frame-ancestors 'none'`);
  expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?:/);
});

test.each([
  ['/playground/files.js', "import { Network } from '/wasmlp/index.js';"],
  ['/wasmlp/chunk-loader.js', 'import { instantiateSync } from "/loader/index.js";'],
])('modules of %s import packages by their addresses', async (path, line) => {
  const { status, type, body } = await get(path);
  expect([status, type]).toEqual([200, 'text/javascript; charset=utf-8']);
  expect(body).toContain(line);
});

test('the front page leads to it', async () => {
  expect((await get('/')).status).toBe(302);
});

test.each([
  '/package.json',
  '/playground/none.js',
  '/playground/../../package.json',
  '/playground/../../tools/serve.js',
  '/playground/%2e%2e/%2e%2e/tools/serve.js',
  '/playground/..%2f..%2ftools/serve.js',
  '/data/README.md',
  '/playground',
  '//playground/',
  '//',
  '/playground//etc/hosts.css',
  '/playground/index.html%00.js',
])('%s is not served', async (path) => {
  expect((await get(path)).status).toBe(404);
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is refused', async (method) => {
  const { status, headers } = await fetch(new URL('/playground/', server.url), { method });
  expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

describe('npm run playground', () => {
  const program = fileURLToPath(new URL('../../../tools/playground.js', import.meta.url));

  test('prints where it is', async () => {
    const child = spawn(process.execPath, [program, '0']);
    try {
      const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
      const [url = ''] = /http:\S+/.exec(String(line)) ?? [];
      expect(line).toMatch(/^The playground: http:\/\/127\.0\.0\.1:\d+\/playground\/ \(Ctrl\+C ends it\)\n$/);
      expect((await fetch(url)).status).toBe(200);
    } finally {
      child.kill();
    }
  });

  test.each([
    ['-1', /^RangeError: playground: port is -1, expected a whole number from 0 to 65535\.$/m],
    ['web', /^RangeError: playground: port is web, expected/m],
    ['taken', /^playground: port \d+ is in use\. Give another one: npm run playground -- 0 takes any free port\.$/m],
  ])('refuses a port that is %s', async (port, message) => {
    const number = port === 'taken' ? new URL(server.url).port : port;
    const child = spawn(process.execPath, [program, number]);
    let told = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      told += part;
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(told).toMatch(message);
  });
});
