/** The figures of docs/speed.md and of the comparison in README.md are those of bench/results. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, readPage, rowsOfTable, sectionOf } from '../support/docs/pages.js';

/** The cells of all tables in a file of results, as `work: column: figure`. */
function figuresOf(name: string): Map<string, string> {
  const figures = new Map<string, string>();
  const text = readFileSync(path.join(ROOT, 'bench/results', `${name}.md`), 'utf8');
  for (const table of text.match(/(?:^\|.*\n)+/gm) ?? []) {
    if (/slowest and fastest/.test(table)) continue;
    const [head = '', , ...rows] = table.trim().split('\n');
    const [, ...columns] = cellsOf(head);
    for (const row of rows) {
      const [work, ...cells] = cellsOf(row);
      cells.forEach((cell, i) => {
        figures.set(`${work}: ${(columns[i] as string).replace(/ \[\d\]$/, '')}`, cell);
      });
    }
  }
  return figures;
}

const cellsOf = (row: string): string[] =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const number = (cell: string | undefined): string => /^\d[\d.]*(?:,\d{3})*/.exec(cell ?? '')?.[0] ?? '';
const factor = (cell: string | undefined): string => /\(.*\)$/.exec(cell ?? '')?.[0] ?? '';

const NODE_20 = figuresOf('node-20');
const NODE_24 = figuresOf('node-24');
const PEERS = figuresOf('peers-node-24');
const speed = readPage('docs/speed.md');

describe('docs/speed.md', () => {
  it('against plain loops', () => {
    for (const [work, wasm, js, plain] of rowsOfTable(sectionOf(speed, '## Against plain loops'))) {
      expect(wasm).toBe(number(NODE_20.get(`${work}: wasmlp`)));
      for (const [cell, column] of [
        [js, 'wasmlp, pure TypeScript'],
        [plain, 'plain loops'],
      ] as const) {
        const measured = NODE_20.get(`${work}: ${column}`);
        expect(cell).toBe(`${number(measured)} ${factor(measured)}`);
      }
    }
  });

  it('against other libraries', () => {
    const section = sectionOf(speed, '## Against other libraries');
    const [training = '', prediction = ''] = section.match(/(?:^\|.*\n)+/gm) ?? [];
    const columns: Record<string, string> = {
      'wide vectors': 'wasmlp, wide vectors',
      'relaxed and wide': 'wasmlp, relaxed and wide',
    };
    for (const table of [training, prediction]) {
      const [, ...names] = cellsOf(table.split('\n')[0] as string);
      for (const [work, ...cells] of rowsOfTable(table)) {
        cells.forEach((cell, i) => {
          const name = names[i] as string;
          expect(cell, `${work}, ${name}`).toBe(number(PEERS.get(`${work}: ${columns[name] ?? name}`)));
        });
      }
    }
  });

  it('parts of the peak', () => {
    for (const [work, part] of rowsOfTable(sectionOf(speed, '## What limits it'))) {
      expect(NODE_20.get(`${work}: wasmlp`)).toMatch(new RegExp(`, ${part}$`));
    }
  });

  it('options of the engine', () => {
    const section = sectionOf(speed, '## Options of the engine');
    for (const column of ['wasmlp', 'wasmlp, wide vectors', 'wasmlp, relaxed', 'wasmlp, relaxed and wide']) {
      expect(section).toContain(number(NODE_24.get(`784-128-10, per sample: ${column}`)));
    }
  });
});

it('README.md, compared with others', () => {
  const works: Record<string, string> = {
    '64-32-10, a step per sample': '64-32-10, per sample',
    '64-32-10, batches of 32': '64-32-10, batch 32',
    '784-128-10, batches of 32': '784-128-10, batch 32',
    'predict one row, 2-2-1': '2-2-1, 1 row',
  };
  const rows = rowsOfTable(sectionOf(readPage('README.md'), '## Compared with others'));
  const compared = rows.filter(([title]) => (title as string) in works);
  expect(compared).toHaveLength(Object.keys(works).length);
  for (const [title, wasm, brain, tensorflow] of compared) {
    const figure = (name: string) => number(PEERS.get(`${works[title as string]}: ${name}`));
    const value = (name: string) => Number(figure(name).replaceAll(',', ''));
    expect(number(wasm)).toBe(figure('wasmlp'));
    if (figure('brain.js') !== '') expect(brain).toBe(figure('brain.js'));
    const fastest = ['TensorFlow.js cpu', 'TensorFlow.js wasm'].reduce((a, b) => (value(b) > value(a) ? b : a));
    expect(tensorflow).toBe(figure(fastest));
  }
});
