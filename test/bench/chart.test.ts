/** The chart of the trainings: it is well-formed, small and to scale, and says everything in words too. */
import { describe, expect, it } from 'vitest';
import { trainingChart } from '../../bench/chart.js';
import { PLAIN, RELAXED, TYPESCRIPT, WASM, WIDE } from '../../bench/contenders.js';
import type { Row, Saved } from '../../bench/report.js';

const MACHINE = {
  cpu: 'A & B <fast>',
  cores: 2,
  node: 'v24.1.2',
  v8: '13',
  wasmlp: '0.1.0',
  date: '2026-01-02',
};

function row(work: string, rates: Record<string, number>): Row {
  const contenders = Object.entries(rates).map(([name, median]) => ({ name, median, low: median, high: median }));
  return { work, unit: 'samples/s', contenders };
}

function saved(rows: readonly Row[]): Saved {
  return { machine: MACHINE, tables: { Training: rows } };
}

const ALL = saved(
  ['2-2-1', '64-32-10', '784-128-10', '784-512-256-10'].flatMap((network) =>
    ['per sample', 'batch 32', 'batch 256'].map((step) =>
      row(`${network}, ${step}`, {
        [WASM]: 1e6,
        [RELAXED]: 1.2e6,
        [WIDE]: 2e6,
        [TYPESCRIPT]: 5e4,
        [PLAIN]: 123456,
      }),
    ),
  ),
);

/** Checks that every closing tag closes the last open one. */
function expectWellFormed(svg: string): void {
  const open: string[] = [];
  for (const [, closing, name, empty] of svg.matchAll(/<(\/?)([a-z]+)(?:\s+[a-zA-Z0-9-]+="[^"<>]*")*\s*(\/?)>/g)) {
    if (closing) expect(open.pop()).toBe(name);
    else if (!empty) open.push(name as string);
  }
  expect(open).toEqual([]);
  expect(svg.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
}

/** The lengths of the bars of a group, by their class. */
function barsOf(svg: string): [string, number][] {
  const bars = svg.matchAll(/<rect class="(\w+)" x="[\d.]+" y="[\d.]+" width="([\d.]+)" height="12" rx="1.5"\/>/g);
  return [...bars].map(([, shade, width]) => [shade as string, Number(width)]);
}

describe('trainingChart', () => {
  it('is a well-formed picture of less than 20 KB that runs nothing and loads nothing', () => {
    const svg = trainingChart(ALL);
    expectWellFormed(svg);
    expect(svg.length).toBeLessThan(20_000);
    expect(svg).not.toMatch(/script>|<script|href|url\(|@import|\son\w+=/);
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).toMatch(/<svg [^>]*role="img" aria-labelledby="title desc">/);
  });

  it('draws each group to its own scale, with rates and ratios', () => {
    const svg = trainingChart(saved([row('2-2-1, batch 32', { [WASM]: 1e6, [TYPESCRIPT]: 5e4, [PLAIN]: 2e6 })]));
    const [wasm, script, plain] = barsOf(svg).map(([, width]) => width) as [number, number, number];
    expect(barsOf(svg).map(([shade]) => shade)).toEqual(['wasm', 'script', 'plain']);
    expect(wasm / plain).toBeCloseTo(0.5, 2);
    expect(script / plain).toBeCloseTo(0.025, 1);
    for (const label of ['>1,000,000<', '>50,000 (20x)<', '>2,000,000 (0.5x)<']) expect(svg).toContain(label);
  });

  it('draws wide vectors where they are measured, and leaves them out of the legend where they are not', () => {
    expect(barsOf(trainingChart(ALL)).length).toBe(48);
    expect(trainingChart(ALL)).toContain('>wasmlp, wide vectors</text>');
    const without = trainingChart(saved([row('2-2-1, per sample', { [WASM]: 1, [PLAIN]: 1 })]));
    expect(without).not.toContain('wide vectors');
  });

  it('says all of it in words, with the machine', () => {
    const [, description] = /<desc id="desc">(.*)<\/desc>/.exec(trainingChart(ALL)) as unknown as [string, string];
    expect(description).toContain('Node 24.1.2, A &amp; B &lt;fast&gt;, 2026-01-02');
    expect(description).toContain(
      '784-512-256-10, batch 256: wasmlp 1,000,000; wasmlp, wide vectors 2,000,000; wasmlp, pure TypeScript 50,000; plain loops 123,000.',
    );
  });
});
