/**
 * Reads handwritten digits: trains a network on 1,438 small images, then tests it on 359 that it has never seen.
 *
 *   npm start
 */
import { compareEngines } from './digits/compare.js';
import { createNetwork, FIT, test, training } from './digits/network.js';
import { lineChart } from './terminal/chart.js';
import { DIGIT_WIDTH, digitLines, sideBySide } from './terminal/digit.js';
import { progress } from './terminal/progress.js';
import { bold, columns, dim, green, grouped, percent, red } from './terminal/style.js';

/** Test digits drawn side by side: four in 80 columns. */
const SHOWN = Math.floor(columns / (DIGIT_WIDTH + 2));

/** @typedef {import('wasmlp').Network} Network */

/**
 * Trains with a progress bar, then draws how the loss fell.
 * @param {Network} network
 */
async function train(network) {
  const show = progress('training');
  const history = await network.fit(training.images, training.digits, {
    ...FIT,
    onEpoch: ({ epoch, loss }) => show(epoch / FIT.epochs, `epoch ${epoch} of ${FIT.epochs}, loss ${loss.toFixed(4)}`),
  });
  const losses = history.epochs.map(({ loss }) => loss);
  console.log(`\n  ${bold('loss')} ${dim('(logarithmic scale)')}`);
  console.log(lineChart(losses, { width: columns - 2, height: 14, log: true, xLabel: 'epoch' }));
  const milliseconds = Math.round(1000 * history.seconds);
  console.log(
    `\n  trained in ${milliseconds} ms, ${grouped(history.samplesPerSecond)} samples per second from a cold start\n`,
  );
}

/**
 * Prints the accuracy on the held-out digits, and draws four of them with the network's answers. The last one is wrong, if any is.
 * @param {Network} network
 */
function examine(network) {
  const answers = network.classify(test.images);
  const isRight = answers.map(({ index }, i) => index === test.digits[i]);
  const right = isRight.filter(Boolean).length;
  const accuracy = bold(green(percent(right / answers.length)));
  console.log(`  test accuracy ${accuracy}: ${right} of ${answers.length} digits that training never saw\n`);
  const blocks = choose(test.digits, isRight).map((i) => {
    const { index = -1, probability = 0 } = answers[i] ?? {};
    const says = `says ${index} (${percent(probability)})`.padEnd(DIGIT_WIDTH);
    const truth = `is ${test.digits[i]}${isRight[i] ? '' : ', wrong'}`.padEnd(DIGIT_WIDTH);
    return [...digitLines(test.images[i] ?? []), '', says, (isRight[i] ? green : red)(truth)];
  });
  console.log(`${sideBySide(blocks, '  ').replace(/^/gm, '  ').replace(/ +$/gm, '')}\n`);
}

/**
 * Indexes of digits to show: different ones that the network reads right, then a wrong one, if there is one.
 * @param {Uint8Array} digits
 * @param {readonly boolean[]} isRight
 */
function choose(digits, isRight) {
  const wrong = isRight.indexOf(false);
  const right = [...isRight.keys()].filter((i) => isRight[i] && digits.indexOf(digits[i] ?? 0) === i);
  return wrong < 0 ? right.slice(0, SHOWN) : [...right.slice(0, SHOWN - 1), wrong];
}

const network = await createNetwork('auto');
console.log(`\n${bold('Handwritten digits')}\n`);
console.log(`  ${grouped(training.images.length)} images of 8x8 pixels to train on, ${test.images.length} held out`);
console.log(`  network 64-32-10, ${grouped(network.parameterCount)} parameters, engine ${network.engine.kind}\n`);
await train(network);
examine(network);
await compareEngines();
console.log(dim('  Your own table: npx wasmlp train table.csv --target column (docs/tables.md)\n'));
