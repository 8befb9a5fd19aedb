/** What an import of a .wasm file gives on edge hosts. */
declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}

/** The same import, in the form that Vercel's edge needs. */
declare module '*.wasm?module' {
  const module: WebAssembly.Module;
  export default module;
}
