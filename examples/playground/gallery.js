/** The digits that the network gets wrong, as pictures to choose from. Knows no training. */
import { sampleAt } from './datasets.js';
import { drawPicture } from './ink-draw.js';
import { byId, clearedCanvas, make, readPalette } from './page.js';

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {import('./datasets.js').Samples} Samples */

/** More would not be looked at. */
const MOST_SHOWN = 24;

/**
 * The samples that a network of several classes gets wrong, with what it says.
 * @param {Network} network
 * @param {Samples} samples
 */
export function wrongOf(network, { inputs, targets }) {
  const outputs = network.predict(inputs);
  const classes = outputs.length / targets.length;
  return Array.from(targets, (target, index) => {
    const row = [...outputs.subarray(index * classes, (index + 1) * classes)];
    return { index, target, answer: row.indexOf(Math.max(...row)) };
  }).filter(({ target, answer }) => target !== answer);
}

/**
 * @param {Network} network
 * @param {Samples} samples
 * @param {(index: number) => void} onChoose
 */
export function showGallery(network, samples, onChoose) {
  const wrong = wrongOf(network, samples);
  const palette = readPalette();
  byId('gallery-count', HTMLElement).textContent =
    wrong.length === 0
      ? 'It gets all of them right.'
      : `${wrong.length} of ${samples.targets.length} are wrong. Choose one to see it on the sheet.`;
  const items = wrong.slice(0, MOST_SHOWN).map(({ index, target, answer }) => {
    const canvas = make('canvas', { class: 'thumb', 'aria-hidden': 'true' });
    const button = make(
      'button',
      { type: 'button' },
      canvas,
      make('span', { class: 'unseen' }, `A ${target}, read as ${answer}`),
      make('span', { 'aria-hidden': 'true' }, `${target} → ${answer}`),
    );
    button.addEventListener('click', () => onChoose(index));
    return { item: make('li', {}, button), canvas, index };
  });
  byId('gallery', HTMLElement).replaceChildren(...items.map(({ item }) => item));
  for (const { canvas, index } of items) {
    const { context, width } = clearedCanvas(canvas);
    drawPicture(context, width, Float32Array.from(sampleAt(samples, index).row), palette);
  }
}
