/**
 * How the file kernel.wasm says that it is the kernel of this version: by a custom section at its end. tools/build/kernels.js appends
 * it.
 */
import { KERNEL_IDENTITY } from './generated/identity.js';

export { KERNEL_IDENTITY };

/** Of the section: an id of 0, the length of what follows, the length of the name, the name. */
const SECTION = 'wasmlp';
const LENGTH = KERNEL_IDENTITY.length;

/** The identity in a compiled module, undefined where it has none. */
export function identityOfModule(module: WebAssembly.Module): string | undefined {
  const [section] = WebAssembly.Module.customSections(module, SECTION);
  return section && textOf(new Uint8Array(section).subarray(0, LENGTH));
}

/** The identity at the end of a file's bytes, where it stands in a file that is whole; undefined where it has none. */
export function identityOfBytes(bytes: Uint8Array): string | undefined {
  const [name, identity] = [bytes.subarray(-LENGTH - SECTION.length, -LENGTH), bytes.subarray(-LENGTH)];
  return textOf(name) === SECTION ? textOf(identity) : undefined;
}

/** Of ASCII. */
function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
