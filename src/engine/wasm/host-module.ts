/** Kernels that the host or the program compiled. */

/**
 * The module, as one that the loader knows for a module: of another realm (an iframe, the sandbox that Next.js runs edge functions in) it
 * is no instance of this one's class, and the loader would take it for bytes.
 */
export function moduleOfThisRealm(module: WebAssembly.Module): WebAssembly.Module {
  if (module instanceof WebAssembly.Module) return module;
  return Object.setPrototypeOf(module, WebAssembly.Module.prototype) as WebAssembly.Module;
}
