/**
 * Reads the arguments of a command, by a table of its options. What does not belong there is a WrongUse that names the nearest option. Knows no
 * command by name.
 */
import { parseArgs } from 'node:util';
import { suggest } from '../foundation/spelling.js';
import { WrongUse } from './wrong-use.js';

/** An option of a command. */
export interface Option<T> {
  readonly short?: string;
  /** What stands for its value in the help: `<column>`. Undefined for an option without a value. */
  readonly value?: string;
  /** What it does, and its default. */
  readonly help: string;
  /** Makes the value of the text, or throws WrongUse. `where` names the option: `--seed`. */
  readonly read: (where: string, text: string) => T;
}

export type Options = Readonly<Record<string, Option<unknown>>>;

/** The values of options by name; undefined where an option was not given. */
export type Values<O extends Options> = {
  readonly [K in keyof O]: (O[K] extends Option<infer T> ? T : never) | undefined;
};

export interface Arguments<O extends Options> {
  readonly operands: readonly string[];
  readonly values: Values<O>;
}

/** The arguments of a command that takes from `least` to `most` operands. */
export function readArguments<O extends Options>(
  options: O,
  [least, most]: readonly [number, number],
  operandNames: readonly string[],
  given: readonly string[],
): Arguments<O> {
  const { positionals, values } = parsed(options, given);
  if (positionals.length < least) {
    throw new WrongUse(`${operandNames[positionals.length]} is missing.`);
  }
  if (positionals.length > most) {
    const expected = most === 0 ? 'nothing' : operandNames.slice(0, most).join(' ');
    const extra = JSON.stringify(positionals[most]);
    throw new WrongUse(`${extra} is too much, expected ${expected}. Put quotes around names with blanks.`);
  }
  const read = Object.entries(options).map(([name, option]) => {
    const text = values[name];
    if (text === undefined) return [name, undefined];
    return [name, option.read(`--${name}`, typeof text === 'string' ? text : '')];
  });
  return { operands: positionals, values: Object.fromEntries(read) as Values<O> };
}

type Parsed = { positionals: string[]; values: Record<string, string | boolean | undefined> };

function parsed(options: Options, given: readonly string[]): Parsed {
  refuseOneDash(options, given);
  const config = Object.entries(options).map(([name, { short, value }]) => {
    const type = value === undefined ? ('boolean' as const) : ('string' as const);
    return [name, short === undefined ? { type } : { type, short }];
  });
  try {
    const found = parseArgs({ args: [...given], options: Object.fromEntries(config), allowPositionals: true });
    return { positionals: found.positionals, values: found.values as Parsed['values'] };
  } catch (error) {
    throw wrongUse(error as Error & { code?: string }, Object.keys(options));
  }
}

/** Refuses `-target`, which parseArgs takes for `-t arget`. */
function refuseOneDash(options: Options, given: readonly string[]): void {
  const end = given.indexOf('--');
  for (const argument of given.slice(0, end === -1 ? given.length : end)) {
    const [, name = ''] = /^-(\w[\w-]+)(?:=|$)/.exec(argument) ?? [];
    if (Object.hasOwn(options, name)) throw new WrongUse(`unknown option -${name}. Did you mean --${name}?`);
  }
}

/** What parseArgs refuses, in a line that says what to write. */
function wrongUse({ code, message }: Error & { code?: string }, names: readonly string[]): WrongUse {
  const [, option = ''] = /'(?:-\w, )?(--?[^\s'=]+)/.exec(message) ?? [];
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const nearest = suggest(option.replace(/^-+/, ''), names).replace(/"([\w-]+)"/, '--$1');
    // An address that was taken for one: parseArgs ends it at a =, and no end tells that it has a password.
    const shown = option.replace(/\/\/.*/, '//…');
    return new WrongUse(`unknown option ${shown}. ${nearest}`.trim());
  }
  if (/does not take an argument/.test(message)) return new WrongUse(`${option} takes no value.`);
  if (/ambiguous/.test(message)) {
    return new WrongUse(`the value of ${option} begins with a dash. Write ${option}=value.`);
  }
  return new WrongUse(`${option} needs a value.`);
}
