/** Turns what `fit` noticed into one line of advice, in the words of the page's controls. Knows no page. */
import { percent } from './numbers.js';
import { DEFAULTS, defaultsOf } from './settings.js';

/** @typedef {import('./settings.js').Settings} Settings */
/** What the visitor has taken on, and which settings keep to its rule. */
/** @typedef {{ text: string, keeps: (settings: Settings) => boolean }} Task */
/** @typedef {Pick<import('./session.js').Session, 'hints' | 'settled' | 'last' | 'isTrained'>} Coached */
/** Ways out, and the settings that each of them makes; undefined where there is no such way. */
/** @typedef {readonly (readonly [words: string, settings: Settings | undefined])[]} Ways */

/**
 * What to do about a hint: what is the matter, and which of the ways out to name. Others keep the library's words.
 * @type {Record<string, { told: string, ways?: (settings: Settings) => Ways, always?: readonly string[]}>}
 */
const ADVICE = {
  RATE_TOO_LARGE: {
    told: 'The learning rate is too large: the loss does not fall. Make it smaller, and restart.',
  },
  RATE_TOO_SMALL: { told: 'The learning rate is too small: the loss hardly falls. Make it larger.' },
  DEAD_UNITS: {
    told: 'Most relu units are 0 everywhere, and learn nothing. Try leakyRelu or a smaller learning rate, and restart.',
  },
  SATURATED_UNITS: {
    told: 'Most units are at an end of their range, and hardly learn. Make the learning rate smaller, and restart.',
  },
  CONSTANT_OUTPUT: {
    told: 'The network answers nearly the same everywhere. Give it ',
    ways: (settings) => [
      ['a hidden layer', withLayer(settings)],
      ['more units', withUnit(settings)],
    ],
    always: ['more epochs', 'a larger learning rate'],
  },
  UNBALANCED_CLASSES: {
    told: 'One class is rare and hardly found.',
    ways: (settings) => [
      [' Brush more points of it', settings.data === 'digits' ? undefined : { ...settings, data: 'own' }],
    ],
  },
  OVERFITTING: {
    told: 'The validation loss rises while the training loss falls: it learns by heart. Try ',
    ways: (settings) => [
      ['L2', settings],
      ['fewer units', withFewer(settings)],
    ],
    always: ['a larger share of training'],
  },
};

/** Poor is an accuracy below this. */
const GOOD = 0.95;
/** Epochs before the page says that, and before it says so of a network with a bend, which may need more of them. */
const PATIENCE = 20;
const LONG = 200;
/** With a rate that is too large, nothing else can be judged. */
const FIRST = ['RATE_TOO_LARGE'];

/** What data may change besides the network. */
const CHANGED = { activation: 'the activation', rate: 'the learning rate', noise: 'the noise' };

/** What to try where spirals are no news. @type {Partial<Record<Settings['data'], string[]>>} */
const NEXT = { spirals: ['more noise'], own: ['brushing points that are harder'] };

/**
 * @param {Coached} session
 * @param {Task} [task] Its words stay in sight, and the advice keeps to its rule.
 * @returns {string} Nothing where there is nothing to say.
 */
export function coachOf(session, task) {
  const advice = adviceOf(session, task?.keeps ?? (() => true));
  if (task !== undefined) return advice === '' ? task.text : `${task.text} ${advice}`;
  return advice || (session.last === undefined ? beginningOf(session) : praiseOf(session));
}

