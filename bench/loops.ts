/**
 * Loops of only multiplications and additions, which show the peak that kernels could reach. They are WebAssembly text, because V8
 * decides how fast such a loop runs: written in AssemblyScript, they were slower than the kernels, since constants were made again in
 * each iteration. peak.ts runs and times them.
 */
import binaryen from 'assemblyscript/binaryen';

export interface Loop {
  readonly accumulators: number;
  /** How many products use the same factor from memory. With 0, the accumulators themselves are multiplied, without memory. */
  readonly shared: number;
  /** How many copies of its body a loop has. */
  readonly repeats: number;
}

export const LOOPS: readonly Loop[] = [
  { accumulators: 6, shared: 2, repeats: 1 },
  { accumulators: 7, shared: 1, repeats: 1 },
  { accumulators: 9, shared: 3, repeats: 4 },
  { accumulators: 12, shared: 4, repeats: 2 },
  { accumulators: 8, shared: 1, repeats: 1 },
  { accumulators: 12, shared: 1, repeats: 1 },
  { accumulators: 12, shared: 1, repeats: 4 },
  { accumulators: 13, shared: 0, repeats: 1 },
  { accumulators: 16, shared: 0, repeats: 4 },
];

export function nameOf({ accumulators, shared, repeats }: Loop): string {
  return `${accumulators} by ${shared}, ${repeats} times`;
}

/** Offsets in bytes from the given address. Factors come first, so that their offsets fit into a byte. */
export const LAYOUT = { factors: 0, values: 128, accumulators: 256 };
/** How many vectors of factors there are. The loop uses them in turn. */
export const FACTORS = 8;
/** How many vectors of values there are. They stay in registers. */
const VALUES = 4;

/** A module with a function `(address, iterations)` for each loop, under its name; with or without fused multiply-add. */
export function compileLoops(fused: boolean): Uint8Array<ArrayBuffer> {
  const functions = LOOPS.map((loop) => functionOf(loop, fused)).join('\n');
  const module = binaryen.parseText(`(module (import "env" "memory" (memory 1))\n${functions})`);
  module.setFeatures(binaryen.Features.All);
  const bytes = Uint8Array.from(module.emitBinary());
  module.dispose();
  return bytes;
}

/** Loads everything but the factors before the loop, in the order of memory, so that V8 can widen pairs. */
function functionOf(loop: Loop, fused: boolean): string {
  const values = range(VALUES).map((i) => [`$value${i}`, addressOf(LAYOUT.values, i)] as const);
  const accumulators = range(loop.accumulators).map((i) => [`$acc${i}`, addressOf(LAYOUT.accumulators, i)] as const);
  const locals = [...values, ...accumulators];
  return `
    (func (export "${nameOf(loop)}") (param $address i32) (param $iterations i32)
      (local $factor v128) ${locals.map(([name]) => `(local ${name} v128)`).join(' ')}
      ${locals.map(([name, address]) => `(local.set ${name} (v128.load ${address}))`).join('\n')}
      (loop $again
        ${range(loop.repeats * loop.accumulators)
          .map((n) => stepOf(loop, n, fused))
          .join('\n')}
        (local.set $iterations (i32.sub (local.get $iterations) (i32.const 1)))
        (br_if $again (local.get $iterations)))
      ${accumulators.map(([name, address]) => `(v128.store ${address} (local.get ${name}))`).join('\n')})`;
}

/** The nth multiplication and addition: acc += factor value, or acc = acc value0 + value1. */
function stepOf({ accumulators, shared }: Loop, n: number, fused: boolean): string {
  const acc = `$acc${n % accumulators}`;
  const get = (local: string): string => `(local.get ${local})`;
  const multiplyAdd = (a: string, b: string, c: string): string => {
    const sum = fused ? `(f32x4.relaxed_madd ${a} ${b} ${c})` : `(f32x4.add (f32x4.mul ${a} ${b}) ${c})`;
    return `(local.set ${acc} ${sum})`;
  };
  if (shared === 0) return multiplyAdd(get(acc), get('$value0'), get('$value1'));
  const factor = `(v128.load ${addressOf(LAYOUT.factors, Math.floor(n / shared) % FACTORS)})`;
  if (shared === 1) return multiplyAdd(get('$value0'), factor, get(acc));
  const load = n % shared === 0 ? `(local.set $factor ${factor})` : '';
  return load + multiplyAdd(get('$factor'), get(`$value${n % shared}`), get(acc));
}

function addressOf(offset: number, vector: number): string {
  return `offset=${offset + 16 * vector} (local.get $address)`;
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
