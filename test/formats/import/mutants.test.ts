/** Files of other libraries from somebody who means ill: each is refused with a code, or gives a network whose parameters are finite. */
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { Findings } from '../../support/findings.js';
import { type ForeignFile, foreignFiles, shardsOf } from '../../support/formats/foreign-files.js';
import { outcomeOf } from '../../support/formats/outcomes.js';
import { repeats } from '../../support/repeats.js';
import { SeededRandom } from '../../support/seeded.js';

/** Of each format. */
const MUTANTS = repeats(800, 100_000);
const REFUSALS = {
  codes: ['ERR_MODEL_FORMAT', 'ERR_MODEL_LIMIT', 'ERR_UNSUPPORTED', 'ERR_INVALID_TYPE'],
  longest: 600,
  begins: /^from/,
};

/** Makes new values each time, because a later mutation may change what an earlier one put in. */
function anyValue(random: SeededRandom): unknown {
  return random.pick<unknown>([
    ...[null, undefined, true, false, '', 'x', '0', 'relu', 'constructor', 'y'.repeat(3000)],
    ...[
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1e39,
      -1e308,
      1e-320,
      -1,
      0,
      1,
      2,
      0.5,
      2 ** 20,
      2 ** 20 + 1,
      2 ** 32,
      2 ** 53,
    ],
    ...[[], {}, [[]], [{}], [null], new Array(1000), new Array(1000).fill(1)],
  ] as [unknown]);
}

const NAMES = [
  '__proto__',
  'constructor',
  'length',
  'weights',
  'layers',
  'config',
  'name',
  '0',
  'type',
  'units',
  'hasOwnProperty',
] as const;

type Holder = Record<string, unknown>;
interface Place {
  readonly holder: Holder;
  readonly key: string;
}

/** A random place in a value: near its root as often as in its numbers. */
function placeIn(value: Holder, random: SeededRandom): Place | undefined {
  let place: Place | undefined;
  for (let holder = value, depth = random.integer(1, 9); depth > 0; depth--) {
    const keys = Object.keys(holder);
    if (keys.length === 0) break;
    const key = random.pick(keys as [string]);
    place = { holder, key };
    const next = holder[key];
    if (typeof next !== 'object' || next === null) break;
    holder = next as Holder;
  }
  return place;
}

/** Sets a key, even `__proto__`. Does not set the length of an array. */
function put({ holder, key }: Place, value: unknown): void {
  if (Array.isArray(holder) && key === 'length') return;
  Object.defineProperty(holder, key, { value, configurable: true, enumerable: true, writable: true });
}

function mutate(model: Holder, random: SeededRandom): void {
  const place = placeIn(model, random);
  const other = placeIn(model, random);
  if (place === undefined || other === undefined) return;
  const { holder, key } = place;
  const kind = random.integer(0, 7);
  if (kind === 0) delete holder[key];
  else if (kind === 1) put({ holder, key: random.pick(NAMES) }, structuredClone(holder[key]));
  // A copy, or the model would contain itself.
  else if (kind === 2) put(place, structuredClone(other.holder[other.key]));
  else put(place, changedValue(holder[key], random));
}

function changedValue(value: unknown, random: SeededRandom): unknown {
  if (random.chance(0.4)) return anyValue(random);
  if (typeof value === 'number')
    return random.chance(0.2) ? `${value}` : value * random.pick([-1, 0, 0.5, 2, 1e30, 1e300]);
  if (typeof value !== 'object' || value === null) return [value];
  const items = Object.values(value);
  if (!Array.isArray(value)) return random.chance(0.5) ? items : [value];
  // Does not call the array's own methods, which an earlier mutation may have replaced.
  if (random.chance(0.2)) return { ...value };
  return random.chance(0.5) ? items.slice(0, random.integer(0, items.length)) : [...items, items[0]];
}

function mutateBytes(bytes: Uint8Array[], random: SeededRandom): unknown {
  const shard = bytes[random.integer(0, bytes.length - 1)] ?? new Uint8Array();
  switch (random.integer(0, 4)) {
    case 0:
      return bytes.slice(1);
    case 1:
      shard[random.integer(0, Math.max(0, shard.length - 1))] = random.pick([0, 0x7f, 0x80, 0xff]);
      return bytes;
    case 2:
      return [...bytes, shard];
    case 3:
      return shard.subarray(0, random.integer(0, shard.length));
    default:
      return anyValue(random);
  }
}

const files = await foreignFiles();
const CALLS = {
  brain: (model: never, _: never) => Network.fromBrain(model, { engine: 'js' }),
  'scikit-learn': (model: never, _: never) => Network.fromScikitLearn(model, { engine: 'js' }),
  'tensorflow|keras': (model: never, bytes: never) => Network.fromTensorFlow(model, bytes, { engine: 'js' }),
};

describe.each(Object.entries(CALLS))('mutants of %s', (pattern, call) => {
  it('are refused or valid', async () => {
    const random = new SeededRandom(`mutants of ${pattern}`);
    const originals = files.filter(([name]) => new RegExp(`^(${pattern})`).test(name)).map(([, file]) => file);
    const findings = new Findings();
    const inherited = Reflect.ownKeys(Object.prototype).length;
    let valid = 0;
    for (let index = 0; index < MUTANTS; index++) {
      const file = random.pick(originals as [ForeignFile]);
      const model = structuredClone(file.model);
      for (let n = random.pick([1, 1, 1, 2, 4]); n > 0; n--) mutate(model, random);
      const bytes = random.chance(0.2) ? mutateBytes(shardsOf(file), random) : shardsOf(file);
      // Objects may have undefined, NaN and holes, but JSON may not.
      const given = random.chance(0.3) ? JSON.stringify(model) : model;
      const { problem, refused } = await outcomeOf(() => call(given as never, bytes as never), REFUSALS);
      if (!refused) valid++;
      findings.add(`mutant ${index}`, [problem]);
    }
    findings.expectNone(MUTANTS);
    expect(Reflect.ownKeys(Object.prototype).length).toBe(inherited);
    // Some are refused and some are not. Otherwise the mutations would be too wild, or the readers would miss faults.
    expect(valid / MUTANTS).toBeGreaterThan(0.02);
    expect(valid / MUTANTS).toBeLessThan(0.9);
  });

  it('cut short anywhere are refused', async () => {
    const file = files.find(([name]) => new RegExp(`^(${pattern})`).test(name))?.[1] as ForeignFile;
    const text = JSON.stringify(file.model);
    const findings = new Findings();
    for (let length = 0; length < text.length; length++) {
      const cut = text.slice(0, length);
      const { problem, refused } = await outcomeOf(() => call(cut as never, shardsOf(file) as never), REFUSALS);
      findings.add(`of ${length} characters`, [problem, refused ? undefined : 'was taken']);
    }
    findings.expectNone(text.length);
  });
});
