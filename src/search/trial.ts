/** A trial: draws the values that a search looks for. Knows nothing of networks. */
import { checkBoolean, checkInteger, checkNumber, checkObject } from '../foundation/checks.js';
import { codedError, describe, tagOf } from '../foundation/errors.js';
import { exp, log } from '../foundation/math.js';
import { Random } from '../foundation/random.js';

/** Gives a trial its values by name. The same name gives the same value in one trial. */
export interface Trial {
  /** From 0. */
  readonly number: number;
  /** One of the values. They must be plain data: a study keeps them. */
  choice<T>(name: string, values: readonly T[]): T;
  /** A whole number from `low` to `high`, both among them. `log`: small ones are as likely as large ones. `step`: low, low + step and so on. */
  integer(name: string, low: number, high: number, options?: { log?: boolean; step?: number }): number;
  /** A number from `low` to `high`. `log`: small ones are as likely as large ones. */
  float(name: string, low: number, high: number, options?: { log?: boolean }): number;
}

/** How a sampler gives values: the place of one among `count`, or a number from 0 up to, but without, 1. */
export interface Sampler {
  /** Of a choice, and of an integer, whose values are many. */
  place(name: string, count: number): number;
  /** Undefined where the sampler cannot give numbers between others. */
  readonly share: ((name: string) => number) | undefined;
}

/** The seed of a trial: what it draws depends on the seed of the study and its number alone. */
export function seedOfTrial(seed: number, number: number): number {
  return new Random(seed, 'trial', number).word();
}

/** Draws by name, so that a new parameter changes no value of the others. */
export class RandomSampler implements Sampler {
  readonly #seed: number;

  constructor(seed: number, number: number) {
    this.#seed = seedOfTrial(seed, number);
  }

  readonly share = (name: string): number => new Random(this.#seed, 'parameter', hashOf(name)).uniform();

  place(name: string, count: number): number {
    return Math.floor(this.share(name) * count);
  }
}

/**
 * A trial that gives what an earlier one drew, by its parameters: `network(replay(study.best))` gives the options of the best trial, but for
 * the seed where it left that to the search. Throws ERR_INVALID_TYPE for what is no trial; its methods throw ERR_MISSING for a name that it
 * did not draw.
 */
export function replay(trial: {
  readonly number: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}): Trial {
  const { number, parameters } = Object(trial) as typeof trial;
  if (!(Number.isSafeInteger(number) && number >= 0) || tagOf(parameters) !== 'Object') {
    const expected = 'expected a trial of a study: its number and its parameters';
    throw codedError('ERR_INVALID_TYPE', `replay: trial is ${describe(trial)}, ${expected}.`);
  }
  const drawn = (name: string): never => {
    // A copy: who changes it does not change the study.
    if (Object.hasOwn(parameters, name)) return keepable(`replay: ${name}`, parameters[name]) as never;
    throw codedError('ERR_MISSING', `replay: trial ${number} did not draw ${name}. Give the function that drew it.`);
  };
  return { number, choice: drawn, integer: drawn, float: drawn };
}

/** FNV-1a, of the UTF-16 units. See G. Fowler, L. Noll, K.-P. Vo: The FNV Non-Cryptographic Hash Algorithm. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Keeps what a trial drew. */
export class DrawingTrial implements Trial {
  readonly number: number;
  readonly #sampler: Sampler;
  /** By name: the value, a copy that nobody else has, and the question that it answers. */
  readonly #drawn = new Map<string, { readonly value: unknown; readonly kept: unknown; readonly question: string }>();

  constructor(number: number, sampler: Sampler) {
    this.number = number;
    this.#sampler = sampler;
  }

  /** What was drawn so far. */
  get parameters(): Record<string, unknown> {
    return Object.fromEntries([...this.#drawn].map(([name, { kept }]) => [name, kept]));
  }

  choice<T>(name: string, values: readonly T[]): T {
    const where = `trial.choice: ${checkName('choice', name)}`;
    if (!Array.isArray(values) || values.length === 0) {
      throw codedError(
        'ERR_INVALID_OPTION',
        `${where} is chosen from ${describe(values)}, expected values in an array.`,
      );
    }
    const copies = Array.from(values, (value) => keepable(where, value));
    return this.#once(name, `choice ${copies.map((copy) => JSON.stringify(copy)).join()}`, () => {
      const place = this.#sampler.place(name, values.length);
      return [values[place] as T, copies[place]];
    });
  }

