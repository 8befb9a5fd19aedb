/** The command `wasmlp`: finds the command that is asked for, and turns errors into a line and an exit code. */
import { VERSION } from '../foundation/generated/version.js';
import { withoutSecrets } from '../foundation/secrets.js';
import { suggest } from '../foundation/spelling.js';
import type { Command } from './command.js';
import { convert } from './convert.js';
import { evaluate } from './evaluate.js';
import { inspect } from './inspect.js';
import { predict } from './predict.js';
import { search } from './search.js';
import { Interrupted } from './stop.js';
import { studyInCommandWords } from './study-words.js';
import { sayLine } from './terminal.js';
import { train } from './train.js';
import { inCommandWords } from './words.js';
import { worker } from './worker.js';
import { WrongUse } from './wrong-use.js';

const COMMANDS: readonly Command[] = [train, evaluate, predict, inspect, convert, search, worker];

const EXIT = { fault: 1, wrongUse: 2 } as const;

function help(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length)) + 2;
  return [
    'Usage: wasmlp <command> [options]',
    '',
    'Small neural networks for tables: train one on a CSV file, judge it, use it.',
    '',
    'Commands:',
    ...COMMANDS.map(
      ({ name, summary }) => `  ${name.padEnd(width)}${(summary.split('. ')[0] as string).replace(/\.$/, '')}`,
    ),
    '',
    'Examples:',
    '  npx wasmlp train iris.csv --target species -o model.safetensors',
    '  npx wasmlp predict model.safetensors new.csv > answers.csv',
    '  npx wasmlp train --help',
    '',
  ].join('\n');
}

async function main(given: readonly string[]): Promise<void> {
  const [name = '', ...rest] = given;
  if (['--help', '-h', 'help', ''].includes(name)) {
    const about = COMMANDS.find((command) => name === 'help' && command.name === rest[0]);
    (name === '' ? process.stderr : process.stdout).write(about?.help() ?? help());
    // Without a command there is nothing to do, which a script should hear of.
    if (name === '') process.exitCode = EXIT.wrongUse;
    return;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${VERSION}\n`);
    return;
  }
  const command = COMMANDS.find((known) => known.name === name);
  try {
    if (command === undefined) throw new WrongUse(unknownCommand(name));
    await command.run(rest);
  } catch (error) {
    fail(command === undefined ? 'wasmlp' : `wasmlp ${name}`, error);
  }
}

function unknownCommand(name: string): string {
  const names = COMMANDS.map((command) => command.name);
  if (name.startsWith('-')) return `the command comes first, before ${name}: ${names.join(', ')}.`;
  const nearest = suggest(name, names);
  return `unknown command ${JSON.stringify(name)}. ${nearest}The commands are ${names.join(', ')}.`;
}

/** A message on standard error, and the exit code. */
function fail(where: string, error: unknown): void {
  const { code, message = String(error), stack } = error as Error & { code?: unknown };
  const say = (text: string): void => sayLine(process.stderr, `${where}: ${withoutSecrets(text)}`);
  if (error instanceof WrongUse) {
    process.exitCode = EXIT.wrongUse;
    say(`${message} See ${where} --help.`);
  } else if (error instanceof Interrupted) {
    process.exitCode = error.exitCode;
    say(message);
  } else if (typeof code === 'string' && code.startsWith('ERR_')) {
    process.exitCode = EXIT.fault;
    say(`${code}: ${studyInCommandWords(error as Error) ?? inCommandWords(message)}`);
  } else {
    // A fault of the program: its place helps whoever mends it.
    process.exitCode = EXIT.fault;
    process.stderr.write(withoutSecrets(`${where}: ${stack ?? message}\n`));
  }
}

// Who reads the output may stop reading, as `| head` does. Nothing is left to do then.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    if (stream === process.stdout)
      process.stderr.write(`wasmlp: ERR_IO: the output cannot be written: ${error.message}\n`);
    process.exit(EXIT.fault);
  });
}

await main(process.argv.slice(2));
