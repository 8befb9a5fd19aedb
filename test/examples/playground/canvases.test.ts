/** What the page writes and draws on canvases, recorded by a fake context. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Network } from 'wasmlp';
import { drawActivation } from '../../../examples/playground/activation-plot.js';
import { Boundary } from '../../../examples/playground/boundary.js';
import { drawPoints } from '../../../examples/playground/datasets.js';
import { drawDiagram } from '../../../examples/playground/diagram.js';
import * as more from '../../../examples/playground/diagram-more.js';
import type { Palette } from '../../../examples/playground/page.js';
import { placesOf } from '../../../examples/playground/places.js';
import { drawLosses } from '../../../examples/playground/plots.js';
import { readPoints } from '../../../examples/playground/read-points.js';
import { networkOptions, TUTORIAL } from '../../../examples/playground/settings.js';
import { axesOf, endsOf } from '../../../examples/playground/table.js';

interface Stroke {
  readonly alpha: number;
  readonly width: number;
  readonly isDashed: boolean;
}

/** A canvas of this size: its texts with their places, the ends of its lines, and its strokes. */
function stage(side: number) {
  const texts: string[] = [];
  const places = new Map<string, { x: number; y: number }[]>();
  const lines: { x: number; y: number }[] = [];
  const strokes: Stroke[] = [];
  let isDashed = false;
  const state: Record<string, unknown> = { globalAlpha: 1, lineWidth: 1 };
  const calls: Record<string, (...values: never[]) => unknown> = {
    fillText: (text: string, x: number, y: number) => {
      texts.push(text);
      places.set(text, [...(places.get(text) ?? []), { x, y }]);
    },
    lineTo: (x: number, y: number) => lines.push({ x, y }),
    stroke: () => strokes.push({ alpha: Number(state.globalAlpha), width: Number(state.lineWidth), isDashed }),
    setLineDash: (dashes: number[]) => {
      isDashed = dashes.length > 0;
    },
    measureText: (text: string) => ({ width: 6 * text.length }),
  };
  const context = new Proxy(state, {
    get: (_, key) => state[String(key)] ?? calls[String(key)] ?? (() => undefined),
  });
  const canvas = { clientWidth: side, clientHeight: side, getContext: () => context };
  return { canvas: canvas as unknown as HTMLCanvasElement, texts, places, lines, strokes };
}

const palette = new Proxy({}, { get: () => 'rgb(1, 2, 3)' }) as Palette;

beforeEach(() => {
  vi.stubGlobal('devicePixelRatio', 1);
  vi.stubGlobal('ImageData', class {});
  vi.stubGlobal('document', { createElement: () => stage(1).canvas });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the diagram', () => {
  const small = async (): Promise<Network> => {
    const network = await Network.create(networkOptions(TUTORIAL));
    network.setParameters(0, { weights: [1, 0, -0.5, 0.25], biases: [0.1, -0.2] });
    network.setParameters(1, { weights: [2, -3], biases: [0.75] });
    return network;
  };
  const units = ['x1', 'x2', 'h1', 'h2', 'y'];
  const weights = ['w1 1.00', 'w2 0.00', 'w3 −0.50', 'w4 0.25', 'w5 2.00', 'w6 −3.00'];
  const biases = ['b1 0.10', 'b2 −0.20', 'b3 0.75'];

  test('of a 2-2-1 names units, weights and biases, with their numbers', async () => {
    const { canvas, texts } = stage(420);
    drawDiagram(canvas, await small(), palette, { more });
    expect(texts).toEqual(expect.arrayContaining([...units, ...weights, ...biases]));
  });

  test('of a 2-2-1 on a phone has the same in two lines', async () => {
    const { canvas, texts } = stage(250);
    drawDiagram(canvas, await small(), palette, { more });
    expect(texts).toEqual(
      expect.arrayContaining([...units, ...[...weights, ...biases].flatMap((text) => text.split(' '))]),
    );
  });

  test('names inputs as a table does, cut where a unit is small', async () => {
    const { canvas, texts } = stage(420);
    const { table } = await readPoints('petal length in mm,width,kind\n1,1,a\n2,2,b\n3,1,a\n4,2,b');
    drawDiagram(canvas, await small(), palette, { inputs: axesOf(table).map(({ name }) => name) });
    const other = stage(420);
    drawDiagram(other.canvas, await small(), palette, { inputs: ['sine of 3x1', 'sine of 3x2'] });
    // The end tells them apart.
    expect(other.texts.filter((text) => /^si.*…x[12]$/.test(text))).toHaveLength(2);
    expect(texts).toContain('width');
    const [cut = ''] = texts.filter((text) => text.startsWith('pet'));
    expect(cut).toMatch(/^petal.*…mm$/);
    // The fake context has 6 pixels a letter.
    expect(6 * cut.length).toBeLessThanOrEqual(placesOf(await small(), 420, 420).side);
  });

  test('of a larger network has a line for each weight, however small, and no numbers', async () => {
    const layers = [{ units: 5, activation: 'tanh', initializer: 'zeros' }, { units: 1 }] as const;
    const { canvas, texts, strokes } = stage(420);
    drawDiagram(canvas, await Network.create({ inputs: 2, layers }), palette);
    const lines = strokes.slice(0, 15);
    expect(strokes).toHaveLength(15 + 8);
    for (const { alpha, width } of lines) {
      expect(alpha).toBeGreaterThanOrEqual(0.25);
      expect(width).toBeGreaterThanOrEqual(0.8);
    }
    expect(texts).toEqual(expect.arrayContaining(['x1', 'x2']));
    expect(texts.filter((text) => /^[wb]\d/.test(text))).toEqual([]);
  });
});

