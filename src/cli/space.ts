/** Where a search looks for settings: a space that suits the table, without the settings that the caller gave. Knows no network. */
import type { Activation } from 'wasmlp';
import type { Trial } from 'wasmlp/search';
import type { Settings } from './defaults.js';
import { WrongUse } from './wrong-use.js';

/** One thing that trials draw. */
export interface Parameter {
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** Drawn so that small values are as likely as large ones. */
  readonly log?: boolean;
  /** Of a choice, in their order. */
  readonly values?: readonly (string | number)[];
}

export interface Space {
  readonly parameters: readonly Parameter[];
  /** What it looks for, in words. */
  readonly words: readonly (readonly [name: string, range: string])[];
  /** Lets a trial draw, and gives all its settings. */
  readonly draw: (trial: Trial) => Settings;
  /** The settings of a trial by what it drew. */
  readonly settingsOf: (parameters: Readonly<Record<string, unknown>>) => Settings;
}

/** One of the settings that are looked for. */
interface Part {
  readonly setting: keyof Settings;
  readonly name: string;
  readonly range: string;
  readonly parameters: readonly Parameter[];
  readonly draw: (trial: Trial) => Record<string, unknown>;
}

const ACTIVATIONS: readonly Activation[] = ['relu', 'tanh', 'gelu'];
const L2 = [0, 0.0001, 0.001, 0.01, 0.1];
const DROPOUTS = [0, 0.1, 0.25];

/** What is looked for: without hidden layers, the first ones alone. */
const LOOKED_FOR: readonly (keyof Settings)[] = ['layers', 'learningRate', 'l2', 'batchSize', 'activation', 'dropout'];
const WITHOUT_HIDDEN = 4;

/** Throws WrongUse where nothing is left to look for. */
export function checkSpace(given: Partial<Settings>): void {
  const isFlat = given.layers?.length === 0;
  const left = LOOKED_FOR.slice(0, isFlat ? WITHOUT_HIDDEN : undefined).filter((name) => given[name] === undefined);
  if (left.length > 0) return;
  throw new WrongUse('all settings are given, so that nothing is left to look for. Leave some out, or use train.');
}

/** `chosen`: the settings that suit the table, with those that were `given`. */
export function spaceFor(rows: number, chosen: Settings, given: Partial<Settings>): Space {
  const hasHidden = chosen.layers.length > 0;
  const parts = [
    layers(rows),
    ...(hasHidden ? [choice('activation', 'activation', ACTIVATIONS)] : []),
    learningRate(chosen.optimizer === 'sgd' || chosen.optimizer === 'adagrad' ? 10 : 1),
    choice('l2', 'l2', L2),
    ...(hasHidden ? [choice('dropout', 'dropout', DROPOUTS)] : []),
    choice(
      'batchSize',
      'batch size',
      [0.5, 1, 2, 4].map((times) => times * chosen.batchSize),
    ),
  ].filter(({ setting }) => given[setting] === undefined);
  const settingsOf = (parameters: Readonly<Record<string, unknown>>): Settings => {
    const { layers: count, units1, units2, learningRate: rate, ...others } = parameters;
    return {
      ...chosen,
      ...others,
      ...(count !== undefined && { layers: (count === 1 ? [units1] : [units1, units2]) as number[] }),
      ...(rate !== undefined && { learningRate: shortened(rate as number) }),
    };
  };
  return {
    parameters: parts.flatMap(({ parameters }) => parameters),
    words: parts.map(({ name, range }) => [name, range] as const),
    settingsOf,
    draw: (trial) => settingsOf(Object.assign({}, ...parts.map((part) => part.draw(trial)))),
  };
}

/** Three digits, so that a rate can be copied as an option: the network has it as it is printed. */
export function shortened(rate: number): number {
  return Number(rate.toPrecision(3));
}

function choice<T extends string | number>(setting: keyof Settings, name: string, values: readonly T[]): Part {
  return {
    setting,
    name,
    range: values.join(', '),
    parameters: [{ name: setting, title: name, values }],
    draw: (trial) => ({ [setting]: trial.choice(setting, values) }),
  };
}

/** Around the default of `train`. */
function learningRate(factor: number): Part {
  const [low, high] = [0.0002 * factor, 0.02 * factor] as const;
  return {
    setting: 'learningRate',
    name: 'learning rate',
    range: `${low} to ${high}`,
    parameters: [{ name: 'learningRate', title: 'learning rate', log: true }],
    draw: (trial) => ({ learningRate: trial.float('learningRate', low, high, { log: true }) }),
  };
}

/** More rows can tell more units apart. */
function layers(rows: number): Part {
  const [low, high] = rows < 100 ? ([4, 32] as const) : rows < 10_000 ? ([8, 128] as const) : ([16, 256] as const);
  const units = (trial: Trial, name: string): number => trial.integer(name, low, high, { log: true });
  return {
    setting: 'layers',
    name: 'layers',
    range: `1 or 2, each of ${low} to ${high} units`,
    parameters: [
      { name: 'layers', title: 'hidden layers', values: [1, 2] },
      { name: 'units1', title: 'units of the first layer', log: true },
      { name: 'units2', title: 'units of the second layer', log: true },
    ],
    draw: (trial) => {
      const count = trial.choice('layers', [1, 2]);
      const first = { layers: count, units1: units(trial, 'units1') };
      return count === 1 ? first : { ...first, units2: units(trial, 'units2') };
    },
  };
}
