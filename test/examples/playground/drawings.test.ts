/** The arithmetic of drawings: curves, places of units, ink. */
import { describe, expect, test } from 'vitest';
import type { Network } from 'wasmlp';
import { Curve, decadesOf } from '../../../examples/playground/curve.js';
import { readSigned } from '../../../examples/playground/edge.js';
import { decimals } from '../../../examples/playground/formulas.js';
import { BRUSH, drawLine, PICTURE, pictureOf, SHEET } from '../../../examples/playground/ink.js';
import { digits, grouped, hundredths, percent, readNumber, readTyped } from '../../../examples/playground/numbers.js';
import { edgeAt, middleOf, placesOf, positionsOf } from '../../../examples/playground/places.js';

describe('a curve', () => {
  test('of any length keeps its first point, its order, and at most 512 points over its whole length', () => {
    const curve = new Curve();
    for (let epoch = 1; epoch <= 100_000; epoch++) curve.add({ epoch, loss: 1 / epoch, validationLoss: 2 / epoch });
    const epochs = curve.points.map(({ epoch }) => epoch);
    expect(epochs.length).toBeGreaterThan(200);
    expect(epochs.length).toBeLessThanOrEqual(512);
    expect(epochs[0]).toBe(1);
    expect(epochs.at(-1)).toBeGreaterThan(99_000);
    expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
  });

  test.each([
    [[], -1, 0],
    [[[0.5, 0.7]], -1, 0],
    [[[5, 0.002]], -3, 1],
    [[[1, 0]], -1, 0],
    [
      [
        [1, 0],
        [0.2, 1.87e-6],
      ],
      -7,
      0,
    ],
    [[[1, 3e-10]], -10, 0],
    [[[0, 0]], -1, 0],
  ] as const)('of %j lies between two decades', (losses, low, high) => {
    const points = losses.map(([loss, validationLoss], i) => ({ epoch: i + 1, loss, validationLoss }));
    const decades = decadesOf(points);
    expect([decades.low + 0, decades.high + 0]).toEqual([low, high]);
  });
});

describe('the units of a diagram', () => {
  test.each([[[2, 2, 1]], [[2, 16, 16, 1]], [[10, 10]], [[10]], [[2, 1]]])(
    '%j lie inside, apart, layer beside layer',
    (widths) => {
      const positions = positionsOf(widths, 300, 300);
      expect(positions.map(({ length }) => length)).toEqual(widths);
      for (const { x, y } of positions.flat()) {
        expect(x).toBeGreaterThan(0);
        expect(x).toBeLessThan(300);
        expect(y).toBeGreaterThan(4);
        expect(y).toBeLessThan(300 - 22);
      }
      const apart = (places: number[]): number =>
        Math.min(...places.slice(1).map((place, i) => place - (places[i] ?? 0)));
      for (const units of positions) expect(apart(units.map(({ y }) => y))).toBeGreaterThan(8);
      expect(apart(positions.map(([unit]) => unit?.x ?? 0))).toBeGreaterThan(20);
    },
  );
});

test('the weight at a place is the one whose line is near', () => {
  const unit = (units: number) => ({ units, activation: 'tanh' });
  const network = { inputs: 2, layers: [unit(4), unit(2), unit(1)] } as unknown as Network;
  const places = placesOf(network, 600, 400);
  for (const edge of [
    { layer: 0, unit: 3, input: 0 },
    { layer: 1, unit: 1, input: 2 },
    { layer: 2, unit: 0, input: 1 },
  ]) {
    // Lines cross in their middles: a little beyond, one is alone.
    const column = edge.layer + 1;
    const [start, end] = [places.positions[column - 1]?.[edge.input], places.positions[column]?.[edge.unit]];
    const at = (from = 0, to = 0): number => from + 0.2 * (to - from);
    expect(edgeAt(places, { x: at(start?.x, end?.x), y: at(start?.y, end?.y) })).toEqual(edge);
    expect(middleOf(places, edge).x).toBeCloseTo(((start?.x ?? 0) + (end?.x ?? 0)) / 2);
  }
  expect(edgeAt(places, { x: 300, y: 2 })).toBe(undefined);
});

