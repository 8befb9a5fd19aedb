/**
 * What `train` is going to do, decided before anything is trained: which rows are for what, which columns, which settings. The training and the
 * printed program both follow it. Knows no network.
 */
import { type ColumnOptions, type InferredColumns, inferColumns, type NetworkOptions, type Row } from 'wasmlp';
import { lacksValue, textOf } from '../columns/cells.js';
import { codedError } from '../foundation/errors.js';
import { deal, groupBy } from './deal.js';
import { balancedWeights, defaultSettings, type Settings } from './defaults.js';
import { hasTarget } from './lacking.js';
import { openColumns, optionsOf } from './open-columns.js';
import { countOf } from './terminal.js';
import { columnsIn } from './values.js';
import { renumbered } from './words.js';

/** What the caller said. Settings that are undefined are chosen by the table. */
export interface Wishes {
  readonly target: string;
  readonly ignore: string | undefined;
  readonly categories: string | undefined;
  readonly task: 'classes' | 'numbers' | undefined;
  /** The share of the rows that tests; undefined where other rows do. */
  readonly test: number | undefined;
  readonly seed: number;
  readonly settings: Partial<Settings>;
}

export interface Plan {
  readonly target: string | readonly string[];
  readonly inferred: InferredColumns;
  /** The inputs of the columns that are shown, without those for new values and blanks. */
  readonly shownInputs: number;
  /** What inferColumns was told, for the program. */
  readonly asked: Parameters<typeof inferColumns>[1];
  /** Columns that are categories because the caller said so. */
  readonly categories: Readonly<Record<string, ColumnOptions>>;
  readonly training: readonly Row[];
  /** Empty where nothing validates. */
  readonly validation: readonly Row[];
  readonly test: readonly Row[];
  readonly testShare: number;
  /** Rows without a target, which are left out, and what their cells say. */
  readonly withoutTarget: number;
  readonly blanks: readonly string[];
  /** The column by whose classes rows are dealt out. */
  readonly group: string | undefined;
  readonly settings: Settings;
  readonly classWeights: Readonly<Record<string, number>> | undefined;
  readonly seed: number;
}

/** Most values of a column that the caller calls a category. */
const MOST_VALUES = 100;

export function planOf(all: readonly Row[], given: readonly Row[] | undefined, wishes: Wishes): Plan {
  const names = Object.keys(all[0] ?? {});
  const targets = columnsIn('--target', wishes.target, names);
  const target = targets.length === 1 ? (targets[0] as string) : targets;
  const rows = all.filter((row) => hasTarget(row, targets));
  const blanks = blankTexts(all, targets);
  const categories = categoriesOf(rows, wishes.categories, names);
  const ignore = wishes.ignore === undefined ? [] : columnsIn('--ignore', wishes.ignore, names);
  const asked = {
    target,
    ...(ignore.length > 0 && { ignore }),
    ...(wishes.task !== undefined && { classes: wishes.task === 'classes' }),
  };
  if (rows.length === 0) {
    const came = `train: all ${all.length} rows lack ${targets.join(', ')}`;
    throw codedError('ERR_MISSING', `${came}, expected a value to learn. Name another column as --target.`);
  }
  const proposed = proposal(rows, asked, all);
  const inferred = opened(proposed, categories);
  const group = inferred.options.labels !== undefined && typeof target === 'string' ? target : undefined;
  const keyOf = group === undefined ? undefined : groupBy(group);
  const testShare = given === undefined ? (wishes.test ?? 0.2) : 0;
  const [others, dealt] = deal(rows, testShare, wishes.seed, keyOf);
  const settings = settingsFor(others, inferred, group, wishes.settings);
  const plan = {
    target,
    inferred,
    shownInputs: inputsOf({ ...proposed.options.inputs, ...categories }),
    asked,
    categories,
    training: others,
    validation: [],
    test: given === undefined ? dealt : given.filter((row) => hasTarget(row, targets)),
    testShare,
    withoutTarget: all.length - rows.length,
    blanks,
    group,
    settings,
    classWeights: undefined,
    seed: wishes.seed,
  };
  return withSettings(plan, settings);
}

/** A plan without rows that validate, by other settings: rows that validate are dealt out of those of training. */
export function withSettings(plan: Plan, settings: Settings): Plan {
  const { group, seed, inferred } = plan;
  const keyOf = group === undefined ? undefined : groupBy(group);
  const [training, validation] = deal(plan.training, settings.validation, seed + 1, keyOf);
  const classWeights = weightsOf(training, inferred.options.labels, group, settings);
  return { ...plan, settings, training, validation, classWeights };
}

/** What inferColumns proposes. Its errors name rows of the whole table. */
function proposal(rows: readonly Row[], asked: Plan['asked'], all: readonly Row[]): InferredColumns {
  try {
    return inferColumns(rows, asked);
  } catch (error) {
    throw renumbered(error, (row) => all.indexOf(rows[row] as Row));
  }
}

