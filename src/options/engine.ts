/** Checks the options that choose an engine, and fills in defaults. Chooses none. */
import { checkBoolean, readOptions } from '../foundation/checks.js';
import { codedError } from '../foundation/errors.js';
import { checkName } from '../foundation/more-checks.js';

/** The options that choose an engine. Every call that makes a network takes them. */
export const ENGINE_KEYS = ['engine', 'threads', 'relaxed', 'wideVectors'] as const;

/** The engine options, with defaults filled in. */
export interface EngineSpec {
  readonly engine: 'auto' | 'wasm' | 'js';
  /** What the call asks for, if it is not one thread. Not checked yet: networks with one thread need no check. */
  readonly threads?: readonly [call: string, asked: unknown] | undefined;
  readonly relaxed: boolean;
  readonly wideVectors: boolean;
}

/** Checks the engine options of a call. The caller has checked the keys already. */
export function resolveEngine(call: string, options: object): EngineSpec {
  const { engine, threads, relaxed, wideVectors } = readOptions(options, ENGINE_KEYS);
  const spec = {
    engine: engine === undefined ? 'auto' : checkName(`${call}: engine`, engine, ['auto', 'wasm', 'js']),
    threads: threads === undefined || threads === 1 ? undefined : ([call, threads] as const),
    relaxed: relaxed !== undefined && checkBoolean(`${call}: relaxed`, relaxed),
    wideVectors: wideVectors !== undefined && checkBoolean(`${call}: wideVectors`, wideVectors),
  } as const;
  if (spec.engine === 'js' && spec.wideVectors) {
    const mend = 'Leave it out, or use engine: "wasm".';
    throw codedError('ERR_INVALID_OPTION', `${call}: wideVectors belongs to WebAssembly, and engine is "js". ${mend}`);
  }
  return spec;
}
