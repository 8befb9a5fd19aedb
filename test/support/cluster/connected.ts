/** A connection to the server of a test, as those of a cluster have it. */
import { checkAddress } from '../../../src/cluster/address.js';
import { openServer, type Server } from '../../../src/cluster/server.js';
import type { TestServer } from './servers.js';

export function connected({ address }: TestServer, name: string): Promise<Server> {
  return openServer('test', checkAddress('test', address), name, undefined, () => undefined);
}
