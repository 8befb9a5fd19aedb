/** Hidden units that pass no gradient on: relu units that are 0 for every sample, sigmoid and tanh units at the end of their range. */
import type { LayerSpec } from '../../options/spec.js';
import type { Hint } from '../history.js';
import type { Evidence } from './evidence.js';
import { figure, hint, percent } from './hint.js';

/** The share of dead units in a layer. A fifth is common in networks that learn well. */
const MANY_DEAD = 0.5;
/** The share of outputs of a layer, over units and samples, whose slope is below a 25th of the steepest one. */
const MANY_SATURATED = 0.8;

export function deadUnits({ run, sample, answers }: Evidence): Hint | undefined {
  for (const [index, { activation, units, initializer }] of hiddenLayers(run.spec.layers).entries()) {
    if (activation !== 'relu') continue;
    const outputs = answers(index);
    let dead = 0;
    for (let unit = 0; unit < units; unit++) {
      let row = 0;
      while (row < sample.count && outputs[row * units + unit] === 0) row++;
      if (row === sample.count) dead++;
    }
    if (dead < MANY_DEAD * units) continue;
    const came = `${dead} of ${units} relu units of layer ${index} (counted from 0) are 0 for each of ${sample.count} samples`;
    const mend =
      initializer === 'zeros'
        ? "Its first weights were zeros: leave initializer out, or use 'heUniform'."
        : "Create the network anew: scale the inputs if they are not, use a tenth of the learningRate, or activation: 'leakyRelu'.";
    return hint('DEAD_UNITS', `${came}. Such units learn no more. ${mend}`);
  }
  return undefined;
}

export function saturatedUnits({ run, answers }: Evidence): Hint | undefined {
  for (const [index, { activation, units }] of hiddenLayers(run.spec.layers).entries()) {
    if (activation !== 'sigmoid' && activation !== 'tanh') continue;
    const outputs = answers(index);
    let saturated = 0;
    for (const output of outputs) {
      // tanh(z) is 2 sigmoid(2 z) - 1.
      const half = activation === 'tanh' ? (output + 1) / 2 : output;
      if (half < 0.01 || half > 0.99) saturated++;
    }
    const share = saturated / outputs.length;
    if (share < MANY_SATURATED) continue;
    const bounds = activation === 'tanh' ? '-1 or 1' : '0 or 1';
    const came = `${percent(share)} of the outputs of the ${units} ${activation} units of layer ${index} (counted from 0) are ${bounds}, within ${figure(activation === 'tanh' ? 0.02 : 0.01)}`;
    const mend =
      "Create the network anew: with normalize: 'standard' if its inputs are not scaled, else with a tenth of the learningRate or smaller first weights.";
    return hint('SATURATED_UNITS', `${came}. There the slope is near 0, and nothing is learned. ${mend}`);
  }
  return undefined;
}

function hiddenLayers(layers: readonly LayerSpec[]): readonly LayerSpec[] {
  return layers.slice(0, -1);
}
