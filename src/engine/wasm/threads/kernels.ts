/** The builds of the kernel for several threads. Like the others, each is text in a chunk of its own. */
import { compileText } from '../embedded.js';

const KERNELS = {
  threads: () => compileText(() => import('../generated/kernel-threads.js')),
  threadsRelaxed: () => compileText(() => import('../generated/kernel-threadsRelaxed.js')),
  threadsWide: () => compileText(() => import('../generated/kernel-threadsWide.js')),
  threadsRelaxedWide: () => compileText(() => import('../generated/kernel-threadsRelaxedWide.js')),
};

const compiled = new Map<keyof typeof KERNELS, Promise<WebAssembly.Module>>();

/** Compiles the build for these options, once. Rejects where the host refuses it. */
export async function threadsKernel(relaxed: boolean, wide: boolean): Promise<WebAssembly.Module> {
  const name = relaxed ? (wide ? 'threadsRelaxedWide' : 'threadsRelaxed') : wide ? 'threadsWide' : 'threads';
  const compiling = compiled.get(name) ?? KERNELS[name]();
  compiled.set(name, compiling);
  compiling.catch(() => compiled.delete(name));
  return await compiling;
}