describe('ink', () => {
  const drawn = (...lines: [number, number, number, number][]): Uint8Array => {
    const sheet = new Uint8Array(SHEET * SHEET);
    for (const [x1, y1, x2, y2] of lines) drawLine(sheet, { x: x1, y: y1 }, { x: x2, y: y2 });
    return sheet;
  };

  test('of a line is as wide as the brush', () => {
    const sheet = drawn([16, 4, 16, 28]);
    const middle = sheet.subarray(16 * SHEET, 17 * SHEET);
    expect(middle.reduce((sum, ink) => sum + ink, 0)).toBe(Math.round(2 * BRUSH));
    expect(sheet[0]).toBe(0);
  });

  test('makes no picture where there is none', () => {
    expect(pictureOf(new Uint8Array(SHEET * SHEET))).toEqual(new Float32Array(PICTURE * PICTURE));
  });

  test('makes about the same picture wherever it is drawn, and however large', () => {
    const large = pictureOf(drawn([16, 3, 16, 29], [9, 29, 23, 29]));
    const elsewhere = pictureOf(drawn([19, 3, 19, 29], [12, 29, 26, 29]));
    expect(elsewhere).toEqual(large);
    const small = pictureOf(drawn([10, 4, 10, 22], [5, 22, 15, 22]));
    const difference = small.reduce((sum, pixel, i) => sum + Math.abs(pixel - (large[i] ?? 0)), 0);
    expect(difference).toBeLessThan(0.5 * large.reduce((sum, pixel) => sum + pixel, 0));
  });

  test('fills the picture from edge to edge, with pixels of 0 to 1', () => {
    const picture = pictureOf(drawn([12, 10, 20, 22]));
    const rows = Array.from({ length: PICTURE }, (_, row) =>
      Math.max(...picture.subarray(row * PICTURE, (row + 1) * PICTURE)),
    );
    expect(Math.min(...rows)).toBeGreaterThan(0);
    expect(Math.max(...rows)).toBe(1);
  });
});

test('numbers are read strictly, typed ones with a comma before decimals too', () => {
  expect(['16', '0.05', '1e-5'].map(readNumber)).toEqual([16, 0.05, 1e-5]);
  for (const text of ['', ' 1', '0x10', '1,5', '-1', 'Infinity', '1.']) expect(readNumber(text), text).toBe(undefined);
  expect(['0,05', ' 0.05 ', ',05', '.05'].map(readTyped)).toEqual([0.05, 0.05, 0.05, 0.05]);
  for (const text of ['', '1,000.5', '1,000,5', '0 05', '-0,05']) expect(readTyped(text), text).toBe(undefined);
});

test('a typed weight may have a sign', () => {
  expect(['-1.5', '−0,5', '+2', ' .25'].map(readSigned)).toEqual([-1.5, -0.5, 2, 0.25]);
  for (const text of ['', '-', '--1', '1-', 'e']) expect(readSigned(text), text).toBe(undefined);
});

test('numbers are written plainly', () => {
  expect([0, -0.25, 1.23456, 0.000123, -12345.6].map(digits)).toEqual([
    '0.0000',
    '−0.2500',
    '1.2346',
    '1.23e−4',
    '−1.23e+4',
  ]);
  expect([0, -0.25, 0.00123, -0.000123, 0.00005, 0.000049, 12345.6].map(decimals)).toEqual([
    '0.0000',
    '−0.2500',
    '0.0012',
    '−0.000123',
    '0.000050',
    '4.90e−5',
    '12345.6000',
  ]);
  expect([-0.333, 2].map(hundredths)).toEqual(['−0.33', '2.00']);
  expect(percent(0.985)).toBe('98.5%');
  expect(grouped(1234567.8)).toBe('1,234,568');
});