test('negative weights are dashed, positive ones are not', async () => {
  const { canvas, strokes } = stage(420);
  const network = await Network.create({ inputs: 2, layers: [{ units: 1 }] });
  network.setParameters(0, { weights: [0.5, -0.5], biases: [0] });
  drawDiagram(canvas, network, palette);
  expect(strokes.slice(0, 2).map(({ isDashed }) => isDashed)).toEqual([false, true]);
});

test('a stage of backpropagation has its numbers below the units, and no others', async () => {
  const { canvas, texts } = stage(420);
  const stageShown = {
    text: '',
    layer: 0,
    values: [
      [0.25, -1.5],
      [0.125, 0.75],
    ],
  };
  drawDiagram(canvas, await Network.create(networkOptions(TUTORIAL)), palette, { stage: stageShown, more });
  expect(texts.filter((text) => /\d\.\d/.test(text))).toEqual(['0.25', '−1.50', '0.13', '0.75']);
});

describe('the losses', () => {
  test('before any are no drawing: the page says what to do', () => {
    const { canvas, texts, strokes } = stage(300);
    drawLosses(canvas, [], palette);
    expect(texts).toEqual([]);
    expect(strokes).toEqual([]);
  });

  test('of earlier trainings stay, pale', () => {
    const { canvas, strokes } = stage(300);
    const points = [1, 2].map((epoch) => ({ epoch, loss: 0.5 / epoch, validationLoss: 0.6 / epoch }));
    drawLosses(canvas, points, palette, { ghosts: [points, points] });
    const curves = strokes.filter(({ width }) => width === 2);
    expect(curves.map(({ alpha }) => alpha)).toEqual([0.3, 0.3, 1, 1]);
  });

  test('have a scale that follows them down', () => {
    const { canvas, texts } = stage(300);
    drawLosses(canvas, [{ epoch: 1, loss: 0.5, validationLoss: 0.6 }], palette);
    expect(texts).toEqual(['1', '0.1', '5', 'epoch 10']);
    texts.length = 0;
    drawLosses(
      canvas,
      [
        { epoch: 1, loss: 0.5, validationLoss: 0.6 },
        { epoch: 2500, loss: 2e-12, validationLoss: 1e-3 },
      ],
      palette,
    );
    expect(texts).toEqual(['1', '0.01', '1e−4', '1e−6', '1e−8', '1e−10', '1e−12', '1,000', 'epoch 2,000']);
    texts.length = 0;
    // Eleven decades, every second one: the lowest level has a number too.
    drawLosses(canvas, [{ epoch: 1, loss: 2e-11, validationLoss: 0.6 }], palette);
    expect(texts.slice(0, -2)).toEqual(['1', '0.01', '1e−4', '1e−6', '1e−8', '1e−10', '1e−12']);
  });
});

/** Asserts that no two texts touch: 11 pixels high, 6 a letter. */
function expectApart(places: ReadonlyMap<string, { x: number; y: number }[]>): void {
  const all = [...places].flatMap(([text, where]) => where.map((place) => ({ text, ...place })));
  for (const [i, one] of all.entries()) {
    for (const other of all.slice(i + 1)) {
      const apart = Math.max(Math.abs(one.x - other.x), Math.abs(one.y - other.y));
      expect(apart, `${one.text} from ${other.text}`).toBeGreaterThan(11);
    }
  }
}

test.each([
  [400, 2],
  [230, 1],
  [141, 1],
])('the plane of %i pixels has numbers along its edges, apart from each other and from names', async (side, corner) => {
  const { canvas, texts, places } = stage(side);
  const network = await Network.create(networkOptions(TUTORIAL));
  new Boundary(canvas).draw(network, drawPoints('xor', 1), undefined, palette, false);
  // On phones both axes share the number in the corner.
  expect([...texts].sort()).toEqual(['0', '0', '1', '1', 'x1', 'x2', ...Array(corner).fill('−1')]);
  expectApart(places);
});

test.each([300, 141])('the plane of %i pixels has the numbers and names of a table', async (side) => {
  const { canvas, texts, places } = stage(side);
  const network = await Network.create(networkOptions(TUTORIAL));
  const { table } = await readPoints('width,height,kind\n51,0.66,no\n250,4.3,yes\n60,1,no\n70,2,yes');
  const [axes, ends] = [axesOf(table), endsOf(table)];
  new Boundary(canvas).draw(network, { ...drawPoints('xor', 1), table, axes, ends }, undefined, palette, false);
  expect(texts).toEqual(expect.arrayContaining(['100', '150', '200', '250', '2', '3', '4', 'width', 'height']));
  expectApart(places);
});

test.each([
  ['relu', true],
  ['leakyRelu', true],
  ['selu', true],
  ['elu', false],
  ['tanh', false],
] as const)('the derivative of %s is upright where it jumps: %s', (activation, jumps) => {
  const { canvas, lines } = stage(300);
  drawActivation(canvas, activation, [], palette);
  // At a weighted sum of 0, value and derivative have a point each, and the jump has one more.
  const heights = lines.filter(({ x }) => x === 165).map(({ y }) => y);
  expect(heights).toHaveLength(3);
  const [below = 0, above = 0] = heights;
  expect(Math.abs(above - below) > 5).toBe(jumps);
});
