/**
 * Opens pages in a real Firefox. We cannot talk to it from outside: so it first shows a page of ours, which asks where to go. Each page
 * reports its outcome to its server, and then goes back to that first page.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HANGING_MILLISECONDS } from '../hanging.js';
import { executable } from '../programs.js';
import type { Server } from './server.js';

export const FIREFOX = executable(['firefox-esr', 'firefox']);

/** Settings that keep a new profile from asking the network for anything. */
const QUIET = [
  'app.update.enabled',
  'browser.aboutwelcome.enabled',
  'browser.safebrowsing.update.enabled',
  'browser.shell.checkDefaultBrowser',
  'datareporting.policy.dataSubmissionEnabled',
  'extensions.update.enabled',
  'network.captive-portal-service.enabled',
  'network.connectivity-service.enabled',
  'toolkit.telemetry.enabled',
];

/** Less than the time limit of a test, so that no test leaves a browser behind. */
const TIMEOUT_MILLISECONDS = 0.9 * HANGING_MILLISECONDS;

const WAITING_ROOM = `<!doctype html><meta charset="utf-8"><title>Waits</title><link rel="icon" href="data:,">
<script type="module">location.href = await (await fetch('next')).text();</script>`;

/** The page that asks where to go. */
class WaitingRoom {
  readonly url: string;
  readonly #server: ReturnType<typeof createServer>;
  readonly #next: string[] = [];
  #ask: ((url: string) => void) | undefined;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    server.on('request', (request, response) => {
      if (request.url !== '/next') response.setHeader('content-type', 'text/html').end(WAITING_ROOM);
      else this.#answer((url) => response.end(url));
    });
  }

  static async open(): Promise<WaitingRoom> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WaitingRoom(server);
  }

  send(url: string): void {
    this.#next.push(url);
    if (this.#ask !== undefined) this.#answer(this.#ask);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(ask: (url: string) => void): void {
    const url = this.#next.shift();
    this.#ask = url === undefined ? ask : undefined;
    if (url !== undefined) ask(url);
  }
}

/** A Firefox that starts once for many pages. */
export class Firefox {
  readonly #room: WaitingRoom;
  readonly #profile: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(room: WaitingRoom, profile: string) {
    this.#room = room;
    this.#profile = profile;
    this.#process = spawn(FIREFOX as string, ['--headless', '--no-remote', '--profile', profile, room.url], {
      env: { ...process.env, HOME: profile },
      stdio: 'ignore',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    this.#ended = new Promise((resolve) => {
      this.#process.on('error', () => resolve());
      this.#process.on('exit', () => resolve());
    });
  }

  static async launch(): Promise<Firefox> {
    const profile = await mkdtemp(path.join(tmpdir(), 'wasmlp-firefox-'));
    await writeFile(path.join(profile, 'user.js'), QUIET.map((name) => `user_pref("${name}", false);\n`).join(''));
    return new Firefox(await WaitingRoom.open(), profile);
  }

  /** Visits a page of a server. Resolves to its global `outcome`, awaited. Rejects with the page's error, or if the browser has ended. */
  async visit<T>({ url, reported }: Server): Promise<T> {
    this.#room.send(`${url}?report=${encodeURIComponent(this.#room.url)}`);
    const died = this.#ended.then(() => Promise.reject(new Error('Firefox ended before its page did.')));
    return (await Promise.race([reported, died])) as T;
  }

  async close(): Promise<void> {
    this.#process.kill();
    await this.#ended;
    this.#room.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 9, retryDelay: 100 });
  }
}
