/** browser-csv.js in a page without a bundler, under a policy that allows nothing but scripts of its server. */
import { copyFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { describeInBrowsers } from '../support/browsers/describe.js';
import { serve } from '../support/browsers/server.js';
import { createApp, PACKAGE, pageOf, STRICT } from '../support/package/packed.js';

const TEXT = '\uFEFFid;name;size\r\n1;"é🙂; x";3,5\r\n2;ß;4\r\n3;;5\r\n';
const ROWS = [
  { id: '1', name: 'é🙂; x', size: '3.5' },
  { id: '2', name: 'ß', size: '4' },
];

/** Reads the table from every source of a page. A long table makes a file of many pieces. */
const PROGRAM = `
import { parseCsv, parseRows } from './browser-csv.js';

const options = { decimal: ',', missing: 'skip' };
const bytes = new TextEncoder().encode(${JSON.stringify(TEXT)});
const file = new File([bytes], 'table.csv', { type: 'text/csv' });
const pieces = () =>
  new ReadableStream({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
const codeOf = (work) => work.then(() => 'none', ({ code, message }) => code + ' ' + message);

async function outcome() {
  const sources = [bytes, file, new Blob([bytes]), await fetch('./table.csv'), (await fetch('./table.csv')).body, pieces(),
    pieces().pipeThrough(new TextDecoderStream())];
  const rows = [];
  for (const source of sources) {
    const read = await parseRows(source, options);
    rows.push([read, read.skipped]);
  }
  const long = new File(['a,b\\n', ...Array.from({ length: 100_000 }, (_, i) => i % 1000 + ',"x' + i + '"\\n')], 'long.csv');
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const { inputs, targets } = await parseCsv(long, { target: 'b' });
  clearInterval(timer);
  const read = await fetch('./table.csv');
  await read.text();
  let cancelled = 0;
  const early = new ReadableStream({ pull: (controller) => controller.enqueue('a,b\\n1\\n'.repeat(9_000)), cancel: () => void cancelled++ });
  const none = new Response('gone', { status: 404 });
  const refused = [
    await codeOf(parseRows(none)),
    await codeOf(parseRows(read)),
    await codeOf(parseRows(await fetch('./'))),
    await codeOf(parseRows(early)),
  ];
  // A refused answer is left as it was: it can still be read.
  return { left: await none.text(), rows, long: [inputs.length, targets.length, targets.at(-1), turns > 0], refused, cancelled };
}
globalThis.outcome = outcome();`;

interface Outcome {
  left: string;
  rows: [object[], number][];
  long: unknown[];
  refused: string[];
  cancelled: number;
}

describeInBrowsers('browser-csv.js in a page', (visit, inTurn) => {
  inTurn('reads bytes, files, answers and streams under a strict policy, and loads nothing besides', async () => {
    const folder = await createApp('page-csv', { 'page.js': PROGRAM, 'table.csv': TEXT });
    await copyFile(`${PACKAGE}/dist/browser-csv.js`, `${folder}/browser-csv.js`);
    const server = await serve(folder, { '': pageOf('./page.js') }, { 'content-security-policy': STRICT });
    try {
      const { left, rows, long, refused, cancelled } = await visit<Outcome>(server);
      expect(rows).toHaveLength(7);
      for (const read of rows) expect(read).toEqual([ROWS, 1]);
      expect(long).toEqual([100_000, 100_000, 'x99999', true]);
      expect(refused[0]).toMatch(/^ERR_IO parseRows: the Response was answered with status 404, expected 200/);
      expect(refused[1]).toMatch(/^ERR_INVALID_OPTION parseRows: "http.*table\.csv" is locked, or was read before/);
      expect(refused[2]).toMatch(
        /^ERR_INVALID_TYPE parseRows: "http.*" begins with "<!doctype html>.*, as a page does/,
      );
      expect(refused[3]).toMatch(/^ERR_SHAPE parseRows: row 0 .* of the stream has 1 cells, expected 2/);
      expect([left, cancelled]).toEqual(['gone', 1]);
      const asked = [...new Set(server.asked)].filter((name) => !/table/.test(name));
      expect(asked.sort()).toEqual(['', 'browser-csv.js', 'page.js']);
    } finally {
      await server.close();
    }
  });
});
