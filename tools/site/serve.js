/**
 * Serves a folder of static files, as GitHub Pages does, but only to this machine: under any path, compressed, `index.html` for a folder,
 * `404.html` for what is not there. Knows no site.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};
/** What is compressed already. */
const PACKED = new Set(['.png']);

/**
 * The file at an address; undefined where it lies outside the folder.
 * @param {string} folder
 * @param {string} name The address below the path, decoded.
 */
function fileAt(folder, name) {
  const file = path.join(folder, name === '' || name.endsWith('/') ? `${name}index.html` : name);
  return file.startsWith(folder + path.sep) && path.extname(file) in TYPES ? file : undefined;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return '\0';
  }
}

/**
 * Listens on a port; 0 takes any free one.
 * @param {string} folder
 * @param {number} port
 * @param {string} [base] The path under which the folder lies, with a slash at both ends.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serveFolder(folder, port, base = '/') {
  const server = createServer(async ({ url = '/', headers }, response) => {
    const [pathname = ''] = url.split(/[?#]/, 1);
    const file = pathname.startsWith(base) ? fileAt(folder, decoded(pathname.slice(base.length))) : undefined;
    const found = file === undefined ? undefined : await readFile(file).catch(() => undefined);
    const body = found ?? (await readFile(path.join(folder, '404.html')).catch(() => Buffer.from('Not found.\n')));
    const ending = found === undefined || file === undefined ? '.html' : path.extname(file);
    const compress = !PACKED.has(ending) && /\bgzip\b/.test(String(headers['accept-encoding']));
    response
      .writeHead(found === undefined ? 404 : 200, {
        'Content-Type': TYPES[ending] ?? '',
        'Cache-Control': 'no-cache',
        ...(compress && { 'Content-Encoding': 'gzip' }),
      })
      .end(compress ? gzipSync(body) : body);
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
  return { url: `http://127.0.0.1:${number}${base}`, close };
}
