/**
 * Reads settings, weights and points from the part of an address after the #, and writes all but settings. Checks what it reads: a link
 * may come from anybody.
 */
import { readNumber } from './numbers.js';
import { LEAST_POINTS, MOST_POINTS } from './own.js';
import { EXTENT } from './plane.js';
import { DEFAULTS, defaultsOf, hasValues, RULES } from './settings.js';
import { isTable } from './table.js';
import { LATTICE } from './values.js';

/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./source.js').Owned} Owned */
/** @typedef {{ settings: Settings, problems: string[], weights?: Float32Array, owned?: Owned, isDiscrete?: boolean }} Link */

/**
 * How each setting is read from text. A number that is not plainly written becomes undefined.
 * @type {Record<keyof Settings, (text: string) => unknown>}
 */
const READERS = {
  data: (text) => text,
  layers: (text) => (text === 'none' ? [] : text.split('-').map(readNumber)),
  extra: (text) => (text === 'none' ? [] : text.split('-')),
  activation: (text) => text,
  loss: (text) => text,
  optimizer: (text) => text,
  rate: readNumber,
  batch: readNumber,
  l2: readNumber,
  noise: readNumber,
  share: readNumber,
  seed: readNumber,
};

/** A link with more weights than this would be too long to send. */
export const MOST_WEIGHTS = 100;
/** A link with more points than this would be too long to send. */
export const MOST_LINKED = 500;
/** What a link may have besides settings. */
const MORE = /** @type {const} */ (['weights', 'points', 'table', 'view']);
/** The answers are discretised. */
const DISCRETE = 'discrete';
/** x, y and target of a point: 16 bits each. */
const POINT_BYTES = 6;

/** The page shows at most so many problems of a link. */
const MOST_PROBLEMS = 5;

/**
 * Numbers as text that an address may hold: float32, little-endian, as base64url.
 * @param {Float32Array} numbers
 */
export function toText(numbers) {
  const bytes = new Uint8Array(4 * numbers.length);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, i) => {
    view.setFloat32(4 * i, number, true);
  });
  return bytesToText(bytes);
}

