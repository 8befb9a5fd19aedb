/** Every kind of source gives the same table, is read once, and is let go of however reading ends. */
import { Readable } from 'node:stream';
import vm from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { type CsvSource, parseCsv, parseRows } from '../../src/csv/index.js';
import { expectRefused } from '../support/refusals.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

const TEXT = '\uFEFFid,name\n1,"é🙂, x"\n2,ß\n';
const ROWS = [
  { id: '1', name: 'é🙂, x' },
  { id: '2', name: 'ß' },
];
const BYTES = new TextEncoder().encode(TEXT);

/** A stream of pieces that tells whether it was cancelled. */
function streamOf<T>(pieces: readonly T[], fails?: unknown) {
  const state = { cancelled: false, pulls: 0 };
  const stream = new ReadableStream<T>(
    {
      pull(controller) {
        const piece = pieces[state.pulls++];
        if (piece !== undefined) controller.enqueue(piece);
        else if (fails !== undefined) controller.error(fails);
        else controller.close();
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, state };
}

async function* iterated<T>(pieces: readonly T[]): AsyncGenerator<T> {
  yield* pieces;
}

const shared = new Uint8Array(new SharedArrayBuffer(BYTES.length));
shared.set(BYTES);
const padded = new Uint8Array(BYTES.length + 9).fill(0x78);
padded.set(BYTES, 5);
const singles = [...BYTES].map((byte) => Uint8Array.of(byte));

const SOURCES: Record<string, () => CsvSource> = {
  text: () => TEXT,
  'a Uint8Array': () => BYTES,
  'a Buffer': () => Buffer.from(TEXT),
  'a part of a buffer': () => padded.subarray(5, 5 + BYTES.length),
  'an ArrayBuffer': () => BYTES.slice().buffer,
  'bytes that threads share': () => shared,
  'bytes of another realm': () => vm.runInNewContext(`Uint8Array.of(${BYTES})`),
  'a Blob': () => new Blob([BYTES]),
  'a File': () => new File([BYTES], 'table.csv'),
  'a Response': () => new Response(TEXT),
  'a Response of a stream': () => new Response(new Blob([BYTES]).stream()),
  'a stream of bytes': () => streamOf([BYTES]).stream,
  'a stream of single bytes': () => streamOf(singles).stream,
  'a stream of text': () => streamOf([...TEXT]).stream,
  'a stream of Node': () => Readable.from([Buffer.from(BYTES)]),
  'an async generator of text': () => iterated([...TEXT]),
  'an async generator of bytes, in the same memory each time': async function* () {
    const piece = new Uint8Array(1);
    for (const byte of BYTES) {
      piece[0] = byte;
      yield piece;
    }
  },
};

describe('a table', () => {
  it.each(Object.entries(SOURCES))('comes from %s', async (_, source) => {
    expect(await parseRows(source())).toEqual(ROWS);
    const { inputs, targets, columns, rows } = await parseCsv(source(), { target: 'name' });
    expect([inputs, targets, columns, rows]).toEqual([Float32Array.of(1, 2), ['é🙂, x', 'ß'], ['id'], 2]);
  });

  it('comes from a Response of another library, whose body is a stream of Node', async () => {
    const response = {
      ok: true,
      status: 200,
      body: Readable.from([TEXT]),
      bodyUsed: false,
      [Symbol.toStringTag]: 'Response',
    };
    expect(await parseRows(response as never)).toEqual(ROWS);
  });

  it('does not depend on where it is cut', async () => {
    const random = new SeededRandom('csv pieces');
    for (let round = 0; round < 100; round++) {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < BYTES.length; ) {
        const length = random.integer(0, 9);
        pieces.push(BYTES.subarray(at, at + length));
        at += length;
      }
      expect(await parseRows(streamOf(pieces).stream), REPRODUCE).toEqual(ROWS);
    }
  });

  it('is decoded from memory that threads do not share: browsers decode no other', async () => {
    const decode = vi.spyOn(TextDecoder.prototype, 'decode');
    await parseRows(shared);
    const decoded = decode.mock.calls.flatMap(([bytes]) => (bytes === undefined ? [] : [(bytes as Uint8Array).buffer]));
    decode.mockRestore();
    expect(decoded.length).toBeGreaterThan(0);
    for (const buffer of decoded) expect(buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('leaves its bytes as they were', async () => {
    const before = BYTES.slice();
    await parseRows(BYTES);
    expect(BYTES).toEqual(before);
  });
});

describe('encodings', () => {
  it.each([
    ['latin1', 'name\nM\xfcller\n', 'latin1'],
    ['windows-1252', 'name\nM\xfcller\n', 'latin1'],
    ['utf-16le', '\uFEFFname\nMüller\n', 'utf16le'],
    ['UTF-8', 'name\nMüller\n', 'utf8'],
  ] as const)('%s is read where it is asked for', async (encoding, text, written) => {
    expect(await parseRows(Buffer.from(text, written), { encoding })).toEqual([{ name: 'Müller' }]);
  });

  it('bytes that are not of the encoding are refused with row and column, in a used column', async () => {
    const bytes = Buffer.from('id,name\n1,a\n2,M\xfcller\n', 'latin1');
    const message =
      /^parseRows: row 1 \(counted from 0\) of the source, column "name" is "M\uFFFDller", which is not UTF-8\. Save the file as UTF-8, or set its encoding, such as encoding: 'latin1'\.$/;
    await expectRefused(() => parseRows(bytes), 'ERR_INVALID_TYPE', message);
    expect(await parseRows(bytes, { columns: ['id'] })).toEqual([{ id: '1' }, { id: '2' }]);
    const header = Buffer.from('id,M\xfcller\n1,2\n', 'latin1');
    await expectRefused(
      () => parseCsv(header),
      'ERR_INVALID_TYPE',
      /^parseCsv: the name of column "M\uFFFDller" of the source is/,
    );
  });

  it('may have the character that stands for broken bytes, where somebody broke them before', async () => {
    const bytes = Buffer.from('id,t (\uFFFDC)\n1,\uFFFD\n2,b\n');
    const rows = [
      { id: '1', 't (\uFFFDC)': '\uFFFD' },
      { id: '2', 't (\uFFFDC)': 'b' },
    ];
    expect(await parseRows(bytes)).toEqual(rows);
    // However it is cut.
    for (let size = 1; size < 12; size++) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      expect(await parseRows(Readable.from(pieces))).toEqual(rows);
    }
    const broken = Buffer.concat([bytes, Buffer.from('3,M\xfcller\n', 'latin1')]);
    await expect(parseRows(broken)).rejects.toThrow('which is not UTF-8');
  });
});

describe('streams', () => {
  const rows = (count: number): string[] => ['a,b\n', ...Array.from({ length: count }, () => '1,2\n')];

  it('are read to their end, and not cancelled', async () => {
    const { stream, state } = streamOf(rows(3));
    expect(await parseRows(stream)).toHaveLength(3);
    expect(state.cancelled).toBe(false);
    expect(stream.locked).toBe(false);
  });

  it('are cancelled where reading ends early, also by an error in the first rows', async () => {
    const wide = streamOf(['a,b\n1,2\n', '3\n'.padEnd(2 ** 17, ' '), ...rows(9)]);
    await expectRefused(
      () => parseRows(wide.stream),
      'ERR_SHAPE',
      /^parseRows: row 1 .* of the stream has 1 cells, expected 2/,
    );
    await expect.poll(() => wide.state.cancelled).toBe(true);
    const wrong = streamOf(['a,b\n', '1,2\n'.repeat(2 ** 16), ...rows(9)]);
    await expectRefused(() => parseCsv(wrong.stream, { target: 'c' }), 'ERR_INVALID_OPTION', /no column of that name/);
    await expect.poll(() => wrong.state.cancelled).toBe(true);
    expect(wrong.state.pulls).toBeLessThan(5);
  });

  it('whose cancel never ends do not keep the error from the caller', async () => {
    const stream = new ReadableStream<unknown>({
      start: (controller) => controller.enqueue(7),
      pull: () => new Promise(() => undefined),
      cancel: () => new Promise(() => undefined),
    });
    await expectRefused(
      () => parseRows(stream as never),
      'ERR_INVALID_TYPE',
      /^parseRows: the stream gave 7, expected text or bytes/,
    );
  });

  it('that fail are ERR_IO, with what they said as the cause', async () => {
    for (const cause of [new Error('line down'), 'line down', undefined, null, Object.create(null)]) {
      const { stream } = streamOf(['a,b\n', '1,2\n'], cause ?? new Error('line down'));
      await expectRefused(
        () => parseRows(stream),
        'ERR_IO',
        /^parseRows: the stream cannot be read: .+\. Give it again when it can be read\.$/s,
      );
    }
    const cause = new Error('line down');
    const error = await parseRows(streamOf(['a'], cause).stream).catch((reason) => reason);
    expect(error.cause).toBe(cause);
    expect(error.message).toContain('line down');
    const iterator = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(cause) }) };
    await expectRefused(() => parseRows(iterator as never), 'ERR_IO', /line down/);
  });

  it('of Node are destroyed where reading ends early', async () => {
    const stream = Readable.from(['a,b\n1,2\n', `3\n${' '.repeat(2 ** 17)}`, ...rows(9)]);
    await expectRefused(() => parseRows(stream), 'ERR_SHAPE', /row 1/);
    expect(stream.destroyed).toBe(true);
  });
});

