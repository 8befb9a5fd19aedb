/** packTargets: numbers, class indexes and, by named-classes.ts, class names in the form that an engine takes. targets-refused.test.ts has the refusals. */
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { indexesOf } from '../../src/data/named-classes.js';
import * as numberTargets from '../../src/data/numbers.js';
import { packTargets, type SingleLabels } from '../../src/data/targets.js';
import type { Samples } from '../../src/index.js';
import { LOSS_TRAITS } from '../../src/options/losses.js';
import { resolveNetwork } from '../../src/options/network.js';

const spec = (activation: string, units: number, labels?: readonly string[]) =>
  resolveNetwork({ inputs: 1, layers: [{ units, activation }], ...(labels === undefined ? {} : { labels }) });
const pack = (targets: Samples | SingleLabels, network: ReturnType<typeof spec>, count: number) =>
  packTargets(
    'test',
    '',
    targets,
    network,
    count,
    LOSS_TRAITS[network.loss].metric === 'none' ? numberTargets : undefined,
    false,
  );

describe('packTargets', () => {
  const softmax = spec('softmax', 3, ['a', 'b', 'c']);

  it.each([
    ['indexes', new Uint8Array([2, 0])],
    ['signed indexes', new Int32Array([2, 0])],
    ['indexes of another realm', runInNewContext('Uint8Array.of(2, 0)')],
    ['signed indexes of another realm', runInNewContext('Int32Array.of(2, 0)')],
    ['indexes of names', indexesOf('test', ['c', 'a'], softmax) as Int32Array],
  ])('keeps %s as classes', (_, targets) => {
    const classes = new Uint32Array([2, 0]);
    expect(pack(targets, softmax, 2)).toEqual({ values: classes, count: 2, metric: 'argmax', classes });
  });

  it('takes numbers of another realm', () => {
    const packed = pack(runInNewContext('Float32Array.of(5, -7)'), spec('linear', 1), 2);
    expect(packed.values).toEqual(Float32Array.of(5, -7));
  });

  it('finds the classes of rows of probabilities, the first of equals', () => {
    const packed = pack(
      [
        [0.2, 0.5, 0.3],
        [0, 0.5, 0.5],
        [1, 0, 0],
      ],
      softmax,
      3,
    );
    expect(packed).toMatchObject({ metric: 'argmax', classes: new Uint32Array([1, 1, 0]) });
    expect(packed.values).toHaveLength(9);
  });

  it('lets the sum of a row be off by rounding', () => {
    expect(pack([[0.3334, 0.3333, 0.3333]], softmax, 1).count).toBe(1);
    expect(() => pack([[0.34, 0.34, 0.34]], softmax, 1)).toThrow(/sums to 1\.02/);
  });

  it('turns classes of a single sigmoid into numbers', () => {
    const binary = spec('sigmoid', 1, ['no', 'yes']);
    const expected = {
      values: new Float32Array([1, 0]),
      count: 2,
      metric: 'threshold',
      classes: new Uint32Array([1, 0]),
    };
    expect(pack(indexesOf('test', ['yes', 'no'], binary) as Int32Array, binary, 2)).toEqual(expected);
    expect(pack(new Uint8Array([1, 0]), binary, 2)).toEqual(expected);
    expect(pack([1, 0], binary, 2)).toEqual(expected);
    expect(pack([[0.5], [0.49]], binary, 2).classes).toEqual(new Uint32Array([1, 0]));
  });

  it('counts several sigmoids by their halves, without classes', () => {
    expect(
      pack(
        [
          [1, 1],
          [0, 1],
        ],
        spec('sigmoid', 2),
        2,
      ),
    ).toMatchObject({ metric: 'threshold', classes: undefined });
  });

  it.each(['meanSquaredError', 'meanAbsoluteError', 'huber'])(
    'takes any numbers for %s, and has no metric for them',
    (loss) => {
      const numbers = resolveNetwork({ inputs: 1, layers: [{ units: 1, activation: 'linear' }], loss });
      const packed = pack([5, -7], numbers, 2);
      expect(packed).toEqual({ values: new Float32Array([5, -7]), count: 2, metric: 'none', classes: undefined });
      const several = resolveNetwork({ inputs: 1, layers: [{ units: 2, activation: 'linear' }], loss });
      expect(pack([[5, -7]], several, 1)).toMatchObject({ metric: 'none', classes: undefined });
      expect(pack(new Uint8Array([1, 0]), several, 2)).toMatchObject({ metric: 'argmax' });
    },
  );

  it('takes one whole number per sample for its class, whatever the loss, where a sample has several outputs', () => {
    const indexes = { values: Uint32Array.of(1, 0, 1), count: 3, metric: 'argmax' };
    expect(pack([1, 0, 1], softmax, 3)).toMatchObject(indexes);
    for (const activation of ['linear', 'sigmoid'] as const) {
      const several = resolveNetwork({ inputs: 1, layers: [{ units: 2, activation }] });
      expect(pack([1, 0, 1], several, 3)).toMatchObject(indexes);
    }
    // As many numbers as outputs are the targets themselves.
    expect(pack([0, 1, 0, 1, 0, 0], softmax, 2).values).toEqual(Float32Array.of(0, 1, 0, 1, 0, 0));
    expect(() => pack([1, 0, 3], softmax, 3)).toThrow(/targets\[2\] is class 3, expected 0 to 2\./);
    expect(() => pack([0.5, 0.5], softmax, 2)).toThrow(/has 2 values, expected 3 per row/);
  });
});
