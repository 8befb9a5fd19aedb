/** Runs the built command in its own process, without a terminal and without colours. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Where a command runs, and what it reads. */
export interface Place {
  readonly folder: string;
  readonly input?: string | Uint8Array;
  /** Looks at standard error as it comes, for a test that ends the process. */
  readonly watch?: (err: string, kill: (signal: NodeJS.Signals) => void) => void;
}

export async function wasmlp({ folder, input, watch }: Place, ...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } });
  const chunks: Buffer[] = [];
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk;
    watch?.(err, (signal) => child.kill(signal));
  });
  // A command that refuses its arguments ends without reading.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out: Buffer.concat(chunks).toString('latin1'), err };
}
