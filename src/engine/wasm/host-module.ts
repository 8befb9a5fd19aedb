/** Kernels that the host or the program compiled. */

/**
 * Returns the same module in a form that the loader recognizes. A module of another realm (an iframe, or the sandbox in which
 * Next.js runs edge functions) is not an instance of this realm's class, so the loader would take it for bytes.
 */
export function moduleOfThisRealm(module: WebAssembly.Module): WebAssembly.Module {
  if (module instanceof WebAssembly.Module) return module;
  return Object.setPrototypeOf(module, WebAssembly.Module.prototype) as WebAssembly.Module;
}