describe('refused are', () => {
  const used = new Response('a\n1\n');
  const locked = streamOf(['a\n1\n']).stream;
  const transferred = new Uint8Array(8);
  it.each<[string, () => unknown, 'ERR_INVALID_TYPE' | 'ERR_INVALID_OPTION' | 'ERR_IO' | 'ERR_SHAPE', RegExp]>([
    [
      'nothing',
      () => undefined,
      'ERR_INVALID_TYPE',
      /^parseRows: source is undefined, expected text, bytes, a Blob, a Response or a stream/,
    ],
    ['null', () => null, 'ERR_INVALID_TYPE', /^parseRows: source is null/],
    ['a number', () => 7, 'ERR_INVALID_TYPE', /^parseRows: source is 7/],
    ['lines in an array', () => ['a', '1'], 'ERR_INVALID_TYPE', /is an array of 2, expected .* Join lines by "\\n"\.$/],
    [
      'a URL',
      () => new URL('https://example.org/a.csv'),
      'ERR_INVALID_TYPE',
      /is a URL, .* Give the Response that fetch resolves to\.$/,
    ],
    ['an object', () => ({}), 'ERR_INVALID_TYPE', /is an object/],
    ['numbers', () => new Float32Array(2), 'ERR_INVALID_TYPE', /is a Float32Array/],
    ['a promise', () => Promise.resolve('a'), 'ERR_INVALID_TYPE', /is a Promise/],
    [
      'an object that throws',
      () =>
        new Proxy(
          {},
          {
            get: () => {
              throw new Error('trap');
            },
          },
        ),
      'ERR_INVALID_TYPE',
      /^parseRows: source is/,
    ],
    [
      'bytes that were transferred',
      () => transferred,
      'ERR_INVALID_TYPE',
      /Its memory was transferred: give a copy from before\.$/,
    ],
    [
      'a page that was not found',
      () => new Response('<html>', { status: 404 }),
      'ERR_IO',
      /^parseRows: the Response was answered with status 404, expected 200\. Correct/,
    ],
    [
      'a Response that was read',
      () => used,
      'ERR_INVALID_OPTION',
      /^parseRows: the Response is locked, or was read before\. Give one/,
    ],
    [
      'a stream that somebody reads',
      () => locked,
      'ERR_INVALID_OPTION',
      /^parseRows: the stream is locked, or was read before/,
    ],
    [
      'an empty Response',
      () => new Response(null),
      'ERR_SHAPE',
      /^parseRows: the Response is empty, expected rows\. Give a file with data\.$/,
    ],
    ['an empty Blob', () => new Blob([]), 'ERR_SHAPE', /^parseRows: the Blob is empty/],
    ['empty bytes', () => new Uint8Array(0), 'ERR_SHAPE', /^parseRows: the source is empty/],
    [
      'a file without rows',
      () => new File(['a,b\n'], 'my "table".csv'),
      'ERR_SHAPE',
      /^parseRows: "my \\"table\\"\.csv" has a header and no rows/,
    ],
    [
      'a page in place of a table',
      () => new Response(' \n<!DOCTYPE html><title>Not found</title>'),
      'ERR_INVALID_TYPE',
      /^parseRows: the Response begins with "<!DOCTYPE html>.*, as a page does, expected CSV\. Correct/,
    ],
    [
      'a stream of numbers',
      () => streamOf([1, 2]).stream,
      'ERR_INVALID_TYPE',
      /^parseRows: the stream gave 1, expected text or bytes/,
    ],
    [
      'text, then bytes',
      () => iterated(['a\n', Uint8Array.of(49)]),
      'ERR_INVALID_TYPE',
      /gave bytes after text, expected one of them/,
    ],
    [
      'a spreadsheet',
      () => Uint8Array.of(0x50, 0x4b, 3, 4, 5),
      'ERR_INVALID_TYPE',
      /is a zip file, as those of spreadsheets are\. Save the table as CSV/,
    ],
    ['zstd', () => Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd), 'ERR_INVALID_TYPE', /is packed by zstd\. Unpack it first/],
    [
      'Parquet',
      () => Buffer.from('PAR1…'),
      'ERR_INVALID_TYPE',
      /is a Parquet file\. Save the table as CSV, or read it by hyparquet\.$/,
    ],
    [
      'gzip in single bytes',
      () => iterated([0x1f, 0x8b, 8, 0, 0].map((byte) => Uint8Array.of(byte))),
      'ERR_INVALID_TYPE',
      /is gzipped\. Unpack it first: gunzip does\.$/,
    ],
    [
      'UTF-16, big end first',
      () => Uint8Array.of(0xfe, 0xff, 0, 0x61),
      'ERR_INVALID_TYPE',
      /is UTF-16\. .* encoding: 'utf-16be'\.$/,
    ],
  ])('%s', async (_, source, code, message) => {
    if (!used.bodyUsed) await used.text();
    if (!locked.locked) locked.getReader();
    if (transferred.length > 0) structuredClone(transferred.buffer, { transfer: [transferred.buffer] });
    await expectRefused(() => parseRows(source() as never), code, message);
  });

  it('options before the source is touched', async () => {
    const { stream, state } = streamOf(['a\n1\n']);
    await expectRefused(
      () => parseRows(stream, { headers: true } as never),
      'ERR_INVALID_OPTION',
      /^parseRows: options has an unknown option "headers"\. Did you mean "header"/,
    );
    expect([state.pulls, stream.locked]).toEqual([0, false]);
    expect(await parseRows(stream)).toEqual([{ a: '1' }]);
  });
});
