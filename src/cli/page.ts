/** What the page of a training shows: figures beyond its report, of a network and the rows that tested it. */
import type { History, Network, Report, Row } from 'wasmlp';
import {
  calibration,
  lossCurve,
  type PageColumn,
  type PageContent,
  permutationImportance,
  predictedAgainstTrue,
  reportPage,
  scoreOf,
} from 'wasmlp/report';
import { numberOf } from '../columns/cells.js';
import { VERSION } from '../foundation/generated/version.js';
import { deal } from './deal.js';
import { optionsOf } from './open-columns.js';
import type { Plan } from './plan.js';
import { answersYesOrNo, positivesOf } from './threshold.js';

export interface Trained {
  readonly plan: Plan;
  readonly network: Network;
  readonly history: History;
  readonly report: Report;
  readonly threshold: number | undefined;
  /** The table, as messages name it. */
  readonly table: string;
  readonly program: string;
  /** Where a search found the settings. */
  readonly search?: PageContent['search'];
  /** Settings besides those of the training. */
  readonly more?: PageContent['settings'];
}

/** Importance asks the network five times for each column, of so many rows at most. */
const JUDGED_ROWS = 2000;

/** The page, as text of an HTML file. */
export async function pageOf(trained: Trained): Promise<string> {
  const { plan, network, history, report, table, program, search } = trained;
  const targets = [plan.target].flat();
  const content: PageContent = {
    title: `${targets.join(', ')}, from ${table}`,
    version: VERSION,
    seed: plan.seed,
    settings: settingsOf(trained),
    report,
    target: plan.target,
    rows: { training: plan.training.length, validation: plan.validation.length, test: plan.test.length },
    columns: columnsOf(plan),
    epochs: lossCurve(history.epochs),
    // Without rows that validate, the network has the weights of the last one.
    ...(plan.validation.length > 0 && { bestEpoch: history.bestEpoch }),
    importance: await importanceOf(trained),
    importanceOf: report.kind === 'classes' ? 'area under the ROC curve' : 'R2',
    hints: history.hints,
    program,
    search,
    ...picturesOf(network, report, plan.test, targets),
  };
  return reportPage(content);
}

function settingsOf({ plan: { settings, classWeights }, network, threshold, more }: Trained): PageContent['settings'] {
  const { loss, classWeights: _, layers, activation, ...others } = settings;
  const named = Object.entries(others).map(([name, value]) => [
    name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
    value,
  ]);
  return {
    layers: network.layers.map((layer) => `${layer.units} ${layer.activation}`).join(', '),
    ...Object.fromEntries(named),
    ...(loss !== undefined && { loss }),
    ...(threshold !== undefined && { threshold }),
    ...(classWeights !== undefined && {
      'class weights': Object.entries(classWeights)
        .map(([label, weight]) => `${label} ${weight}`)
        .join(', '),
    }),
    ...more,
  };
}

function columnsOf({ inferred, target }: Plan): PageColumn[] {
  const inputs = Object.entries(inferred.options.inputs).map(([name, column]): PageColumn => {
    const { type, values } = optionsOf(column);
    const notes = values === undefined ? [] : [values.join(', ')];
    return { name, kind: type, ...(notes.length > 0 && { note: notes.join('; ') }) };
  });
  const ignored = inferred.ignored.map(({ column, why }): PageColumn => ({ name: column, kind: 'ignored', note: why }));
  return [...[target].flat().map((name): PageColumn => ({ name, kind: 'target' })), ...inputs, ...ignored];
}

async function importanceOf({ plan, network }: Trained): Promise<NonNullable<PageContent['importance']>> {
  const [, some] = plan.test.length > JUDGED_ROWS ? deal(plan.test, JUDGED_ROWS / plan.test.length, plan.seed) : [];
  const score = (rows: readonly Row[]): number => scoreOf(network.report(rows));
  const names = Object.keys(plan.inferred.options.inputs);
  const { columns } = await permutationImportance(some ?? plan.test, names, score, { seed: plan.seed });
  return columns;
}

/** Calibration of a yes-or-no answer, or predicted against true numbers. */
function picturesOf(
  network: Network,
  report: Report,
  rows: readonly Row[],
  targets: readonly string[],
): Pick<PageContent, 'calibration' | 'points'> {
  const outputs = network.predict(rows);
  if (report.kind === 'classes') {
    if (!answersYesOrNo(network)) return {};
    const probabilities = outputs.map(([p]) => p as number);
    return { calibration: calibration(probabilities, positivesOf(network, rows)) };
  }
  const points = targets.map((target, output) =>
    predictedAgainstTrue(
      outputs.map((row) => row[output] as number),
      rows.map((row) => numberOf(row[target]) ?? Number.NaN),
    ),
  );
  return { points };
}
