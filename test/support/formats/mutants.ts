/** Makes faulty model files from good ones: changes their bytes, their header, the JSON in it, or their numbers. */
import type { SeededRandom } from '../seeded.js';
import { fileOf, headerOf } from './model-files.js';

/** Makes a mutant of a file. `other` is another good file, to take parts from. */
type Mutation = (file: Uint8Array, random: SeededRandom, other: Uint8Array) => Uint8Array;

const some = (random: SeededRandom, most: number): number => random.integer(1, most);
const concatenated = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

/** Changes bytes, most of them in the header. */
const flipBytes: Mutation = (file, random) => {
  const bytes = file.slice();
  if (bytes.length === 0) return bytes;
  for (let n = some(random, 6); n > 0; n--) {
    const at = random.integer(0, random.chance(0.8) ? Math.min(bytes.length - 1, 600) : bytes.length - 1);
    bytes[at] = random.chance(0.5) ? (bytes[at] as number) ^ (1 << random.integer(0, 7)) : random.integer(0, 255);
  }
  return bytes;
};

const truncate: Mutation = (file, random) => file.slice(0, random.integer(0, file.length));

const cutOut: Mutation = (file, random) => {
  const from = random.integer(0, file.length);
  return concatenated(file.slice(0, from), file.slice(from + some(random, 40)));
};

const append: Mutation = (file, random, other) =>
  concatenated(
    file,
    random.chance(0.5) ? other : Uint8Array.from({ length: some(random, 20) }, () => random.integer(0, 255)),
  );

/** The beginning of one file and the end of another. */
const splice: Mutation = (file, random, other) =>
  concatenated(file.slice(0, random.integer(0, file.length)), other.slice(random.integer(0, other.length)));

/** The header of one file with the numbers of another. */
const swapData: Mutation = (file, _, other) =>
  concatenated(file.slice(0, 8 + headerOf(file).length), other.slice(8 + headerOf(other).length));

const LENGTHS = [
  0n,
  1n,
  7n,
  8n,
  2n ** 20n,
  2n ** 20n + 1n,
  2n ** 31n,
  2n ** 32n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
] as const;

const changeLength: Mutation = (file, random) => {
  const bytes = file.slice();
  const view = new DataView(bytes.buffer);
  const nearby = view.getBigUint64(0, true) + BigInt(random.integer(-9, 9));
  view.setBigUint64(0, random.chance(0.5) ? BigInt.asUintN(64, nearby) : random.pick(LENGTHS), true);
  return bytes;
};

const NUMBERS = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e-45, 3.4e38] as const;

/** Overwrites numbers of tensors. */
const changeData: Mutation = (file, random) => {
  const bytes = file.slice();
  const start = 8 + headerOf(file).length;
  const count = Math.floor((bytes.length - start) / 4);
  const view = new DataView(bytes.buffer);
  if (count < 1) return bytes;
  for (let n = some(random, 3); n > 0; n--)
    view.setFloat32(start + 4 * random.integer(0, count - 1), random.pick(NUMBERS), true);
  return bytes;
};

/** Texts that replace a JSON value. */
const VALUES = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '1',
  '-1',
  '2',
  '0.5',
  '1e999',
  '-1e999',
  '1e-999',
  '9007199254740991',
  '9007199254740993',
  '18446744073709551616',
  '""',
  '"F32"',
  '"F64"',
  '"1"',
  '"Infinity"',
  '"\\u0000"',
  '"\\ud800"',
  '"__proto__"',
  '[]',
  '{}',
  '[0]',
  '[1,1]',
  '[0,0]',
  '[null]',
  '[[]]',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":null}',
  '[[[[[[[[[[[[]]]]]]]]]]]]',
  '"sgd"',
  '"adam"',
  '"softmax"',
  '"standard"',
  'NaN',
  'undefined',
  '',
] as const;
const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  '__metadata__',
  'dtype',
  'shape',
  'data_offsets',
  'wasmlp',
  'network',
  'scaling',
  'checkpoint',
  '0.weight',
  '2.bias',
  'optimizer.0.0.weight',
  'best.0.weight',
  'units',
  'inputs',
  'labels',
  'engine',
  '',
  '\\u0061',
] as const;

