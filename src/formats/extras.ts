/** What files of some networks need, as one chunk: networks that scale, with columns, with rarer activations, with very many layers or long labels. */
export { addGeluConstants, columnsEntry, rareSteps, scalingSteps } from './onnx/rare-steps.js';
export { writeLarge } from './safetensors/write-large.js';
