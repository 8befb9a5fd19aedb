/** The part of a page that shows what a search tried: by its text and by where points lie. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PageSearch } from '../../../src/report/page/content.js';
import { reportPage } from '../../../src/report/page/page.js';
import { searchSections } from '../../../src/report/page/search.js';
import { type Element, elementsOf } from '../../support/html.js';
import { repeats } from '../../support/repeats.js';
import { ofSearch, ofTwoClasses } from '../../support/report/contents.js';
import { SEED } from '../../support/seeded.js';

const elementsFor = (search: PageSearch): Element[] => elementsOf(reportPage({ ...ofTwoClasses(), search }));
const textOf = (search: PageSearch): string =>
  (elementsFor(search).find(({ tag }) => tag === 'body') as Element).text.replace(/\s+/g, ' ');

/** Where the points of the picture of the only parameter lie. */
function pointsOf(search: PageSearch): { x: number; y: number }[] {
  const [, pictures = ''] = searchSections(search);
  const [, path = ''] = /class="dots" d="([^"]*)"/.exec(pictures) ?? [];
  return [...path.matchAll(/M([\d.-]+) ([\d.-]+)h0/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
}

const trial = (number: number, value: unknown, score: number) => ({
  number,
  parameters: { p: value },
  state: 'completed',
  score,
});

describe('the trials of a search', () => {
  it('are counted, and the best are in a table, the best first', () => {
    const search = ofSearch().search as PageSearch;
    const text = textOf(search);
    expect(text).toContain('60 trials, each with settings of its own; the lowest loss is the best.');
    expect(text).toContain('and the ring is the best of those in the picture.');
    expect(textOf({ ...search, judged: 'over 5 <folds>' })).toContain(
      '60 trials, each with settings of its own, judged over 5 <folds>; the lowest loss is the best.',
    );
    expect(text).toContain('38 trials stopped early');
    expect(text).toContain('2 failed.');
    const scored = search.trials.filter(({ score }) => score !== undefined);
    const best = scored.toSorted((a, b) => (a.score as number) - (b.score as number))[0];
    expect(text).toMatch(new RegExp(`activationepochsstate ?${best?.number} ?0\\.2`));
  });

  it('with the highest score are the best where that is said', () => {
    const trials = [trial(0, 1, 0.5), trial(1, 2, 0.9), trial(2, 3, 0.7)];
    expect(textOf({ score: 'accuracy', best: 'highest', parameters: [{ name: 'p' }], trials })).toContain(
      '3 trials. The best one has 2; its accuracy is 0.9.',
    );
  });

  it('come with a program that does not search', () => {
    const search = ofSearch().search as PageSearch;
    const page = (content: object): string => reportPage({ ...ofTwoClasses(), program: 'x', ...content });
    expect(page({ search })).toContain('>This program trains the best network. It does not search.<');
    expect(page({ search: undefined })).toContain('>This program does the same.<');
  });

  it('without any score leave no section', () => {
    expect(searchSections({ score: 'loss', parameters: [{ name: 'p' }], trials: [] })).toEqual([]);
    const failed = [{ number: 0, parameters: { p: 1 }, state: 'failed' }];
    expect(searchSections({ score: 'loss', parameters: [{ name: 'p' }], trials: failed })).toEqual([]);
  });
});

describe('a picture', () => {
  it('has a logarithmic axis where the value was drawn so', () => {
    const trials = [trial(0, 0.001, 1), trial(1, 0.01, 1.1), trial(2, 0.1, 1.2)];
    const of = (log: boolean) =>
      pointsOf({ score: 'loss', parameters: [{ name: 'p', log }], trials }).map(({ x }) => x);
    const [a = 0, b = 0, c = 0] = of(true);
    expect(Math.abs(b - a - (c - b))).toBeLessThan(0.3);
    const [d = 0, e = 0, f = 0] = of(false);
    expect(f - e).toBeGreaterThan(9 * (e - d));
    expect(textOf({ score: 'loss', parameters: [{ name: 'p', log: true }], trials })).toContain('p, logarithmic');
  });

  it('has a lane for each value of a choice, in their order, and says how good each is', () => {
    const values = ['a', 'b', 'none'];
    const trials = [trial(0, 'b', 2), trial(1, 'a', 1), trial(2, 'b', 4), trial(3, 'a', 3)];
    const search = { score: 'loss', parameters: [{ name: 'p', values }], trials };
    const points = pointsOf(search);
    // The best first: of a, b, a, b.
    expect(points.map(({ x }) => Math.floor(((x - 58) / (426 - 58)) * 3))).toEqual([0, 1, 0, 1]);
    expect(textOf(search)).toContain('a: best 1, median 1, of 2. b: best 2, median 2, of 2. none: none.');
    expect(textOf(search)).toContain('Trials of one value lie side by side, so that all can be seen.');
    expect(textOf({ ...search, parameters: [{ name: 'p', title: 'q' }] })).toContain('Trials of one value');
    expect(textOf(search)).toMatch(/value ?trials ?best ?median ?a ?2 ?1 ?1 ?b ?2 ?2 ?2 ?none ?0 ?– ?–/);
  });

  it('puts a trial that is far worse on the edge, and says so', () => {
    const trials = [...[1, 1.1, 1.2, 1.3, 1.4, 1.5].map((score, i) => trial(i, i, score)), trial(9, 9, 25)];
    const search = { score: 'loss', parameters: [{ name: 'p' }], trials };
    expect(textOf(search)).toContain('1 trial whose loss is higher is drawn at the upper edge.');
    const points = pointsOf(search);
    expect(Math.min(...points.map(({ y }) => y))).toBe(14);
    expect(points[5]?.y).toBeLessThan(150);
  });

  it('draws some of many trials, the best among them', () => {
    const trials = Array.from({ length: 5000 }, (_, i) => trial(i, i, 1 + ((i * 7919) % 5000) / 5000));
    const search = { score: 'loss', parameters: [{ name: 'p' }], trials };
    expect(pointsOf(search)).toHaveLength(400);
    expect(textOf(search)).toContain('Drawn are the better half and some of the others, 400 in all.');
  });

  it('leaves out trials without the value, and counts them', () => {
    const trials = [trial(0, undefined, 1), trial(1, 2, 2)];
    const text = textOf({ score: 'loss', parameters: [{ name: 'p' }, { name: 'nowhere' }], trials });
    // The best of all drew none.
    expect(text).toContain('1 trial. The best of them has 2');
    expect(text).toContain('1 other trial drew no p.');
    expect(text).not.toContain('by nowhere');
  });
});

it('draws any values', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, min: -3e38, max: 3e38 }),
    fc.double({ noNaN: true, min: -1, max: 1 }),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0),
  );
  const value = fc.oneof(
    number,
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.integer(), { maxLength: 3 }),
    fc.constant(undefined),
  );
  const score = fc.oneof(number, fc.constant(undefined));
  const state = fc.constantFrom('completed', 'stopped', 'failed');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, score, state), { maxLength: 20 }),
      fc.boolean(),
      fc.option(fc.array(fc.string({ maxLength: 5 }), { maxLength: 20 }), { nil: undefined }),
      (drawn, log, values) => {
        const trials = drawn.map(([p, points, is], number) => ({
          number,
          parameters: { p },
          state: is,
          ...(points !== undefined && { score: points }),
        }));
        const html = reportPage({
          ...ofTwoClasses(),
          search: { score: 'loss', parameters: [{ name: 'p', log, values }], trials },
        });
        for (const { attributes } of elementsOf(html)) {
          for (const name of ['d', 'x', 'y', 'cx', 'cy', 'r']) {
            expect(attributes.get(name) ?? '').not.toMatch(/NaN|Infinity|undefined|null/);
          }
        }
      },
    ),
    { seed: SEED, numRuns: repeats(15, 1000) },
  );
});
