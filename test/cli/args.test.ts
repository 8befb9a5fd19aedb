/** What the command makes of its arguments, and how it refuses them. */
import { describe, expect, it } from 'vitest';
import { readArguments } from '../../src/cli/args.js';
import { columnsIn, flag, integer, integers, number, share, text, word } from '../../src/cli/values.js';

const OPTIONS = {
  target: text('<column>', 'the target', 't'),
  seed: integer('<number>', 0, 9, 'the seed'),
  layers: integers('<units>', 100, 'layers'),
  rate: number('<rate>', 'a number above 0', (rate) => rate > 0, 'the rate'),
  part: share('a part'),
  optimizer: word(['adam', 'sgd', 'rmsprop', 'adagrad'], 'the optimizer'),
  json: flag('a line'),
};

const read = (...given: string[]) => readArguments(OPTIONS, [1, 2], ['<table>', '[<model>]'], given);

describe('arguments', () => {
  it('are read by name, by letter, with = and in any order', () => {
    const { operands, values } = read(
      '-t',
      'a b',
      'table.csv',
      '--seed=3',
      '--json',
      '--layers',
      '64,32',
      '--rate',
      '1e-3',
    );
    expect(operands).toEqual(['table.csv']);
    expect(values).toEqual({ target: 'a b', seed: 3, json: true, layers: [64, 32], rate: 0.001 });
  });

  it('after -- are operands', () => {
    expect(read('--', '--seed').operands).toEqual(['--seed']);
  });

  it.each([
    [['t', '--targt', 'a'], 'unknown option --targt. Did you mean --target?'],
    [['t', '-x'], 'unknown option -x.'],
    [['t', '--seed'], '--seed needs a value.'],
    [['t', '--seed', '--json'], 'the value of --seed begins with a dash. Write --seed=value.'],
    [['t', '--json=yes'], '--json takes no value.'],
    [['t', '--target', ''], '--target is empty, expected <column>.'],
    [['t', '--seed', '3.5'], '--seed is "3.5", expected a whole number from 0 to 9.'],
    [['t', '--seed', ''], '--seed is "", expected a whole number from 0 to 9.'],
    [['t', '--seed', '10'], '--seed is "10", expected a whole number from 0 to 9.'],
    [['t', '--rate', '0'], '--rate is "0", expected a number above 0.'],
    [['t', '--rate', 'Infinity'], '--rate is "Infinity", expected a number above 0.'],
    [['t', '--part', '1'], '--part is "1", expected a number from 0 to below 1, such as 0.2.'],
    [
      ['t', '--layers', '8,,8'],
      '--layers is "", expected whole numbers from 1 to 100 with commas between them, such as 64,32.',
    ],
    [
      ['t', '--optimizer', 'adm'],
      '--optimizer is "adm", expected one of adam, sgd, rmsprop, adagrad. Did you mean "adam"?',
    ],
    [[], '<table> is missing.'],
    [['a', 'b', 'c'], '"c" is too much, expected <table> [<model>]. Put quotes around names with blanks.'],
  ] as const)('%j are refused', (given, message) => {
    expect(() => read(...given)).toThrow(expect.objectContaining({ name: 'WrongUse', message }));
  });
});

describe('columns', () => {
  const names = ['age', 'city, state', 'income'];

  it('are found by name, several with commas between them', () => {
    expect(columnsIn('--ignore', 'age, income', names)).toEqual(['age', 'income']);
  });

  it('with a comma in their name are found alone', () => {
    expect(columnsIn('--ignore', 'city, state', names)).toEqual(['city, state']);
  });

  it('that are none are refused with the nearest', () => {
    const message =
      '--target is "incme", which is no column of the table. Did you mean "income"? The table has age, city, state, income.';
    expect(() => columnsIn('--target', 'incme', names)).toThrow(expect.objectContaining({ name: 'WrongUse', message }));
  });

  it('of a table without a header are asked for by their place', () => {
    expect(() => columnsIn('--target', 'species', ['5.1', '3.5', 'setosa'])).toThrow(
      'If its first row has no names, add --no-header.',
    );
  });
});
