/** The whole tutorial as a program of ten lines, and what it prints, run in the page. The text is what a reader copies. Knows no page. */

/** @param {{ seed: number, epochs: number }} settings */
export function programOf({ seed, epochs }) {
  return [
    `import { Network } from 'wasmlp';`,
    '',
    `const people = [[-2, -1], [25, 6], [17, 4], [-15, -6]];`,
    `const jockeys = [1, 0, 0, 1];`,
    `const layers = [{ units: 2 }, { units: 1 }];`,
    `const optimizer = { type: 'sgd', learningRate: 0.1 };`,
    `const network = await Network.create({ inputs: 2, layers, loss: 'meanSquaredError', optimizer, seed: ${seed} });`,
    `await network.fit(people, jockeys, { epochs: ${epochs}, batchSize: 1 });`,
    `console.log('loss', network.evaluate(people, jockeys).loss.toFixed(4));`,
    `console.log('Eve', network.predict([-7, -3])[0].toFixed(3));`,
    `console.log('Finn', network.predict([20, 2])[0].toFixed(3));`,
  ];
}

/**
 * What it prints.
 * @param {Pick<typeof import('wasmlp').Network, 'create'>} library
 * @param {{ seed: number, epochs: number }} settings
 */
export async function printedBy(library, { seed, epochs }) {
  const people = [
    [-2, -1],
    [25, 6],
    [17, 4],
    [-15, -6],
  ];
  const jockeys = [1, 0, 0, 1];
  const layers = [{ units: 2 }, { units: 1 }];
  const optimizer = { type: /** @type {const} */ ('sgd'), learningRate: 0.1 };
  const network = await library.create({ inputs: 2, layers, loss: 'meanSquaredError', optimizer, seed });
  await network.fit(people, jockeys, { epochs, batchSize: 1 });
  const printed = [
    `loss ${network.evaluate(people, jockeys).loss.toFixed(4)}`,
    `Eve ${(network.predict([-7, -3])[0] ?? 0).toFixed(3)}`,
    `Finn ${(network.predict([20, 2])[0] ?? 0).toFixed(3)}`,
  ];
  network.dispose();
  return printed;
}
