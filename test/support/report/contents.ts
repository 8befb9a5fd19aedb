/** Contents of pages for tests: of two classes, of several with names that are hard to show, of numbers, and of very much. */
import { calibration } from '../../../src/report/calibration.js';
import { reportOfNumbers } from '../../../src/report/numbers.js';
import type { PageContent } from '../../../src/report/page/content.js';
import { reportOfClasses } from '../../../src/report/report.js';
import { predictedAgainstTrue } from '../../../src/report/thinning.js';
import { SeededRandom } from '../seeded.js';

/** Names that break pages which forget to escape, to cut or to isolate. */
export const HARD_NAMES = [
  '<script>alert("x")</script>',
  'it\'s "quoted" & <b>bold</b>',
  '</title></style><img src=x onerror=alert(1)>',
  'עברית שמאלה',
  '\u202eevil override',
  '🐧👩‍👩‍👧 emoji',
  'a-name-without-any-blank-that-goes-on-and-on-for-much-more-than-sixty-characters-and-does-not-end',
  'half \ud83d of a character, \u0000 and \u0007',
] as const;

const epochs = (count: number): { epoch: number; loss: number; validationLoss: number }[] =>
  Array.from({ length: count }, (_, i) => ({
    epoch: i + 1,
    loss: 1 / (i + 1),
    validationLoss: 1.1 / (i + 1) + i / 1e4,
  }));

/** 4.6% positives. */
export function ofTwoClasses(): PageContent {
  const random = new SeededRandom('page of two classes');
  const truth = Array.from({ length: 1000 }, (_, row) => Number(row % 1000 < 46));
  const outputs = truth.map((c) => Math.min(0.49, 0.05 + 0.4 * c * random.uniform() + 0.1 * random.uniform()));
  return {
    title: 'churn, from customers.csv',
    version: '0.1.0',
    seed: 7,
    target: 'churn',
    settings: { layers: '16 relu, 1 sigmoid', epochs: 40, 'class weights': true },
    report: reportOfClasses(outputs, 1, truth, ['no', 'yes']),
    rows: { training: 3000, validation: 1000, test: 1000 },
    columns: [
      { name: 'age', kind: 'number' },
      { name: 'id', kind: 'ignored', note: 'every row has its own value' },
    ],
    epochs: epochs(40),
    bestEpoch: 31,
    calibration: calibration(outputs, truth),
    importance: [
      { column: 'age', mean: 0.02, deviation: 0.01 },
      { column: 'balance', mean: 0.2, deviation: 0.03 },
      { column: 'noise', mean: -0.001, deviation: 0.002 },
    ],
    importanceOf: 'the area under the ROC curve',
    hints: [{ code: 'UNBALANCED_CLASSES', message: '4.6% of the rows are "yes".' }],
    program: "import { Network } from 'wasmlp';\n\nconst a = 1 < 2 && 3 > 2;\n",
  };
}

export function ofHardNames(): PageContent {
  const random = new SeededRandom('page of hard names');
  const count = HARD_NAMES.length;
  const truth = Array.from({ length: 200 }, () => random.integer(0, count - 2));
  const outputs = truth.flatMap((right) => {
    const row = HARD_NAMES.map((_, c) => random.uniform() + Number(c === right));
    const total = row.reduce((a, b) => a + b);
    return row.map((p) => p / total);
  });
  const [first, second] = HARD_NAMES;
  return {
    title: HARD_NAMES.join(' '),
    version: second,
    seed: 0,
    target: first,
    settings: Object.fromEntries(HARD_NAMES.map((name) => [name, name])),
    report: reportOfClasses(outputs, count, truth, HARD_NAMES),
    rows: { [second]: 3 },
    columns: HARD_NAMES.map((name) => ({ name, kind: name, note: name })),
    epochs: epochs(1),
    importance: HARD_NAMES.map((column) => ({ column, mean: 0.1, deviation: 0 })),
    importanceOf: first,
    hints: HARD_NAMES.map((message) => ({ message })),
    program: HARD_NAMES.join('\n'),
    search: {
      score: first,
      parameters: HARD_NAMES.map((name, i) => ({ name, ...(i > 0 && { title: name }), log: i > 2 })),
      trials: HARD_NAMES.map((name, number) => ({
        number,
        parameters: Object.fromEntries(HARD_NAMES.map((key, i) => [key, i > 4 ? number : `${name}${i}`])),
        state: name,
        score: number,
      })),
    },
  };
}

