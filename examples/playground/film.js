/** Saves the answers as a picture or as an animation. Nothing leaves the browser. */
import { offer } from './files.js';
import { byId } from './page.js';

/** Frames a second of an animation. */
const RATE = 30;

/** @param {string} data The name of the data. @returns {Promise<string>} What was done. */
export async function savePicture(data) {
  const canvas = byId('boundary', HTMLCanvasElement);
  const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ resolve) => canvas.toBlob(resolve));
  if (blob === null) throw new Error('This browser could not make a picture.');
  return offer(blob, `${data}.png`);
}

/**
 * Records the answers until `stop`.
 * @param {string} data The name of the data.
 */
export function record(data) {
  const canvas = byId('boundary', HTMLCanvasElement);
  if (typeof MediaRecorder === 'undefined' || canvas.captureStream === undefined) {
    throw new Error('This browser cannot record a canvas.');
  }
  const recorder = new MediaRecorder(canvas.captureStream(RATE));
  /** @type {Blob[]} */
  const parts = [];
  recorder.addEventListener('dataavailable', (event) => parts.push(event.data));
  recorder.start();
  return {
    /** Ends it, and offers the file. @returns {Promise<string>} What was done. */
    stop: () =>
      new Promise((resolve) => {
        recorder.addEventListener('stop', () => {
          const type = recorder.mimeType.split(';')[0] ?? '';
          resolve(offer(new Blob(parts, { type }), `${data}.${type === 'video/mp4' ? 'mp4' : 'webm'}`));
        });
        recorder.stop();
      }),
  };
}
