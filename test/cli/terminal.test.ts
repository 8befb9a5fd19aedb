/** Texts for terminals: widths, colours, lines, curves, progress. */
import { describe, expect, it } from 'vitest';
import { lossCurve } from '../../src/cli/curve.js';
import { FitProgress } from '../../src/cli/progress.js';
import { countOf, figure, hasColours, printable, widthOf, wrapped } from '../../src/cli/terminal.js';

const stream = (isTTY: boolean, columns?: number) => {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
};

describe('a stream', () => {
  it('has 80 columns in a pipe, and 40 to 100 of those of a terminal', () => {
    expect(
      [stream(false), stream(false, 200), stream(true, 30), stream(true, 90), stream(true, 300)].map(widthOf),
    ).toEqual([80, 80, 40, 90, 100]);
  });

  it('has colours on a terminal, unless somebody said no', () => {
    expect(hasColours(stream(true), {})).toBe(true);
    expect(hasColours(stream(false), {})).toBe(false);
    expect(hasColours(stream(true), { NO_COLOR: '1' })).toBe(false);
    // By https://no-color.org, an empty one counts as none.
    expect(hasColours(stream(true), { NO_COLOR: '' })).toBe(true);
    expect(hasColours(stream(true), { TERM: 'dumb' })).toBe(false);
  });
});

describe('text', () => {
  it('is broken between words', () => {
    expect(wrapped('one two three four', 9)).toBe('one two\nthree\nfour');
    expect(wrapped('one two three four', 9, '  ')).toBe('one two\n  three\n  four');
    expect(wrapped('  a longestword b', 6)).toBe('  a\nlongestword\nb');
  });

  it('has no control characters', () => {
    expect(printable('a\u001b[31mb\nc\u202ed')).toBe('a [31mb c d');
  });

  it('has figures with four digits, and counts with commas', () => {
    expect([0.123456, 12345.6, Number.NaN].map(figure)).toEqual(['0.1235', '12350', '-']);
    expect([countOf(1, 'row'), countOf(1234567, 'row')]).toEqual(['1 row', '1,234,567 rows']);
  });
});

describe('a loss curve', () => {
  const epochs = Array.from({ length: 300 }, (_, i) => ({
    epoch: i + 1,
    loss: i === 0 ? 1e6 : 1 / (i + 1),
    validationLoss: 0.1 + 1 / (i + 1),
  }));

  it('fits its width, and an outlier does not flatten it', () => {
    const lines = lossCurve(epochs, 60).split('\n');
    expect(lines).toHaveLength(13);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(lines.at(-1)).toMatch(/^ {12}1 +300$/);
    expect(Number((lines[1] as string).slice(0, 10))).toBeLessThan(1);
    expect(lines.join('')).toContain('. training  o validation');
    // Both curves are in more rows than one.
    expect(lines.slice(1, 11).filter((line) => line.includes('o')).length).toBeGreaterThan(2);
  });

  it('of one epoch, of equal losses, and without validation is a curve too', () => {
    expect(lossCurve([{ epoch: 5, loss: 2 }], 80)).toMatch(/2 \|\.\n.*\n +5$/);
    expect(
      lossCurve(
        [1, 2, 3].map((epoch) => ({ epoch, loss: 2 })),
        80,
      ),
    ).toContain('...');
    expect(lossCurve([{ epoch: 1, loss: 2 }], 80)).not.toContain('validation');
    expect(lossCurve([], 80)).toBe('');
  });
});

describe('progress', () => {
  const result = (epoch: number) => ({ epoch, loss: 0.5, validationLoss: 0.25, validationAccuracy: 0.9, seconds: 1 });

  it('in a pipe is a few lines without times', () => {
    const pipe = stream(false);
    const progress = new FitProgress(pipe, 200);
    for (let epoch = 1; epoch <= 200; epoch++) progress.show(result(epoch));
    progress.end();
    expect(pipe.written).toHaveLength(8);
    expect(pipe.written[2]).toBe('epoch 5/200  loss 0.5  validation 0.25  accuracy 0.900\n');
  });

  it('on a terminal is one line, which goes in the end', () => {
    const terminal = stream(true, 50);
    const progress = new FitProgress(terminal, 200);
    progress.show(result(1));
    progress.show(result(2));
    progress.end();
    expect(terminal.written.map((text) => text.split('  ')[0])).toEqual([
      '\repoch 1/200',
      '\repoch 2/200',
      '\r\u001b[K',
    ]);
    // A full line would begin the next one.
    expect((terminal.written[0] as string).replace('\r', '').replace('\u001b[K', '').length).toBe(49);
  });
});
