/** Saves and opens networks as files of the visitor, and copies the settings as a link. Nothing leaves the browser. */
import { Network } from 'wasmlp';
import { byId } from './page.js';

/** No network that this page can show is this large. */
const MOST_BYTES = 4 * 2 ** 20;

/**
 * Offers the network as a file to save, with what its training resumes from.
 * @param {Network} network
 * @param {string} data The name of the data that it learned.
 * @returns {string} What was done.
 */
export function download(network, data) {
  const name = `${data}.safetensors`;
  const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (network.saveCheckpoint());
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Firefox begins the download a little later.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  return `Saved ${name}.`;
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
 * Copies the address of the page. Where the browser refuses, selects it in a field, for the visitor to copy by hand.
 * @returns {Promise<string>} What was done.
 */
export async function copyLink() {
  const field = byId('link', HTMLInputElement);
  try {
    await navigator.clipboard.writeText(field.value);
    return 'The link is copied.';
  } catch {
    field.select();
    return 'The link is selected: copy it.';
  }
}
