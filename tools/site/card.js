/**
 * Draws the picture that is shown where a page of the site is shared: what a network answers that has just learned two spirals. The network
 * is the start page's, and is trained here. Knows no browser: it gives SVG.
 */
import { drawPoints } from '../../examples/playground/datasets.js';
import { grouped, percent } from '../../examples/playground/numbers.js';
import { defaultsOf, networkOptions } from '../../examples/playground/settings.js';
import { CARD, NAME, SENTENCE } from './head.js';

/** @typedef {import('wasmlp').Network} Network */

const EPOCHS = 200;
const SIDE = 510;
const LEFT = CARD.width - SIDE - 60;
const TOP = (CARD.height - SIDE) / 2;
/** Half the side of the plane that is shown, and cells along a side. */
const EXTENT = 1.05;
const CELLS = 170;
/** Of light pages, as colors.css has them. */
const COLORS = { page: '#f5f5f2', ink: '#1d2127', muted: '#5f6670', classes: ['#d9730d', '#2667d8'] };
/** @param {number} value */
const place = (value) => ((value + EXTENT) / (2 * EXTENT)) * SIDE;

/** Runs of cells with the same answer, in ten steps, as rectangles. @param {Network} network */
function regions(network) {
  const cell = SIDE / CELLS;
  const at = (/** @type {number} */ i) => EXTENT * ((2 * (i + 0.5)) / CELLS - 1);
  const rectangles = [];
  for (let row = 0; row < CELLS; row++) {
    const answers = network.predict(
      Float32Array.from({ length: 2 * CELLS }, (_, i) => at(i % 2 ? CELLS - 1 - row : i >> 1)),
    );
    const steps = Array.from(answers, (answer) => Math.round(10 * answer));
    for (let from = 0, to = 0; from < CELLS; from = to) {
      while (to < CELLS && steps[to] === steps[from]) to++;
      const answer = (steps[from] ?? 0) / 10;
      const shade = `fill="${COLORS.classes[answer < 0.5 ? 0 : 1]}" opacity="${(0.06 + 0.68 * Math.abs(answer - 0.5)).toFixed(2)}"`;
      rectangles.push(
        `<rect x="${from * cell}" y="${row * cell}" width="${(to - from) * cell}" height="${cell}" ${shade}/>`,
      );
    }
  }
  return rectangles.join('');
}

/** @param {import('../../examples/playground/datasets.js').Samples} samples */
function discs({ inputs, targets }) {
  return Array.from(targets, (target, i) => {
    const [x, y] = [place(inputs[2 * i] ?? 0), SIDE - place(inputs[2 * i + 1] ?? 0)];
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="6" fill="${COLORS.classes[target]}" stroke="white" stroke-width="1.5"/>`;
  }).join('');
}

/** Lines of at most so many letters. @param {string} text @param {number} most */
function lines(text, most) {
  /** @type {string[]} */
  const found = [''];
  for (const word of text.split(' ')) {
    const line = `${found.at(-1)} ${word}`.trim();
    if (line.length <= most) found[found.length - 1] = line;
    else found.push(word);
  }
  return found;
}

/** @param {readonly string[]} texts @param {number} y @param {number} size @param {string} color */
function words(texts, y, size, color) {
  return texts
    .map((text, i) => `<text x="60" y="${y + i * size * 1.35}" font-size="${size}" fill="${color}">${text}</text>`)
    .join('');
}

/** @param {Pick<typeof import('wasmlp').Network, 'create'>} library Creates networks. */
export async function drawCard(library) {
  const settings = defaultsOf('spirals');
  const { training, validation } = drawPoints('spirals', settings.seed);
  const network = await library.create(networkOptions(settings));
  const { epochs } = await network.fit(training.inputs, training.targets, {
    epochs: EPOCHS,
    batchSize: settings.batch,
    validation,
  });
  const last = epochs.at(-1);
  const right = percent(last?.validationAccuracy ?? 0).replace('.0%', '%');
  const told = lines(
    `${grouped(network.parameterCount)} parameters, ${EPOCHS} epochs: ${right} of new points right`,
    34,
  );
  // Edges of cells that touch would show as lines if they were smoothed.
  const answers = `<g shape-rendering="crispEdges">${regions(network)}</g>`;
  network.dispose();
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${CARD.width}" height="${CARD.height}" font-family="Inter, system-ui, sans-serif">
<rect width="100%" height="100%" fill="${COLORS.page}"/>
<text x="56" y="190" font-size="112" font-weight="700" letter-spacing="-3" fill="${COLORS.ink}">${NAME}</text>
${words(lines(SENTENCE, 26), 262, 36, COLORS.ink)}
${words(told, 500, 26, COLORS.muted)}
<clipPath id="square"><rect width="${SIDE}" height="${SIDE}" rx="20"/></clipPath>
<g transform="translate(${LEFT} ${TOP})" clip-path="url(#square)">
<rect width="100%" height="100%" fill="white"/>
${answers}
${discs(training)}
</g>
</svg>
`;
}
