/** The cutter gives the rows of csv-parse, its twin, for every text, delimiter and size of pieces, and refuses what that refuses. */
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { Fault, MAX_CHARACTERS, MAX_COLUMNS, RecordCutter } from '../../src/csv/records.js';
import { repeats } from '../support/repeats.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

/** The rows of a text, or a word where it is refused. */
function twinOf(text: string, delimiter: string): string[][] | string {
  try {
    return parse(text, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
    }) as string[][];
  } catch (error) {
    return /^(.*?):/.exec((error as Error).message)?.[1] ?? '';
  }
}

function cut(text: string, delimiter: string, piece = text.length): string[][] | string {
  const cutter = new RecordCutter(delimiter);
  const rows: string[][] = [];
  try {
    for (let at = 0; at < text.length; at += piece) rows.push(...cutter.add(text.slice(at, at + piece)));
    return [...rows, ...cutter.finish()];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return /^(.*?):/.exec(error.message)?.[1] ?? '';
  }
}

const PIECES = [
  'a',
  'é',
  '🙂',
  '1',
  ' ',
  ',',
  ',',
  ';',
  '\t',
  '"',
  '"',
  '""',
  '\n',
  '\n',
  '\r\n',
  '\r',
  '\n\n',
  '"a"',
  '\uFEFF',
] as const;

describe('rows of random texts', () => {
  it('are those of csv-parse, whatever pieces they come in', () => {
    const random = new SeededRandom('csv records');
    let [read, refused] = [0, 0];
    for (let round = 0; round < repeats(4_000, 40_000); round++) {
      const text = Array.from({ length: random.integer(0, 24) }, () => random.pick(PIECES)).join('');
      const delimiter = random.pick([',', ';', '\t', ' ']);
      const expected = twinOf(text, delimiter);
      const message = `${JSON.stringify([text, delimiter])} ${REPRODUCE}`;
      expect(cut(text, delimiter), message).toEqual(expected);
      expect(cut(text, delimiter, random.integer(1, 5)), message).toEqual(expected);
      if (typeof expected === 'string') refused++;
      else if (expected.length > 1) read++;
    }
    expect(read).toBeGreaterThan(300);
    expect(refused).toBeGreaterThan(500);
  });

  it('in proper quotes come back as they were', () => {
    const random = new SeededRandom('csv proper');
    for (let round = 0; round < repeats(120, 3_000); round++) {
      const width = random.integer(2, 5);
      const text = (): string => Array.from({ length: random.integer(0, 6) }, () => random.pick(PIECES)).join('');
      const rows = Array.from({ length: random.integer(1, 9) }, () => Array.from({ length: width }, text));
      const lines = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join());
      const csv = lines.join(random.pick(['\n', '\r\n', '\r'])) + random.pick(['', '\n']);
      expect(cut(csv, ',', random.integer(1, csv.length)), REPRODUCE).toEqual(rows);
    }
  });
});

describe('a row', () => {
  it('that is longer than many pieces is gone through a few times, not once for each piece', () => {
    const cell = 'x'.repeat(2 ** 12);
    const cutter = new RecordCutter(',');
    let looked = 0;
    const { indexOf } = String.prototype;
    String.prototype.indexOf = function (this: string, ...given: [string, number?]) {
      looked++;
      return indexOf.apply(this, given);
    };
    try {
      expect(cutter.add('"')).toEqual([]);
      for (let piece = 0; piece < 2 ** 10; piece++) expect(cutter.add(cell)).toEqual([]);
    } finally {
      String.prototype.indexOf = indexOf;
    }
    // Six questions each time, at twice the length: 24 times for 4 million characters.
    expect(looked).toBeLessThan(200);
    expect(cutter.add('"\n')).toEqual([]);
    expect(cutter.finish()).toEqual([[cell.repeat(2 ** 10)]]);
  });

  it('is refused by its line, where it has too many cells or characters, or wrong quotes', () => {
    const faultOf = (...pieces: string[]): Fault => {
      const cutter = new RecordCutter(',');
      try {
        for (const piece of pieces) cutter.add(piece);
        cutter.finish();
      } catch (error) {
        if (error instanceof Fault) return error;
      }
      throw new Error('Nothing was refused.');
    };
    expect(faultOf('a,b\n', ','.repeat(MAX_COLUMNS), '\n')).toMatchObject({ line: 2, isLong: true });
    expect(faultOf(`a\n"",${','.repeat(MAX_COLUMNS)}\n`)).toMatchObject({ line: 2, isLong: true });
    const long = 'x'.repeat(MAX_CHARACTERS / 4);
    expect(faultOf('a\r\n\r\n', '"', long, long, long, long, long)).toMatchObject({ line: 3, isLong: true });
    expect(faultOf('a\n"b\nc"\n1,"2', '"3')).toMatchObject({ line: 4, isLong: false });
    expect(faultOf('a\rb\r"c')).toMatchObject({ line: 3, message: expect.stringMatching(/^Quote Not Closed/) });
    expect(faultOf('a\nb"')).toMatchObject({ line: 2, message: expect.stringMatching(/^Invalid Opening Quote/) });
    expect(faultOf('"a"🙂')).toMatchObject({ line: 1, message: expect.stringMatching(/^Invalid Closing Quote: "🙂"/) });
  });
});
