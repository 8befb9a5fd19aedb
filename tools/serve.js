/**
 * Serves the playground as a host of static files would, but only to this machine. Browsers cannot import packages by name, so the
 * server replaces these names by addresses. An import map would be an inline script, which the page's policy forbids, and workers do
 * not read import maps.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The folders that are served, by the beginning of the address. */
const FOLDERS = {
  '/playground/': 'examples/playground',
  '/data/': 'examples/data',
  '/wasmlp/': 'dist',
  '/loader/': 'node_modules/@assemblyscript/loader',
};
/** The addresses of the packages that modules import. */
const PACKAGES = {
  wasmlp: '/wasmlp/index.js',
  'wasmlp/csv': '/wasmlp/browser-csv.js',
  '@assemblyscript/loader': '/loader/index.js',
};

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.map': 'application/json',
};

/** The policy of index.html, as a header, because workers do not get the policy of the page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The file at an address; undefined if there is none to serve. Does not decode addresses, because no file needs that.
 * @param {string} pathname
 */
function fileAt(pathname) {
  const [prefix, name] = Object.entries(FOLDERS).find(([start]) => pathname.startsWith(start)) ?? [];
  if (prefix === undefined || name === undefined) return undefined;
  const folder = path.join(root, name);
  const file = path.join(folder, pathname.slice(prefix.length) || 'index.html');
  const isInside = file.startsWith(folder + path.sep);
  return isInside && path.extname(file) in TYPES ? file : undefined;
}

/**
 * Replaces the names of packages in a module's imports by their addresses.
 * @param {string} code
 */
function withAddresses(code) {
  const names = Object.entries(PACKAGES);
  return names.reduce(
    (text, [name, address]) => text.replace(new RegExp(`(\\bfrom\\s*)(['"])${name}\\2`, 'g'), `$1$2${address}$2`),
    code,
  );
}

/**
 * @param {string} address
 * @returns {Promise<{ status: number, headers: Record<string, string>, body: string }>}
 */
async function answerTo(address) {
  const [pathname = ''] = address.split(/[?#]/, 1);
  if (pathname === '/') return { status: 302, headers: { Location: '/playground/' }, body: '' };
  const file = fileAt(pathname);
  const text = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined);
  if (file === undefined || text === undefined) return { status: 404, headers: {}, body: 'There is no such file.\n' };
  const headers = {
    'Content-Type': TYPES[path.extname(file)] ?? '',
    'Content-Security-Policy': POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  };
  return { status: 200, headers, body: path.extname(file) === '.js' ? withAddresses(text) : text };
}

/**
 * Listens on a port; 0 takes any free one.
 * @param {number} port
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function servePlayground(port) {
  const server = createServer(async ({ url = '/', method }, response) => {
    if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end('Only GET and HEAD are allowed.\n');
      return;
    }
    const { status, headers, body } = await answerTo(url);
    response.writeHead(status, headers).end(method === 'HEAD' ? undefined : body);
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const bound = server.address();
  const number = typeof bound === 'object' && bound !== null ? bound.port : port;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${number}/playground/`, close };
}
