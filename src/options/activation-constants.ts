/** The constants in the formulas of activations, which engines and formats share. */

// With these, outputs keep the mean 0 and variance 1 of their inputs: G. Klambauer et al., 2017, with the digits of PyTorch.
export const SELU_SCALE = 1.0507009873554805;
export const SELU_ALPHA = 1.6732632423543772;
// The tanh form of gelu, D. Hendrycks and K. Gimpel, 2016: z sigmoid(v) with v = 2 sqrt(2 / pi) (z + 0.044715 z^3), because tanh(u)
// is 2 sigmoid(2 u) - 1.
export const GELU_LINEAR = 1.5957691216057308;
export const GELU_CUBIC = GELU_LINEAR * 0.044715;
