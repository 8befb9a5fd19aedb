/** Errors of the library speak of its calls and options. Here they speak of the options of the command. */

/** What messages say, and what the command calls it. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\bdecimal: ','/g, '--decimal ","'],
  [/\bencoding: '([\w-]+)'/g, '--encoding $1'],
  [/\bmissing: 'skip'/g, '--missing skip'],
  [/\bmissing is 'skip'/g, 'of --missing skip'],
  [/\bclasses: true\b/g, '--task classes'],
  [/\bclasses: false\b/g, '--task numbers'],
  [/\bheader: false\b/g, '--no-header'],
  [/\bclassWeights: \{[^}]*\}/g, '--class-weights balanced'],
  [/\bactivation: '(\w+)'/g, '--activation $1'],
  [/\b(?:optimizer\.)?learningRate:? /g, '--learning-rate '],
  [/\blearningRate\b/g, '--learning-rate'],
  [/\bset (--)/g, 'give $1'],
];

/** The name of a call that a message begins with, and the argument that rows came as. */
const CALL =
  /^(?:readRows|parseRows|inferColumns|create|fit|report|predict|evaluate|train|search|worker|connectCluster|startClusterWorker|loadFile|saveFile): (?:(?:validation\.)?inputs, )?/;

/** A message of the library for somebody who sits in front of the command. */
export function inCommandWords(message: string): string {
  const named = message.replace(/\b(?:set )?ignore: (\[[^\]]*\])/g, (all, list: string) => ignored(list) ?? all);
  return PHRASES.reduce((text, [phrase, ours]) => text.replace(phrase, ours), named.replace(CALL, ''));
}

/** `["a", "b", …]` as the option that takes it. */
function ignored(list: string): string | undefined {
  try {
    const names = JSON.parse(list.replace(/, …/, '')) as string[];
    return `give --ignore ${JSON.stringify(names.join(','))}${list.includes('…') ? ' and so on' : ''}`;
  } catch {
    return undefined;
  }
}

/** Replaces the number of the first row that a message names: rows were left out before it was counted. */
export function renumbered(error: unknown, numberOf: (row: number) => number | undefined): unknown {
  if (!(error instanceof Error)) return error;
  error.message = error.message.replace(/\brow (\d+)/, (all, row: string) => {
    const number = numberOf(Number(row));
    return number === undefined ? all : `row ${number}`;
  });
  return error;
}
