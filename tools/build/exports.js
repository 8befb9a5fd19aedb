/**
 * Takes exports out of a compiled kernel. Tests and benchmarks call single kernels; a network does not, and their names would be 2% of what a
 * page loads.
 */
import binaryen from 'binaryen';

/**
 * The module with only these exports, without functions that nothing needs then. The code of all others stays as it is, so that what the
 * package contains is what the tests have called.
 * @param {Uint8Array} bytes
 * @param {readonly string[]} kept
 */
export function withExports(bytes, kept) {
  const module = binaryen.readBinary(bytes);
  try {
    module.setFeatures(binaryen.Features.All);
    const names = Array.from(
      { length: module.getNumExports() },
      (_, i) => binaryen.getExportInfo(module.getExportByIndex(i)).name,
    );
    for (const name of names) if (!kept.includes(name)) module.removeExport(name);
    module.runPasses(['remove-unused-module-elements']);
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}
