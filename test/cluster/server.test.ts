/** A server that goes away in the moment in which programs connect: they wait for it, and work then. */
import { createServer, connect as openSocket, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type ClusterServer, connectCluster } from '../../src/cluster/index.js';
import { search } from '../../src/search/index.js';
import { describeOnServers } from '../support/cluster/describe.js';
import type { TestServer } from '../support/cluster/servers.js';
import { bitsOf, points, settings } from '../support/cluster/studies.js';
import { TestWorker } from '../support/cluster/workers.js';

const { inputs, targets } = points(100);

interface Proxied {
  readonly server: TestServer;
  close(): Promise<void>;
}

/** A way to the server that hangs up on one connection, counted from 1, when it first hears from it. */
async function proxyTo(server: TestServer, hangsUpOn: number): Promise<Proxied> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = openSocket(server.port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        near.destroy();
        far.destroy();
        sockets.delete(socket);
      });
    }
    far.pipe(near);
    if (++connections === hangsUpOn) near.once('data', () => near.destroy());
    else near.pipe(far);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as { port: number };
  const [given = ''] = Object.values(server.address);
  const through = given.replace(`:${server.port}`, `:${port}`);
  const address = { [server.kind]: through } as ClusterServer;
  return {
    server: { ...server, port, address, options: [`--${server.kind}`, through] },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

describeOnServers('a server that hangs up once', (server) => {
  describe.each([2, 3, 4])('on connection %i', (hangsUpOn) => {
    it.each(['worker', 'search'])('of a %s that starts', async (who) => {
      const few = settings(3, 2);
      const alone = await search({ ...few, workers: 1 }, inputs, targets);
      const proxied = await proxyTo(server(), hangsUpOn);
      const name = `${who}-${hangsUpOn}`;
      const worker = await TestWorker.start(who === 'worker' ? proxied.server : server(), name);
      const cluster = await connectCluster((who === 'search' ? proxied.server : server()).address, { name });
      try {
        expect(bitsOf(await search({ ...few, workers: cluster }, inputs, targets))).toEqual(bitsOf(alone));
      } finally {
        await cluster.close();
        await worker.kill();
        await proxied.close();
      }
    });
  });
});
