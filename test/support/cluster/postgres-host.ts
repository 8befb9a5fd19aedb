/** The PostgreSQL of a run, beside its test files: starts when the first of them asks, and tells where it is. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { startServer, type TestServer } from './servers.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Who asks there hears of the server. */
    postgres: string;
  }
}

/** Vitest calls it before the first test file, and what it returns after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let started: Promise<TestServer> | undefined;
  const host = createServer((_, response) => {
    started ??= startServer('postgres');
    started.then(
      ({ port, pid }) => response.end(JSON.stringify({ port, pid })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await once(host.listen(0, '127.0.0.1'), 'listening');
  project.provide('postgres', `http://127.0.0.1:${(host.address() as AddressInfo).port}/`);
  return async () => {
    await (await started?.catch(() => undefined))?.stop();
    host.closeAllConnections();
    host.close();
  };
}