/** What the cells without a target say, each once. */
function blankTexts(rows: readonly Row[], targets: readonly string[]): string[] {
  const cells = rows.flatMap((row) => targets.map((target) => row[target])).filter(lacksValue);
  return [...new Set(cells.map((cell) => String(cell ?? '')))];
}

/** Columns that shall be categories, with the values that they have: the commonest, in the order of their first rows. */
function categoriesOf(
  rows: readonly Row[],
  given: string | undefined,
  names: readonly string[],
): Record<string, ColumnOptions> {
  if (given === undefined) return {};
  return Object.fromEntries(
    columnsIn('--categories', given, names).map((name) => {
      const counts = new Map<string, number>();
      for (const row of rows) {
        const text = textOf(row[name]) ?? '';
        if (!lacksValue(text)) counts.set(text, (counts.get(text) ?? 0) + 1);
      }
      const common = [...counts].sort(([, a], [, b]) => b - a).slice(0, MOST_VALUES);
      const chosen = new Set(common.map(([text]) => text));
      const values = [...counts.keys()].filter((text) => chosen.has(text));
      const missing = rows.some((row) => lacksValue(row[name]));
      return [name, { type: 'category' as const, values, other: counts.size > values.length, missing }];
    }),
  );
}

/** The proposal, with what the caller said of some columns, and open to cells that other rows may have. */
function opened(inferred: InferredColumns, categories: Record<string, ColumnOptions>): InferredColumns {
  const names = Object.keys(categories);
  const inputs = openColumns({ ...inferred.options.inputs, ...categories });
  const asked = names.map(
    (name) => `${name} (${countOf(inputsOf({ [name]: categories[name] as ColumnOptions }), 'input')})`,
  );
  const printed = `${inferred}${names.length === 0 ? '' : `\n\nCategories as asked: ${asked.join(', ')}`}`;
  const changed = {
    ...inferred,
    options: { ...inferred.options, inputs },
    ignored: inferred.ignored.filter(({ column }) => !names.includes(column)),
  };
  return Object.defineProperty(changed, 'toString', { value: () => printed });
}

function settingsFor(
  rows: readonly Row[],
  { options }: InferredColumns,
  group: string | undefined,
  wishes: Partial<Settings>,
): Settings {
  const classes = group === undefined ? undefined : countsOf(rows, options.labels ?? [], group);
  const given = Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined));
  return { ...defaultSettings({ rows: rows.length, inputs: inputsOf(options.inputs), classes }), ...given };
}

/** How many inputs the columns become. */
function inputsOf(columns: InferredColumns['options']['inputs']): number {
  return Object.values(columns)
    .map(optionsOf)
    .reduce(
      (sum, { values, other, missing }) =>
        sum + (values?.length ?? 1) + Number(other ?? false) + Number(missing ?? false),
      0,
    );
}

/** How many of the rows each class has. */
export function countsOf(rows: readonly Row[], labels: readonly string[], target: string): number[] {
  const counts = new Map(labels.map((label) => [label, 0]));
  for (const row of rows) {
    const label = textOf(row[target]) ?? '';
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return labels.map((label) => counts.get(label) ?? 0);
}

function weightsOf(
  rows: readonly Row[],
  labels: readonly string[] | undefined,
  group: string | undefined,
  { classWeights }: Settings,
): Record<string, number> | undefined {
  if (classWeights === 'none' || labels === undefined || group === undefined) return undefined;
  const weights = balancedWeights(countsOf(rows, labels, group));
  return Object.fromEntries(labels.map((label, i) => [label, weights[i] as number]));
}

/** The layers of the network. `outputs` and `activation` are those of the last one. */
export function layersOf(
  { layers, activation, dropout, l2 }: Settings,
  output: NetworkOptions['layers'][number],
): NetworkOptions['layers'] {
  const decay = l2 > 0 ? { l2 } : {};
  const hidden = layers.map((units) => ({ units, activation, ...(dropout > 0 && { dropout }), ...decay }));
  return [...hidden, { ...output, ...decay }];
}

/** What `create` is told beside the columns and the layers. */
export function createOptionsOf({ settings, inferred, seed }: Pick<Plan, 'settings' | 'inferred' | 'seed'>) {
  const { optimizer, learningRate, loss } = settings;
  return {
    normalize: 'standard',
    ...(inferred.activation === 'linear' && { normalizeTargets: 'standard' }),
    optimizer: { type: optimizer, learningRate },
    ...(loss !== undefined && { loss }),
    seed,
  } as const satisfies Partial<NetworkOptions>;
}

/** What `fit` is told beside the rows that validate. */
export function fitOptionsOf({ settings, validation, classWeights }: Plan) {
  const { epochs, batchSize, patience } = settings;
  return {
    epochs,
    batchSize,
    ...(validation.length > 0 && { earlyStopping: { patience } }),
    ...(classWeights !== undefined && { classWeights }),
  };
}
