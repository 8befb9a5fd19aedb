/**
 * Reads settings and weights from the part of an address after the #, and writes weights. Checks what it reads: a link may come from
 * anybody.
 */
import { readNumber } from './numbers.js';
import { DEFAULTS, defaultsOf, RULES } from './settings.js';

/** @typedef {import('./settings.js').Settings} Settings */

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
/** What a link may have besides settings. */
const WEIGHTS = 'weights';

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
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** The part of a link that carries weights; nothing where there are too many. @param {Float32Array} weights */
export function weightsPart(weights) {
  return weights.length > MOST_WEIGHTS ? '' : `&${WEIGHTS}=${toText(weights)}`;
}

/** Reads what `toText` wrote; undefined where that is not finite numbers. @param {string} text */
export function fromText(text) {
  if (!/^[\w-]*$/.test(text) || text.length > 8 * MOST_WEIGHTS || text.length % 4 === 1) return undefined;
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
  if (bytes.length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer);
  const numbers = Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

/** As `fromHash`, and says what no link has: points of the visitor. @param {string} hash */
export function readHash(hash) {
  const read = fromHash(hash);
  const isOwn = read.settings.data === 'own' || read.settings.data === 'ownValues';
  const told = 'The link does not have the points that it was made with: these are others.';
  return isOwn ? { ...read, problems: [...read.problems, told] } : read;
}

/**
 * The settings in a hash. What is missing or not valid becomes the default; `problems` says what is not valid.
 * @param {string} hash
 * @returns {{ settings: Settings, problems: string[], weights?: Float32Array }}
 */
export function fromHash(hash) {
  /** @type {string[]} */
  const problems = [];
  const texts = textsOf(hash, problems);
  const weights = weightsOf(hash, problems);
  const isValid = (/** @type {keyof Settings} */ key, /** @type {string} */ text) => {
    const { accepts, expected } = RULES[key];
    if (accepts(READERS[key](text))) return true;
    problems.push(`The link has ${key} "${shown(text)}", expected ${expected}. The default is used.`);
    return false;
  };
  const valid = [...texts].filter(([key, text]) => isValid(key, text)).map(([key, text]) => [key, READERS[key](text)]);
  /** @type {Partial<Settings>} */
  const found = Object.fromEntries(valid);
  return {
    settings: { ...defaultsOf(found.data ?? DEFAULTS.data), ...found },
    problems: fewOf(problems),
    ...(weights !== undefined && { weights }),
  };
}

/** @param {string} hash @param {string[]} problems */
function weightsOf(hash, problems) {
  const text = new URLSearchParams(hash.replace(/^#/, '')).get(WEIGHTS);
  if (text === null) return undefined;
  const weights = fromText(text);
  if (weights === undefined) problems.push('The weights of the link cannot be read.');
  return weights;
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
    if (key === WEIGHTS) continue;
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
