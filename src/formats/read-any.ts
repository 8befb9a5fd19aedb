/** Reads a network in any form that load takes: finds out which one it is. A chunk of its own. */
import { codedError } from '../foundation/errors.js';
import { readJson } from './json-model/read-json.js';
import { readModel } from './safetensors/read-model.js';
import { bad } from './safetensors/refused.js';
import type { Restored } from './saved-model.js';

const BRACE = 0x7b;
/** White space of JSON, and the bytes of a byte order mark. */
const LEADING = [0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf];

/** The bytes may become a part of what is returned: nobody else may change them. */
export async function readAny(model: Uint8Array | string | Blob): Promise<Restored> {
  if (typeof model === 'string') return readJson(model);
  const file = model instanceof Uint8Array ? model : await bytesOfBlob(model);
  return isJson(file) ? readJson(textOf(file)) : readModel(file);
}

async function bytesOfBlob(blob: Blob): Promise<Uint8Array> {
  try {
    const buffer = await blob.arrayBuffer();
    return new Uint8Array(buffer);
  } catch (cause) {
    const mend = 'A File cannot be read once the file it names was changed or removed. Choose it again.';
    throw codedError('ERR_IO', `load: the Blob could not be read. ${mend}`, { cause });
  }
}

/** Whether it begins as JSON does. A safetensors file has the brace that begins its header at byte 8; no JSON of ours has one there. */
function isJson(file: Uint8Array): boolean {
  return file[8] !== BRACE && file.find((byte) => !LEADING.includes(byte)) === BRACE;
}

function textOf(file: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch (cause) {
    throw bad('its text is not UTF-8', cause);
  }
}
