/** What a worker does that helps: it takes part in a fit that another thread leads, until that ends. Then it waits for the next message. */
import { TEAM_ADDRESS } from '../../../../assembly/abi.js';

/** Asks a worker to help with a fit. Its index is 1 or more: the leader is 0. */
export interface HelpMessage {
  readonly kind: 'help';
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly index: number;
  /** Which fit. If it is over already, the worker does nothing. */
  readonly session: number;
  /** The name of the lock that the worker has to hold; undefined where the runtime has no locks. */
  readonly lock: string | undefined;
}

/** What a helper says: that it has begun, and that it has left a fit. */
export type HelperMessage =
  | { readonly kind: 'helping'; readonly holdsLock: boolean }
  | { readonly kind: 'free'; readonly session: number };

interface HelperExports {
  help(team: number, index: number, session: number): void;
}

/** The last one, since the next fit may be on the same memory. */
let last: { module: WebAssembly.Module; memory: WebAssembly.Memory; exports: HelperExports } | undefined;

/** Blocks this thread until the fit is over. */
export function help({ module, memory, index, session }: HelpMessage): void {
  if (last?.module !== module || last.memory !== memory) {
    const instance = new WebAssembly.Instance(module, { env: { memory } });
    last = { module, memory, exports: instance.exports as unknown as HelperExports };
  }
  last.exports.help(TEAM_ADDRESS, index, session);
}
