/**
 * What the name of a column says about whole numbers in it: `zip_code` and `PassengerId` are labels, `month` goes round. Knows English names
 * alone, in snake_case, camelCase or words, and no cells.
 */

/** Labels of things, of which most or all differ. */
const IDENTIFIERS = words(
  'id ids uuid guid pid userid customerid orderid productid itemid clientid accountid patientid rowid recordid',
);

/** Labels of which many rows share one. No ranks: class and grade may be 1st to 3rd. */
const LABELS = words(
  'code codes zip zipcode postcode postalcode plz fips sku ean isbn type kind category gender sex race ethnicity origin colour color ' +
    'species brand department cluster',
);

/** Labels where they are the whole name: `mpg.city` is a number. */
const PLACES = words('region district zone country state city county');

/** Numbers of rows or of things, or how many there are: the cells have to tell. */
const NUMBERS = words('no nr num number index idx key #');

const TIMES = words('time timestamp ts date datetime created updated modified epoch unix at');

/** What goes round, with the highest whole number that it has. */
const ROUNDS: Readonly<Record<string, number>> = { month: 12, weekday: 7, dow: 7, hour: 23 };

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

/** The words of a name, in lower case, without what stands in parentheses: `SPL (dB)` is spl. */
function wordsIn(name: string): string[] {
  return name
    .replace(/\([^)]*\)/g, ' ')
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}#]+/u)
    .map((word) => word.replace(/(?<=\p{L})\d+$/u, ''))
    .filter((word) => word !== '');
}

/** The word that says what it is: the last one, or the one before `of`. */
function nounOf(name: string): string {
  const all = wordsIn(name);
  const of = all.indexOf('of');
  return (of > 0 ? all[of - 1] : all.at(-1)) ?? '';
}

export function namesIdentifier(name: string): boolean {
  return IDENTIFIERS.has(nounOf(name));
}

export function namesLabel(name: string): boolean {
  const [first = '', ...others] = wordsIn(name);
  return LABELS.has(nounOf(name)) || (others.length === 0 && PLACES.has(first));
}

export function namesNumber(name: string): boolean {
  return NUMBERS.has(nounOf(name));
}

export function namesTime(name: string): boolean {
  return wordsIn(name).some((word) => TIMES.has(word));
}

/** The highest whole number of what goes round, as months do; undefined for other names. */
export function roundOf(name: string): number | undefined {
  if (/\bday of (?:the )?week\b/.test(wordsIn(name).join(' '))) return ROUNDS.weekday;
  const noun = nounOf(name);
  return Object.hasOwn(ROUNDS, noun) ? ROUNDS[noun] : undefined;
}