/** Changes the text of a JSON object: values, keys, brackets. It does not parse the text, so it works on broken JSON too. */
function changeJson(text: string, random: SeededRandom): string {
  const found = (pattern: RegExp): RegExpMatchArray | undefined => {
    const all = [...text.matchAll(pattern)];
    return all.length === 0 ? undefined : random.pick(all as [RegExpMatchArray]);
  };
  const put = (match: RegExpMatchArray | undefined, replacement: string): string => {
    if (match === undefined) return text;
    return text.slice(0, match.index) + replacement + text.slice((match.index as number) + match[0].length);
  };
  const value = found(
    /(?<=[:[,]\s*)(?:-?\d[\d.eE+-]*|"(?:[^"\\]|\\.)*"(?!:)|true|false|null|\[[^[\]{}]*\]|\{[^{}]*\})/g,
  );
  const key = found(/"(?:[^"\\]|\\.)*"(?=:)/g);
  const pair = found(
    /"(?:[^"\\]|\\.)*":(?:-?\d[\d.eE+-]*|"(?:[^"\\]|\\.)*"|true|false|null|\[[^[\]{}]*\]|\{[^{}]*\}),?/g,
  );
  const number = found(/-?\d[\d.eE+-]*/g);
  switch (random.integer(0, 8)) {
    case 0:
      return put(value, random.pick(VALUES));
    case 1:
      return put(key, `"${random.pick(NAMES)}"`);
    case 2:
      return put(pair, '');
    case 3:
      return put(pair, `${pair?.[0].replace(/,?$/, ',')}${pair?.[0]}`);
    case 4:
      return put(pair, `"${random.pick(NAMES)}":${random.pick(VALUES)},${pair?.[0]}`);
    case 5:
      return put(number, String(Number(number?.[0] ?? 0) + random.pick([-8, -4, -1, 1, 4, 8, 0.5, 1e9])));
    case 6:
      return put(value, found(/-?\d[\d.eE+-]*|"(?:[^"\\]|\\.)*"/g)?.[0] ?? '');
    case 7: {
      const at = random.integer(0, text.length);
      return (
        text.slice(0, at) +
        random.pick(['"', '\\', '{', '}', '[', ']', ',', ':', ' ', '\u0000', '\ud83d', '['.repeat(3000)]) +
        text.slice(at)
      );
    }
    default: {
      const at = random.integer(0, text.length);
      return text.slice(0, at) + text.slice(at + some(random, 12));
    }
  }
}

const changeHeader: Mutation = (file, random) => {
  const { length, text } = headerOf(file);
  return fileOf(changeJson(text.trimEnd(), random), file.slice(8 + length));
};

/** Changes the JSON in the metadata, which is a string in the header. */
const changeMetadata: Mutation = (file, random) => {
  const { length, text } = headerOf(file);
  const strings = [...text.matchAll(/"(?:network|scaling|checkpoint)":("(?:[^"\\]|\\.)*")/g)];
  if (strings.length === 0) return file;
  const [, literal] = random.pick(strings as [RegExpMatchArray]) as unknown as [string, string];
  let json: string;
  try {
    json = JSON.parse(literal);
  } catch {
    return file;
  }
  return fileOf(
    text.trimEnd().replace(literal, () => JSON.stringify(changeJson(json, random))),
    file.slice(8 + length),
  );
};

/** Swaps two values of the header. */
const swapValues: Mutation = (file, random) => {
  const { length, text } = headerOf(file);
  const values = [...text.matchAll(/\[[\d,]*\]|"(?:[^"\\]|\\.)*"/g)];
  if (values.length < 2) return file;
  const chosen = [random.pick(values as [RegExpMatchArray]), random.pick(values as [RegExpMatchArray])];
  const [a, b] = chosen.sort((x, y) => (x.index as number) - (y.index as number)) as [
    RegExpMatchArray,
    RegExpMatchArray,
  ];
  if (a.index === b.index) return file;
  const between = text.slice((a.index as number) + a[0].length, b.index);
  const after = text.slice((b.index as number) + b[0].length).trimEnd();
  return fileOf(text.slice(0, a.index) + b[0] + between + a[0] + after, file.slice(8 + length));
};

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  changeHeader,
  changeHeader,
  changeHeader,
  changeMetadata,
  changeMetadata,
  changeMetadata,
  swapValues,
  flipBytes,
  changeData,
  changeLength,
  truncate,
  cutOut,
  append,
  splice,
  swapData,
];

/** A mutant of one of the files, by one mutation or a few. */
export function mutantOf(files: readonly [Uint8Array, ...Uint8Array[]], random: SeededRandom): Uint8Array {
  let mutant = random.pick(files);
  for (let n = random.pick([1, 1, 1, 2, 3]); n > 0; n--) {
    // Only the first mutation certainly finds a whole header.
    if (mutant.length < 8 || headerOf(mutant).length > mutant.length) return mutant;
    mutant = random.pick(MUTATIONS)(mutant, random, random.pick(files));
  }
  return mutant;
}
