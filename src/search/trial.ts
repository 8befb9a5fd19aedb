/** A trial: draws the values that a search looks for. Knows nothing of networks. */
import { checkBoolean, checkInteger, checkNumber, checkObject } from '../foundation/checks.js';
import { codedError, describe } from '../foundation/errors.js';
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
 * the seed where it left that to the search. Throws ERR_MISSING for a name that it did not draw.
 */
export function replay({
  number,
  parameters,
}: {
  readonly number: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}): Trial {
  const drawn = (name: string): never => {
    if (Object.hasOwn(parameters, name)) return parameters[name] as never;
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
  /** By name: the value, and the question that it answers. */
  readonly #drawn = new Map<string, { readonly value: unknown; readonly question: string }>();

  constructor(number: number, sampler: Sampler) {
    this.number = number;
    this.#sampler = sampler;
  }

  /** What was drawn so far. */
  get parameters(): Record<string, unknown> {
    return Object.fromEntries([...this.#drawn].map(([name, { value }]) => [name, value]));
  }

  choice<T>(name: string, values: readonly T[]): T {
    const where = `trial.choice: ${checkName('choice', name)}`;
    if (!Array.isArray(values) || values.length === 0) {
      throw codedError(
        'ERR_INVALID_OPTION',
        `${where} is chosen from ${describe(values)}, expected values in an array.`,
      );
    }
    const texts = values.map((value) => textOf(where, value));
    return this.#once(name, `choice ${texts.join()}`, () => values[this.#sampler.place(name, values.length)] as T);
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
      if (!isLog || share === undefined) return low + step * this.#sampler.place(name, count);
      // Each whole number is as likely as the numbers that round to it.
      return Math.min(Math.max(Math.round(between(low - 0.5, high + 0.5, share(name), true)), low), high);
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
    return this.#once(name, `float ${low} ${high} ${isLog}`, () => between(low, high, share(name), isLog));
  }

  #once<T>(name: string, question: string, draw: () => T): T {
    const before = this.#drawn.get(name);
    if (before === undefined) {
      const value = draw();
      this.#drawn.set(name, { value, question });
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

/** A value as a study keeps it. Throws for what JSON does not give back. */
function textOf(where: string, value: unknown): string {
  try {
    if (isPlain(value)) return JSON.stringify(value);
  } catch {
    // It contains itself.
  }
  const mend = 'Use strings, numbers, booleans, null, and arrays and objects of them, and look the rest up by them.';
  throw codedError('ERR_INVALID_TYPE', `${where} has the value ${describe(value)}, which a study cannot keep. ${mend}`);
}

function isPlain(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.values(value).every(isPlain);
}
