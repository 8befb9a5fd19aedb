/** The pure TypeScript engine: the fallback where WebAssembly is refused, and the opponent in comparisons. */
import { codedError } from '../../errors.js';
import type { NetworkSpec } from '../../options.js';
import type { Engine, EngineNetwork } from '../engine.js';
import { JsNetwork } from './network.js';

export const jsEngine: Engine = {
  info: Object.freeze({ kind: 'js', variant: 'js', threads: 1, wideVectors: false, reproducible: true }),
  createNetwork(spec: NetworkSpec): EngineNetwork {
    try {
      return new JsNetwork(spec);
    } catch (cause) {
      const parameters = spec.layers.reduce((sum, layer) => sum + layer.units * (layer.inputs + 1), 0);
      const message = `memory: the host does not give room for ${parameters} parameters. Use a smaller network.`;
      throw codedError('ERR_OUT_OF_MEMORY', message, { cause });
    }
  },
};
