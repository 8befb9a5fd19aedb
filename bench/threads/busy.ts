/** Keeps a machine busy: processes that only compute, and end with this one whatever happens to it. */
import { spawn } from 'node:child_process';

/** Endless, as long as it is the child of the process that started it. */
const PROGRAM = 'const parent = process.ppid; while (process.ppid === parent) for (let i = 0; i < 1e7; i++);';

/** Starts so many processes. Returns a function that ends them. */
export function keepBusy(count: number): () => void {
  const children = Array.from({ length: count }, () => spawn(process.execPath, ['-e', PROGRAM], { stdio: 'ignore' }));
  return () => {
    for (const child of children) child.kill('SIGKILL');
  };
}
