/** Saves and opens networks as files of the visitor, and copies the settings as a link. Nothing leaves the browser. */
import { Network } from 'wasmlp';

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

/**
 * Offers the network as a file to save, with what its training resumes from.
 * @param {Network} network
 * @param {string} data The name of the data that it learned.
 */
export function download(network, data) {
  const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (network.saveCheckpoint());
  return offer(new Blob([bytes], { type: 'application/octet-stream' }), `${data}.safetensors`);
}

/**
 * Opens the network of a file. Rejects where the file is not a model.
 * @param {File} file
 */
export async function open(file) {
  if (file.size > MOST_BYTES)
    throw new RangeError(`${file.name} has ${file.size} bytes, more than any network shown here.`);
  return await Network.load(new Uint8Array(await file.arrayBuffer()));
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
