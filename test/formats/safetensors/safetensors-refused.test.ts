/** Files that are not safetensors files, or not from this library: each is refused, with class, code and message. */
import { describe, expect, it } from 'vitest';
import { type ErrorCode, Network } from '../../../src/index.js';
import { bytesOf, DATA, FILE, fileOf, HEADER, NETWORK, said } from '../../support/formats/model-files.js';
import { expectCoded, expectRefused, thrownBy } from '../../support/refusals.js';

const TEXT = JSON.stringify(HEADER);

/** The file with the first occurrence of a text in the header replaced. */
function text(from: string, to: string): Uint8Array {
  expect(TEXT).toContain(from);
  return fileOf(
    TEXT.replace(from, () => to),
    DATA,
  );
}

/** The same in the options of the network, which are JSON inside JSON. */
function options(from: string, to: string): Uint8Array {
  expect(NETWORK).toContain(from);
  const network = NETWORK.replace(from, () => to);
  return fileOf({ ...HEADER, __metadata__: { wasmlp: '1', network } }, DATA);
}

/** The file with more tensors. */
const withTensors = (tensors: object, data = DATA): Uint8Array => fileOf({ ...HEADER, ...tensors }, data);
const tensor = (shape: number[], begin: number, end: number) => ({ dtype: 'F32', shape, data_offsets: [begin, end] });
const ascii = (content: string): Uint8Array => new TextEncoder().encode(content);

const claimed = (bytes: bigint): Uint8Array => {
  const file = FILE.slice();
  new DataView(file.buffer).setBigUint64(0, bytes, true);
  return file;
};

const [W, B] = ['"0\\.weight"', '"0\\.bias"'];
const BRACKETS = 400_000;

type Row = readonly [name: string, file: Uint8Array, message: RegExp, code?: ErrorCode];

const notSafetensors: Row[] = [
  ['nothing', new Uint8Array(), said('it has 0 bytes, fewer than a header takes')],
  ['7 bytes', FILE.slice(0, 7), said('it has 7 bytes, fewer than a header takes')],
  ['8 bytes', FILE.slice(0, 8), said('it does not begin as a safetensors file does')],
  [
    'HTML',
    ascii('<!DOCTYPE html><html><title>404</title></html>'),
    said('it does not begin as a safetensors file does'),
  ],
  ['text', ascii('Not found, and no model either.'), said('it does not begin as a safetensors file does')],
  ['JSON', ascii(TEXT), said('it does not say its version\\. JSON of brain\\.js is read by fromBrain, .*')],
  ['gzip', Uint8Array.of(31, 139, 8, 0, 0, 0, 0, 0, 0, 3), said('it does not begin as a safetensors file does')],
  ['zeros', new Uint8Array(100), said('it does not begin as a safetensors file does')],
  [
    'a header that ends beyond the file',
    claimed(BigInt(FILE.length - 7)),
    said('its header ends at byte \\d+, but it has \\d+ bytes'),
  ],
  [
    'a header of 2^64 - 1 bytes',
    claimed(2n ** 64n - 1n),
    /^load: the model has a header of 18446744073709551615 bytes/,
    'ERR_MODEL_LIMIT',
  ],
  ['a header of no bytes', claimed(0n), said('its header has its end at character 0, where "\\{" was expected')],
  ['a header that ends too early', claimed(20n), said('its header has .* was expected')],
  ['a byte order mark', fileOf(`\ufeff${TEXT}`, DATA), said('it does not begin as a safetensors file does')],
  ['a space before the header', fileOf(` ${TEXT}`, DATA), said('it does not begin as a safetensors file does')],
  ['one trailing byte', Uint8Array.of(...FILE, 0), said('its tensors take 8 bytes, and there are 9')],
  ['two files end to end', Uint8Array.of(...FILE, ...FILE), said('its tensors take 8 bytes, and there are \\d+')],
];

