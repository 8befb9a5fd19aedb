/**
 * A contender in its own process. Each line on its stdin is a question, each line on its stdout an answer in JSON. Contenders in
 * JavaScript answer through serve.ts.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Participant } from './measure.js';
import type { Answer } from './timing.js';

/** So many threads, whatever library does the arithmetic. */
function environmentOf(threads: number): NodeJS.ProcessEnv {
  const count = String(threads);
  return { ...process.env, OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count, MKL_NUM_THREADS: count };
}

/** One thread each, unless a contender is there to show what more of them give. */
export function startProcess(name: string, command: string, args: readonly string[], threads = 1): Participant {
  const child = spawn(command, args, { env: environmentOf(threads), stdio: 'pipe' });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let complaints = '';
  const complain = (text: unknown): void => {
    complaints = `${complaints}${text}`.slice(-2000);
  };
  child.stderr.on('data', complain);
  child.on('error', complain);
  // If the process has ended, stderr says why. A broken pipe does not.
  child.stdin.on('error', () => {});
  return {
    name,
    ask: async (question) => {
      child.stdin.write(question.kind === 'turn' ? `turn ${question.seconds}\n` : `${question.kind}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`${name} ended. ${complaints}`);
      return JSON.parse(value) as Answer;
    },
    close: () => child.kill(),
  };
}
