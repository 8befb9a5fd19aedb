/** The cells that predict adds to a row. */
import { describe, expect, it } from 'vitest';
import { Network, type NetworkOptions } from 'wasmlp';
import { answerNames, answerWriter } from '../../src/cli/answers.js';
import { CsvText } from '../../src/cli/csv-text.js';

const FORMAT = { delimiter: ',', decimal: '.', threshold: 0.5 } as const;

async function network(last: NetworkOptions['layers'][number], options: Partial<NetworkOptions> = {}) {
  return await Network.create({ inputs: 1, layers: [last], engine: 'js', ...options } as NetworkOptions);
}

const written = async (
  outputs: readonly number[],
  last: NetworkOptions['layers'][number],
  options: Partial<NetworkOptions> = {},
  format: Partial<Parameters<typeof answerWriter>[1]> = {},
) => {
  const asked = await network(last, options);
  return [answerNames(asked).join('|'), answerWriter(asked, { ...FORMAT, ...format })(Float32Array.from(outputs), 0)];
};

describe('answers', () => {
  const sigmoid = { units: 1, activation: 'sigmoid' } as const;
  const labels = ['no', 'yes'];

  it('of two classes are the class and both probabilities', async () => {
    expect(await written([0.75], sigmoid, { labels })).toEqual([
      'predicted|p(no)|p(yes)',
      'yes,0.250000000,0.750000000',
    ]);
    expect(await written([0.25], sigmoid)).toEqual(['predicted|p(0)|p(1)', '0,0.750000000,0.250000000']);
  });

  it('name the second class from the threshold on', async () => {
    expect((await written([0.25], sigmoid, { labels }, { threshold: 0.25 }))[1]).toMatch(/^yes,/);
    expect((await written([0.25], sigmoid, { labels }, { threshold: 0.26 }))[1]).toMatch(/^no,/);
  });

  it('have nine decimals, a whole 0 and 1, and small numbers with four digits', async () => {
    expect((await written([1], sigmoid))[1]).toBe('1,0,1');
    expect((await written([1e-7], sigmoid))[1]).toBe('0,0.999999900,1e-7');
    expect((await written([0.00001234567], sigmoid))[1]).toBe('0,0.999987654,0.000012346');
    expect((await written([0.1], sigmoid))[1]).toBe('0,0.899999999,0.100000001');
  });

  it('of several classes are the likeliest, the first of equal ones', async () => {
    const softmax = { units: 3, activation: 'softmax' } as const;
    const three = { labels: ['a', 'b, c', 'd'] };
    expect(await written([0.25, 0.5, 0.25], softmax, three)).toEqual([
      'predicted|p(a)|p(b, c)|p(d)',
      '"b, c",0.250000000,0.500000000,0.250000000',
    ]);
    expect((await written([0.4, 0.2, 0.4], softmax, three))[1]).toMatch(/^a,/);
  });

  it('of several labels are all that are likely', async () => {
    const last = { units: 3, activation: 'sigmoid' } as const;
    const [names, text] = await written([0.75, 0.25, 0.5], last, { labels: ['a', 'b', 'c'] });
    expect(names).toBe('predicted|p(a)|p(b)|p(c)');
    expect(text).toBe('a c,0.750000000,0.250000000,0.500000000');
  });

  it('of numbers are numbers, with the decimals of the table', async () => {
    const linear = { units: 1, activation: 'linear' } as const;
    expect(await written([1234.5678], linear)).toEqual(['predicted', '1234.568']);
    expect((await written([-0.5], linear, {}, { delimiter: ';', decimal: ',' }))[1]).toBe('-0,5');
    // Between commas, a decimal comma needs quotes.
    expect((await written([0.5], linear, {}, { decimal: ',' }))[1]).toBe('"0,5"');
    expect((await written([0.75], sigmoid, {}, { decimal: ',' }))[1]).toBe('1,"0,250000000","0,750000000"');
  });

  it('of several numbers have the names of the targets', async () => {
    const last = { units: 2, activation: 'linear' } as const;
    const columns = { inputs: { a: 'number' }, target: ['x', 'y'] } as const;
    expect(await written([1, 2], last, columns)).toEqual(['predicted(x)|predicted(y)', '1,2']);
    expect(await written([1, 2], last)).toEqual(['predicted(0)|predicted(1)', '1,2']);
  });
});

describe('rows of CSV', () => {
  it('have quotes where they need them', () => {
    const cells = ['a', 'b,c', 'd"e', 'f\ng', 'h\ri', '', ' j ', 'k;l', 'm|n'];
    expect(new CsvText(',').row(cells)).toBe('a,"b,c","d""e","f\ng","h\ri",, j ,k;l,m|n');
    expect(new CsvText(';').row(cells)).toBe('a;b,c;"d""e";"f\ng";"h\ri";; j ;"k;l";m|n');
    expect(new CsvText('|').row(cells)).toBe('a|b,c|"d""e"|"f\ng"|"h\ri"|| j |k;l|"m|n"');
  });
});
