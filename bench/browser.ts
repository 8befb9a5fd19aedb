/**
 * `npm run bench:browser`: how fast a page in Chromium trains 784-128-10 sample by sample, compared with this Node. They take turns.
 * The first turn of each does not count, because V8 compiles then.
 */
import { build } from 'esbuild';
import { CHROMIUM, launch } from '../test/support/browsers/chromium.js';
import { serve } from '../test/support/browsers/server.js';
import { type Participant, takeTurns } from './measure.js';
import type { Question } from './timing.js';
import { createTurns } from './turns.js';

const ROUNDS = 9;
const SECONDS = 1;

/** A participant that answers every question with the rate of a turn. */
function participant(name: string, turn: (seconds: number) => Promise<number>): Participant {
  const ask = async (question: Question) => [await turn(question.kind === 'turn' ? question.seconds : 0)];
  return { name, ask, close: () => undefined };
}

if (CHROMIUM === undefined) throw new Error('bench:browser: no chromium on the path. Install one.');
const entry = 'globalThis.turn = createTurns();';
const { outputFiles } = await build({
  stdin: { contents: `import { createTurns } from './turns.js'; ${entry}`, resolveDir: import.meta.dirname },
  bundle: true,
  format: 'esm',
  write: false,
});
const page = `<!doctype html><script type="module">${outputFiles[0]?.text ?? ''}</script>`;
const server = await serve('.', { '': page });
const browser = await launch();
try {
  const tab = await browser.newPage();
  await tab.goto(server.url);
  await tab.waitForFunction(() => 'turn' in globalThis);
  type Page = { turn: ReturnType<typeof createTurns> };
  const inPage = (seconds: number): Promise<number> =>
    tab.evaluate(async (length) => (await (globalThis as unknown as Page).turn)(length), seconds);
  const participants = [
    participant(`Node ${process.versions.node}`, await createTurns()),
    participant(`Chromium ${browser.version()}`, inPage),
  ];
  for (const each of participants) await each.ask({ kind: 'turn', seconds: SECONDS });
  const measured = await takeTurns(participants, { rounds: ROUNDS, seconds: SECONDS });
  for (const { name, median, low, high } of measured) {
    const [rate, from, to] = [median, low, high].map((value) => Math.round(value).toLocaleString('en'));
    console.log(`${name}: ${rate} samples/s (${from} to ${to})`);
  }
  const [node, chromium] = measured.map(({ median }) => median) as [number, number];
  console.log(`Chromium at ${(chromium / node).toFixed(2)} of Node`);
} finally {
  await browser.close();
  await server.close();
}
