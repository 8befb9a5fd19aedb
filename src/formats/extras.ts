/** What files of some networks need, as one chunk: networks that scale, with names, with rarer activations, with very many layers. */
export { metadata } from './onnx/metadata.js';
export { addGeluConstants, rareSteps, scalingSteps } from './onnx/rare-steps.js';
export { writeLarge } from './safetensors/write-large.js';
