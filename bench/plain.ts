/**
 * What everybody writes first: SGD per sample or per mini-batch as plain loops over typed arrays, with one hidden layer, sigmoid and
 * mean squared error. No tricks and no library. Weights are (units, inputs) row-major in float32. deep.ts has deeper networks.
 */

export interface PlainNetwork {
  /** Trains one epoch, with the samples in their order. Returns their mean loss, each before its step. */
  epoch(inputs: Float32Array, targets: Float32Array, samples: number, batchSize: number): number;
  /** The outputs for one row. */
  predict(inputs: Float32Array, offset: number): Float32Array;
}

/** Begins with the given parameters, so that every contender computes the same training. */
export function createPlainNetwork(
  I: number,
  H: number,
  O: number,
  learningRate: number,
  start: readonly { weights: Float32Array; biases: Float32Array }[],
): PlainNetwork {
  const [first, second] = start as [(typeof start)[0], (typeof start)[0]];
  const w1 = first.weights.slice();
  const b1 = first.biases.slice();
  const w2 = second.weights.slice();
  const b2 = second.biases.slice();
  const hidden = new Float32Array(H);
  const output = new Float32Array(O);
  const outputDelta = new Float32Array(O);
  const hiddenDelta = new Float32Array(H);
  const gw1 = new Float32Array(w1.length);
  const gb1 = new Float32Array(H);
  const gw2 = new Float32Array(w2.length);
  const gb2 = new Float32Array(O);

  function forward(x: Float32Array, at: number): void {
    for (let h = 0; h < H; h++) {
      const row = h * I;
      let sum = b1[h] as number;
      for (let i = 0; i < I; i++) sum += (w1[row + i] as number) * (x[at + i] as number);
      hidden[h] = 1 / (1 + Math.exp(-sum));
    }
    for (let o = 0; o < O; o++) {
      const row = o * H;
      let sum = b2[o] as number;
      for (let h = 0; h < H; h++) sum += (w2[row + h] as number) * (hidden[h] as number);
      output[o] = 1 / (1 + Math.exp(-sum));
    }
  }

  /** Computes the deltas of both layers, and returns the loss of the sample. */
  function backward(t: Float32Array, at: number, scale: number): number {
    let loss = 0;
    for (let o = 0; o < O; o++) {
      const y = output[o] as number;
      const difference = y - (t[at + o] as number);
      loss += difference * difference;
      outputDelta[o] = scale * difference * y * (1 - y);
    }
    for (let h = 0; h < H; h++) {
      let sum = 0;
      for (let o = 0; o < O; o++) sum += (w2[o * H + h] as number) * (outputDelta[o] as number);
      hiddenDelta[h] = sum * (hidden[h] as number) * (1 - (hidden[h] as number));
    }
    return loss / O;
  }

  function step(x: Float32Array, at: number): void {
    for (let o = 0; o < O; o++) {
      const d = learningRate * (outputDelta[o] as number);
      const row = o * H;
      for (let h = 0; h < H; h++) w2[row + h] = (w2[row + h] as number) - d * (hidden[h] as number);
      b2[o] = (b2[o] as number) - d;
    }
    for (let h = 0; h < H; h++) {
      const d = learningRate * (hiddenDelta[h] as number);
      const row = h * I;
      for (let i = 0; i < I; i++) w1[row + i] = (w1[row + i] as number) - d * (x[at + i] as number);
      b1[h] = (b1[h] as number) - d;
    }
  }

  function accumulate(x: Float32Array, at: number): void {
    for (let o = 0; o < O; o++) {
      const d = outputDelta[o] as number;
      const row = o * H;
      for (let h = 0; h < H; h++) gw2[row + h] = (gw2[row + h] as number) + d * (hidden[h] as number);
      gb2[o] = (gb2[o] as number) + d;
    }
    for (let h = 0; h < H; h++) {
      const d = hiddenDelta[h] as number;
      const row = h * I;
      for (let i = 0; i < I; i++) gw1[row + i] = (gw1[row + i] as number) + d * (x[at + i] as number);
      gb1[h] = (gb1[h] as number) + d;
    }
  }

  function apply(parameters: Float32Array, gradients: Float32Array): void {
    for (let i = 0; i < parameters.length; i++) {
      parameters[i] = (parameters[i] as number) - learningRate * (gradients[i] as number);
      gradients[i] = 0;
    }
  }

  return {
    epoch(inputs, targets, samples, batchSize) {
      let loss = 0;
      for (let from = 0; from < samples; from += batchSize) {
        const batch = Math.min(batchSize, samples - from);
        for (let s = from; s < from + batch; s++) {
          forward(inputs, s * I);
          loss += backward(targets, s * O, 2 / (O * batch));
          if (batch === 1) step(inputs, s * I);
          else accumulate(inputs, s * I);
        }
        if (batch === 1) continue;
        apply(w1, gw1);
        apply(b1, gb1);
        apply(w2, gw2);
        apply(b2, gb2);
      }
      return loss / samples;
    },
    predict(inputs, offset) {
      forward(inputs, offset);
      return output;
    },
  };
}