  integer(name: string, low: number, high: number, options: { log?: boolean; step?: number } = {}): number {
    const where = `trial.integer: ${checkName('integer', name)}`;
    const { log: isLog = false, step = 1 } = checkObject(`${where}, options`, options, [
      'log',
      'step',
    ]) as typeof options;
    checkBoolean(`${where}: log`, isLog);
    checkInteger(`${where}: low`, low, isLog ? 1 : -1e9, 1e9);
    checkInteger(`${where}: high`, high, low, 1e9);
    checkInteger(`${where}: step`, step, 1, 1e9);
    if (isLog && step !== 1) throw codedError('ERR_INVALID_OPTION', `${where} has log and step. Give one of them.`);
    const count = Math.floor((high - low) / step) + 1;
    return this.#once(name, `integer ${low} ${high} ${isLog} ${step}`, () => {
      const { share } = this.#sampler;
      if (!isLog || share === undefined) return [low + step * this.#sampler.place(name, count)];
      // Each whole number is as likely as the numbers that round to it.
      return [Math.min(Math.max(Math.round(between(low - 0.5, high + 0.5, share(name), true)), low), high)];
    });
  }

  float(name: string, low: number, high: number, options: { log?: boolean } = {}): number {
    const where = `trial.float: ${checkName('float', name)}`;
    const { log: isLog = false } = checkObject(`${where}, options`, options, ['log']) as typeof options;
    checkBoolean(`${where}: log`, isLog);
    const lowest = isLog ? 'a number above 0' : 'a finite number';
    checkNumber(`${where}: low`, low, lowest, (value) => !isLog || value > 0);
    checkNumber(`${where}: high`, high, `a number from ${low}`, (value) => value >= low);
    const { share } = this.#sampler;
    if (share === undefined) {
      const mend = 'Use trial.choice with the values to try, or sampler: "random".';
      throw codedError('ERR_INVALID_OPTION', `${where}: a grid has no numbers between others. ${mend}`);
    }
    return this.#once(name, `float ${low} ${high} ${isLog}`, () => [between(low, high, share(name), isLog)]);
  }

  #once<T>(name: string, question: string, draw: () => readonly [value: T, kept?: unknown]): T {
    const before = this.#drawn.get(name);
    if (before === undefined) {
      const [value, kept = value] = draw();
      this.#drawn.set(name, { value, kept, question });
      return value;
    }
    if (before.question === question) return before.value as T;
    const mend = 'Use another name, or the same values.';
    throw codedError('ERR_INVALID_OPTION', `trial: ${name} was drawn before in another way. ${mend}`);
  }
}

function between(low: number, high: number, share: number, isLog: boolean): number {
  // The difference of huge numbers is none.
  const range = high - low;
  const linear = range < Number.POSITIVE_INFINITY ? low + share * range : low * (1 - share) + high * share;
  const value = isLog ? exp(log(low) + share * (log(high) - log(low))) : linear;
  return Math.min(Math.max(value, low), high);
}

function checkName(method: string, name: unknown): string {
  if (typeof name === 'string' && name !== '') return name;
  throw codedError('ERR_INVALID_TYPE', `trial.${method}: name is ${describe(name)}, expected a name.`);
}

/** A copy of a value as a study keeps it. Throws for what JSON does not give back. */
function keepable(where: string, value: unknown): unknown {
  try {
    return copyOf(value, 0);
  } catch {
    const kinds = 'Use strings, numbers, booleans, null, and arrays and objects of them';
    const mend = `${kinds}, at most ${MOST_LEVELS} inside each other, and look the rest up by them.`;
    throw codedError(
      'ERR_INVALID_TYPE',
      `${where} has the value ${describe(value)}, which a study cannot keep. ${mend}`,
    );
  }
}

/** What contains itself has no end. */
const MOST_LEVELS = 100;

function copyOf(value: unknown, level: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (level > MOST_LEVELS || typeof value !== 'object') throw new TypeError();
  if (Array.isArray(value)) return Array.from(value, (inner) => copyOf(inner, level + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) throw new TypeError();
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copyOf(inner, level + 1)]));
}
