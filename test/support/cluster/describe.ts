/** Tests on servers of queues. If the machine lacks one, its tests are skipped, and their name says so. */
import { afterAll, beforeAll, describe } from 'vitest';
import { missingServer, startServer, type TestServer } from './servers.js';

const KINDS = ['redis', 'postgres'] as const;
type Kind = (typeof KINDS)[number];

for (const kind of KINDS) {
  const missing = missingServer(kind);
  if (missing !== undefined) console.warn(`${missing}: tests of clusters on ${kind} are skipped.`);
}

/** Tests that run on each kind of server. Each has a server of its own. */
export function describeOnServers(name: string, define: (server: () => TestServer) => void): void {
  for (const kind of KINDS) describeOnServer(name, kind, define);
}

export function describeOnServer(name: string, kind: Kind, define: (server: () => TestServer) => void): void {
  const missing = missingServer(kind);
  const skipped = missing === undefined ? '' : ` (skipped: ${missing})`;
  describe.skipIf(missing !== undefined)(`${name}, ${kind}${skipped}`, () => {
    let server: TestServer | undefined;
    beforeAll(async () => {
      server = await startServer(kind);
    });
    afterAll(async () => await server?.stop());
    define(() => server as TestServer);
  });
}
