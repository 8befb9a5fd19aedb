/** Kernels that the package carries as text. Each is a module of its own, imported when needed. Knows nothing about what is in them. */
import { uint8 } from '../../foundation/memory.js';

/** Imports a generated module and compiles the kernel in it. */
export async function compileText(load: () => Promise<{ KERNEL_TEXT: string }>): Promise<WebAssembly.Module> {
  return await WebAssembly.compile(bytesOf((await load()).KERNEL_TEXT));
}

/** Turns text into bytes: the reverse of textOf in tools/build/text.js. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = uint8(text.length);
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    let value = digitAt(text, i);
    if (value >= 84) value = 84 + (value - 84) * 86 + digitAt(text, ++i);
    // The array stores this modulo 256.
    bytes[count++] = value - 6;
  }
  return bytes.subarray(0, count);
}

/** The value of one base-86 digit. */
function digitAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 92 ? code - 40 : code - 41;
}
