/** The Firefox of a run, beside its test files: starts with the first visit, and shows one page after another. Knows no test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestProject } from 'vitest/node';
import { FIREFOX } from './firefox.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where Firefox asks for pages. */
    firefox: string;
  }
}

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

/** The page that asks where to go. */
const WAITING_ROOM = `<!doctype html><meta charset="utf-8"><title>Waits</title><link rel="icon" href="data:,">
<script type="module">location.href = await (await fetch('next')).text();</script>`;

interface Visit {
  readonly page: string;
  readonly response: ServerResponse;
  hasLeft: boolean;
}

class Host {
  readonly #waiting: Visit[] = [];
  /** The one that is shown. */
  #shown: Visit | undefined;
  #ask: ServerResponse | undefined;
  #browser: { process: ChildProcess; profile: string } | undefined;
  #url = '';

  async open(): Promise<{ url: string; close: () => Promise<void> }> {
    const server = createServer((request, response) => void this.#answer(request, response));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    this.#url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const close = async (): Promise<void> => {
      await this.#end();
      server.closeAllConnections();
      server.close();
    };
    return { url: this.#url, close };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/visit') {
      const visit: Visit = { page: await text(request), response, hasLeft: false };
      response.on('close', () => void this.#givenUp(visit));
      this.#waiting.push(visit);
      if (this.#browser === undefined) await this.#start();
      this.#next();
    } else if (request.url === '/left') {
      const page = await text(request);
      if (this.#shown?.page === page) this.#shown.hasLeft = true;
      response.end();
    } else if (request.url === '/next') {
      this.#shown = undefined;
      this.#ask = response;
      this.#next();
    } else {
      response.setHeader('content-type', 'text/html').end(WAITING_ROOM);
    }
  }

  #next(): void {
    const ask = this.#ask;
    if (ask === undefined) return;
    this.#shown = this.#waiting.shift();
    if (this.#shown === undefined) return;
    this.#ask = undefined;
    ask.end(this.#shown.page);
  }

  /** A page whose test did not wait for its end may never come back. The next one then has another browser. */
  async #givenUp(visit: Visit): Promise<void> {
    const place = this.#waiting.indexOf(visit);
    if (place >= 0) this.#waiting.splice(place, 1);
    if (this.#shown !== visit || visit.hasLeft) return;
    await this.#end();
    if (this.#waiting.length > 0) await this.#start();
  }

  async #start(): Promise<void> {
    const starting = { process: undefined as unknown as ChildProcess, profile: '' };
    this.#browser = starting;
    starting.profile = await mkdtemp(path.join(tmpdir(), 'wasmlp-firefox-'));
    const settings = QUIET.map((name) => `user_pref("${name}", false);\n`).join('');
    await writeFile(path.join(starting.profile, 'user.js'), settings);
    const args = ['--headless', '--no-remote', '--profile', starting.profile, this.#url];
    const child = spawn(FIREFOX as string, args, { env: { ...process.env, HOME: starting.profile }, stdio: 'ignore' });
    starting.process = child;
    const end = (): void => void child.kill('SIGKILL');
    process.on('exit', end);
    const ended = (why: unknown): void => {
      process.off('exit', end);
      if (this.#browser !== starting) return;
      this.#browser = undefined;
      for (const { response } of [...this.#waiting.splice(0), this.#shown].filter((visit) => visit !== undefined))
        response.end(String(why));
      this.#shown = undefined;
    };
    child.on('error', ended);
    child.on('exit', (code, signal) => ended(code ?? signal));
  }

  async #end(): Promise<void> {
    const browser = this.#browser;
    this.#browser = undefined;
    this.#shown = undefined;
    this.#ask = undefined;
    if (browser?.process === undefined) return;
    const { process: child, profile } = browser;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }
    await rm(profile, { recursive: true, force: true, maxRetries: 9, retryDelay: 100 });
  }
}

/** Vitest calls it before the first test file, and what it returns after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, close } = await new Host().open();
  project.provide('firefox', url);
  return close;
}
