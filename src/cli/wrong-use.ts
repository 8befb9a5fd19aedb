/** A command line that asks for what the command cannot do. Ends with exit code 2, as data that are wrong end with 1. */

/** Its message is one line that says what came and how to mend it. */
export class WrongUse extends Error {
  override readonly name: string = 'WrongUse';
}
