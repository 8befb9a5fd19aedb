/**
 * A contender in its own process. Each line on its stdin is a question, each line on its stdout an answer in JSON. Contenders in
 * JavaScript answer through serve.ts.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Participant } from './measure.js';
import type { Answer } from './timing.js';

/** One thread each, whatever library does the arithmetic. */
const ONE_THREAD = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

export function startProcess(name: string, command: string, args: readonly string[]): Participant {
  const child = spawn(command, args, { env: { ...process.env, ...ONE_THREAD }, stdio: 'pipe' });
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
