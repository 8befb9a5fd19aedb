/** The words of the page, explained. Loaded when somebody asks. */
import { byId, make } from './page.js';

/** @type {readonly (readonly [string, string])[]} */
const WORDS = [
  ['Epoch', 'One pass through all training samples.'],
  ['Weight', 'How strongly one input counts for a unit. Training finds the weights.'],
  ['Bias', 'A number that a unit adds to its weighted inputs. It is learned too.'],
  ['Activation', 'The curve that turns the weighted sum of a unit into its output.'],
  ['Loss', 'How wrong the answers are, as one number. Training makes it smaller.'],
  ['Validation', 'Samples that the network never trains on. They show whether it does well with new samples.'],
  ['Accuracy', 'The share of the samples that the network answers right.'],
  [
    'Derivative',
    'How fast one number changes with another. The derivative of the loss by a weight says which way to change the weight.',
  ],
  ['Optimizer', 'The rule that turns derivatives into changes of the weights.'],
  ['adam, rmsprop, adagrad', 'Optimizers that keep a step size of its own for each weight. sgd has one for all.'],
  ['L2', 'A penalty on large weights: it keeps the boundary smooth. 0 is none.'],
  ['Discretise', 'Shows the answers in two colours only, without how sure the network is.'],
  ['Batch size', 'The number of samples per step. After each batch every weight changes a little.'],
  ['Learning rate', 'How far a step goes. Too small is slow; too large diverges or gets stuck.'],
  ['Seed', 'Where the random numbers start. The same seed gives the same points, weights and curve.'],
];

/** Shows them once. */
export function showWords() {
  const words = byId('words', HTMLDetailsElement);
  if (words.querySelector('dl') !== null) return;
  const entries = WORDS.map(([word, meaning]) => make('div', {}, make('dt', {}, word), make('dd', {}, meaning)));
  words.append(make('dl', {}, ...entries));
}
