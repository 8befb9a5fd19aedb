/**
 * Reads handwritten digits: trains on 1,438 small images, then is asked about 359 that it has never seen.
 *
 *   npm start
 */
import { Network } from 'wasmlp';
import { readDigits } from './data/digits.js';
import { lineChart } from './terminal/chart.js';
import { DIGIT_WIDTH, digitLines, sideBySide } from './terminal/digit.js';
import { bar, progress } from './terminal/progress.js';
import { bold, columns, dim, green, grouped, percent, red } from './terminal/style.js';

const SEED = 1;
const EPOCHS = 60;
const BATCH_SIZE = 16;
/** Trainings of each engine in the comparison, after one to warm up. */
const ROUNDS = 3;
const ENGINES = /** @type {const} */ (['wasm', 'js']);
/** Test digits drawn side by side; four fit 80 columns. */
const SHOWN = 4;

/** @typedef {import('./data/digits.js').Digits} Digits */

/**
 * 64 pixels in, 32 hidden units, one probability for each of the ten digits out.
 * @param {'auto' | 'wasm' | 'js'} engine
 */
function createNetwork(engine) {
  return Network.create({
    inputs: 64,
    layers: [
      { units: 32, activation: 'sigmoid' },
      { units: 10, activation: 'softmax' },
    ],
    optimizer: { type: 'sgd', learningRate: 0.5 },
    seed: SEED,
    engine,
  });
}

/**
 * Trains with a progress bar, then draws how the loss fell.
 * @param {Network} network
 * @param {Digits} training
 */
async function train(network, training) {
  const show = progress('training');
  const history = await network.fit(training.images, training.digits, {
    epochs: EPOCHS,
    batchSize: BATCH_SIZE,
    onEpoch: ({ epoch, loss }) => show(epoch / EPOCHS, `epoch ${epoch} of ${EPOCHS}, loss ${loss.toFixed(4)}`),
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
 * Accuracy on the held-out digits, and four of them with the network's answers: a wrong one last, where there is one.
 * @param {Network} network
 * @param {Digits} test
 */
function examine(network, test) {
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
 * Indexes of digits to show: different ones that the network reads right, then a wrong one where there is one.
 * @param {Uint8Array} digits
 * @param {readonly boolean[]} isRight
 */
function choose(digits, isRight) {
  const wrong = isRight.indexOf(false);
  const right = [...isRight.keys()].filter((i) => isRight[i] && digits.indexOf(digits[i] ?? 0) === i);
  return wrong < 0 ? right.slice(0, SHOWN) : [...right.slice(0, SHOWN - 1), wrong];
}

/**
 * The same training on WebAssembly and on plain TypeScript: one each to warm up, then in turns; medians.
 * @param {Digits} training
 */
async function compareEngines(training) {
  console.log(`  ${bold('the same training on both engines')} ${dim(`(median of ${ROUNDS}, taking turns)`)}`);
  const runs = { wasm: /** @type {number[]} */ ([]), js: /** @type {number[]} */ ([]) };
  const losses = { wasm: 0, js: 0 };
  const show = progress('training', { transient: true });
  for (let round = 0; round <= ROUNDS; round++) {
    for (const engine of ENGINES) {
      show(
        (round + ENGINES.indexOf(engine) / 2) / (ROUNDS + 1),
        round === 0 ? 'warming up' : `round ${round}, ${engine}`,
      );
      const network = await createNetwork(engine);
      const options = { epochs: EPOCHS, batchSize: BATCH_SIZE };
      const { epochs, samplesPerSecond } = await network.fit(training.images, training.digits, options);
      network.dispose();
      losses[engine] = epochs.at(-1)?.loss ?? 0;
      if (round > 0) runs[engine].push(samplesPerSecond);
    }
  }
  show(1, '');
  const speeds = { wasm: median(runs.wasm), js: median(runs.js) };
  const fastest = Math.max(speeds.wasm, speeds.js);
  for (const engine of ENGINES) {
    const speed = `${grouped(speeds[engine]).padStart(9)} samples/s`;
    console.log(
      `  ${engine.padEnd(4)} ${bar(speeds[engine] / fastest, 26)} ${speed}  loss ${losses[engine].toFixed(6)}`,
    );
  }
  console.log(`  wasm trains ${bold(`${(speeds.wasm / speeds.js).toFixed(1)} times`)} as fast as js\n`);
}

/** @param {readonly number[]} values an odd number of them */
function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

const { training, test } = readDigits({ heldOut: 0.2, seed: SEED });
const network = await createNetwork('auto');
console.log(`\n${bold('Handwritten digits')}\n`);
console.log(`  ${grouped(training.images.length)} images of 8x8 pixels to train on, ${test.images.length} held out`);
console.log(`  network 64-32-10, ${grouped(network.parameterCount)} parameters, engine ${network.engine.kind}\n`);
await train(network, training);
examine(network, test);
await compareEngines(training);
