/** Tests on servers of queues. If the machine lacks one, its tests are skipped, and their name says so. */
import { afterAll, beforeAll, describe, inject, it } from 'vitest';
import { repeats } from '../repeats.js';
import { missingServer, openDatabase, startServer, type TestServer } from './servers.js';

const KINDS = ['redis', 'postgres'] as const;
type Kind = (typeof KINDS)[number];

for (const kind of KINDS) {
  const missing = missingServer(kind);
  if (missing !== undefined) console.warn(`${missing}: tests of clusters on ${kind} are skipped.`);
}

interface Settings {
  /** Whether the tests end their server, or start it again. */
  readonly isRestarted?: boolean;
  /** Whether its tests run beside each other, since they wait most of the time. Each has a name of its own on the server. */
  readonly concurrent?: boolean;
}

/** Tests that run on each kind of server. Each has a server of its own, or a database of its own. */
export function describeOnServers(
  name: string,
  define: (server: () => TestServer, kind: Kind) => void,
  settings: Settings = {},
): void {
  for (const kind of KINDS) describeOnServer(name, kind, (server) => define(server, kind), settings);
}

/** Of cases that take long and differ in two ways, those for a kind: in the usual run one case on each, in the long run all on both. */
export function sharedOut<T>(kind: Kind, cases: readonly [ofRedis: T, ofPostgres: T]): T[] {
  return repeats(1, 2) === 2 ? [...cases] : [cases[KINDS.indexOf(kind)] as T];
}

/** Defines tests that take long: in the usual run each on one kind of server, by turns from Redis on; in the long run all on both. */
export function byTurns(kind: Kind): (name: string, run: () => Promise<void>) => void {
  let turn = 0;
  return (name, run) => {
    const isTurn = KINDS[turn++ % KINDS.length] === kind;
    if (isTurn || repeats(1, 2) === 2) it(name, run);
  };
}

export function describeOnServer(
  name: string,
  kind: Kind,
  define: (server: () => TestServer) => void,
  { isRestarted = false, concurrent = false }: Settings = {},
): void {
  const missing = missingServer(kind);
  const skipped = missing === undefined ? '' : ` (skipped: ${missing})`;
  describe.skipIf(missing !== undefined)(`${name}, ${kind}${skipped}`, { concurrent }, () => {
    let server: TestServer | undefined;
    beforeAll(async () => {
      const shares = kind === 'postgres' && !isRestarted;
      server = await (shares ? openDatabase(await (await fetch(inject('postgres'))).json()) : startServer(kind));
    });
    afterAll(async () => await server?.stop());
    define(() => server as TestServer);
  });
}
