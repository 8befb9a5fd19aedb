/** Decides whether a column has lists of words: arrays of texts, or texts such as `comedy|drama`. Knows one column at a time. */
import { wordsOf } from '../cells.js';
import { blankPart, type Decision } from './decision.js';
import type { Profile } from './profile.js';
import { type Chosen, chooseValues } from './values.js';

const SEPARATOR = /[,;|]/;

/** The part of different texts that must have a separator. */
const LISTS = 0.3;

/** The part of all words that must have an input of their own: sentences have too many different words. */
const RECURRING = 0.9;

/** The same of arrays, which are lists for certain. */
const SHARED = 0.5;

/** Of arrays, the words are what stands in them. */
export function decideLists(profile: Profile, most: number): Decision {
  const { name: column, filled, dates, words } = profile;
  if (filled + dates > 0) return { column, why: 'lists among other cells; make a list of each cell' };
  const chosen = chooseValues(words, most);
  if (chosen.covered >= SHARED) return wordsKind(profile, chosen);
  return { column, why: `lists with ${words.size} different texts, most of them rare` };
}

/** Texts that are lists of few words in many combinations; undefined where the combinations are few, or the words are many. */
export function wordsInput(profile: Profile, category: Chosen, most: number): Decision | undefined {
  const { values } = profile;
  let lists = 0;
  for (const text of values.keys()) if (SEPARATOR.test(text)) lists++;
  if (lists < LISTS * values.size || category.covered >= RECURRING) return undefined;
  const words = new Map<string, number>();
  for (const [text, count] of values) {
    for (const word of wordsOf(text) ?? []) words.set(word, (words.get(word) ?? 0) + count);
  }
  const chosen = chooseValues(words, most);
  const areFew = chosen.values.length > 1 && chosen.values.length < values.size && words.size < 2 * most;
  return areFew && chosen.covered >= RECURRING ? wordsKind(profile, chosen) : undefined;
}

function wordsKind(profile: Profile, { values, other }: Chosen): Decision {
  const { name: column, blanks } = profile;
  return {
    column,
    kind: { type: 'words', values, ...(other && { other }), ...(blanks > 0 && { missing: true }) },
    seen: `${values.length} words${other ? ', and other ones' : ''}${blankPart(profile)}: ${values.join(', ')}`,
  };
}
