/**
 * The first layer on samples whose inputs are sparse: finds the entries of the rows of this pass, and gives them to kernels/sparse.ts. Knows
 * no activation, no loss and no batch.
 */
import { sparseBackwardWeights, sparseForward } from '../kernels/sparse';
import { Dataset, Network } from '../records';

/** Whether layer `l` reads the samples of this pass, and these are sparse. */
// @ts-ignore: decorator
@inline
export function hasSparseInputs(network: Network, l: i32): bool {
  return l == 0 && network.sparse != 0;
}

/** Computes the weighted sums of the first layer in rows `from` .. `from` + rows - 1. */
export function sumSparseRows(network: Network, from: i32, rows: i32): void {
  const dataset = changetype<Dataset>(network.sparse);
  const layer = network.layer(0);
  const samples = dataset.order + (<usize>(network.firstRow + from) << 2);
  sparseForward(
    rows, layer.inputs, layer.units, samples, dataset.starts, dataset.columns, dataset.inputs, layer.weights, layer.biases,
    layer.rowOfOutputs(from), layer.rowBytes,
  );
}

/** weights += scale dW, with the deltas of the first `rows` rows of this pass. */
export function addSparseGradients(network: Network, rows: i32, weights: usize, scale: f32): void {
  const dataset = changetype<Dataset>(network.sparse);
  const layer = network.layer(0);
  const samples = dataset.order + (<usize>network.firstRow << 2);
  sparseBackwardWeights(
    rows, layer.inputs, layer.units, samples, dataset.starts, dataset.columns, dataset.inputs, layer.deltas, layer.rowBytes,
    weights, scale,
  );
}
