/** Saves and opens networks as files of the visitor, and copies the settings as a link. Nothing leaves the browser. */
import { Network } from 'wasmlp';
import { fromHash, isOwn, pointsPart } from './link.js';
import { toHash } from './url.js';

/** No network that this page can show is this large. */
const MOST_BYTES = 4 * 2 ** 20;

/**
 * Offers a file to save.
 * @param {Blob} blob
 * @param {string} name
 * @returns {string} What was done.
 */
export function offer(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Firefox begins the download a little later.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  return `Saved ${name}.`;
}

/** Where the header of a file has what the page adds to it. */
const ADDED = 'wasmlp.playground';

/**
 * Offers the network as a file to save, with what its training resumes from, and with the settings and points of the page.
 * @param {import('./session.js').Session} session With a network.
 */
export async function download({ network, settled, source }) {
  const points = isOwn(settled.data) ? pointsPart(await source.own(settled.data), Number.POSITIVE_INFINITY) : '';
  const bytes = withAdded(/** @type {Network} */ (network).saveCheckpoint(), toHash(settled) + points);
  return offer(new Blob([bytes], { type: 'application/octet-stream' }), `${settled.data}.safetensors`);
}

/**
 * Reads a file, to open its network when everything before is done. `link` is what the page said when it saved it. Rejects where the file is
 * too large; `bring` rejects where it is not a model.
 * @param {File} file
 */
export async function open(file) {
  if (file.size > MOST_BYTES)
    throw new RangeError(`${file.name} has ${file.size} bytes, more than any network shown here.`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const added = addedIn(bytes);
  const link = added === undefined ? undefined : fromHash(added);
  return { bring: () => Network.load(bytes), link };
}

/** The length of a safetensors header in bytes. @param {Uint8Array} file */
function lengthOf(file) {
  return Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
}

/**
 * A safetensors file with one more entry in its metadata: 8 bytes of length, little-endian, JSON, tensors. Readers pass over names that
 * they do not know.
 * @param {Uint8Array} file
 * @param {string} text
 */
function withAdded(file, text) {
  const length = lengthOf(file);
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  header.__metadata__[ADDED] = text;
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Tensors begin at multiples of 8; the rest is spaces.
  const made = new Uint8Array(8 * Math.ceil(json.length / 8)).fill(32);
  made.set(json);
  const bytes = new Uint8Array(8 + made.length + file.length - 8 - length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(made.length), true);
  bytes.set(made, 8);
  bytes.set(file.subarray(8 + length), 8 + made.length);
  return bytes;
}

/** What the page added to a file; undefined where it is from elsewhere, or no model at all. @param {Uint8Array} file */
function addedIn(file) {
  try {
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + lengthOf(file))));
    const added = header.__metadata__[ADDED];
    return typeof added === 'string' ? added : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Copies the text of a field. Where the browser refuses, selects it, for the visitor to copy by hand.
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @param {string} name What it is.
 * @returns {Promise<string>} What was done.
 */
export async function copy(field, name) {
  try {
    await navigator.clipboard.writeText(field.value);
    return `${name} is copied.`;
  } catch {
    field.select();
    return `${name} is selected: copy it.`;
  }
}
