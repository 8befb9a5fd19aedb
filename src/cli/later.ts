/** Commands that this version does not have yet. */
import { type Command, command } from './command.js';
import { WrongUse } from './wrong-use.js';

function notBuiltYet(name: string, operands: readonly string[], summary: string): Command {
  return command({
    name,
    operands,
    summary: `${summary} Not built yet.`,
    options: {},
    examples: ['npx wasmlp train houses.csv --target price --layers 32 --learning-rate 0.003'],
    async run() {
      throw new WrongUse('ERR_UNSUPPORTED: this command is not built yet. Try settings by train, one by one.');
    },
  });
}

export const search = notBuiltYet('search', ['[<table.csv>]'], 'Looks for the settings that suit a table best.');
export const worker = notBuiltYet('worker', [], 'Trains networks of a search that another machine leads.');
