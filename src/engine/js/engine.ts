/** The engine in plain TypeScript: for hosts that refuse WebAssembly, and for comparisons with the WebAssembly engine. */

import { withinMemory } from '../../foundation/memory.js';
import type { NetworkSpec } from '../../options/network.js';
import type { Engine, EngineNetwork } from '../engine.js';
import { JsNetwork } from './network.js';

export const jsEngine: Engine = {
  info: Object.freeze({ kind: 'js', variant: 'js', threads: 1, wideVectors: false, reproducible: true }),
  createNetwork(spec: NetworkSpec): EngineNetwork {
    const parameters = spec.layers.reduce((sum, layer) => sum + layer.units * (layer.inputs + 1), 0);
    return withinMemory(`${parameters} parameters`, () => new JsNetwork(spec));
  },
};