export function ofNumbers(): PageContent {
  const random = new SeededRandom('page of numbers');
  const truth = Array.from({ length: 1000 }, () => 1e6 * random.uniform());
  const outputs = truth.map((value) => value + 1e5 * random.uniform());
  return {
    title: 'price',
    version: '0.1.0',
    seed: 1,
    target: 'price <€>',
    settings: {},
    report: reportOfNumbers(outputs, 1, truth),
    points: [predictedAgainstTrue(outputs, truth)],
    epochs: epochs(3),
  };
}

/** A halving search: trials of one and two layers, the better ones by small rates, two of which failed. */
export function ofSearch(): PageContent {
  const random = new SeededRandom('page of a search');
  const trials = Array.from({ length: 60 }, (_, number) => {
    const layers = random.integer(1, 2);
    const learningRate = 10 ** (-4 + 3 * random.uniform());
    const activation = random.chance(0.5) ? 'relu' : 'tanh';
    const off = Math.abs(Math.log10(learningRate) + 3) + (activation === 'relu' ? 0 : 0.3);
    const score = number === 17 ? 80 : 0.2 + 0.1 * off + 0.05 * random.uniform();
    const parameters = { layers, units1: 8 * layers, ...(layers > 1 && { units2: 16 }), learningRate, activation };
    if (number % 30 === 29) return { number, parameters, state: 'failed' };
    return { number, parameters, state: number % 3 === 0 ? 'completed' : 'stopped', score, epochs: 30 };
  });
  const parameters = [
    { name: 'layers', title: 'hidden layers', values: [1, 2] },
    { name: 'units1', title: 'units of the first layer', log: true },
    { name: 'units2', title: 'units of the second layer', log: true },
    { name: 'learningRate', title: 'learning rate', log: true },
    { name: 'activation' },
  ];
  return { ...ofTwoClasses(), search: { score: 'loss', parameters, trials } };
}

/** 1,000 classes and columns, long names, many epochs. */
export function ofVeryMuch(): PageContent {
  const random = new SeededRandom('page of very much');
  const long = (i: number): string => `name ${i} ${'long '.repeat(60)}`;
  const names = Array.from({ length: 1000 }, (_, i) => long(i));
  const truth = Array.from({ length: 2000 }, (_, row) => row % 1000);
  const outputs = new Float32Array(2000 * 1000);
  for (const [row, c] of truth.entries()) outputs[row * 1000 + (random.chance(0.5) ? c : random.integer(0, 999))] = 1;
  return {
    title: long(0).repeat(10),
    version: '0.1.0',
    seed: 0,
    settings: Object.fromEntries(names.map((name) => [name, name])),
    report: reportOfClasses(outputs, 1000, truth, names),
    columns: names.map((name) => ({ name, kind: 'category', note: name.repeat(9) })),
    importance: names.map((column, i) => ({ column, mean: i, deviation: 1 })),
    epochs: epochs(20_000),
    hints: names.map((message) => ({ message })),
    program: names.join('\n').repeat(10),
    search: {
      score: long(0),
      parameters: names.map((name, i) => ({ name, log: i % 2 === 0, ...(i % 5 === 0 && { values: names }) })),
      trials: Array.from({ length: 10_000 }, (_, number) => ({
        number,
        parameters: Object.fromEntries(
          names.slice(0, 60).map((name, i) => [name, i % 5 === 0 ? names[number % 1000] : random.uniform()]),
        ),
        state: 'completed',
        score: random.uniform(),
        epochs: 10,
      })),
    },
  };
}
