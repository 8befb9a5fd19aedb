/** The other end of process.ts: reads a question from each line of stdin, and writes each answer as a JSON array on a line of stdout. */
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
