/** What a link has besides settings, made of the page and put into it: weights, points of the visitor, how answers are shown. */
import { isOwn, MOST_LINKED, MOST_WEIGHTS, pointsPart, readHash, viewPart, weightsPart } from './link.js';
import { byId } from './page.js';
import { DEFAULTS } from './settings.js';
import { toHash } from './url.js';

/** @typedef {import('./parts.js').Page} Page */
/** @typedef {import('./session.js').Session} Session */

/** All weights and biases, layer after layer. @param {Session} session */
function weightsOf({ network }) {
  const layers = network?.layers.map((_, layer) => network.getParameters(layer)) ?? [];
  return Float32Array.from(layers.flatMap(({ weights, biases }) => [...weights, ...biases]));
}

/**
 * The parts of a link: with the address, which keeps points and view, and without it, what the network has learned.
 * @param {Session} session
 * @param {import('./view.js').View} view
 * @param {boolean} hasWeights Whether there is something learned to send, and nothing changes it now.
 */
export async function linkParts(session, view, hasWeights) {
  const { settings } = session;
  const points = isOwn(settings.data) ? pointsPart(await session.source.own(settings.data)) : '';
  const weights = hasWeights ? weightsPart(weightsOf(session)) : '';
  const names = [weights && 'weights', points && 'points'].filter(Boolean);
  // What is too much for an address.
  const missing = [
    hasWeights && !weights && `weights (${MOST_WEIGHTS} fit)`,
    isOwn(settings.data) && !points && `points (${MOST_LINKED} fit)`,
  ].filter(Boolean);
  const has = ['Link to these settings', ...names].join(', ').replace(/, (\w+)$/, ' and $1');
  const title = missing.length === 0 ? has : `${has}, without the ${missing.join(' and the ')}`;
  return { address: points + viewPart(view.isDiscrete), weights, title };
}

/** Opens what a link says. It may name a place in the page, such as “Skip to the network”. @param {Page} page @param {string} hash */
export async function openLink({ session, use, complain }, hash) {
  if (document.getElementById(hash.slice(1)) !== null) {
    if (session.network === undefined) return use(DEFAULTS);
    return history.replaceState(null, '', toHash(session.settings));
  }
  const { settings, problems, weights, owned, isDiscrete = false } = readHash(hash);
  const discretise = byId('discretise', HTMLInputElement);
  discretise.checked = isDiscrete;
  discretise.dispatchEvent(new Event('change'));
  if (owned !== undefined && isOwn(settings.data)) session.source.setOwn(settings.data, owned);
  await use(settings, { told: problems.join(' ') });
  // Something else may have been chosen meanwhile.
  if (weights === undefined || session.settled !== settings) return;
  if (weights.length !== session.network?.parameterCount) {
    const wanted = session.network?.parameterCount;
    return complain(`The link has ${weights.length} weights, the network ${wanted}. They are left out.`);
  }
  await takeWeights(session, weights);
}

/** @param {Session} session @param {Float32Array} numbers All weights and biases, as a link has them. */
async function takeWeights(session, numbers) {
  let at = 0;
  for (const layer of session.network?.layers.keys() ?? []) {
    await session.edit(layer, ({ weights, biases }) => {
      for (const part of [weights, biases]) {
        part.set(numbers.subarray(at, at + part.length));
        at += part.length;
      }
    });
  }
  await session.judge('With the weights of the link.');
}
