/** What comes of files from somebody who means ill. */
import { allFinite } from '../../../src/foundation/finite.js';
import type { Network } from '../../../src/index.js';
import { parametersOf } from '../networks.js';

export interface Outcome {
  readonly refused: boolean;
  /** What is wrong with how it was refused, or with the network. */
  readonly problem?: string;
}

/** How a call refuses. */
export interface Refusals {
  readonly codes: readonly string[];
  /** Characters of a message. */
  readonly longest: number;
  /** Of each message. */
  readonly begins: RegExp;
}

export async function outcomeOf(load: () => Promise<Network>, { codes, longest, begins }: Refusals): Promise<Outcome> {
  let network: Network;
  try {
    network = await load();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    // The stack is looked at here alone: to make one is more work than to read a small file.
    if (!codes.includes(code ?? '')) return { refused: true, problem: `threw ${(error as Error).stack}` };
    if (!begins.test(message)) return { refused: true, problem: `says ${message}` };
    return message.length > longest ? { refused: true, problem: `a message of ${message.length}` } : { refused: true };
  }
  const finite = allFinite(parametersOf(network));
  network.dispose();
  return finite ? { refused: false } : { refused: false, problem: 'has parameters that are not finite' };
}
