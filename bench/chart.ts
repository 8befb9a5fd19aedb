/** The chart of docs/speed.md: a pure function from saved results to SVG. Knows no file. */
import { PLAIN, TYPESCRIPT, WASM, WIDE } from './contenders.js';
import { type Measurement, type Row, rate, ratio, type Saved } from './report.js';

/** The bars of a group, from top to bottom. The shade is a CSS class. */
const SERIES = [
  { name: WASM, label: 'wasmlp', shade: 'wasm' },
  { name: WIDE, label: 'wasmlp, wide vectors', shade: 'wide' },
  { name: TYPESCRIPT, label: 'wasmlp, pure TypeScript', shade: 'script' },
  { name: PLAIN, label: 'plain loops', shade: 'plain' },
];

/** In pixels. A group is as wide as its bars and their labels. */
const WIDTH = 860;
const LEFT = 128;
const TOP = 92;
const GROUP = 244;
const BAR = 126;
const PITCH = 16;
const THICK = 12;
const GAP = 18;
/** The approximate width of a letter. */
const LETTER = 6.3;

const STYLE = `text { font: 12px system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; fill: #1f2328; font-variant-numeric: tabular-nums; }
.title { font-size: 16px; font-weight: 600; } .head { font-weight: 600; } .soft { fill: #59636e; } .number { font-size: 11px; }
.wide { fill: #54aeff; } .wasm { fill: #0a53be; } .script { fill: #8c959f; } .plain { fill: #d4a72c; } .rule { stroke: #d1d9e0; }
@media (prefers-color-scheme: dark) { text { fill: #f0f6fc; } .soft { fill: #9198a1; } .wide { fill: #a5d6ff; } .wasm { fill: #388bfd; } .script { fill: #848d97; } .plain { fill: #bb8009; } .rule { stroke: #3d444d; } }`;

/**
 * Samples per second of every training, as horizontal bars in groups. Groups form a row for each network and a column for each batch
 * size. The fastest bar of a group has the full length, because rates differ by five orders of magnitude between networks.
 */
export function trainingChart({ machine, tables }: Saved): string {
  const rows = tables.Training ?? [];
  const networks = distinct(rows.map(({ work }) => namesOf(work)[0]));
  const steps = distinct(rows.map(({ work }) => namesOf(work)[1]));
  const series = SERIES.filter(({ name }) => rows.some((row) => rateOf(row, name) !== undefined));
  const pitch = series.length * PITCH + GAP;
  const height = TOP + networks.length * pitch;
  const groups = rows.map((row) => {
    const [network, step] = namesOf(row.work);
    return groupOf(row, series, LEFT + steps.indexOf(step) * GROUP, TOP + networks.indexOf(network) * pitch);
  });
  let next = LEFT;
  const legend = series.map(({ label, shade }) => {
    const x = next;
    next += Math.round(18 + label.length * LETTER + 26);
    return `<rect class="${shade}" x="${x}" y="45" width="12" height="12" rx="2"/>${text(x + 18, 55, label)}`;
  });
  const heads = steps.map((step, i) => text(LEFT + i * GROUP, 80, step, 'head'));
  const names = networks.map((network, i) => {
    const y = TOP + i * pitch;
    const rule = i === 0 ? '' : `<line class="rule" x1="0" x2="${WIDTH}" y1="${y - GAP / 2}" y2="${y - GAP / 2}"/>`;
    return rule + text(0, y + 10, network, 'head');
  });
  const where = `Node ${machine.node.replace('v', '')}, ${machine.cpu}, ${machine.date}`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">Training, samples per second</title>`,
    `<desc id="desc">${escaped(descriptionOf(rows, where))}</desc>`,
    `<style>${STYLE}</style>`,
    text(0, 16, 'Training, samples per second', 'title'),
    text(0, 34, `In brackets how many times faster wasmlp is. Each group has its own scale. ${where}.`, 'soft'),
    ...legend,
    ...heads,
    ...names,
    ...groups,
    '</svg>',
  ].join('\n')}\n`;
}

function groupOf(row: Row, series: typeof SERIES, x: number, top: number): string {
  const wasm = rateOf(row, WASM);
  const fastest = Math.max(...series.map(({ name }) => rateOf(row, name) ?? 0));
  const bars = series.flatMap(({ name, shade }, i) => {
    const value = rateOf(row, name);
    if (value === undefined) return [];
    const length = Number(Math.max(1, (value / fastest) * BAR).toFixed(1));
    const y = top + i * PITCH;
    const faster = name === WASM || name === WIDE || wasm === undefined ? '' : ` (${ratio(wasm / value)})`;
    const bar = `<rect class="${shade}" x="${x}" y="${y}" width="${length}" height="${THICK}" rx="1.5"/>`;
    return bar + text(x + length + 5, y + 10, rate(value) + faster, 'number');
  });
  return bars.join('\n');
}

/** The rows in words, for readers who cannot see the bars. */
function descriptionOf(rows: readonly Row[], where: string): string {
  const sentences = rows.map((row) => {
    const measured = SERIES.flatMap(({ name, label }) => {
      const value = rateOf(row, name);
      return value === undefined ? [] : [`${label} ${rate(value)}`];
    });
    return `${row.work}: ${measured.join('; ')}.`;
  });
  return [`Measured on ${where}.`, ...sentences].join(' ');
}

/** `784-128-10, per sample`: the network, and how it is trained. */
function namesOf(work: string): [network: string, step: string] {
  const [network = '', step = ''] = work.split(', ');
  return [network, step];
}

function rateOf({ contenders }: Row, name: string): number | undefined {
  const found = contenders.find(
    (contender): contender is Measurement => contender.name === name && 'median' in contender,
  );
  return found?.median;
}

function text(x: number, y: number, content: string, shade = ''): string {
  return `<text${shade === '' ? '' : ` class="${shade}"`} x="${Number(x.toFixed(1))}" y="${y}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}
