/** What hosts on the edge make of an import of a .wasm file. */
declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}

/** The same, as Vercel's edge wants it written. */
declare module '*.wasm?module' {
  const module: WebAssembly.Module;
  export default module;
}
