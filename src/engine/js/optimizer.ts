/**
 * Optimizer steps on whole tensors, and what is done to their gradients before the step.
 *
 * Shapes: w, g and moments are all alike. Numbers are float64 between load and store.
 */

/** An adaptive step treats smaller derivatives as 0, like the kernel, where their squares would be denormal numbers. */
const LEAST_SQUARED = 1e-17;

/** values *= factor. */
export function multiply(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * factor;
}

/** target += scale source. */
export function addScaled(target: Float32Array, source: Float32Array, scale: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + scale * (source[i] as number);
}

/** g += l1 sign(w) + 2 l2 w, the derivative of the penalties l1 |w| and l2 w^2. */
export function penalize(w: Float32Array, g: Float32Array, l1: number, l2: number): void {
  for (let i = 0; i < w.length; i++) {
    const weight = w[i] as number;
    g[i] = (g[i] as number) + (l1 * Math.sign(weight) + 2 * l2 * weight);
  }
}

/** Limits every value to -limit .. limit. NaN stays NaN. */
export function clip(values: Float32Array, limit: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value > limit) values[i] = limit;
    else if (value < -limit) values[i] = -limit;
  }
}

export function squareSum(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) * (values[i] as number);
  return sum;
}

/** w -= rate (scale g + decay w). */
export function sgdStep(w: Float32Array, g: Float32Array, rate: number, scale: number, decay: number): void {
  for (let i = 0; i < w.length; i++) {
    const weight = w[i] as number;
    w[i] = weight - rate * (scale * (g[i] as number) + decay * weight);
  }
}

/**
 * v := momentum v + scale g + decay w, then w -= rate v, or with `nesterov` w -= rate (scale g + decay w + momentum v).
 * torch.optim.SGD; I. Sutskever et al., 2013.
 */
export function momentumStep(
  w: Float32Array,
  g: Float32Array,
  v: Float32Array,
  rate: number,
  scale: number,
  decay: number,
  momentum: number,
  nesterov: boolean,
): void {
  for (let i = 0; i < w.length; i++) {
    const weight = w[i] as number;
    const gradient = scale * (g[i] as number) + decay * weight;
    const velocity = flushDenormal(momentum * (v[i] as number) + gradient);
    v[i] = velocity;
    w[i] = weight - rate * (nesterov ? gradient + momentum * velocity : velocity);
  }
}

/** The numbers that adaptiveStep computes with. */
export interface AdaptiveRates {
  readonly rate: number;
  readonly decay: number;
  /** Decoupled weight decay multiplies a weight by this; 1 without. */
  readonly decayFactor: number;
  readonly beta1: number;
  readonly beta2: number;
  /** The factor of a squared gradient when it is added to the second moment. */
  readonly share: number;
  /** The factor of the root of a second moment. */
  readonly rootScale: number;
  readonly epsilon: number;
}

/**
 * With G = scale g + decay w, the second moment v := beta2 v + share G^2, and w := decayFactor w - rate d / (rootScale sqrt(v) +
 * epsilon). If there is a first moment m, d is m := beta1 m + (1 - beta1) G, else d is G.
 *
 * One loop for adam (D. Kingma and J. Ba, 2014: share is 1 - beta2), adamw (I. Loshchilov and F. Hutter, 2017: decayFactor below
 * 1), rmsprop (G. Hinton, 2012: no first moment) and adagrad (J. Duchi et al., 2011: a sum, so beta2 and share are 1), as
 * torch.optim computes them.
 */
export function adaptiveStep(
  w: Float32Array,
  g: Float32Array,
  m: Float32Array | undefined,
  v: Float32Array,
  scale: number,
  { rate, decay, decayFactor, beta1, beta2, share, rootScale, epsilon }: AdaptiveRates,
): void {
  for (let i = 0; i < w.length; i++) {
    const weight = w[i] as number;
    const derivative = scale * (g[i] as number) + decay * weight;
    const gradient = derivative < LEAST_SQUARED && derivative > -LEAST_SQUARED ? 0 : derivative;
    const second = flushDenormal(beta2 * (v[i] as number) + share * (gradient * gradient));
    v[i] = second;
    let direction = gradient;
    if (m !== undefined) {
      direction = flushDenormal(beta1 * (m[i] as number) + (1 - beta1) * gradient);
      m[i] = direction;
    }
    w[i] = decayFactor * weight - (rate * direction) / (rootScale * Math.sqrt(second) + epsilon);
  }
}

/** Returns 0 for denormal float32 numbers: moments fade to these, and they are slow. NaN stays NaN. */
function flushDenormal(value: number): number {
  return value < 1.17549435e-38 && value > -1.17549435e-38 ? 0 : value;
}
