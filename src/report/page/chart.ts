/** Axes and frames of charts, as SVG without a style of its own: classes are those of style.ts. Knows no report. */

/** The size of a chart in its own units, and where the frame begins and ends. */
const SIZE = { width: 440, height: 300 } as const;
const FRAME = { left: 58, right: 426, top: 14, bottom: 252 } as const;

export interface Axis {
  readonly title: string;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** From 0 to 1 along the axis. */
  readonly place: (value: number) => number;
}

/** An axis from the smallest to the largest value, with about `count` round numbers. */
export function linearAxis(title: string, values: readonly number[], count = 5): Axis {
  const [least, most] = rangeOf(values);
  const step = roundStep((most - least) / count);
  const first = Math.ceil(least / step - 1e-9);
  const last = Math.floor(most / step + 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return {
    title,
    ticks: ticks.map((at) => ({ at, label: numberOf(at, step) })),
    place: (value) => (value - least) / (most - least),
  };
}

/** An axis of powers of ten, for values above 0. */
export function logAxis(title: string, values: readonly number[]): Axis {
  const [least, most] = rangeOf(values.map(Math.log10));
  const [first, last] = [Math.floor(least), Math.ceil(most)];
  const every = Math.ceil((last - first) / 6);
  const ticks = Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => 10 ** (first + i * every));
  return {
    title,
    ticks: ticks.map((at) => ({ at, label: numberOf(at) })),
    place: (value) => (Math.log10(value) - first) / (last - first),
  };
}

/** A logarithmic axis from the smallest to the largest value, both above 0: its ticks are 1, 2, 5, 10 …, or powers of ten where those are many. */
export function logAxisWithin(title: string, values: readonly number[]): Axis {
  const [least, most] = rangeOf(values.map(Math.log10));
  const powers = Array.from({ length: Math.floor(most) - Math.floor(least) + 1 }, (_, i) => Math.floor(least) + i);
  const within = (digits: readonly number[]): number[] =>
    powers
      .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
      .filter((at) => Math.log10(at) >= least - 1e-9 && Math.log10(at) <= most + 1e-9);
  const fine = within([1, 2, 5]);
  const coarse = fine.length > 7 ? within([1]) : fine;
  const every = Math.ceil(coarse.length / 7);
  const ticks = coarse.filter((_, i) => i % every === 0);
  return {
    title,
    ticks: ticks.map((at) => ({ at, label: numberOf(at) })),
    place: (value) => (Math.log10(value) - least) / (most - least),
  };
}

/** Whether values are all above 0 and span so many powers of ten that small ones would lie on the axis. */
export function spansDecades(values: readonly number[]): boolean {
  const [least, most] = [minimum(values), maximum(values)];
  return least > 0 && most / least > 30;
}

export interface Plane {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** A chart: `draw` is given where values are in the picture. `id` is unique in the page; title and description are HTML. */
export function chart(
  id: string,
  title: string,
  description: string,
  axes: { readonly x: Axis; readonly y: Axis },
  draw: (plane: Plane) => string,
): string {
  const x = (value: number): number => round(FRAME.left + (FRAME.right - FRAME.left) * axes.x.place(value));
  const y = (value: number): number => round(FRAME.bottom - (FRAME.bottom - FRAME.top) * axes.y.place(value));
  const lines = [
    ...axes.y.ticks.map(({ at }) => `M${FRAME.left} ${y(at)}H${FRAME.right}`),
    ...axes.x.ticks.map(({ at }) => `M${x(at)} ${FRAME.top}V${FRAME.bottom}`),
  ].join('');
  const labels = [
    ...axes.x.ticks.map(({ at, label }) => text(x(at), FRAME.bottom + 18, label, 'middle')),
    ...axes.y.ticks.map(({ at, label }) => text(FRAME.left - 7, y(at) + 4, label, 'end')),
  ].join('');
  const middle = (FRAME.top + FRAME.bottom) / 2;
  return `<svg role="img" aria-labelledby="${id}-t ${id}-d" viewBox="0 0 ${SIZE.width} ${SIZE.height}">
<title id="${id}-t">${title}</title>
<desc id="${id}-d">${description}</desc>
<path class="grid" d="${lines}"/>
${labels}
${text((FRAME.left + FRAME.right) / 2, SIZE.height - 8, axes.x.title, 'middle', 'axis')}
<text class="axis" text-anchor="middle" transform="translate(13 ${middle}) rotate(-90)">${axes.y.title}</text>
${draw({ x, y })}
</svg>`;
}

/** The chart with what is to be said below it; all HTML. */
export function captioned(svg: string, caption: string): string {
  return `<figure>\n${svg}\n<figcaption>${caption}</figcaption>\n</figure>`;
}

/** The path through points, in the order in which they come. */
export function pathOf(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('');
}

/** The smallest and the largest value; room around them where they are so near to each other that no tick would tell them apart. */
function rangeOf(values: readonly number[]): [number, number] {
  const [least, most] = [minimum(values), maximum(values)];
  const size = Math.max(Math.abs(least), Math.abs(most));
  if (most - least > 1e-9 * size && size > 1e-290) return [least, most];
  const room = size > 1e-290 ? size / 10 : 1;
  return [least - room, most + room];
}

/** As Math.min, for any number of values. */
export function minimum(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}

export function maximum(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}

/** The next of 1, 2, 5, 10, 20 … */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const rounded = [1, 2, 5].find((digit) => digit * power >= step * (1 - 1e-9)) ?? 10;
  return rounded * power;
}

/** The label of a tick, with as many digits as tell it from the next one, `step` away. */
function numberOf(value: number, step = Math.abs(value)): string {
  const size = Math.abs(value);
  if (size < step / 2) return '0';
  const digits = Math.max(0, Math.floor(Math.log10(size) + 1e-9) - Math.floor(Math.log10(step) + 1e-9));
  const label =
    size >= 1e6 || size < 1e-3 ? value.toExponential(digits).replace('e+', 'e') : value.toPrecision(digits + 1);
  return (label.includes('e') && size < 1e6 && size >= 1e-3 ? `${Number(label)}` : label).replaceAll('-', '−');
}

function text(x: number, y: number, content: string, anchor: string, kind = ''): string {
  return `<text${kind === '' ? '' : ` class="${kind}"`} x="${x}" y="${y}" text-anchor="${anchor}">${content}</text>`;
}

/** A tenth of a unit is less than a pixel. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