const headers: Row[] = [
  ['invalid UTF-8', fileOf(Uint8Array.of(...ascii('{"a'), 0xff, ...ascii('":{}}'))), said('its header is not UTF-8')],
  [
    'a lone continuation byte',
    fileOf(Uint8Array.of(...ascii('{"'), 0x80, ...ascii('":{}}'))),
    said('its header is not UTF-8'),
  ],
  [
    'something behind the header',
    fileOf(`${TEXT}0`, DATA),
    said('its header has "0" at character \\d+, where its end was expected'),
  ],
  ['a zero behind the header', fileOf(`${TEXT}\0`, DATA), said('its header has .* where its end was expected')],
  ['a comma too many', text('}}', '},}'), said('its header has .* where a string was expected')],
  ['no colon', text(':', ';'), said('its header has .* where ":" was expected')],
  ['an open string', fileOf('{"a'), said('its header has .* where a string was expected')],
  ['a string with a line feed', text('0.weight', '0.\nweight'), said('its header has .* where a string was expected')],
  [
    'a string with a wrong escape',
    text('0.weight', '0.\\weight'),
    said('its header has .* where a string was expected'),
  ],
  ['open brackets', fileOf(`{"a":${'['.repeat(BRACKETS)}`), said('its header has .* where "\\{" was expected')],
  [
    'nested arrays',
    fileOf(`{"a":${'['.repeat(BRACKETS)}${']'.repeat(BRACKETS)}}`),
    said('its header has .* where "\\{" was expected'),
  ],
  [
    'nested objects',
    fileOf(`${'{"a":'.repeat(100_000)}0${'}'.repeat(100_000)}`),
    said('its tensor "a" has the key "a"'),
  ],
  [
    'a nested dtype',
    text('"F32"', `${'['.repeat(BRACKETS)}${']'.repeat(BRACKETS)}`),
    said('its header has .* where a string was expected'),
  ],
  [
    'metadata that is not an object',
    text(JSON.stringify(HEADER.__metadata__), '[]'),
    said('its header has .* where "\\{" was expected'),
  ],
  [
    'metadata that is not a string',
    text('"wasmlp":"1"', '"wasmlp":1'),
    said('its header has .* where a string was expected'),
  ],
  [
    'a tensor that is not an object',
    text(JSON.stringify(HEADER['0.bias']), 'null'),
    said('its header has .* where "\\{" was expected'),
  ],
  [
    'a tensor without dtype',
    text('"dtype":"F32",', ''),
    said(`its tensor ${W} lacks its dtype, its shape or its two offsets`),
  ],
  [
    'a tensor without shape',
    text('"shape":[1,1],', ''),
    said(`its tensor ${W} lacks its dtype, its shape or its two offsets`),
  ],
  [
    'a tensor without offsets',
    text(',"data_offsets":[0,4]', ''),
    said(`its tensor ${W} lacks its dtype, its shape or its two offsets`),
  ],
  ['one offset', text('[0,4]', '[0]'), said(`its tensor ${W} lacks its dtype, its shape or its two offsets`)],
  ['three offsets', text('[0,4]', '[0,4,8]'), said('its header has .* where at most 2 counts was expected')],
  ['an unknown key of a tensor', text('"dtype"', '"stride":"x","dtype"'), said(`its tensor ${W} has the key "stride"`)],
  [
    '16,385 tensors',
    fileOf(
      `{${Array.from({ length: 16_385 }, (_, i) => `"${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`).join()}}`,
    ),
    said('its header has more than 16384 keys in an object'),
  ],
];

const counts: Row[] = [
  '-1',
  '-0',
  '0.5',
  '4.0',
  '1e999',
  '4e0',
  '9007199254740993',
  '99999999999999999999',
  '04',
  'null',
  '"4"',
  '[4]',
  'NaN',
  '',
].flatMap((count): Row[] => [
  [`an offset of ${count}`, text('[0,4]', `[0,${count}]`), said('its header has .* where a count was expected')],
  [`a size of ${count}`, text('[1,1]', `[${count},1]`), said('its header has .* where a count was expected')],
]);

