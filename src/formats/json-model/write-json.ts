/**
 * Writes a network as an object that JSON can hold: its options as `create` takes them, its scaling, and its parameters as base64 of
 * float32 numbers, little-endian, which is exact and half as long as decimals. docs/models.md draws it.
 */
import { codedError } from '../../foundation/errors.js';
import { bytesOf } from '../bytes.js';
import { metadataOf } from '../safetensors/write-model.js';
import type { SavedModel } from '../saved-model.js';

/** A string of V8 holds 2^29 - 24 characters, and a parameter takes 16/3. */
const MAX_NUMBERS = 1e8;
/** Bytes that become base64 at a time: few enough for the arguments of a call, and a multiple of 3. */
const CHUNK = 3072;

export function jsonOf(model: SavedModel): object {
  const { parameters } = model;
  const count = parameters.reduce((sum, { weights, biases }) => sum + weights.length + biases.length, 0);
  if (count > MAX_NUMBERS) {
    throw codedError('ERR_MODEL_LIMIT', `toJSON: no text is long enough for ${count} parameters. Use save().`);
  }
  return {
    ...Object.fromEntries(Object.entries(metadataOf(model)).map(([key, json]) => [key, JSON.parse(json)])),
    parameters: parameters.map(({ weights, biases }) => ({ weights: base64(weights), biases: base64(biases) })),
  };
}

function base64(values: Float32Array): string {
  const bytes = bytesOf(values);
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  }
  return text;
}
