/** What the builds for several threads export beside index.ts: what a helper does. */
export { help } from './train/team/claims';