const places: Row[] = [
  ['dtype F64', text('F32', 'F64'), said(`its tensor ${W} is "F64", and only "F32" is read`)],
  ['dtype f32', text('F32', 'f32'), said(`its tensor ${W} is "f32", and only "F32" is read`)],
  ['a long dtype', text('F32', 'F'.repeat(100_000)), said(`its tensor ${W} is "F{40}…", and only "F32" is read`)],
  ['a range beyond the file', text('[4,8]', '[4,12]'), said(`its tensor ${B} ends at byte 12 of 8`)],
  [
    'a range that overflows',
    text('[4,8]', '[4,9007199254740991]'),
    said(`its tensor ${B} ends at byte 9007199254740991 of 8`),
  ],
  ['a range backwards', text('[4,8]', '[8,4]'), said(`its tensor ${B} takes -4 bytes, its shape 4`)],
  ['an empty range', text('[4,8]', '[4,4]'), said(`its tensor ${B} takes 0 bytes, its shape 4`)],
  ['ranges that overlap', text('[4,8]', '[0,4]'), said(`its tensor ${B} begins at byte 0, not at 4`)],
  [
    'a gap before the first',
    fileOf({ ...HEADER, '0.weight': tensor([1, 1], 4, 8), '0.bias': tensor([1], 8, 12) }, bytesOf(1, 2, 3)),
    said(`its tensor ${W} begins at byte 4, not at 0`),
  ],
  [
    'a gap between',
    fileOf({ ...HEADER, '0.bias': tensor([1], 8, 12) }, bytesOf(1, 2, 3)),
    said(`its tensor ${B} begins at byte 8, not at 4`),
  ],
  [
    'a missing range',
    fileOf({ ...HEADER, '0.bias': undefined }, DATA),
    said('its tensors take 4 bytes, and there are 8'),
  ],
  [
    'a range in the middle of another',
    withTensors({ x: tensor([1], 2, 6) }),
    said('its tensor "x" begins at byte 2, not at 4'),
  ],
  ['a shape of more than its range', text('[1,1]', '[1,2]'), said(`its tensor ${W} takes 4 bytes, its shape 8`)],
  ['a shape of 0', text('[1,1]', '[1,0]'), said(`its tensor ${W} takes 4 bytes, its shape 0`)],
  ['9 dimensions', text('[1,1]', '[1,1,1,1,1,1,1,1,1]'), said('its header has .* where at most 8 counts was expected')],
  [
    '2^28 + 1 numbers',
    text('[1,1]', '[268435457]'),
    /^load: the model has 268435458 numbers, and at most 268435456 are read/,
    'ERR_MODEL_LIMIT',
  ],
  [
    '2^28 + 1 numbers in all',
    fileOf(
      { ...HEADER, '0.weight': tensor([2 ** 27], 0, 2 ** 29), '0.bias': tensor([2 ** 27 + 1], 2 ** 29, 2 ** 30) },
      DATA,
    ),
    /^load: the model has 268435457 numbers/,
    'ERR_MODEL_LIMIT',
  ],
  [
    'a shape whose product is 2^64',
    text('[1,1]', '[4294967296,4294967296]'),
    /^load: the model has 18446744073709552000 numbers/,
    'ERR_MODEL_LIMIT',
  ],
  [
    'a shape beyond all',
    text('[1,1]', `[${Array(8).fill(Number.MAX_SAFE_INTEGER)}]`),
    /^load: the model has \S+ numbers/,
    'ERR_MODEL_LIMIT',
  ],
  [
    'a shape beyond all, times 0',
    text('[1,1]', `[${Array(7).fill(Number.MAX_SAFE_INTEGER)},0]`),
    said(`its tensor ${W} takes 4 bytes, its shape 0`),
  ],
];

