/**
 * A process that searches when it is told a study, with the built library. Answers 'has it' in the middle of the search, or the code of its
 * error; told no study, it finishes the search.
 */
import { search } from 'wasmlp/search';

/**
 * Lets the search go on.
 * @type {(() => void) | undefined}
 */
let goOn;
/** @type {Promise<unknown> | undefined} */
let searching;

/** @param {unknown} answer */
const tell = (answer) => process.send?.(answer);

/** @param {string} study */
async function run(study) {
  let told = false;
  await search(
    {
      network: () => ({ inputs: 1, layers: [{ units: 1 }] }),
      fit: { epochs: 1 },
      trials: 2,
      workers: 1,
      study,
      onTrial: async () => {
        if (told) return;
        told = true;
        tell('has it');
        await new Promise((resolve) => {
          goOn = () => resolve(undefined);
        });
      },
    },
    [[0], [1], [2], [3], [4]],
    [0, 0, 1, 1, 1],
  );
}

process.on('message', async (/** @type {{ study?: string }} */ { study }) => {
  if (study !== undefined) {
    searching = run(study).catch(({ code }) => {
      searching = undefined;
      tell(code);
    });
  } else if (searching === undefined) tell('idle');
  else {
    goOn?.();
    await searching;
    searching = undefined;
    tell('is done');
  }
});
