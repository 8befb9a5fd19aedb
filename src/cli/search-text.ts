/** What `search` says before and after it: what it looks for, and the best trials. */
import type { Study } from 'wasmlp/search';
import { optionsOfPlan, optionsText, rowsText } from './introduction.js';
import { type Plan, withSettings } from './plan.js';
import type { Space } from './space.js';
import type { Judging } from './studying.js';
import { countOf, printable, wrapped } from './terminal.js';
import { trialsTable } from './trials-table.js';
import { inCommandWords } from './words.js';

/** Trials that are printed in the end. */
const SHOWN = 10;

/** By which rows trials are judged. */
export function judgedText({ folds, share }: Judging): string {
  return folds === undefined ? `on ${Number((100 * share).toPrecision(3))}% of the rows` : `over ${folds} folds`;
}

/** What is done, before it is done. */
export function aboutText(all: Plan, space: Space, judging: Judging, width: number): string {
  const { trials, score, folds, share, isHalving } = judging;
  const halving = isHalving ? 'Halving: the better third of them goes on, again and again. ' : '';
  const longest = Math.max(...space.words.map(([name]) => name.length));
  const options = optionsOfPlan(withSettings(all, { ...all.settings, validation: share }));
  const drawn = new Set(
    space.parameters.map(({ name }) => name.replace(/[A-Z]/, (letter) => `-${letter}`.toLowerCase())),
  );
  const others = Object.entries(options).filter(([name]) => !drawn.has(name));
  return [
    rowsText(all, [`${countOf(all.training.length, 'row')} to search with`]),
    wrapped(`${countOf(trials, 'trial')}, judged by the ${score} ${judgedText(judging)}. ${halving}Each draws:`, width),
    ...space.words.map(([name, range]) => `  ${name.padEnd(longest)}  ${range}`),
    'The other settings, each an option:',
    optionsText({ ...(folds !== undefined && { folds }), ...Object.fromEntries(others) }, width),
  ].join('\n');
}

/** How many trials ended in which way, and the best ones. */
export function trialsText({ trials }: Study, { score }: Judging, width: number): string {
  const counts = (['completed', 'stopped', 'failed'] as const)
    .map((state) => [state, trials.filter((trial) => trial.state === state)] as const)
    .filter(([, some]) => some.length > 0)
    .map(([state, some]) => `${some.length} ${state}${state === 'stopped' ? ' by halving' : ''}`);
  const failure = trials.find(({ error }) => error !== undefined)?.error;
  const why =
    failure === undefined
      ? []
      : [wrapped(`The first that failed: ${printable(inCommandWords(failure.message))}`, width)];
  return [
    `\n${countOf(trials.length, 'trial')}: ${counts.join(', ')}. The best:`,
    ...trialsTable(trials, score, SHOWN, width),
    ...why,
  ].join('\n');
}
