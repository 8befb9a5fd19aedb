/** Three tasks for visitors, and whether a session has done one. Knows no page. */
import { defaultsOf } from './settings.js';

/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./session.js').Session} Session */

/** Validation accuracy that counts as done. */
const GOAL = 0.95;

/**
 * @type {readonly { settings: Settings, keeps: (settings: Settings) => boolean, rule: string }[]}
 */
export const CHALLENGES = [
  {
    settings: { ...defaultsOf('xor'), layers: [] },
    keeps: ({ data, layers, extra }) => data === 'xor' && extra.length === 0 && unitsOf(layers) <= 3,
    rule: 'Exclusive or, no extra inputs, at most 3 hidden units',
  },
  {
    settings: { ...defaultsOf('circles'), layers: [] },
    keeps: ({ data, layers }) => data === 'circles' && layers.length === 0,
    rule: 'Circles, no hidden layer',
  },
  {
    settings: { ...defaultsOf('spirals'), layers: [4, 2], activation: 'tanh', rate: 0.01 },
    keeps: ({ data, layers, extra }) => data === 'spirals' && extra.length === 0 && unitsOf(layers) <= 20,
    rule: 'Spirals, no extra inputs, at most 20 hidden units',
  },
];

/** @param {readonly number[]} layers */
function unitsOf(layers) {
  return layers.reduce((sum, units) => sum + units, 0);
}

/**
 * How a challenge stands.
 * @param {typeof CHALLENGES[number]} challenge
 * @param {Pick<Session, 'settings' | 'last'>} session
 * @returns {{ isDone: boolean, text: string }}
 */
export function stateOf({ keeps, rule }, { settings, last }) {
  if (!keeps(settings)) return { isDone: false, text: `Outside the rule: ${rule}.` };
  const isDone = (last?.validationAccuracy ?? 0) >= GOAL;
  return {
    isDone,
    text: isDone
      ? `Done in epoch ${last?.epoch}: ${rule}.`
      : `Change what you like, and train to ${100 * GOAL}%. The rule: ${rule}.`,
  };
}
