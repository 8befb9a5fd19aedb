/** What a search tried, on a page: the best trials in a table, and for each thing that was drawn a picture of the score against it. */
import { type Axis, captioned, chart, linearAxis, logAxisWithin, maximum, minimum, spansDecades } from './chart.js';
import type { PageParameter, PageSearch, PageTrial } from './content.js';
import { countOf, details, escaped, exists, figure, grouped, name, section, shortened, table } from './html.js';

/** What a page has at most. */
const MOST = { best: 10, parameters: 24, columns: 40, points: 400, lanes: 12 } as const;

/** A trial that has a score, the best one first. */
type Scored = PageTrial & { readonly score: number };

/** The sections of a search; empty where no trial has a score. */
export function searchSections(search: PageSearch): string[] {
  const trials = rankedTrials(search);
  if (trials.length === 0) return [];
  const pictures = search.parameters
    .slice(0, MOST.parameters)
    .map((parameter, i) => pictureOf(i, parameter, search, trials));
  const found = pictures.filter((picture) => picture !== '');
  return [tried(search, trials), ...(found.length === 0 ? [] : [`<div class="pair">\n${found.join('\n')}\n</div>`])];
}

/** By their scores and numbers. */
function rankedTrials({ trials, best }: PageSearch): Scored[] {
  const sign = best === 'highest' ? -1 : 1;
  return trials
    .filter((trial): trial is Scored => exists(trial.score))
    .toSorted((a, b) => sign * (a.score - b.score) || a.number - b.number);
}

function tried(
  { score, trials: all, parameters, best = 'lowest', judged }: PageSearch,
  trials: readonly Scored[],
): string {
  const failed = all.length - trials.length;
  const stopped = trials.filter(({ state }) => state !== 'completed').length;
  const shown = parameters.slice(0, MOST.columns);
  const number = { kind: 'number' as const };
  const headings = [
    { heading: 'trial' },
    { heading: wordOf(score), ...number },
    ...shown.map((parameter) => ({ heading: titleOf(parameter), ...number })),
    { heading: 'epochs', ...number },
    ...(stopped > 0 ? [{ heading: 'state', ...number }] : []),
  ];
  const rows = trials
    .slice(0, MOST.best)
    .map((trial) => [
      `${trial.number}`,
      figure(trial.score),
      ...shown.map((parameter) => valueText(trial.parameters[parameter.name])),
      figure(trial.epochs),
      ...(stopped > 0 ? [escaped(shortened(trial.state, 20))] : []),
    ]);
  const says = [
    `${countOf(all.length, 'trial')}, each with settings of its own${judged === undefined ? '' : `, judged ${escaped(shortened(judged, 100))}`}; the ${best} ${wordOf(score)} is the best.`,
    ...(stopped > 0 ? [`${countOf(stopped, 'trial')} stopped early, as others were better after as many epochs.`] : []),
    ...(failed > 0 ? [`${grouped(failed)} failed.`] : []),
    `In the pictures, ${stopped > 0 ? 'a dot is a trial that trained all its epochs, a cross one that stopped early' : 'a dot is a trial'}, and the ring is the best of those in the picture.`,
    'The best score looks a little better than it is, as it was chosen: the figures above are of rows that no trial has seen.',
    ...(trials.length > rows.length ? [`The best ${rows.length}:`] : []),
  ];
  return section('trials', 'What the search tried', table('The best trials', says.join(' '), headings, rows));
}

