/** The part of AssemblyScript's loader that is used: an import() of the package itself would keep a bundler from leaving out the rest. */
export { instantiateSync } from '@assemblyscript/loader';
