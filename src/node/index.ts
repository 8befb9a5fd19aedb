/** wasmlp/node: models in files, and readers of data. All that needs Node's own modules is in this folder. */
export type { FilePath } from './disk.js';
export { loadFile } from './load.js';
export { type SaveOptions, saveFile } from './save.js';
