/**
 * Trains on MNIST, 60,000 handwritten digits of 28x28 pixels, or on other data in the same four files, such as Fashion-MNIST. The files
 * may be gzipped. Name a file as well to save the network to it.
 *
 *   npm run example:mnist -- <folder> [file]
 */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { Network } from 'wasmlp';
import { readIdx, saveFile } from 'wasmlp/node';
import { progress } from './terminal/progress.js';
import { bold, dim, green, grouped, percent } from './terminal/style.js';

const EPOCHS = 10;
const CLASSES = 10;

/**
 * A data file goes by several names. Finds the first that exists.
 * @param {string} folder
 * @param {string} name
 */
async function find(folder, name) {
  for (const form of [name, `${name}.gz`, name.replace('-idx', '.idx'), `${name.replace('-idx', '.idx')}.gz`]) {
    const file = path.join(folder, form);
    const exists = await access(file).then(
      () => true,
      () => false,
    );
    if (exists) return file;
  }
  return undefined;
}

/**
 * Reads images, end to end, with pixels from 0 to 1, and the class of each.
 * @param {string} images
 * @param {string} labels
 */
async function readSet(images, labels) {
  const { shape, values } = await readIdx(images);
  const [count = 0, height = 0, width = 0] = shape;
  const { values: classes } = await readIdx(labels);
  if (!(classes instanceof Uint8Array))
    throw new Error(`${labels} holds no labels, expected one dimension of unsigned bytes.`);
  return { count, height, width, pixels: new Float32Array(values).map((pixel) => pixel / 255), classes };
}

/**
 * @param {string[]} files images and labels to train on, then those held out
 * @param {string | undefined} model
 */
async function run([trainImages = '', trainLabels = '', testImages = '', testLabels = ''], model) {
  const training = await readSet(trainImages, trainLabels);
  const test = await readSet(testImages, testLabels);
  const { count, height, width } = training;
  console.log(`  ${grouped(count)} images of ${width}x${height} pixels to train on, ${grouped(test.count)} held out`);
  const network = await Network.create({
    inputs: width * height,
    layers: [
      { units: 128, activation: 'relu' },
      { units: CLASSES, activation: 'softmax' },
    ],
    optimizer: 'adam',
    seed: 1,
  });
  const { engine, parameterCount } = network;
  console.log(`  network ${width * height}-128-10, ${grouped(parameterCount)} parameters, engine ${engine.kind}\n`);
  const show = progress('training');
  const { seconds, samplesPerSecond } = await network.fit(training.pixels, training.classes, {
    epochs: EPOCHS,
    learningRate: { type: 'cosine' },
    onEpoch: ({ epoch, loss }) => show(epoch / EPOCHS, `epoch ${epoch} of ${EPOCHS}, loss ${loss.toFixed(4)}`),
  });
  console.log(`\n  trained in ${seconds.toFixed(1)} s, ${grouped(samplesPerSecond)} images per second`);
  const { accuracy = 0 } = network.evaluate(test.pixels, test.classes);
  console.log(`  test accuracy ${bold(green(percent(accuracy)))} of ${grouped(test.count)} images never seen before`);
  if (model !== undefined) {
    await saveFile(network, model);
    console.log(`  saved as ${model}`);
  }
  console.log();
}

const NAMES = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
];
const [folder, model] = process.argv.slice(2);
const files = await Promise.all(NAMES.map((name) => (folder === undefined ? undefined : find(folder, name))));
const found = files.filter((file) => file !== undefined);
console.log(`\n${bold('MNIST')}\n`);
if (found.length === NAMES.length) {
  await run(found, model);
} else {
  const where =
    folder === undefined ? 'Say where these four files are' : `Not all of these four files are in ${folder}`;
  console.log(`  ${where}, each with or without .gz:\n`);
  NAMES.forEach((name, i) => {
    console.log(`    ${name}${folder !== undefined && files[i] === undefined ? '  (missing)' : ''}`);
  });
  console.log(`\n  ${dim('npm run example:mnist --')} <folder>\n`);
  console.log('  They are at https://ossci-datasets.s3.amazonaws.com/mnist/. Images of clothing in the same');
  console.log('  format are at https://github.com/zalandoresearch/fashion-mnist.\n');
  process.exitCode = 1;
}
