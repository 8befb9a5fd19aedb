/** The other end of process.ts: questions on stdin, one a line, answers on stdout, each a line with a JSON array. */
import { createInterface } from 'node:readline';
import { answerOf, type Contender, type Question } from './timing.js';

export async function serve(contender: Contender): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, seconds] = line.split(' ');
    process.stdout.write(`${JSON.stringify(await answerOf(contender, questionOf(word, seconds)))}\n`);
  }
}

function questionOf(word: string | undefined, seconds: string | undefined): Question {
  if (word === 'turn') return { kind: 'turn', seconds: Number(seconds) };
  return { kind: word === 'run' ? 'run' : 'result' };
}
