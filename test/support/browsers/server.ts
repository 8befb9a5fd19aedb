/** A server of pages for browsers. Pages report their outcome to it, if the browser has no other way to tell. */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { json } from 'node:stream/consumers';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** The report of a page: its global `outcome`, awaited, or its error. */
type Report = { readonly outcome: unknown } | { readonly error: string };

/** Sends the report once, and then goes to the address that the query names. */
const REPORTER = `
let isTold = false;
const tell = async (report) => {
  if (isTold) return;
  isTold = true;
  // Its server may end as soon as it has heard.
  await fetch('report', { method: 'POST', body: JSON.stringify(report) }).catch(() => undefined);
  location.href = new URL(location).searchParams.get('report');
};
const complain = ({ message, error, reason, target }) =>
  tell({ error: String(error?.stack ?? reason?.stack ?? message ?? target?.src ?? reason) });
addEventListener('error', complain, true);
addEventListener('unhandledrejection', complain);
const timer = setInterval(async () => {
  if (!('outcome' in globalThis)) return;
  clearInterval(timer);
  tell({ outcome: await globalThis.outcome });
}, 10);
`;

export interface Server {
  readonly url: string;
  /** The requests, in order. */
  readonly asked: readonly string[];
  /** The outcome of the page that is visited with `?report=<address>`. Then the page goes to that address. */
  readonly reported: Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** Serves the files of a folder, and pages by their path, all with the same headers. */
export async function serve(
  folder: string,
  pages: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Server> {
  const asked: string[] = [];
  let settle: (report: Report) => void;
  const reported = new Promise<unknown>((resolve, reject) => {
    settle = (report) => ('error' in report ? reject(new Error(report.error)) : resolve(report.outcome));
  });
  // For reports that nobody waits for.
  reported.catch(() => undefined);
  const contentOf = async (request: IncomingMessage, { pathname, searchParams }: URL): Promise<Uint8Array | string> => {
    const file = decodeURIComponent(pathname).slice(1);
    if (file === 'report') {
      settle((await json(request)) as Report);
      return '';
    }
    if (file === 'report.js') return REPORTER;
    asked.push(file);
    const page = pages[file];
    if (page === undefined) return await readFile(path.join(folder, file));
    return searchParams.has('report')
      ? page.replace('<script', '<script type="module" src="report.js"></script><script')
      : page;
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url as string, 'http://host');
    const type = TYPES[path.extname(url.pathname)] ?? (url.pathname.slice(1) in pages ? 'text/html' : undefined);
    contentOf(request, url).then(
      (body) => response.writeHead(200, { 'content-type': type ?? 'application/octet-stream', ...headers }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked, reported, close };
}
