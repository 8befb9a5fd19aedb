/** Servers of queues for tests and benchmarks: their own Redis and PostgreSQL, on free ports, in a temporary folder, with passwords. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { ClusterServer } from '../../../src/cluster/index.js';
import { executable } from '../programs.js';

/** It may stand in no output. */
export const PASSWORD = 'k7-secret-Qz%21';
const ENCODED = encodeURIComponent(PASSWORD);

export interface TestServer {
  readonly kind: 'redis' | 'postgres';
  readonly port: number;
  /** Of its process now. */
  readonly pid: number;
  readonly address: ClusterServer;
  /** The options of `wasmlp worker`. */
  readonly options: readonly string[];
  /** Ends it, and starts it again with what it has on its disk. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const REDIS = executable(['redis-server']);

/** Debian has it beside the path, in a folder for each version. */
function postgresFolder(): string | undefined {
  const onPath = executable(['initdb']);
  if (onPath !== undefined && executable(['postgres']) !== undefined) return path.dirname(onPath);
  try {
    const [latest] = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
    return latest === undefined ? undefined : `/usr/lib/postgresql/${latest}/bin`;
  } catch {
    return undefined;
  }
}

const POSTGRES = postgresFolder();

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** PostgreSQL refuses to run as root. */
function owner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const line = ['postgres', 'nobody'].map((name) => users.find((user) => user.startsWith(`${name}:`))).find(Boolean);
  const [, , uid, gid] = (line ?? '').split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/** Starts a server, and resolves when it says that it is ready. */
async function started(program: string, args: readonly string[], ready: RegExp, options = {}): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const end = (): void => void child.kill('SIGKILL');
  process.on('exit', end);
  child.on('exit', () => process.off('exit', end));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said = (said + chunk).slice(-4000);
      if (ready.test(said)) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`${program} did not start:\n${said}`)));
  });
  return child;
}

async function stopped(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.on('exit', resolve));
  child.kill(signal);
  await ended;
}

async function startRedis(folder: string): Promise<TestServer> {
  const port = await freePort();
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes'];
  const start = () => started(REDIS as string, [...args, '--requirepass', PASSWORD], /Ready to accept connections/);
  let child = await start();
  const redis = `redis://:${ENCODED}@127.0.0.1:${port}`;
  return {
    kind: 'redis',
    port,
    get pid() {
      return child.pid as number;
    },
    address: { redis },
    options: ['--redis', redis],
    restart: async () => {
      await stopped(child, 'SIGTERM');
      child = await again(start);
    },
    stop: () => stopped(child, 'SIGKILL'),
  };
}

/** Starts a server where it was: a connection of another program may have its port for a moment. Or a worker while its server is away. */
export async function again<T>(start: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await start();
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}

const addressOf = (port: number, database: string): string =>
  `postgres://wasmlp:${ENCODED}@127.0.0.1:${port}/${database}`;

async function startPostgres(folder: string): Promise<TestServer> {
  const port = await freePort();
  const data = path.join(folder, 'data');
  const passwordFile = path.join(folder, 'password');
  mkdirSync(data);
  writeFileSync(passwordFile, `${PASSWORD}\n`);
  const user = owner();
  for (const file of [folder, data, passwordFile]) {
    if (user.uid !== undefined) chownSync(file, user.uid, user.gid as number);
  }
  const inFolder = { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' }, ...user };
  const pwfile = ['-U', 'wasmlp', '-A', 'scram-sha-256', '--pwfile', passwordFile];
  execFileSync(path.join(POSTGRES as string, 'initdb'), ['-D', data, '-E', 'UTF8', '--no-locale', '-N', ...pwfile], {
    ...inFolder,
    stdio: 'pipe',
  });
  const settings = ['-c', 'fsync=off', '-c', 'max_connections=300'];
  const args = ['-D', data, '-p', `${port}`, '-k', folder, '-h', '127.0.0.1', ...settings];
  const start = () => started(path.join(POSTGRES as string, 'postgres'), args, /ready to accept connections/, inFolder);
  let child = await start();
  const postgres = addressOf(port, 'postgres');
  return {
    kind: 'postgres',
    port,
    get pid() {
      return child.pid as number;
    },
    address: { postgres },
    options: ['--postgres', postgres],
    restart: async () => {
      // Immediate shutdown, as by a power cut: a fast one may wait for sessions without end.
      await stopped(child, 'SIGQUIT');
      child = await again(start);
    },
    stop: () => stopped(child, 'SIGQUIT'),
  };
}

let databases = 0;

/** A database in a PostgreSQL that is there: to start another one takes two seconds of a core. It cannot be restarted: others use it too. */
export async function openDatabase({ port, pid }: Pick<TestServer, 'port' | 'pid'>): Promise<TestServer> {
  const name = `test_${process.pid}_${databases++}`;
  const run = async (command: string): Promise<void> => {
    const client = new pg.Client(addressOf(port, 'postgres'));
    await client.connect();
    await client.query(command).finally(() => client.end());
  };
  await run(`CREATE DATABASE ${name}`);
  const postgres = addressOf(port, name);
  return {
    kind: 'postgres',
    port,
    pid,
    address: { postgres },
    options: ['--postgres', postgres],
    restart: () => Promise.reject(new Error('This server is not of this test alone.')),
    stop: () => run(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}

const STARTS = { redis: startRedis, postgres: startPostgres } as const;

/** Why this machine has no such server; undefined where it has. */
export function missingServer(kind: 'redis' | 'postgres'): string | undefined {
  if (kind === 'redis') return REDIS === undefined ? 'no redis-server on the path' : undefined;
  return POSTGRES === undefined ? 'no PostgreSQL on this machine' : undefined;
}

/** A server in a new folder, which goes when it stops. */
export async function startServer(kind: 'redis' | 'postgres'): Promise<TestServer> {
  const folder = mkdtempSync(path.join(tmpdir(), `wasmlp-${kind}-`));
  const server = await STARTS[kind](folder);
  const { stop } = server;
  return Object.assign(server, {
    stop: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}