function pictureOf(index: number, parameter: PageParameter, search: PageSearch, trials: readonly Scored[]): string {
  const having = trials.filter(({ parameters }) => isValue(parameters[parameter.name]));
  if (having.length === 0) return '';
  const title = titleOf(parameter);
  const shown = thinned(having);
  const x = horizontal(parameter, having);
  const y = vertical(search, having);
  const [best] = having as [Scored, ...Scored[]];
  const said = [
    `${countOf(having.length, 'trial')}.`,
    `The best ${having.length < trials.length ? 'of them' : 'one'} has ${plainText(best.parameters[parameter.name])}; its ${wordOf(search.score)} is ${figure(best.score)}.`,
    x.says,
  ];
  const description = said.filter((part) => part !== '').join(' ');
  const id = `trial-${index}`;
  const heading = `${capital(wordOf(search.score))} by ${title}`;
  const svg = chart(`${id}-chart`, heading, description, { x: x.axis, y: y.axis }, (plane) => {
    const at = (trial: Scored): readonly [number, number] => [plane.x(x.of(trial)), plane.y(trial.score)];
    const [dots, crosses] = [true, false].map((isCompleted) =>
      shown.filter(({ state }) => (state === 'completed') === isCompleted).map(at),
    ) as [(readonly [number, number])[], (readonly [number, number])[]];
    const [bestX, bestY] = at(best);
    return [
      ...(crosses.length === 0
        ? []
        : [`<path class="mark" d="${crosses.map(([cx, cy]) => `M${cx} ${cy}m-3-3l6 6m0-6l-6 6`).join('')}"/>`]),
      ...(dots.length === 0 ? [] : [`<path class="dots" d="${dots.map(([cx, cy]) => `M${cx} ${cy}h0`).join('')}"/>`]),
      `<circle class="whisker" cx="${bestX}" cy="${bestY}" r="7.5"/>`,
    ].join('\n');
  });
  const notes = [
    ...said.slice(0, 2),
    x.note,
    ...(y.beyond > 0 ? [edgeText(search, y.beyond)] : []),
    ...(shown.length < having.length
      ? [`Drawn are the better half and some of the others, ${shown.length} in all.`]
      : []),
    ...(having.length < trials.length
      ? [`${countOf(trials.length - having.length, 'other trial')} drew no ${title}.`]
      : []),
  ];
  const shownTitle = name(parameter.title ?? parameter.name, 40);
  const caption = notes.filter((note) => note !== '').join(' ');
  return section(id, `${capital(wordOf(search.score))} by ${shownTitle}`, `${captioned(svg, caption)}${x.numbers}`);
}

/** Where trials lie from left to right, and what is to be said of it. */
interface Horizontal {
  readonly axis: Axis;
  readonly of: (trial: Scored) => number;
  /** For those who do not see the picture. */
  readonly says: string;
  /** For all. */
  readonly note: string;
  /** A table of the numbers; may be empty. */
  readonly numbers: string;
}

function horizontal(parameter: PageParameter, trials: readonly Scored[]): Horizontal {
  const values = trials.map(({ parameters }) => parameters[parameter.name]);
  const isNumber = parameter.values === undefined && values.every((value) => exists(value as number));
  return isNumber ? alongNumbers(parameter, trials) : inLanes(parameter, trials);
}

function alongNumbers(parameter: PageParameter, trials: readonly Scored[]): Horizontal {
  const of = ({ parameters }: Scored): number => parameters[parameter.name] as number;
  const values = trials.map(of);
  const isLog = parameter.log === true && minimum(values) > 0 && maximum(values) > 3 * minimum(values);
  const title = titleOf(parameter);
  // As many as a fifth say where good values are.
  const few = trials.slice(0, Math.ceil(trials.length / 5)).map(of);
  const says = few.length < 3 ? '' : `The best fifth lies between ${figure(minimum(few))} and ${figure(maximum(few))}.`;
  return {
    axis: isLog ? logAxisWithin(`${title}, logarithmic`, values) : linearAxis(title, values),
    of,
    says,
    note: says,
    numbers: '',
  };
}

