/** What the builds for several threads export beside index.ts: what a helper does, and its parts on their own, as in kernels.ts. */
export { help, share } from './train/team/claims';
export { doChunk } from './train/team/parts';
