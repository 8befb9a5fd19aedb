/** Scalings that users give, checked against their network; and copies of a network's scaling for them. */

import { type ColumnSpecs, inputNames, isNumberInput, takesMedian } from '../columns/spec.js';
import { checkNumber, checkObject, isTyped } from '../foundation/checks.js';
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
export function createdScaling({ given, inputs, outputs, columns }: NetworkSpec): NetworkScaling | undefined {
  if (given === undefined) return undefined;
  const column = (option: string, value: unknown, width: number, table?: ColumnSpecs): ColumnScaling | undefined =>
    value === undefined ? undefined : columnsOf(`create: ${option}`, value, width, table);
  return {
    inputs: column('normalize', given.inputs, inputs, columns),
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
  const column = (side: 'inputs' | 'targets', width: number, table?: ColumnSpecs): ColumnScaling | undefined =>
    o[side] === undefined ? undefined : columnsOf(`scaling: ${side}`, o[side], width, table);
  const scaling = { inputs: column('inputs', spec.inputs, spec.columns), targets: column('targets', spec.outputs) };
  return scaling.inputs || scaling.targets ? scaling : undefined;
}

function notScaled(side: string, option: string): Error {
  const mend = `Create it with ${option}: "standard", or with ${option}: { shift, scale }.`;
  return codedError('ERR_INVALID_OPTION', `scaling: ${side} is given, but this network does not scale them. ${mend}`);
}

function columnsOf(where: string, value: unknown, width: number, columns?: ColumnSpecs): ColumnScaling {
  const { shift, scale, missing } = checkObject(where, value, ['shift', 'scale', ...(columns ? ['missing'] : [])]);
  // + 0 turns -0 into 0: JSON, in which scalings are saved, has no -0.
  const shifts = numbersOf(`${where}.shift`, shift, width, 'a finite number', () => true);
  const scales = numbersOf(`${where}.scale`, scale, width, 'a finite number of at least 0', (size) => size >= 0);
  if (columns === undefined) return new ColumnScaling(shifts, scales);
  for (let i = 0; i < width; i++) {
    if (isNumberInput(columns, i) || (shifts[i] === 0 && scales[i] === 1)) continue;
    const came = `${where} has shift ${shifts[i]} and scale ${scales[i]} at [${i}]`;
    const why = `which is ${describe(inputNames(columns)[i])}: only number columns are scaled`;
    throw codedError('ERR_INVALID_OPTION', `${came}, expected 0 and 1, because of its input, ${why}.`);
  }
  return new ColumnScaling(shifts, scales, mediansOf(`${where}.missing`, missing, width, columns), columns);
}

/** What blanks become, for every input, from numbers by the names of columns. Undefined where no column needs one. */
function mediansOf(where: string, value: unknown, width: number, columns: ColumnSpecs): Float64Array | undefined {
  const taking = columns.filter(takesMedian);
  const names = taking.map(({ name }) => name);
  const given = checkObject(where, value === undefined ? {} : value, names);
  if (names.length === 0) return undefined;
  const fill = float64(width);
  for (const { name, first } of taking) {
    if (given[name] === undefined) {
      const mend = `Give what a blank becomes: missing: { ${describe(name)}: 0 }.`;
      throw codedError(
        'ERR_INVALID_OPTION',
        `${where} lacks the column ${describe(name)}, which allows blanks. ${mend}`,
      );
    }
    fill[first] = checkNumber(`${where}[${describe(name)}]`, given[name], 'a finite number', () => true);
  }
  return fill;
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
  const plain = ({ shift, scale, fill, medians }: ColumnScaling): Scaling => ({
    shift: Array.from(shift),
    scale: Array.from(scale),
    // A column may be called __proto__, which fromEntries makes a property of its own.
    ...(fill && { missing: Object.fromEntries(medians) }),
  });
  return { ...(inputs && { inputs: plain(inputs) }), ...(targets && { targets: plain(targets) }) };
}

/** For a step of a network whose first fit did not learn the scaling yet. */
export function unlearnedScalingError(call: string, { normalize, normalizeTargets }: NetworkSpec): Error {
  const medians = normalize === 'medians' && normalizeTargets === false;
  const given = medians ? 'set network.scaling, which has them as missing' : 'give it: normalize: { shift, scale }';
  const what = medians ? 'what blanks become in' : 'the scaling of';
  const mend = `Call fit once before ${call}, or ${given}.`;
  return codedError('ERR_UNSUPPORTED', `${call}: ${what} this network is learned by its first fit. ${mend}`);
}

/** The error where a network is to predict with parameters that may belong to a scaling, and has none. */
export function lacksScalingError(call: string, { normalize, normalizeTargets }: NetworkSpec): Error {
  const does = normalize === 'medians' && normalizeTargets === false ? 'fills blanks' : 'normalizes';
  const why = `this network ${does}, but lacks the scaling that its parameters, which were set, may belong to`;
  const mend = 'Set network.scaling to that of the network they came from, or call fit, which learns it.';
  return codedError('ERR_UNSUPPORTED', `${call}: ${why}. ${mend}`);
}

/** What summary() says of the scaling: a line each for inputs and targets that are scaled. */
export function scalingLines({ normalize, normalizeTargets }: NetworkSpec, toBeLearned: boolean): string[] {
  return Object.entries({ inputs: normalize, targets: normalizeTargets }).flatMap(([side, how]) =>
    how === false ? [] : [`scaling: ${side} ${how}${toBeLearned ? ', to be learned by the first fit' : ''}`],
  );
}
