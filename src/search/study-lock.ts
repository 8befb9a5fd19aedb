/**
 * Keeps two searches from writing into one study. The lock is a file beside it with the process that has it; one that a dead process left
 * does not count. Knows Node's modules only by asking for them.
 */
import { codedError } from '../foundation/errors.js';

/** The parts of Node that this file needs. */
interface NodeProcess {
  readonly pid: number;
  kill(pid: number, signal: 0): void;
  getBuiltinModule(name: 'node:fs'): {
    readFileSync(path: string, encoding: 'utf8'): string;
    writeFileSync(path: string, text: string, options: { flag: 'wx' }): void;
    rmSync(path: string, options: { force: true }): void;
  };
  getBuiltinModule(name: 'node:os'): { hostname(): string };
}

/** Takes the lock of a study, and returns what gives it back. Throws ERR_BUSY where another search has it. */
export function lockStudy(path: string): () => void {
  const { process } = globalThis as unknown as { process: NodeProcess };
  const fs = process.getBuiltinModule('node:fs');
  const host = process.getBuiltinModule('node:os').hostname();
  const file = `${path}.lock`;
  for (let tries = 0; ; tries++) {
    try {
      fs.writeFileSync(file, JSON.stringify({ pid: process.pid, host }), { flag: 'wx' });
      return () => fs.rmSync(file, { force: true });
    } catch (cause) {
      if ((cause as { code?: string }).code !== 'EEXIST' || tries > 2) throw cause;
      const holder = read(() => fs.readFileSync(file, 'utf8'));
      // One that is being written or removed just now is looked at again.
      if (holder !== undefined && (holder.host !== host || isAlive(process, holder.pid)))
        throw busy(path, file, holder);
      if (holder !== undefined || tries > 1) fs.rmSync(file, { force: true });
    }
  }
}

interface Holder {
  readonly pid: number;
  readonly host: string;
}

function read(text: () => string): Holder | undefined {
  try {
    return JSON.parse(text()) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive(process: NodeProcess, pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, and belongs to somebody else.
    return (error as { code?: string }).code === 'EPERM';
  }
}

function busy(path: string, file: string, { pid, host }: Holder): Error {
  const mend = `Wait for it, or give another file. If that process is gone, delete ${file}.`;
  return codedError('ERR_BUSY', `search: study ${path} is in use by process ${pid} on ${host}. ${mend}`);
}
