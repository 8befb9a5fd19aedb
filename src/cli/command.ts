/** What a command is: its options, its help, and what it does. Knows none by name. */
import { type Arguments, type Options, readArguments } from './args.js';
import { wrapped } from './terminal.js';
import { flag } from './values.js';

export interface Description<O extends Options> {
  readonly name: string;
  /** The names of its operands, as `<model>`; those that may be left out stand in brackets. */
  readonly operands: readonly string[];
  /** An option that has to be there, as its usage shows it. */
  readonly needs?: string;
  /** What it does, for the list of commands. */
  readonly summary: string;
  /** What else its help says. */
  readonly details?: string;
  readonly options: O;
  readonly examples: readonly string[];
  run(given: Arguments<O>): Promise<void>;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Runs the command, or prints its help where the arguments have --help. */
  run(given: readonly string[]): Promise<void>;
  help(): string;
}

const WIDTH = 80;

export function command<O extends Options>(description: Description<O>): Command {
  const { name, operands, summary } = description;
  const options = { ...description.options, help: flag('print this', 'h') };
  const least = operands.filter((operand) => !operand.startsWith('[')).length;
  const help = (): string => helpOf({ ...description, options });
  return {
    name,
    summary,
    help,
    async run(given) {
      // Somebody who asks for help may not know yet what else has to be there.
      if (asksForHelp(given)) {
        process.stdout.write(help());
        return;
      }
      const found = readArguments(options, [least, operands.length], operands, given);
      await description.run(found as Arguments<O>);
    },
  };
}

/** Whether arguments ask for help rather than for the command. */
export function asksForHelp(given: readonly string[]): boolean {
  const end = given.indexOf('--');
  return given.slice(0, end === -1 ? given.length : end).some((argument) => argument === '--help' || argument === '-h');
}

function helpOf({
  name,
  operands,
  needs,
  summary,
  details,
  options,
  examples,
}: Description<Options> | Described): string {
  const usage = ['wasmlp', name, ...operands, ...(needs === undefined ? [] : [needs]), '[options]'].join(' ');
  const rows = Object.entries(options).map(([option, { short, value, help }]) => {
    const letter = short === undefined ? '    ' : `-${short}, `;
    return [`  ${letter}--${option}${value === undefined ? '' : ` ${value}`}`, help] as const;
  });
  const left = Math.min(30, Math.max(...rows.map(([head]) => head.length)) + 2);
  const lines = rows.map(([head, help]) => {
    const indent = ' '.repeat(left);
    // A long name has a line of its own.
    const begin = head.length > left - 2 ? `${head}\n${indent}` : head.padEnd(left);
    return (begin + wrapped(help, WIDTH - left).replaceAll('\n', `\n${indent}`)).trimEnd();
  });
  return [
    `Usage: ${usage}`,
    '',
    wrapped(summary, WIDTH),
    ...(details === undefined ? [] : ['', ...details.split('\n').map((line) => wrapped(line, WIDTH))]),
    '',
    'Options:',
    ...lines,
    '',
    'Examples:',
    ...examples.map((example) => `  ${example}`),
    '',
  ].join('\n');
}

type Described = Omit<Description<Options>, 'run'>;
