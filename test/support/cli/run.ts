/** Runs the built command, without a terminal and without colours: in its own process, or in this one, where it need not start. */
import { spawn } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileFunction, constants } from 'node:vm';

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

/** An import by Node: the one of vitest transforms what it imports. */
const importBuilt = compileFunction('return import(address)', ['address'], {
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}) as (address: string) => Promise<unknown>;
let runs = 0;

/**
 * The same in this process, with streams of its own. It takes 24 ms where a process takes 280, but does not prove that a process ends,
 * nor that it hears signals: each kind of command has tests for that in its own process too. Only one may run at a time.
 */
export async function wasmlpHere({ folder, input }: Omit<Place, 'watch'>, ...args: string[]): Promise<Outcome> {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const sink = (name: keyof typeof chunks): Writable =>
    new Writable({
      write(chunk: Buffer, _, done) {
        chunks[name].push(chunk);
        done();
      },
    });
  const given = { stdout: sink('stdout'), stderr: sink('stderr'), stdin: Readable.from([Buffer.from(input ?? '')]) };
  const kept = Object.keys(given).map((name) => [name, Object.getOwnPropertyDescriptor(process, name)] as const);
  const { argv, exitCode } = process;
  const home = process.cwd();
  for (const [name, value] of Object.entries(given))
    Object.defineProperty(process, name, { value, configurable: true });
  process.argv = [process.execPath, CLI, ...args];
  process.exitCode = undefined;
  process.chdir(folder);
  try {
    // The module runs the command when it is imported, each time by another address.
    await importBuilt(`${pathToFileURL(CLI)}?${runs++}`);
    const code = Number(process.exitCode ?? 0);
    return { code, out: Buffer.concat(chunks.stdout).toString('latin1'), err: String(Buffer.concat(chunks.stderr)) };
  } finally {
    process.chdir(home);
    process.exitCode = exitCode;
    process.argv = argv;
    for (const [name, descriptor] of kept) Object.defineProperty(process, name, descriptor as PropertyDescriptor);
  }
}