/** @param {Coached} session @param {Task['keeps']} keeps */
function adviceOf({ hints, settled, last }, keeps) {
  const [hint] = hints;
  const { data, layers, activation, extra } = settled;
  const isDigits = data === 'digits';
  const hasBend = layers.length > 0 && activation !== 'linear';
  const isPoor = last !== undefined && last.epoch > PATIENCE && (last.validationAccuracy ?? 1) < GOOD;
  if (isPoor && !isDigits && !hasBend && !FIRST.includes(hint?.code ?? '')) {
    const told =
      extra.length === 0
        ? 'Without a bend, the boundary is a straight line.'
        : 'These inputs alone do not tell the classes apart.';
    const ways = waysOf(
      [
        ['a hidden layer with tanh', withLayer(settled)],
        ['tanh', layers.length > 0 ? { ...settled, activation: 'tanh' } : undefined],
        ['extra inputs', extra.length === 0 ? { ...settled, extra: ['x1x2'] } : undefined],
      ],
      keeps,
    );
    return ways.length === 0 ? told : `${told} ${layers.length === 0 ? 'Add' : 'Choose'} ${listed(ways)}.`;
  }
  if (hint !== undefined) return adviceOn(hint, settled, keeps);
  if (!isPoor || isDigits || last.epoch <= LONG) return '';
  const ways = waysOf([['more units', withUnit(settled)]], keeps);
  return `Not all are told apart yet. Try ${listed([...ways, 'more epochs', 'another seed'])}.`;
}

/** @param {import('wasmlp').Hint} hint @param {Settings} settings @param {Task['keeps']} keeps */
function adviceOn({ code, message }, settings, keeps) {
  const advice = ADVICE[code];
  if (advice === undefined) return message;
  const ways = [...waysOf(advice.ways?.(settings) ?? [], keeps), ...(advice.always ?? [])];
  return ways.length === 0 ? advice.told : `${advice.told}${listed(ways)}.`;
}

/** The ways that there are, and that keep to the rule. @param {Ways} ways @param {Task['keeps']} keeps */
function waysOf(ways, keeps) {
  return ways.filter(([, settings]) => settings !== undefined && keeps(settings)).map(([words]) => words);
}

/** @param {readonly string[]} words */
function listed(words) {
  const [last = ''] = words.slice(-1);
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')}, or ${last}`;
}

/** @param {Settings} settings @returns {Settings | undefined} */
function withLayer(settings) {
  return settings.layers.length === 0 ? { ...settings, layers: [1] } : undefined;
}

/** @param {Settings} settings @returns {Settings | undefined} */
function withUnit(settings) {
  const [first, ...rest] = settings.layers;
  return first === undefined ? undefined : { ...settings, layers: [first + 1, ...rest] };
}

/** @param {Settings} settings @returns {Settings | undefined} */
function withFewer(settings) {
  return settings.layers.some((units) => units > 1) ? settings : undefined;
}

/** What to do first. @param {Coached} session */
function beginningOf({ settled, isTrained }) {
  if (isTrained) return '';
  if (settled.data === 'digits') return 'Press Start: the network learns to read digits. Then draw one.';
  return `Press Start: the plane takes the colours of its points.${changedBy(settled)}`;
}

/** What these data changed, where that is as they brought it. @param {Settings} settings */
function changedBy(settings) {
  const own = defaultsOf(settings.data);
  const changed = Object.entries(CHANGED)
    .filter(([key]) => {
      const name = /** @type {keyof Settings} */ (key);
      return own[name] !== DEFAULTS[name] && settings[name] === own[name];
    })
    .map(([key, title]) => `${title} ${settings[/** @type {keyof Settings} */ (key)]}`);
  return changed.length === 0 ? '' : ` These data bring ${changed.join(', ')}; other data put back what was.`;
}

/** What it can do now, and what to try next. @param {Coached} session */
function praiseOf({ settled, last }) {
  const accuracy = last?.validationAccuracy ?? 0;
  if (last === undefined || last.epoch <= PATIENCE || accuracy < GOOD) return '';
  const right = percent(Math.floor(1000 * accuracy) / 1000);
  if (settled.data === 'digits') return `It reads ${right} of new digits right. Draw one on the sheet.`;
  const fewer = withFewer(settled) === undefined ? [] : ['fewer units'];
  return `It answers ${right} of new points right. Now try ${listed([...fewer, ...(NEXT[settled.data] ?? ['more noise', 'spirals'])])}.`;
}
