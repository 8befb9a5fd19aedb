/** Commands that this version does not have yet. */
import { asksForHelp, type Command, command } from './command.js';
import { WrongUse } from './wrong-use.js';

function notBuiltYet(name: string, operands: readonly string[], summary: string): Command {
  const later = command({
    name,
    operands,
    summary: `${summary} (not built yet).`,
    options: {},
    examples: ['npx wasmlp train houses.csv --target price --layers 32 --learning-rate 0.003'],
    run: async () => undefined,
  });
  return {
    ...later,
    // Its options are not built either: whatever is asked of it has the same answer.
    async run(given) {
      if (asksForHelp(given)) return await later.run(given);
      throw new WrongUse('ERR_UNSUPPORTED: this command is not built yet. Try settings by train, one by one.');
    },
  };
}

export const search = notBuiltYet('search', ['[<table.csv>]'], 'Looks for the settings that suit a table best');
