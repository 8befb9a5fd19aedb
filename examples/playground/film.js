/** Saves what is shown as a picture, and the answers as an animation. Nothing leaves the browser. */
import { offer } from './files.js';
import { byId, make, readPalette } from './page.js';

/** Frames a second of an animation. */
const RATE = 30;

/** The size of a picture, as where links are shown. */
const CARD = { width: 1200, height: 630, margin: 40 };
/** Where drawings of the page stand in it, and how large they may be. */
const BOXES = {
  diagram: { x: 40, y: 130, width: 680, height: 420 },
  answers: { x: 760, y: 40, width: 400, height: 400 },
  losses: { x: 760, y: 452, width: 400, height: 110 },
};
/** Beside them the name of the page has room. */
const MOST_NUMBERS = 880;
/** The numbers under the drawings, by their ids in the page. */
const NUMBERS = {
  epoch: 'Epoch',
  'loss-now': 'training loss',
  'validation-now': 'validation loss',
  'accuracy-now': 'accuracy',
};

/**
 * What the page shows now, in one picture that says what it is: the data, the network, its answers, its loss.
 * @param {import('./session.js').Session} session
 * @returns {Promise<string>} What was done.
 */
export async function savePicture({ network, settled, isTrained }) {
  const card = make('canvas', {});
  card.width = CARD.width;
  card.height = CARD.height;
  const context = card.getContext('2d');
  if (context === null || network === undefined) throw new Error('There is nothing to picture yet.');
  const { surface, ink, muted } = readPalette();
  context.fillStyle = surface;
  context.fillRect(0, 0, CARD.width, CARD.height);
  const write = (
    /** @type {string} */ text,
    /** @type {number} */ y,
    /** @type {string} */ font,
    color = ink,
    most = BOXES.diagram.width,
  ) => {
    context.fillStyle = color;
    context.font = `${font} system-ui, sans-serif`;
    context.fillText(text, CARD.margin, y, most);
  };
  const title = byId('data', HTMLSelectElement).selectedOptions[0]?.textContent ?? settled.data;
  const shape = [network.inputs, ...network.layers.map(({ units }) => units)].join('-');
  const activation = settled.layers.length === 0 ? '' : ` ${settled.activation}`;
  write(isTrained ? `${title}, learned by a network` : title, 76, 'bold 34px');
  write(`${shape}${activation}, ${settled.optimizer} ${settled.rate}`, 112, '22px', muted);
  const numbers = Object.entries(NUMBERS)
    .map(([id, name]) => `${name} ${byId(id, HTMLElement).textContent}`)
    .filter((text) => !text.endsWith('–'));
  write(numbers.join(' · '), 594, '22px', ink, MOST_NUMBERS);
  context.textAlign = 'right';
  context.fillStyle = muted;
  context.fillText('wasmlp playground', CARD.width - CARD.margin, 594);
  const answers = network.inputs === 64 ? 'sheet' : 'boundary';
  for (const [id, box] of /** @type {const} */ ([
    ['diagram', BOXES.diagram],
    [answers, BOXES.answers],
    ['losses', BOXES.losses],
  ])) {
    // The sheet for digits comes with its first use: until then there is none to picture.
    const canvas = document.getElementById(id);
    if (canvas instanceof HTMLCanvasElement) place(context, canvas, box);
  }
  const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ resolve) => card.toBlob(resolve));
  if (blob === null) throw new Error('This browser could not make a picture.');
  return offer(blob, `${settled.data}.png`);
}

/**
 * Puts a drawing into the middle of a box, as large as fits.
 * @param {CanvasRenderingContext2D} context
 * @param {HTMLCanvasElement} canvas
 * @param {typeof BOXES.diagram} box
 */
function place(context, canvas, { x, y, width, height }) {
  if (canvas.width === 0 || canvas.height === 0) return;
  const scale = Math.min(width / canvas.width, height / canvas.height);
  const [w, h] = [canvas.width * scale, canvas.height * scale];
  context.drawImage(canvas, x + (width - w) / 2, y + (height - h) / 2, w, h);
}

/**
 * Records the answers until `stop`.
 * @param {string} data The name of the data.
 */
export function record(data) {
  // With digits the answers stand still: their weights are what moves.
  const canvas = byId(data === 'digits' ? 'diagram' : 'boundary', HTMLCanvasElement);
  if (typeof MediaRecorder === 'undefined' || canvas.captureStream === undefined) {
    throw new Error('This browser cannot record a canvas.');
  }
  const recorder = new MediaRecorder(canvas.captureStream(RATE));
  /** @type {Blob[]} */
  const parts = [];
  recorder.addEventListener('dataavailable', (event) => parts.push(event.data));
  // It may end by itself before, as where its encoder fails: who listened only then would wait for ever.
  const ended = new Promise((resolve) => recorder.addEventListener('stop', resolve));
  recorder.start();
  return {
    /** Ends it, and offers the file. @returns {Promise<string>} What was done. */
    stop: async () => {
      if (recorder.state !== 'inactive') recorder.stop();
      await ended;
      const type = recorder.mimeType.split(';')[0] ?? '';
      return offer(new Blob(parts, { type }), `${data}.${type === 'video/mp4' ? 'mp4' : 'webm'}`);
    },
  };
}
