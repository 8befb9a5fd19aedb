/** Workers of a cluster for tests: processes of the built command, which tests may kill. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CLI } from '../cli/run.js';
import type { TestServer } from './servers.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export class TestWorker {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | NodeJS.Signals | null>;
  /** All that it said. */
  said = '';
  readonly #heard = new Set<() => void>();

  private constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, [CLI, 'worker', ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const hear = (chunk: Buffer): void => {
      this.said += chunk;
      for (const look of this.#heard) look();
    };
    this.#child.stdout?.on('data', hear);
    this.#child.stderr?.on('data', hear);
    // A test that is cut off leaves none.
    const end = (): void => void this.#child.kill('SIGKILL');
    process.on('exit', end);
    this.ended = new Promise((resolve) => this.#child.on('close', (code, signal) => resolve(code ?? signal)));
    void this.ended.then(() => {
      process.off('exit', end);
      for (const look of this.#heard) look();
    });
  }

  /** Locks of a second: what a killed worker had goes on soon. */
  static launch(server: TestServer, name: string, ...more: readonly string[]): TestWorker {
    const args = [...server.options, '--name', name, '--concurrency', '1', '--lock-seconds', '1', ...more];
    return new TestWorker(args, {});
  }

  /** Resolves when it is ready. */
  static async start(server: TestServer, name: string, ...more: readonly string[]): Promise<TestWorker> {
    const worker = TestWorker.launch(server, name, ...more);
    await worker.says(/ready for/);
    return worker;
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
