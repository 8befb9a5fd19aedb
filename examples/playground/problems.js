/** Errors in the words of the page, by their codes; in those of the library where there are no better ones. */

/** @type {Record<string, (error: object) => string>} */
const WORDS = {
  ERR_DIVERGED: (error) =>
    `The training diverged in epoch ${'epoch' in error ? error.epoch : 1}: choose a smaller learning rate.`,
  ERR_WORKER_DIED: () => 'The worker that trains did not start, or ended. Load the page again.',
  ERR_MODEL_FORMAT: () => 'This is no network that wasmlp saved.',
  ERR_MODEL_VERSION: () => 'A newer wasmlp saved this network.',
  // What is no network may begin with any length.
  ERR_MODEL_LIMIT: () => 'This is no network that wasmlp saved.',
};

/** @param {unknown} error */
export function wordsOf(error) {
  if (!(error instanceof Error)) return String(error);
  const words = 'code' in error ? WORDS[String(error.code)] : undefined;
  return words === undefined ? error.message : words(error);
}
