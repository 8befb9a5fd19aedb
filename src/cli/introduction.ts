/** What is said before anything is trained, and settings as options to copy. */
import type { Network } from 'wasmlp';
import type { Plan } from './plan.js';
import { countOf, grouped, printable, wrapped } from './terminal.js';

/** What `train` says: the rows, the network, and the settings. */
export function introduction(plan: Plan, created: Network, width: number): string {
  const rows = [
    `${countOf(plan.training.length, 'row')} to train on`,
    ...(plan.validation.length > 0 ? [`${countOf(plan.validation.length, 'row')} to validate with`] : []),
  ];
  return `${rowsText(plan, rows)}\n${settingsText(plan, created, 'Settings, each an option:', width)}`;
}

/** Which rows are for what, `parts` before those that test, and which are left out. */
export function rowsText({ test, withoutTarget, target }: Plan, parts: readonly string[]): string {
  const all = [...parts, ...(test.length > 0 ? [`${countOf(test.length, 'row')} to test with`] : [])];
  const left =
    withoutTarget > 0 ? `${countOf(withoutTarget, 'row')} without ${[target].flat().join(', ')} left out.\n` : '';
  return `${left}${all.join(', ')}.`;
}

/** The network, and the settings as options to copy below a heading. */
export function settingsText(plan: Plan, created: Network, heading: string, width: number): string {
  const weights = Object.entries(plan.classWeights ?? {}).map(([label, weight]) => `${label} ${weight}`);
  const network = `Network: ${inputsText(created, plan)}, ${countOf(created.parameterCount, 'parameter')}.`;
  return [
    network.length + heading.length < width ? `${network} ${heading}` : `${wrapped(network, width, '  ')}\n${heading}`,
    optionsText(optionsOfPlan(plan), width),
    ...(weights.length > 0 ? [wrapped(`Weights of the classes: ${printable(weights.join(', '))}.`, width, '  ')] : []),
  ].join('\n');
}

/** Settings by the names of their options. */
export function optionsOfPlan(plan: Plan): Record<string, string | number> {
  const { validation, testShare, settings, seed } = plan;
  return {
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
}

/** Options to copy, in lines. */
export function optionsText(options: Readonly<Record<string, string | number>>, width: number): string {
  const written = Object.entries(options).map(([name, value]) => `--${name}\u00a0${value}`);
  return wrapped(`  ${written.join(' ')}`, width, '  ').replaceAll('\u00a0', ' ');
}

/** The inputs: those of the columns that are shown, and those for a cell that is blank or has a value that the rows of training do not have. */
function inputsText({ inputs }: Network, { shownInputs }: Plan): string {
  const open = inputs - shownInputs;
  const parts = open === 0 ? '' : ` (${grouped(shownInputs)} above, ${grouped(open)} for new values and blanks)`;
  return `${countOf(inputs, 'input')}${parts}`;
}
