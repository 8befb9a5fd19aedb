/** Pages by their text: they are well formed, escape everything, load nothing, and say how the simplest answer would do. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportOfNumbers } from '../../../src/report/numbers.js';
import type { PageContent } from '../../../src/report/page/content.js';
import { reportPage } from '../../../src/report/page/page.js';
import { STYLE, STYLE_HASH } from '../../../src/report/page/style.js';
import { type ClassReport, reportOfClasses } from '../../../src/report/report.js';
import { type Element, elementsOf } from '../../support/html.js';
import { repeats } from '../../support/repeats.js';
import {
  HARD_NAMES,
  ofHardNames,
  ofNumbers,
  ofSearch,
  ofTwoClasses,
  ofVeryMuch,
} from '../../support/report/contents.js';
import { SEED } from '../../support/seeded.js';

const CONTENTS = { ofTwoClasses, ofHardNames, ofNumbers, ofSearch, ofVeryMuch };

/** What the body says. */
const textOf = (elements: readonly Element[]): string =>
  (elements.find(({ tag }) => tag === 'body') as Element).text.replace(/\s+/g, ' ');
const idOf = (element: Element): string | undefined => element.attributes.get('id');

/** What HTML shows of a name. */
const shown = (name: string): string =>
  name.replace(/(?![\t\n])\p{Cc}|\p{Cs}|\p{Noncharacter_Code_Point}/gu, '\ufffd').replace(/\s+/g, ' ');

describe.each(Object.entries(CONTENTS))('a page %s', (_, contentOf) => {
  const html = reportPage(contentOf());
  const elements = elementsOf(html);

  it('loads nothing, runs nothing, and has no style but its own', () => {
    const tags = new Set(elements.map(({ tag }) => tag));
    for (const tag of ['script', 'img', 'iframe', 'object', 'embed', 'form', 'a', 'base'])
      expect(tags).not.toContain(tag);
    for (const { attributes } of elements) {
      for (const [name, value] of attributes) {
        expect(name).not.toMatch(/^on|^style$|^src$|^srcset$|^xlink/);
        if (name === 'href') expect(value).toBe('data:,');
      }
    }
    expect(STYLE).not.toMatch(/url\(|@import|<|http/);
    const [style, ...more] = elements.filter(({ tag }) => tag === 'style');
    expect(style?.text).toBe(STYLE);
    expect(more).toEqual([]);
  });

  it('has a policy that says so', () => {
    const policy = elements.find(({ attributes }) => attributes.get('http-equiv') === 'Content-Security-Policy');
    expect(policy?.attributes.get('content')).toBe(
      `default-src 'none'; style-src '${STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'`,
    );
  });

  it('names what it has: ids once, headings in order, tables with captions, pictures with titles', () => {
    const ids = elements.flatMap((element) => idOf(element) ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { attributes } of elements) {
      for (const id of attributes.get('aria-labelledby')?.split(' ') ?? []) expect(ids).toContain(id);
    }
    const count = (tag: string): number => elements.filter((element) => element.tag === tag).length;
    expect(count('h1')).toBe(1);
    expect(count('h2')).toBe(count('section'));
    expect(count('caption')).toBe(count('table'));
    for (const { tag, attributes } of elements.filter((element) => element.tag === 'svg')) {
      const isPicture = attributes.get('role') === 'img' && attributes.has('aria-labelledby');
      expect(isPicture || attributes.get('aria-hidden') === 'true', tag).toBe(true);
    }
    for (const wide of elements.filter(({ attributes }) => attributes.get('role') === 'region')) {
      expect(wide.attributes.get('tabindex')).toBe('0');
      expect(wide.attributes.has('aria-label') || wide.attributes.has('aria-labelledby')).toBe(true);
    }
  });

  it('draws numbers alone', () => {
    for (const { attributes } of elements) {
      for (const name of ['d', 'x', 'y', 'cx', 'cy', 'r', 'width', 'height']) {
        expect(attributes.get(name) ?? '').not.toMatch(/NaN|Infinity|undefined|null/);
      }
    }
    expect(textOf(elements)).not.toMatch(/\bNaN\b|\bInfinity\b|\bundefined\b|\bnull\b|\[object/);
  });

  it('is the same after JSON', () => {
    expect(reportPage(JSON.parse(JSON.stringify(contentOf())))).toBe(html);
  });

  it('has at most some hundred KB', () => {
    expect(Buffer.byteLength(html)).toBeLessThan(700_000);
  });
});

it('the hash of the style is that of the style', () => {
  expect(STYLE_HASH).toBe(`sha256-${createHash('sha256').update(STYLE).digest('base64')}`);
});

it('shows names as they are, whatever they are', () => {
  const text = textOf(elementsOf(reportPage(ofHardNames())));
  for (const name of HARD_NAMES) expect(text).toContain(shown(name).slice(0, 35));
});

it('is well formed with any text anywhere', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  fc.assert(
    fc.property(fc.array(text, { minLength: 3, maxLength: 3 }), text, ([a = '', b = '', c = ''], d) => {
      const report = reportOfClasses([1, 0, 0, 0, 1, 0, 0.4, 0.3, 0.3], 3, [0, 1, 2], [a, b, c]);
      const settings = { [a]: b };
      const columns = [{ name: c, kind: d, note: a }];
      const content = {
        title: a,
        version: b,
        seed: 1,
        target: c,
        settings,
        report,
        columns,
        hints: [{ message: d }],
        program: d,
      };
      expect(textOf(elementsOf(reportPage(content)))).toContain(shown(a.replace(/\r\n?/g, '\n')));
    }),
    { seed: SEED, numRuns: repeats(30, 2000) },
  );
});

it('draws any numbers', () => {
  const number = fc.double({ noNaN: true, min: -3e38, max: 3e38 });
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 20 }), (pairs) => {
      const points = pairs.map(([truth, predicted]) => ({ truth, predicted }));
      const report = reportOfNumbers(
        pairs.map(([, p]) => p),
        1,
        pairs.map(([t]) => t),
      );
      const epochs = pairs.map(([loss, validationLoss], i) => ({ epoch: i + 1, loss: Math.abs(loss), validationLoss }));
      const importance = pairs.map(([mean, deviation], i) => ({
        column: `${i}`,
        mean,
        deviation: Math.abs(deviation),
      }));
      const html = reportPage({
        title: '',
        version: '',
        seed: 0,
        settings: {},
        report,
        points: [points],
        epochs,
        importance,
      });
      elementsOf(html);
      expect(html).not.toMatch(/NaN|Infinity|undefined/);
    }),
    { seed: SEED, numRuns: 300 },
  );
});

