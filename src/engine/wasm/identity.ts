/**
 * How the file kernel.wasm shows that it is the kernel of this version: a custom section at its end. tools/build/kernels.js
 * appends it.
 */
import { KERNEL_IDENTITY } from './generated/identity.js';

export { KERNEL_IDENTITY };

/**
 * The name of the section. In the file the section is: an id of 0, the length of the rest, the length of the name, the name, the
 * identity.
 */
const SECTION = 'wasmlp';
const LENGTH = KERNEL_IDENTITY.length;

/** The identity in a compiled module. Undefined if it has none. */
export function identityOfModule(module: WebAssembly.Module): string | undefined {
  const [section] = WebAssembly.Module.customSections(module, SECTION);
  return section && textOf(new Uint8Array(section).subarray(0, LENGTH));
}

/** The identity at the end of a file's bytes. Undefined if it is not there, as in a file that was cut short. */
export function identityOfBytes(bytes: Uint8Array): string | undefined {
  const [name, identity] = [bytes.subarray(-LENGTH - SECTION.length, -LENGTH), bytes.subarray(-LENGTH)];
  return textOf(name) === SECTION ? textOf(identity) : undefined;
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
