/** The options of `train`, each with its help; some are those of `search` too. */
import type { Activation, Loss, OptimizerName } from 'wasmlp';
import type { Option } from './args.js';
import { CHOSEN_THRESHOLD } from './threshold.js';
import { flag, integer, integers, number, readNumber, share, text, word } from './values.js';
import { WrongUse } from './wrong-use.js';

/** All names of a type, none forgotten. */
const namesOf = <N extends string>(names: Readonly<Record<N, true>>): readonly N[] => Object.keys(names) as N[];

const ACTIVATIONS = namesOf<Exclude<Activation, 'softmax'>>({
  relu: true,
  tanh: true,
  sigmoid: true,
  linear: true,
  leakyRelu: true,
  elu: true,
  selu: true,
  gelu: true,
  silu: true,
  softplus: true,
});
const OPTIMIZERS = namesOf<OptimizerName>({ adam: true, adamw: true, sgd: true, rmsprop: true, adagrad: true });
const LOSSES = namesOf<Loss>({
  meanSquaredError: true,
  meanAbsoluteError: true,
  huber: true,
  binaryCrossEntropy: true,
  categoricalCrossEntropy: true,
});

const MOST = 2 ** 31 - 1;

/** A share of the rows, or a file. */
const TEST: Option<{ readonly share?: number; readonly file?: string }> = {
  value: '<share|file>',
  help: 'the share of the rows to test with, or a table of its own; 0 for no test. Default 0.2',
  read: (where, given) => {
    if (given === '-') throw new WrongUse(`${where} is -, expected a share or a file: the table may be -.`);
    if (!/^[\d.,+-]*$/.test(given)) return { file: given };
    return { share: readNumber(where, given, 'a share from 0 to below 1, or a file', (n) => n >= 0 && n < 1) };
  },
};

const layers = integers('<units>', 2 ** 20, 'units of the hidden layers, such as 64,32; none for no hidden layer');

/** Which rows and columns there are. */
export const ROW_OPTIONS = {
  task: word(['classes', 'numbers'] as const, 'what the target is. Default: as its cells look'),
  ignore: text('<columns>', 'columns that are no inputs, with commas between them'),
  categories: text('<columns>', 'columns whose numbers are names, as of postal codes'),
  seed: integer('<number>', 0, 2 ** 32 - 2, 'which rows test, first weights, shuffling. Default 0'),
  test: TEST,
} as const;

/** How a network is made and trained. */
export const SETTING_OPTIONS = {
  layers: { ...layers, read: (where: string, given: string) => (given === 'none' ? [] : layers.read(where, given)) },
  activation: word(ACTIVATIONS, `of the hidden layers: ${ACTIVATIONS.join(', ')}`),
  optimizer: word(OPTIMIZERS, OPTIMIZERS.join(', ')),
  'learning-rate': number('<rate>', 'a number above 0', (rate) => rate > 0, 'how large steps are'),
  'batch-size': integer('<rows>', 1, MOST, 'rows per step'),
  epochs: integer('<number>', 1, MOST, 'most passes over the rows'),
  patience: integer('<epochs>', 1, MOST, 'epochs without a lower validation loss before it stops'),
  dropout: share('the share of hidden units that each step leaves out'),
  l2: number('<number>', 'a number of at least 0', (l2) => l2 >= 0, 'holds weights small'),
  loss: word(LOSSES, `${LOSSES.join(', ')}. Default: by the target`),
  'class-weights': word(['none', 'balanced'] as const, 'balanced: rows of rare classes count more'),
} as const;

export const OUTPUT: Option<string> = text(
  '<file>',
  'where the model goes: .safetensors, .json, .onnx or .mjs, or -. Default model.safetensors',
  'o',
);

export const TRAIN_OPTIONS = {
  target: text('<column>', 'the column to predict; several with commas between them', 't'),
  output: OUTPUT,
  report: text('<file.html>', 'also writes a page with figures and pictures'),
  code: flag('prints the program that does the same by the API; all else goes to standard error'),
  json: flag('prints one line for programs, and nothing else'),
  ...ROW_OPTIONS,
  validation: share('the share of the other rows that decides when to stop; 0 for none'),
  ...SETTING_OPTIONS,
  threshold: CHOSEN_THRESHOLD,
} as const;
