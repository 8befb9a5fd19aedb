/** The engine in plain TypeScript: for hosts that refuse WebAssembly, and for comparisons with the WebAssembly engine. */

import type { NetworkSpec } from '../../options/spec.js';
import type { Engine, EngineNetwork } from '../engine.js';
import { JsNetwork } from './network.js';

export const jsEngine: Engine = {
  info: Object.freeze({ kind: 'js', variant: 'js', threads: 1, wideVectors: false, reproducible: true }),
  createNetwork(spec: NetworkSpec): EngineNetwork {
    return new JsNetwork(spec);
  },
};
