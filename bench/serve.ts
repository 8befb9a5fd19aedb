/** The other end of process.ts: questions on stdin, one a line, answers on stdout, each a line with a JSON array. */
import { createInterface } from 'node:readline';
import { answerOf, type Contender, type Question } from './timing.js';

export async function serve(contender: Contender): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, seconds] = line.split(' ');
    const question: Question = word === 'turn' ? { kind: 'turn', seconds: Number(seconds) } : { kind: 'result' };
    process.stdout.write(`${JSON.stringify(await answerOf(contender, question))}\n`);
  }
}
