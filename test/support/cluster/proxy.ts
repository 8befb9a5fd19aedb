/** A way to the server of a test that can hang up, fall silent, or be gone. */
import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';
import type { ClusterServer } from '../../../src/cluster/index.js';
import type { TestServer } from './servers.js';

/** What becomes of the connections from one on, counted from 1: all of them fall silent, or that one is hung up. */
export interface Faults {
  readonly silentFrom?: number;
  readonly hangsUpOn?: number;
}

export class ServerProxy {
  /** The server, behind this proxy. */
  readonly server: TestServer;
  readonly #proxy: Server;
  readonly #sockets: Set<Socket>;
  #isSilent = false;
  readonly #heard: (() => void)[] = [];

  private constructor(server: TestServer, proxy: Server, sockets: Set<Socket>) {
    const { port } = proxy.address() as { port: number };
    const [given = ''] = Object.values(server.address);
    const through = given.replace(`:${server.port}`, `:${port}`);
    const address = { [server.kind]: through } as ClusterServer;
    this.server = { ...server, port, address, options: [`--${server.kind}`, through] };
    this.#proxy = proxy;
    this.#sockets = sockets;
  }

  static async to(server: TestServer, { silentFrom = Infinity, hangsUpOn }: Faults = {}): Promise<ServerProxy> {
    const sockets = new Set<Socket>();
    let opened: ServerProxy | undefined;
    let connections = 0;
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
      const number = ++connections;
      far.on('data', (bytes) => (opened as ServerProxy).#isSilent || number >= silentFrom || near.write(bytes));
      near.on('data', (bytes) => {
        if (number === hangsUpOn) near.destroy();
        else far.write(bytes);
        for (const hear of (opened as ServerProxy).#heard) hear();
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    opened = new ServerProxy(server, proxy, sockets);
    return opened;
  }

  /** Resolves when somebody has said something to the server. */
  heard(): Promise<void> {
    return new Promise((resolve) => this.#heard.push(resolve));
  }

  /** From now on the server hears all, and nobody hears it. */
  silence(): void {
    this.#isSilent = true;
  }

  /** Hangs up, and is not there any more. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#proxy.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
