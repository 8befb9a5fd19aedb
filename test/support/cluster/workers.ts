/** Workers of a cluster for tests and benchmarks: processes of the built command, which tests may kill. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import type { TestServer } from './servers.js';

/** Both begin in the root of the project; a benchmark runs from another folder. */
const ROOT = process.cwd();
const CLI = path.join(ROOT, 'dist/cli.js');
const LEASH = path.join(ROOT, 'test/support/leash.js');

/** Locks of a second: what a killed worker had goes on soon. */
const OF_TESTS = ['--concurrency', '1', '--lock-seconds', '1'];

export class TestWorker {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | NodeJS.Signals | null>;
  /** All that it said. */
  said = '';
  readonly #heard = new Set<() => void>();

  private constructor(args: readonly string[]) {
    // A test that is cut off leaves none: the leash ends with this process.
    this.#child = spawn(process.execPath, ['--import', LEASH, CLI, 'worker', ...args], {
      cwd: ROOT,
      env: { ...process.env, NO_COLOR: '1' },
      stdio: 'pipe',
    });
    const hear = (chunk: Buffer): void => {
      this.said += chunk;
      for (const look of this.#heard) look();
    };
    this.#child.stdout?.on('data', hear);
    this.#child.stderr?.on('data', hear);
    this.ended = new Promise((resolve) => this.#child.on('close', (code, signal) => resolve(code ?? signal)));
    void this.ended.then(() => {
      for (const look of this.#heard) look();
    });
  }

  static launch(server: TestServer, name: string, ...more: readonly string[]): TestWorker {
    return new TestWorker([...server.options, '--name', name, ...OF_TESTS, ...more]);
  }

  /** Resolves when it is ready. */
  static async start(server: TestServer, name: string, ...more: readonly string[]): Promise<TestWorker> {
    return await TestWorker.launch(server, name, ...more).#ready();
  }

  /** As users start it: with all cores, or as many as `more` says. Resolves when it is ready. */
  static async startUsual(server: TestServer, name: string, ...more: readonly string[]): Promise<TestWorker> {
    return await new TestWorker([...server.options, '--name', name, ...more]).#ready();
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  async #ready(): Promise<this> {
    await this.says(/ready for/);
    return this;
  }

  /** Resolves when what it said matches. Rejects when it ends before. */
  says(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.test(this.said);
        if (!found && this.#child.exitCode === null && this.#child.signalCode === null) return;
        this.#heard.delete(look);
        if (found) resolve();
        else reject(new Error(`the worker ended, and did not say ${pattern}:\n${this.said}`));
      };
      this.#heard.add(look);
      look();
    });
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | NodeJS.Signals | null> {
    this.#child.kill(signal);
    return await this.ended;
  }
}

/** Starts workers, and ends them after the work. */
export async function withWorkers<T>(
  server: TestServer,
  name: string,
  count: number,
  work: (workers: TestWorker[]) => Promise<T>,
): Promise<T> {
  const workers = await Promise.all(Array.from({ length: count }, () => TestWorker.start(server, name)));
  try {
    return await work(workers);
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()));
  }
}