describe('what a page says', () => {
  const sayingOf = (content: PageContent): string => textOf(elementsOf(reportPage(content)));

  it('is not impressed by 95.4% where 4.6% are positive', () => {
    const text = sayingOf(ofTwoClasses());
    expect(text).toContain('right for 95.4% of 1,000 rows that it was not trained on');
    expect(text).toContain('Always answering “no” would be right for 95.4%. By accuracy it is no better than that');
    expect(text).toContain('Accuracy95.4%always no: 95.4%');
    expect(text).toMatch(/Rows: 3,000 for training, 1,000 for validation, 1,000 for test\./);
    expect(text).toContain('The network has the weights of epoch 31.');
    expect(text).toContain('By how much the score (the area under the ROC curve) drops');
    expect(sayingOf({ ...ofTwoClasses(), threshold: 0.31 })).toContain(
      'The answer is “yes” from a probability of 0.31 on.',
    );
    expect(text.indexOf('balance')).toBeLessThan(text.indexOf('noise'));
  });

  it('counts mistakes against those of the simplest answer', () => {
    const report = reportOfClasses([0.1, 0.2, 0.9, 0.8, 0.7], 1, [0, 0, 1, 1, 0], ['a', 'b']);
    expect(sayingOf({ ...ofTwoClasses(), report })).toContain('It makes 50.0% fewer mistakes than that.');
  });

  it('compares numbers with their mean', () => {
    const of = (outputs: number[]): string =>
      sayingOf({ ...ofNumbers(), report: reportOfNumbers(outputs, 1, [1, 2, 3]) });
    expect(of([1, 2, 3.3])).toContain(
      'off by 0.1 on average; always answering the mean is off by 0.6667. It explains 95.5%',
    );
    expect(of([3, 3, 3])).toContain('It is no better than the mean.');
    const two = reportOfNumbers([1, 5, 2, 5, 3, 5], 2, [1, 1, 2, 2, 3, 3]);
    expect(sayingOf({ ...ofNumbers(), target: ['x', '<y>'], report: two, points: [] })).toContain(
      'better than always answering the mean for 1 of 2 targets. Not for <y>.',
    );
  });

  it('shows the confusion of up to 20 classes, of more the pairs that are confused most', () => {
    const outputsOf = (count: number, named: readonly number[]): number[] =>
      named.flatMap((c) => Array.from({ length: count }, (_, i) => Number(i === c)));
    const contentOf = (count: number): PageContent => ({
      ...ofHardNames(),
      report: reportOfClasses(outputsOf(count, [0, 1, 5, 5, 5, 7]), count, [0, 1, 2, 2, 3, 4], undefined),
    });
    expect(sayingOf(contentOf(20))).toContain('true ↓ answer →');
    const many = sayingOf(contentOf(21));
    expect(many).not.toContain('true ↓ answer →');
    expect(many).toContain('The 3 pairs of 21 classes that are confused most.');
    expect(many).toMatch(/true classanswerrowsshare/);
    expect(many).toMatch(/252100\.0%/);
  });

  it('leaves out what it is not given', () => {
    const { title, version, seed, settings, report } = ofTwoClasses();
    const headings = elementsOf(reportPage({ title, version, seed, settings, report })).filter(
      ({ tag }) => tag === 'h2',
    );
    expect(headings.map(({ text }) => text)).toEqual([
      'What is taken for what',
      'Class by class',
      'All figures',
      'Settings',
    ]);
  });

  it('has dashes for figures that do not exist', () => {
    const report = reportOfClasses([0.1, 0.2], 1, [0, 0], ['a', 'b']) as ClassReport;
    expect(report.rocAuc).toBeNaN();
    expect(sayingOf({ ...ofTwoClasses(), report })).toContain('Area under ROC–guessing: 0.5');
  });
});
