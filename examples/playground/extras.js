/** Inputs besides x1 and x2, made of them. Knows neither networks nor pages. */

/**
 * Each input by the name that a link has for it: its name in the drawing, and how it is made.
 * @type {Record<'x1x1' | 'x2x2' | 'x1x2' | 'sinx1' | 'sinx2', { title: string, code: string, of: (x: number, y: number) => number }>}
 */
export const EXTRAS = {
  x1x1: { title: 'x1²', code: 'x1 * x1', of: (x) => x * x },
  x2x2: { title: 'x2²', code: 'x2 * x2', of: (_, y) => y * y },
  x1x2: { title: 'x1 x2', code: 'x1 * x2', of: (x, y) => x * y },
  // Over the plane that is shown, about one wave.
  sinx1: { title: 'sin 3x1', code: 'Math.sin(3 * x1)', of: (x) => Math.sin(3 * x) },
  sinx2: { title: 'sin 3x2', code: 'Math.sin(3 * x2)', of: (_, y) => Math.sin(3 * y) },
};
