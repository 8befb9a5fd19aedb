/** Scalings that users give, checked against their network; and copies of a network's scaling for them. */

import { checkObject, isTyped } from '../foundation/checks.js';
import { codedError, counted, describe } from '../foundation/errors.js';
import { float64 } from '../foundation/memory.js';
import type { NetworkSpec } from '../options/spec.js';
import type { Scaling, Scalings } from '../options/types.js';
import { ColumnScaling, type NetworkScaling } from './scaling.js';

const SIDES = [
  ['inputs', 'normalize'],
  ['targets', 'normalizeTargets'],
] as const;

/** The scaling that `normalize` and `normalizeTargets` of create give. */
export function createdScaling({ given, inputs, outputs }: NetworkSpec): NetworkScaling | undefined {
  if (given === undefined) return undefined;
  const column = (option: string, value: unknown, width: number): ColumnScaling | undefined =>
    value === undefined ? undefined : columnsOf(`create: ${option}`, value, width);
  return {
    inputs: column('normalize', given.inputs, inputs),
    targets: column('normalizeTargets', given.targets, outputs),
  };
}

/** Checks what `network.scaling` is set to. Undefined, or a missing side, is what the next fit learns. */
export function checkedScaling(spec: NetworkSpec, value: unknown): NetworkScaling | undefined {
  const o = value === undefined ? {} : checkObject('scaling', value, ['inputs', 'targets']);
  for (const [side, option] of SIDES) {
    if (o[side] !== undefined && spec[option] === false) throw notScaled(side, option);
    if (o[side] !== undefined || spec[option] !== 'given') continue;
    const mend = `Give scaling.${side}: { shift, scale }. Only ${option}: "standard" or "minMax" is learned.`;
    throw codedError(
      'ERR_INVALID_OPTION',
      `scaling: ${side} is missing, and no fit of this network learns it. ${mend}`,
    );
  }
  const column = (side: 'inputs' | 'targets', width: number): ColumnScaling | undefined =>
    o[side] === undefined ? undefined : columnsOf(`scaling: ${side}`, o[side], width);
  const scaling = { inputs: column('inputs', spec.inputs), targets: column('targets', spec.outputs) };
  return scaling.inputs || scaling.targets ? scaling : undefined;
}

function notScaled(side: string, option: string): Error {
  const mend = `Create it with ${option}: "standard", or with ${option}: { shift, scale }.`;
  return codedError('ERR_INVALID_OPTION', `scaling: ${side} is given, but this network does not scale them. ${mend}`);
}

function columnsOf(where: string, value: unknown, width: number): ColumnScaling {
  const { shift, scale } = checkObject(where, value, ['shift', 'scale']);
  // + 0 turns -0 into 0: JSON, in which scalings are saved, has no -0.
  const shifts = numbersOf(`${where}.shift`, shift, width, 'a finite number', () => true);
  const scales = numbersOf(`${where}.scale`, scale, width, 'a finite number of at least 0', (size) => size >= 0);
  return new ColumnScaling(shifts, scales);
}

function numbersOf(
  where: string,
  value: unknown,
  width: number,
  expected: string,
  isAllowed: (number: number) => boolean,
): Float64Array {
  if (!Array.isArray(value) && !isTyped(value, 'Float32Array') && !isTyped(value, 'Float64Array')) {
    throw codedError('ERR_INVALID_TYPE', `${where} is ${describe(value)}, expected an array with a number per column.`);
  }
  const numbers = value as ArrayLike<unknown>;
  if (numbers.length !== width) {
    const came = `${where} has ${counted(numbers.length, 'number')}, expected ${width}`;
    throw codedError('ERR_SHAPE', `${came}. Give one per column, in the order of the columns.`);
  }
  return float64(width).map((_, i) => {
    const number = numbers[i];
    if (typeof number === 'number' && Number.isFinite(number) && isAllowed(number)) return number + 0;
    const code =
      typeof number !== 'number'
        ? 'ERR_INVALID_TYPE'
        : Number.isFinite(number)
          ? 'ERR_INVALID_OPTION'
          : 'ERR_NON_FINITE';
    throw codedError(code, `${where}[${i}] is ${describe(number)}, expected ${expected}.`);
  });
}

/** Copies as plain arrays. */
export function shownScaling({ inputs, targets }: NetworkScaling): Scalings {
  const plain = ({ shift, scale }: ColumnScaling): Scaling => ({ shift: Array.from(shift), scale: Array.from(scale) });
  return { ...(inputs && { inputs: plain(inputs) }), ...(targets && { targets: plain(targets) }) };
}

/** For a step of a network whose first fit did not learn the scaling yet. */
export function unlearnedScalingError(call: string): Error {
  const mend = `Call fit once before ${call}, or give it: normalize: { shift, scale }.`;
  return codedError('ERR_UNSUPPORTED', `${call}: the scaling of this network is learned by its first fit. ${mend}`);
}

/** The error where a network is to predict with parameters that may belong to a scaling, and has none. */
export function lacksScalingError(call: string): Error {
  const why = 'this network normalizes, but lacks the scaling that its parameters, which were set, may belong to';
  const mend = 'Set network.scaling to that of the network they came from, or call fit, which learns it.';
  return codedError('ERR_UNSUPPORTED', `${call}: ${why}. ${mend}`);
}

/** What summary() says of the scaling: a line each for inputs and targets that are scaled. */
export function scalingLines({ normalize, normalizeTargets }: NetworkSpec, toBeLearned: boolean): string[] {
  return Object.entries({ inputs: normalize, targets: normalizeTargets }).flatMap(([side, how]) =>
    how === false ? [] : [`scaling: ${side} ${how}${toBeLearned ? ', to be learned by the first fit' : ''}`],
  );
}
