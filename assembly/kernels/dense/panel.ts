/**
 * The layout of a dense layer's weights, for all kernels in this folder and in ../row/.
 *
 * Panels of 8 outputs, [O/8][I][8]. If at most 4 outputs are left, the last panel is [I][4]. So a layer of 10 units takes 12
 * columns, not 16, and a layer of 1 to 4 units takes a single vector per input (assembly/README.md draws it). Padded outputs have
 * weights and biases of 0.
 */
import { ALIASING_INPUTS, PANEL, PANEL_GAP_BYTES } from '../../abi';

/** Bytes from the start of one panel of 8 to the start of the next. */
// @ts-ignore: decorator
@inline
export function panelBytes(I: i32): usize {
  return <usize>I * PANEL * 4 + panelGap(I);
}

/** Bytes from the end of a panel to the start of the next. With this gap 64-128-128-10 trains 1.03 to 1.1 times as fast. */
// @ts-ignore: decorator
@inline
export function panelGap(I: i32): usize {
  return I % ALIASING_INPUTS == 0 ? <usize>PANEL_GAP_BYTES : <usize>0;
}

/** Bytes of all panels, including the gaps between them. */
export function panelsBytes(I: i32, O: i32): usize {
  const whole = <usize>(O - 1) / PANEL;
  const last: usize = O - <i32>whole * PANEL > 4 ? 32 : 16;
  return whole * panelBytes(I) + <usize>I * last;
}

/** The units that one step of the forward kernel takes at most. Threads share a layer in such tiles. */
export const TILE_UNITS: i32 = WIDE ? 2 * PANEL : PANEL;

// @ts-ignore: decorator
@inline
export function tilesOf(O: i32): i32 {
  return (O + TILE_UNITS - 1) / TILE_UNITS;
}

/** Bytes from the start of the weights to the panel that begins with unit `o`. */
// @ts-ignore: decorator
@inline
export function panelOffset(I: i32, o: i32): usize {
  return <usize>(o / PANEL) * panelBytes(I);
}
