/** The part of AssemblyScript's loader that is used: an import() of the package itself would keep a bundler from leaving out the rest. */
import { instantiateSync } from '@assemblyscript/loader';

/** Older browsers refuse this on a page's main thread. */
export function instanceByLoader(module: WebAssembly.Module, imports: WebAssembly.Imports): WebAssembly.Instance {
  return instantiateSync(module, imports).instance;
}
