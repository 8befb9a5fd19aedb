/** What the options say of rows and settings, for `train` and `search`. Reads no table. */
import { Network } from 'wasmlp';
import type { Values } from './args.js';
import type { Settings } from './defaults.js';
import type { Wishes } from './plan.js';
import type { ROW_OPTIONS, SETTING_OPTIONS } from './train-options.js';
import { inCommandWords } from './words.js';
import { WrongUse } from './wrong-use.js';

type Given = Values<typeof ROW_OPTIONS & typeof SETTING_OPTIONS> & {
  readonly target: string | undefined;
  readonly validation: number | undefined;
};

/** Throws WrongUse without a target. */
export function wishesOf(values: Given): Wishes {
  const { target, ignore, categories, task, test, seed = 0 } = values;
  if (target === undefined) throw new WrongUse('--target is missing. Name the column to predict.');
  return { target, ignore, categories, task, test: test?.share, seed, settings: settingsOf(values) };
}

/** Those that were given. */
function settingsOf(values: Given): Partial<Settings> {
  const { layers, activation, optimizer, epochs, patience, validation, dropout, l2, loss } = values;
  const all = {
    layers,
    activation,
    optimizer,
    learningRate: values['learning-rate'],
    batchSize: values['batch-size'],
    epochs,
    patience,
    validation,
    dropout,
    l2,
    classWeights: values['class-weights'],
    loss,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Lets the library check the settings before a table is read, which may take long. */
export async function checkSettings(settings: Partial<Settings>): Promise<void> {
  const { layers = [], activation = 'relu', optimizer = 'adam', learningRate = 0.001, dropout = 0, l2 = 0 } = settings;
  try {
    const hidden = layers.map((units) => ({ units: Math.min(units, 2), activation, dropout, l2 }));
    await Network.create({
      inputs: 1,
      layers: [...hidden, { units: 1, activation: 'linear' }],
      optimizer: { type: optimizer, learningRate },
      engine: 'js',
    });
  } catch (error) {
    throw new WrongUse(inCommandWords((error as Error).message));
  }
}
