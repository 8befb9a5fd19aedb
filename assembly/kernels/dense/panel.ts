/**
 * How the weights of a dense layer lie, which every kernel in this folder and in ../row/ goes by.
 *
 * Panels of 8 outputs, [O/8][I][8]; where at most 4 outputs are left the last panel is [I][4]. So a layer of 10 units takes
 * 12 columns, not 16, and one of 1 to 4 units a single vector per input (assembly/README.md draws it). Padded outputs have
 * weights and biases of 0.
 */
import { PANEL } from '../../abi';

/** Bytes from one panel of 8 to the next. */
// @ts-ignore: decorator
@inline
export function panelBytes(I: i32): usize {
  return <usize>I * PANEL * 4;
}
