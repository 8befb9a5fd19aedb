/** Puts errors into the words of the page, by their codes. Other errors keep the library's words. */

/** @type {Record<string, (error: object) => string>} */
const WORDS = {
  ERR_DIVERGED: (error) =>
    `The training diverged in epoch ${'epoch' in error ? error.epoch : 1}: choose a smaller learning rate.`,
  ERR_WORKER_DIED: () => 'The training worker did not start, or it ended. Load the page again.',
  ERR_MODEL_FORMAT: () => 'This is not a network that wasmlp saved.',
  ERR_MODEL_VERSION: () => 'A newer wasmlp saved this network.',
  // A file that is not a network may begin with any length.
  ERR_MODEL_LIMIT: () => 'This is not a network that wasmlp saved.',
};

/** @param {unknown} error */
export function wordsOf(error) {
  if (!(error instanceof Error)) return String(error);
  const words = 'code' in error ? WORDS[String(error.code)] : undefined;
  return words === undefined ? error.message : words(error);
}
