/**
 * Turns Keras layers into a network: each class is a layer here, an activation or a dropout of the layer before it, or the scaling of
 * inputs. Knows no file.
 */
import { float32 } from '../../foundation/memory.js';
import { MAX_WIDTH } from '../../options/plain.js';
import type { Activation } from '../../options/types.js';
import { shortestFloat } from '../imported-options.js';
import { type ForeignNetwork, type ForeignScaling, NumberCount, scalingOf } from './foreign-network.js';
import type { Part } from './part.js';
import { type KerasLayer, unsupported } from './tensorflow-chain.js';
import { foldInputs, foldSums, type Normalization, normalizationOf } from './tensorflow-normalization.js';
import { activationOf, expectFloat32, expectValue, numbersOf, shapeOf } from './tensorflow-settings.js';
import type { Tensors } from './tensorflow-weights.js';

/** A layer whose activation, normalization and dropout may still follow. */
interface Draft {
  readonly layer: KerasLayer;
  readonly units: number;
  readonly inputs: number;
  readonly trainable: boolean;
  readonly weights: Float32Array;
  biases: Float32Array;
  bias: boolean;
  activation: Activation;
  slope?: number;
  dropout: number;
}

/** (x - shift) / scale: numbers for each column, or one for all. */
interface GivenScaling {
  readonly layer: KerasLayer;
  readonly normalize: ForeignScaling['normalize'];
  readonly shift: readonly number[];
  readonly scale: readonly number[];
}

/** Takes the layers of a chain one by one. */
export class Stack {
  readonly #file: Part;
  readonly #tensors: Tensors;
  readonly #count = new NumberCount();
  readonly #drafts: Draft[] = [];
  /** The shape of a sample, as far as it is known before the first Dense. */
  #shape: readonly number[] | undefined;
  #inputs = 0;
  #scaling: GivenScaling | undefined;
  /** A batch normalization that becomes part of the next Dense. */
  #normalization: Normalization | undefined;

  constructor(file: Part, tensors: Tensors) {
    this.#file = file;
    this.#tensors = tensors;
  }