/** A lane for each value. Trials of one value lie beside each other, by their numbers. */
function inLanes(parameter: PageParameter, trials: readonly Scored[]): Horizontal {
  const texts = trials.map(({ parameters }) => textOf(parameters[parameter.name]));
  const listed = (parameter.values ?? []).map(textOf);
  const lanes = [...new Set([...listed, ...texts])].slice(0, MOST.lanes);
  const laneOf = (trial: Scored): number => {
    const lane = lanes.indexOf(textOf(trial.parameters[parameter.name]));
    // Values for which there is no lane share the last one.
    return lane < 0 ? lanes.length - 1 : lane;
  };
  const of = (trial: Scored): number => laneOf(trial) + 0.7 * (((trial.number * 0.618034) % 1) - 0.5);
  const counted = lanes.map((lane, i) => {
    const scores = trials.filter((trial) => laneOf(trial) === i).map(({ score }) => score);
    return [
      lane,
      grouped(scores.length),
      figure(scores[0]),
      figure(scores[Math.floor((scores.length - 1) / 2)]),
    ] as const;
  });
  const says = counted.map(([lane, count, best, median]) =>
    count === '0'
      ? `${escaped(shortened(lane, 40))}: none.`
      : `${escaped(shortened(lane, 40))}: best ${best}, median ${median}, of ${count}.`,
  );
  const headings = ['value', 'trials', 'best', 'median'].map((heading) => ({ heading, kind: 'number' as const }));
  const rows = counted.map(([lane, ...figures]) => [name(lane, 40), ...figures]);
  const numbers = details('The numbers of this picture', table(`Scores by ${titleOf(parameter)}`, '', headings, rows));
  const ticks = lanes.map((lane, at) => ({ at, label: escaped(shortened(lane, lanes.length > 6 ? 6 : 12)) }));
  const axis = { title: titleOf(parameter), ticks, place: (value: number) => (value + 0.5) / lanes.length };
  const note = 'Trials of one value lie side by side, so that all can be seen.';
  return { axis, of, says: says.join(' '), note, numbers: `\n${numbers}` };
}

/** The scores from below to above. Trials that are far worse than most would press the others together: they lie on the edge. */
function vertical({ score, best }: PageSearch, trials: readonly Scored[]): { axis: Axis; beyond: number } {
  const title = wordOf(score);
  const scores = trials.map((trial) => trial.score);
  if (spansDecades(scores)) {
    return { axis: logAxisWithin(`${title}, logarithmic`, [...scores, 0.8 * minimum(scores)]), beyond: 0 };
  }
  const sorted = scores.toSorted((a, b) => (best === 'highest' ? b - a : a - b));
  const [first, median] = [sorted[0] as number, sorted[Math.floor(sorted.length / 2)] as number];
  const edge = first + 4 * (median - first);
  const isBeyond = (value: number): boolean => first !== median && (best === 'highest' ? value < edge : value > edge);
  const within = scores.filter((value) => !isBeyond(value));
  // Room for the ring of the best one.
  const room = (maximum(within) - minimum(within)) / 14;
  const axis = linearAxis(title, [
    ...within,
    minimum(within) - room,
    ...(best === 'highest' ? [maximum(within) + room] : []),
  ]);
  const place = (value: number): number => Math.min(Math.max(axis.place(value), 0), 1);
  return { axis: { ...axis, place }, beyond: scores.filter(isBeyond).length };
}

/** Says that some trials are worse than the picture reaches. */
function edgeText({ score, best }: PageSearch, beyond: number): string {
  const [worse, edge] = best === 'highest' ? ['lower', 'lower'] : ['higher', 'upper'];
  return `${countOf(beyond, 'trial')} whose ${wordOf(score)} is ${worse} ${beyond === 1 ? 'is' : 'are'} drawn at the ${edge} edge.`;
}

/** The better half, and some of the others, where they are many. */
function thinned(trials: readonly Scored[]): readonly Scored[] {
  if (trials.length <= MOST.points) return trials;
  const half = MOST.points / 2;
  const every = (trials.length - half) / half;
  return [
    ...trials.slice(0, half),
    ...Array.from({ length: half }, (_, i) => trials[half + Math.floor(i * every)] as Scored),
  ];
}

function isValue(value: unknown): boolean {
  return value !== undefined && !(typeof value === 'number' && !Number.isFinite(value));
}

/** A value as text, whatever it is. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? `${Number(value.toPrecision(4))}` : (JSON.stringify(value) ?? '');
}

function valueText(value: unknown): string {
  if (value === undefined) return '–';
  return typeof value === 'number' ? figure(value) : name(textOf(value), 40);
}

/** The same where no element may stand. */
function plainText(value: unknown): string {
  return typeof value === 'number' ? figure(value) : escaped(shortened(textOf(value), 40));
}

function titleOf({ name: of, title }: PageParameter): string {
  return escaped(shortened(title ?? of, 40));
}

function wordOf(score: string): string {
  return escaped(shortened(score, 40));
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
