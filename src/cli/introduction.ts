/** What `train` says before it trains. */
import type { Network } from 'wasmlp';
import { optionsOf } from './open-columns.js';
import type { Plan } from './plan.js';
import { countOf, grouped, printable, wrapped } from './terminal.js';

const SETTINGS = 'Settings, each an option:';

/** The rows, the network, and the settings as options to copy. */
export function introduction(plan: Plan, created: Network, width: number): string {
  const { training, validation, test, testShare, withoutTarget, settings, classWeights, seed } = plan;
  const parts = [
    `${countOf(training.length, 'row')} to train on`,
    ...(validation.length > 0 ? [`${countOf(validation.length, 'row')} to validate with`] : []),
    ...(test.length > 0 ? [`${countOf(test.length, 'row')} to test with`] : []),
  ];
  const left =
    withoutTarget > 0 ? [`${countOf(withoutTarget, 'row')} without ${[plan.target].flat().join(', ')} left out.`] : [];
  const options = {
    layers: settings.layers.length === 0 ? 'none' : settings.layers.join(','),
    activation: settings.activation,
    optimizer: settings.optimizer,
    'learning-rate': settings.learningRate,
    'batch-size': settings.batchSize,
    epochs: settings.epochs,
    ...(validation.length > 0 && { patience: settings.patience }),
    validation: settings.validation,
    ...(testShare > 0 && { test: testShare }),
    ...(settings.dropout > 0 && { dropout: settings.dropout }),
    ...(settings.l2 > 0 && { l2: settings.l2 }),
    ...(settings.loss !== undefined && { loss: settings.loss }),
    ...(plan.group !== undefined && { 'class-weights': settings.classWeights }),
    seed,
  };
  const written = Object.entries(options).map(([name, value]) => `--${name}\u00a0${value}`);
  const weights = Object.entries(classWeights ?? {}).map(([label, weight]) => `${label} ${weight}`);
  const network = `Network: ${inputsText(created)}, ${countOf(created.parameterCount, 'parameter')}.`;
  return [
    ...left,
    `${parts.join(', ')}.`,
    network.length + SETTINGS.length < width ? `${network} ${SETTINGS}` : `${network}\n${SETTINGS}`,
    wrapped(`  ${written.join(' ')}`, width, '  ').replaceAll('\u00a0', ' '),
    ...(weights.length > 0 ? [wrapped(`Weights of the classes: ${printable(weights.join(', '))}.`, width, '  ')] : []),
  ].join('\n');
}

/** The inputs, and how many of them say that a cell is blank or has a value that the rows of training do not have. */
function inputsText({ inputs, columns = {} }: Network): string {
  const flags = Object.values(columns)
    .map(optionsOf)
    .reduce((sum, { other, missing }) => sum + Number(other ?? false) + Number(missing ?? false), 0);
  const open = flags === 0 ? '' : `, ${grouped(flags)} of them for blanks and new values`;
  return `${countOf(inputs, 'input')}${open}`;
}
