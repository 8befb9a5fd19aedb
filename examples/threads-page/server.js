/** Serves the page to this machine, with the two headers that let it share memory between threads. Needs no package. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Without both of them on the page, `threads: 2` is refused. The worker's file needs the second one too. */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The folders that are served, by the beginning of the address. */
const FOLDERS = [
  { start: '/wasmlp/', folder: fileURLToPath(new URL('../../dist/', import.meta.url)) },
  { start: '/', folder: fileURLToPath(new URL('./public/', import.meta.url)) },
];
const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
]);

/**
 * The file at an address. Does not decode addresses, because no file needs that.
 * @param {string} address
 */
async function read(address) {
  const [pathname = '/'] = address.split('?', 1);
  for (const { start, folder } of FOLDERS) {
    if (!pathname.startsWith(start)) continue;
    const file = path.join(folder, pathname.slice(start.length) || 'index.html');
    const type = TYPES.get(path.extname(file));
    if (type === undefined || !file.startsWith(folder)) return undefined;
    const body = await readFile(file).catch(() => undefined);
    return body && { type, body };
  }
  return undefined;
}

/**
 * Listens on a port; 0 takes any free one. Rejects if the port is in use.
 * @param {number} port
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve(port) {
  const server = createServer(async ({ url = '/' }, response) => {
    const found = await read(url);
    if (found === undefined) response.writeHead(404, HEADERS).end('There is no such file.\n');
    else response.writeHead(200, { ...HEADERS, 'Content-Type': found.type }).end(found.body);
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://localhost:${bound}/`, close };
}