const keys: Row[] = [
  ['a tensor twice', text('"0.bias"', '"0.weight"'), said(`its header has the key ${W} twice`)],
  [
    'a tensor twice, once in escapes',
    text('"0.bias"', '"\\u0030.w\\u0065ight"'),
    said(`its header has the key ${W} twice`),
  ],
  [
    'metadata twice',
    text('{"__metadata__"', '{"__metadata__":{},"__metadata__"'),
    said('its header has the key "__metadata__" twice'),
  ],
  [
    'a key of metadata twice',
    text('"wasmlp":"1"', '"wasmlp":"1","wasmlp":"2"'),
    said('its header has the key "wasmlp" twice'),
  ],
  [
    'a key of a tensor twice',
    text('"dtype":"F32"', '"dtype":"F32","\\u0064type":"F32"'),
    said('its header has the key "dtype" twice'),
  ],
  [
    'a key of the network twice',
    options('"inputs":1', '"inputs":1,"inputs":2'),
    said('its network has the key "inputs" twice'),
  ],
  [
    'the same in escapes',
    options('"inputs":1', '"inputs":1,"input\\u0073":1'),
    said('its network has the key "inputs" twice'),
  ],
  [
    'the same with spaces',
    options('"inputs":1', '"inputs":1 , "inputs"\t\r\n :1'),
    said('its network has the key "inputs" twice'),
  ],
  [
    'a key of a layer twice',
    options('"units":1', '"units":1,"units":1'),
    said('its network has the key "units" twice'),
  ],
  [
    'a key twice, far apart',
    options('"inputs":1', '"inputs":1,"labels":[{"inputs":[]},"}{"],"inputs":1'),
    said('its network has the key "inputs" twice'),
  ],
  [
    'a tensor __proto__',
    withTensors(JSON.parse('{"__proto__":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}')),
    said('its header has the key "__proto__"'),
  ],
  ['the same in escapes', text('"0.bias"', '"__proto\\u005f_"'), said('its header has the key "__proto__"')],
  ['metadata __proto__', text('"wasmlp"', '"__proto__":"1","wasmlp"'), said('its header has the key "__proto__"')],
  [
    'a key __proto__ of a tensor',
    text('"dtype"', '"__proto__":"1","dtype"'),
    said('its header has the key "__proto__"'),
  ],
  [
    'a key __proto__ of the network',
    options('"inputs"', '"__proto__":{"polluted":1},"inputs"'),
    said('its network has the key "__proto__"'),
  ],
  [
    'a key __proto__ of a layer',
    options('"units"', '"__proto__":{"polluted":1},"units"'),
    said('its network has the key "__proto__"'),
  ],
  [
    'a key __proto__ in escapes',
    options('"units"', '"\\u005f_proto__":{"polluted":1},"units"'),
    said('its network has the key "__proto__"'),
  ],
  [
    'a key constructor of a layer',
    options('"units"', '"constructor":{"prototype":{"polluted":1}},"units"'),
    said('its network is refused \\(create: layers\\[0\\] has an unknown option "constructor".*\\)'),
  ],
];

const TOO_MUCH = said("its network has more, or deeper, objects and arrays than a network's options");
const jsonInJson: Row[] = [
  ['no JSON', options('"inputs"', 'inputs'), said('its network is not JSON')],
  ['an open string', options('"linear"}]}', '"linear'), said('its network is not JSON')],
  ['keys of an array', options('[{', '["a":1,{'), said('its network is not JSON')],
  ['a wrong escape in a key', options('"inputs"', '"\\x"'), said('its network is not JSON')],
  ['an array', options(NETWORK, '[]'), said('its network is not a JSON object')],
  ['null', options(NETWORK, 'null'), said('its network is not a JSON object')],
  ['a string', options(NETWORK, '"x"'), said('its network is not a JSON object')],
  ['open brackets', options(NETWORK, '['.repeat(BRACKETS)), TOO_MUCH],
  ['nested arrays', options('"units":1', `"units":${'['.repeat(9)}${']'.repeat(9)}`), TOO_MUCH],
  ['many objects', options('[{', `[${'{},'.repeat(16_400)}{`), TOO_MUCH],
  [
    'many names',
    options('"inputs"', `${Array.from({ length: 100 }, (_, i) => `"${i}":1`)},"inputs"`),
    said('its network has more than 64 names of options'),
  ],
  [
    '1e999',
    options('"inputs":1', '"inputs":1e999'),
    said('its network is refused \\(create: inputs is Infinity, expected .*\\)'),
  ],
];

describe('refused:', () => {
  const rows = { notSafetensors, headers, counts, places, keys, jsonInJson };
  describe.each(Object.entries(rows))('%s', (_, cases) => {
    it.each(cases.map(([name, ...row]) => [name, row] as const))('%s', async (_name, [file, message, code]) => {
      const before = Reflect.ownKeys(Object.prototype);
      const error = await thrownBy(() => Network.load(file));
      expectCoded(error, code ?? 'ERR_MODEL_FORMAT', message);
      expect((error as Error).message.length).toBeLessThan(400);
      expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
      expect({}).not.toHaveProperty('polluted');
    });
  });

  it('every truncation', async () => {
    for (let length = 0; length < FILE.length; length++) {
      await expectRefused(() => Network.load(FILE.slice(0, length)), 'ERR_MODEL_FORMAT', said('.*'));
    }
  });
});
