/** The most common activations as operators of ONNX. */

/** As the name of an operand, the weighted sums of the layer. */
export const SUMS = 'sums';

export const BASIC_STEPS = {
  linear: [],
  sigmoid: [{ operator: 'Sigmoid' }],
  tanh: [{ operator: 'Tanh' }],
  relu: [{ operator: 'Relu' }],
  softmax: [{ operator: 'Softmax' }],
} as const;

export type BasicActivation = keyof typeof BASIC_STEPS;
