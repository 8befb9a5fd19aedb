/** A server of pages for browsers, which tell it what came of them where nothing else can be asked. */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { json } from 'node:stream/consumers';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** What a page tells: its global `outcome`, awaited, or its error. */
type Report = { readonly outcome: unknown } | { readonly error: string };

/** Tells it once, and goes to the address that the page was visited with. */
const REPORTER = `
let isTold = false;
const tell = async (report) => {
  if (isTold) return;
  isTold = true;
  await fetch('report', { method: 'POST', body: JSON.stringify(report) });
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
  /** What it was asked for, in order. */
  readonly asked: readonly string[];
  /** What comes of a page that is asked for with `?report=`, and where to go then. */
  readonly reported: Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** A server of a folder's files and of pages by their path, all under headers. */
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
  // Of pages that nobody waits for.
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
