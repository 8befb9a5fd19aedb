/** The names that options are checked against. A plain network's options are checked without these lists. */
import { OUTPUT_RANGES } from './activations.js';
import { OPTIMIZER_KEYS } from './optimizers.js';
import type { Activation, OptimizerName } from './types.js';

export const ACTIVATIONS = Object.keys(OUTPUT_RANGES) as readonly Activation[];

export const OPTIMIZERS = Object.keys(OPTIMIZER_KEYS) as readonly OptimizerName[];