/** @param {Uint8Array} bytes */
function bytesToText(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** Undefined where the text is not base64url of at most so many bytes. @param {string} text @param {number} most */
function textToBytes(text, most) {
  if (!/^[\w-]*$/.test(text) || text.length > 2 * most || text.length % 4 === 1) return undefined;
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}

/** The part of a link that carries weights; nothing where there are too many. @param {Float32Array} weights */
export function weightsPart(weights) {
  return weights.length > MOST_WEIGHTS ? '' : `&weights=${toText(weights)}`;
}

/** Reads what `toText` wrote; undefined where that is not finite numbers. @param {string} text */
export function fromText(text) {
  const bytes = textToBytes(text, 4 * MOST_WEIGHTS);
  if (bytes === undefined || bytes.length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer);
  const numbers = Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

/**
 * The part of a link that carries points of the visitor, which lie on the lattice, and what they were in a table.
 * @param {Owned} owned
 * @param {number} [most] With more points than this, nothing.
 */
export function pointsPart({ points: { inputs, targets }, table }, most = MOST_LINKED) {
  if (targets.length > most) return '';
  const scale = targets instanceof Uint8Array ? 1 : LATTICE;
  const bytes = new Uint8Array(POINT_BYTES * targets.length);
  const view = new DataView(bytes.buffer);
  targets.forEach((target, i) => {
    const numbers = [(inputs[2 * i] ?? 0) * LATTICE, (inputs[2 * i + 1] ?? 0) * LATTICE, target * scale];
    numbers.forEach((number, j) => {
      view.setInt16(POINT_BYTES * i + 2 * j, Math.round(number), true);
    });
  });
  const told = table === undefined ? '' : `&table=${encodeURIComponent(JSON.stringify(table))}`;
  return `&points=${bytesToText(bytes)}${told}`;
}

/** Reads what `pointsPart` wrote; undefined where that is no points. @param {string} text @param {boolean} areValues @returns {Owned['points'] | undefined} */
function pointsIn(text, areValues) {
  const bytes = textToBytes(text, POINT_BYTES * MOST_POINTS);
  const count = (bytes?.length ?? 0) / POINT_BYTES;
  if (bytes === undefined || !Number.isInteger(count) || count < LEAST_POINTS || count > MOST_POINTS) return undefined;
  const view = new DataView(bytes.buffer);
  const column = (/** @type {number} */ j) =>
    Array.from({ length: count }, (_, i) => view.getInt16(POINT_BYTES * i + 2 * j, true));
  const [xs, ys, all] = [column(0), column(1), column(2)];
  const isNear = (/** @type {number} */ number) => Math.abs(number) <= EXTENT * LATTICE;
  const isTarget = (/** @type {number} */ number) =>
    areValues ? Math.abs(number) <= LATTICE : number === 0 || number === 1;
  if (![...xs, ...ys].every(isNear) || !all.every(isTarget)) return undefined;
  return {
    inputs: Float32Array.from(xs.flatMap((x, i) => [x / LATTICE, (ys[i] ?? 0) / LATTICE])),
    targets: areValues ? Float32Array.from(all, (target) => target / LATTICE) : Uint8Array.from(all),
  };
}

/** As `fromHash`, and says where points of the visitor are missing. @param {string} hash @returns {Link} */
export function readHash(hash) {
  const read = fromHash(hash);
  const told = 'The link does not have the points that it was made with: these are others.';
  return isOwn(read.settings.data) && read.owned === undefined ? { ...read, problems: [...read.problems, told] } : read;
}

/**
 * The settings in a hash. What is missing or not valid becomes the default; `problems` says what is not valid.
 * @param {string} hash
 * @returns {Link}
 */
export function fromHash(hash) {
  /** @type {string[]} */
  const problems = [];
  const texts = textsOf(hash, problems);
  const { weights, view, ...more } = moreOf(hash);
  const numbers = weights === undefined ? undefined : fromText(weights);
  if (weights !== undefined && numbers === undefined) problems.push('The weights of the link cannot be read.');
  if (view !== undefined && view !== DISCRETE)
    problems.push(`The link has view "${shown(view)}", expected ${DISCRETE}. The default is used.`);
  const isValid = (/** @type {keyof Settings} */ key, /** @type {string} */ text) => {
    const { accepts, expected } = RULES[key];
    if (accepts(READERS[key](text))) return true;
    problems.push(`The link has ${key} "${shown(text)}", expected ${expected}. The default is used.`);
    return false;
  };
  const valid = [...texts].filter(([key, text]) => isValid(key, text)).map(([key, text]) => [key, READERS[key](text)]);
  /** @type {Partial<Settings>} */
  const found = Object.fromEntries(valid);
  const settings = { ...defaultsOf(found.data ?? DEFAULTS.data), ...found };
  // Links of earlier versions name another loss, which was not the one in use.
  if (hasValues(settings)) settings.loss = 'squaredError';
  const owned = isOwn(settings.data) ? ownedIn(more, hasValues(settings), problems) : undefined;
  return {
    settings,
    problems: fewOf(problems),
    ...(numbers !== undefined && { weights: numbers }),
    ...(owned !== undefined && { owned }),
    ...(view === DISCRETE && { isDiscrete: true }),
  };
}

/** Whether the points are the visitor's. @param {string} data @returns {data is import('./source.js').Own} */
export function isOwn(data) {
  return data === 'own' || data === 'ownValues';
}

/** The part of a link that says how the answers are shown. @param {boolean} isDiscrete */
export function viewPart(isDiscrete) {
  return isDiscrete ? `&view=${DISCRETE}` : '';
}

/** What a hash has besides settings. @param {string} hash @returns {Partial<Record<typeof MORE[number], string>>} */
function moreOf(hash) {
  const texts = new URLSearchParams(hash.replace(/^#/, ''));
  return Object.fromEntries(MORE.flatMap((key) => (texts.has(key) ? [[key, texts.get(key) ?? '']] : [])));
}

/**
 * @param {{ points?: string, table?: string }} texts
 * @param {boolean} areValues
 * @param {string[]} problems
 * @returns {Owned | undefined}
 */
function ownedIn({ points: text, table: told }, areValues, problems) {
  if (text === undefined) return undefined;
  const points = pointsIn(text, areValues);
  const table = told === undefined ? undefined : parsed(told);
  if (points === undefined || (table !== undefined && !isTable(table, areValues))) {
    problems.push('The points of the link cannot be read.');
    return undefined;
  }
  return { points, table };
}

/** The value of JSON; null where the text is none. @param {string} text @returns {unknown} */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {string[]} problems */
function fewOf(problems) {
  const more = problems.length - MOST_PROBLEMS;
  return more > 0 ? [...problems.slice(0, MOST_PROBLEMS), `And ${more} more.`] : problems;
}

/**
 * The text that a hash has for each setting. `problems` gets those that it has twice, and those that are not settings.
 * @param {string} hash
 * @param {string[]} problems
 */
function textsOf(hash, problems) {
  /** @type {Map<keyof Settings, string>} */
  const texts = new Map();
  const repeated = new Set();
  for (const [key, text] of new URLSearchParams(hash.replace(/^#/, ''))) {
    if (/** @type {readonly string[]} */ (MORE).includes(key)) continue;
    if (!isSetting(key)) {
      problems.push(`The link sets "${shown(key)}", which is none of ${Object.keys(RULES).join(', ')}.`);
      continue;
    }
    if (texts.has(key)) repeated.add(key);
    texts.set(key, text);
  }
  problems.push(...[...repeated].map((key) => `The link sets ${key} more than once. The last one counts.`));
  return texts;
}

/** @param {string} key @returns {key is keyof Settings} */
function isSetting(key) {
  return Object.hasOwn(RULES, key);
}

/** A text for a message, cut short: a link may hold any text. @param {string} text */
function shown(text) {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