  add(layer: KerasLayer): void {
    const read = Object.hasOwn(this.#classes, layer.className) ? this.#classes[layer.className] : undefined;
    if (read === undefined) {
      const known = Object.keys(this.#classes).join(', ');
      throw unsupported(layer, 'which networks of dense layers do not have', `Layers that are read are ${known}.`);
    }
    const shape = shapeOf(layer.config);
    this.#shape ??= shape;
    // TensorFlow.js casts inputs to the type of the layer that gives their shape: int32 would cut off fractions.
    if (shape !== undefined && typeof layer.config.get('dtype').value === 'string') expectFloat32(layer);
    read(layer);
  }

  end(): ForeignNetwork {
    const drafts = this.#drafts;
    const last = drafts[drafts.length - 1];
    if (last === undefined) throw this.#file.refused('ERR_MODEL_FORMAT', 'has no Dense layer');
    if (last.dropout > 0) {
      throw unsupported(
        last.layer,
        'which is the output and has a Dropout behind it',
        'Leave that out: it would drop answers.',
      );
    }
    if (this.#normalization !== undefined) {
      throw unsupported(this.#normalization.layer, 'which no Dense follows', 'Normalize before a layer, or its sums.');
    }
    this.#tensors.end();
    const layers = drafts.map(({ weights, biases, layer: _layer, inputs: _inputs, ...options }) => {
      return { options, weights, biases };
    });
    return { inputs: this.#inputs, layers, scaling: this.#expanded() };
  }

  readonly #classes: Readonly<Record<string, (layer: KerasLayer) => void>> = {
    InputLayer: expectFloat32,
    Dense: (layer) => this.#dense(layer),
    Activation: (layer) => this.#activate(layer, activationOf(layer)),
    ReLU: (layer) => {
      expectValue(layer, 'max_value', undefined, undefined);
      expectValue(layer, 'threshold', 0, 0);
      const slope = layer.config.get('negative_slope').number(0);
      if (slope === 0) this.#activate(layer, 'relu');
      else this.#activate(layer, 'leakyRelu', slope);
    },
    LeakyReLU: (layer) => {
      // Keras 3 calls alpha negative_slope.
      const key = layer.config.get('negative_slope').missing ? 'alpha' : 'negative_slope';
      const slope = layer.config.get(key).number(0.3);
      this.#activate(layer, 'leakyRelu', slope);
    },
    ELU: (layer) => {
      expectValue(layer, 'alpha', 1, 1);
      this.#activate(layer, 'elu');
    },
    Softmax: (layer) => {
      if (layer.config.get('axis').value !== 1) expectValue(layer, 'axis', -1, -1);
      this.#activate(layer, 'softmax');
    },
    Dropout: (layer) => this.#drop(layer),
    Flatten: (layer) => this.#flatten(layer),
    Rescaling: (layer) => this.#rescale(layer),
    Normalization: (layer) => this.#normalize(layer),
    BatchNormalization: (layer) => this.#normalizeBatch(layer),
  };

  #dense(layer: KerasLayer): void {
    const { config, name } = layer;
    const before = this.#drafts[this.#drafts.length - 1];
    if (before?.activation === 'softmax')
      throw unsupported(layer, 'which stands behind a softmax', 'Softmax is for the output.');
    if (before === undefined && this.#shape !== undefined && this.#shape.length !== 1) {
      throw unsupported(layer, `which is given samples of the shape [${this.#shape}]`, 'Put a Flatten before it.');
    }
    const units = config.get('units').width();
    const inputs = before?.units ?? this.#shape?.[0] ?? this.#tensors.shape(name, 'kernel')[0] ?? 0;
    if (before === undefined) this.#inputs = inputs;
    const bias = config.get('use_bias').boolean(true);
    this.#count.add(layer.part, units * (inputs + 1));
    // TensorFlow.js stores (inputs, units), we store (units, inputs).
    const place = (i: number): number => (i % units) * inputs + Math.floor(i / units);
    const weights = this.#tensors.take(name, 'kernel', [inputs, units], place);
    const biases = bias ? this.#tensors.take(name, 'bias', [units], (i) => i) : float32(0);
    const trainable = config.get('trainable').boolean(true);
    const draft: Draft = { layer, units, inputs, bias, trainable, weights, biases, activation: 'linear', dropout: 0 };
    if (this.#normalization !== undefined) foldInputs(draft, this.#normalization);
    this.#normalization = undefined;
    this.#drafts.push(draft);
    if (!config.get('activation').missing) this.#activate(layer, activationOf(layer));
  }

  #activate(layer: KerasLayer, activation: Activation, slope?: number): void {
    if (activation === 'linear') return;
    const draft = this.#drafts[this.#drafts.length - 1];
    if (draft === undefined) throw unsupported(layer, 'which stands before the first Dense', 'Put a Dense before it.');
    if (draft.activation !== 'linear' || draft.dropout > 0 || this.#normalization !== undefined) {
      const last = draft.activation === 'linear' ? 'a BatchNormalization' : `the activation ${draft.activation}`;
      const what = draft.dropout > 0 ? 'a Dropout' : last;
      throw unsupported(layer, `which stands behind ${what}`, 'A layer has one activation, and then its dropout.');
    }
    if (activation === 'softmax' && draft.units === 1) {
      throw unsupported(layer, 'which is a softmax of 1 unit', 'It would always answer 1: use sigmoid.');
    }
    draft.activation = activation;
    if (slope !== undefined) draft.slope = shortestFloat(slope);
  }

  #drop(layer: KerasLayer): void {
    expectValue(layer, 'noise_shape', undefined, undefined);
    const rate = layer.config.get('rate');
    const dropout = rate.number();
    if (!(dropout >= 0 && Math.fround(dropout) < 1)) throw rate.bad('a number from 0 to below 1');
    if (dropout === 0) return;
    const draft = this.#drafts[this.#drafts.length - 1];
    if (draft === undefined || draft.dropout > 0 || this.#normalization !== undefined) {
      const last = this.#normalization === undefined ? 'another Dropout' : 'a BatchNormalization';
      const where = draft === undefined ? 'before the first Dense' : `behind ${last}`;
      throw unsupported(layer, `which stands ${where}`, 'Dropout is of the outputs of a layer, once.');
    }
    draft.dropout = dropout;
  }

  /** Rows stay as they are. Samples of another shape become rows, with their numbers in the same order. */
  #flatten(layer: KerasLayer): void {
    if (this.#drafts.length > 0 || this.#shape === undefined) return;
    if (this.#shape.length > 1 && layer.config.get('data_format').value === 'channels_first') {
      throw unsupported(layer, 'which takes channels first', 'Use channels_last.');
    }
    const numbers = this.#shape.reduce((product, size) => product * size, 1);
    if (numbers > MAX_WIDTH) {
      const what = `makes rows of ${numbers}, and at most ${MAX_WIDTH} are read`;
      throw layer.part.refused('ERR_MODEL_LIMIT', what, 'Use a smaller network.');
    }
    this.#shape = [numbers];
  }

  /** x scale + offset */
  #rescale(layer: KerasLayer): void {
    const factors = numbersOf(layer.config.get('scale'), undefined);
    const offsets = numbersOf(layer.config.get('offset'), 0);
    const length = Math.max(factors.length, offsets.length);
    const at = (values: readonly number[], i: number): number => values[values.length === 1 ? 0 : i] ?? Number.NaN;
    const columns = Array.from({ length }, (_, i) => i);
    this.#scale({
      layer,
      normalize: 'minMax',
      shift: columns.map((i) => -at(offsets, i) / at(factors, i)),
      scale: columns.map((i) => 1 / at(factors, i)),
    });
  }

  /** (x - mean) / max(sqrt(variance), 1e-7), with the 1e-7 of Keras. */
  #normalize(layer: KerasLayer): void {
    const { config, name } = layer;
    expectValue(layer, 'invert', false, false);
    const axis = config.get('axis');
    const given = axis.isArray ? axis.items(1)[0]?.value : axis.value;
    if (!axis.missing && given !== -1 && given !== 1)
      throw unsupported(layer, 'whose axis is not the last', 'Use axis=-1.');
    const read = (key: string): readonly number[] => {
      if (!this.#tensors.has(name, key)) return numbersOf(config.get(key), undefined);
      return Array.from(this.#tensors.take(name, key, [this.#shape?.[0] ?? 0], (i) => i));
    };
    const shift = read('mean');
    const scale = read('variance').map((variance) => Math.max(Math.sqrt(variance), 1e-7));
    this.#tensors.drop(name, 'count');
    this.#scale({ layer, normalize: 'standard', shift, scale });
  }

  /** (x - mean) / sqrt(variance + epsilon) gamma + beta: part of the sums before it, of the layer behind it, or scaling of the inputs. */
  #normalizeBatch(layer: KerasLayer): void {
    const draft = this.#drafts[this.#drafts.length - 1];
    if (draft === undefined && this.#shape !== undefined && this.#shape.length !== 1) {
      throw unsupported(layer, `which is given samples of the shape [${this.#shape}]`, 'Put a Flatten before it.');
    }
    const normalization = normalizationOf(layer, this.#tensors, draft?.units ?? this.#shape?.[0]);
    const isBehindSums = draft !== undefined && draft.activation === 'linear' && draft.dropout === 0;
    if (this.#normalization !== undefined || draft?.activation === 'softmax') {
      throw unsupported(
        layer,
        'which stands behind another one, or a softmax',
        'Normalize once, before a Dense or its activation.',
      );
    }
    const { factors, offsets } = normalization;
    const isScaling = draft === undefined && this.#scaling === undefined && factors.every((factor) => factor > 0);
    if (isBehindSums) foldSums(draft, normalization);
    else if (!isScaling) this.#normalization = normalization;
    else {
      // Inputs far from 0 lose digits where their shift is part of a bias.
      const shift = factors.map((factor, i) => -(offsets[i] as number) / factor);
      this.#scale({ layer, normalize: 'standard', shift, scale: factors.map((factor) => 1 / factor) });
    }
  }

  #scale(given: GivenScaling): void {
    const { layer, shift, scale } = given;
    if (this.#drafts.length > 0) throw unsupported(layer, 'which stands behind a Dense', 'Only inputs are scaled.');
    if (this.#scaling !== undefined || this.#normalization !== undefined)
      throw unsupported(layer, 'which scales a second time', 'Use one layer that scales.');
    const one = shift.length === 1 && scale.length === 1;
    const [width, ...others] = this.#shape ?? [];
    if (!one && (others.length > 0 || (width ?? shift.length) !== shift.length || shift.length !== scale.length)) {
      throw unsupported(
        layer,
        `which scales ${shift.length} columns of [${this.#shape}]`,
        'Scale all columns, or all alike.',
      );
    }
    this.#scaling = given;
  }

  #expanded(): ForeignScaling | undefined {
    if (this.#scaling === undefined) return undefined;
    const { layer, normalize, shift, scale } = this.#scaling;
    const all = (values: readonly number[]): readonly number[] => {
      if (values.length === 1) return new Array<number>(this.#inputs).fill(values[0] as number);
      if (values.length === this.#inputs) return values;
      throw layer.part.refused('ERR_MODEL_FORMAT', `scales ${values.length} columns, expected ${this.#inputs}`);
    };
    return scalingOf(layer.part, normalize, all(shift), all(scale));
  }
}
