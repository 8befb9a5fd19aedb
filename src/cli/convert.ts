/** `wasmlp convert`: writes a saved network in another form. */
import { command } from './command.js';
import { checkWritable } from './files.js';
import { encodedNote, networkIn, writerFor } from './model-file.js';
import { sayLine } from './terminal.js';

export const convert = command({
  name: 'convert',
  operands: ['<model>', '<file>'],
  summary: 'Writes a saved network in another form, by the ending of the file.',
  details:
    'The forms are .onnx for other runtimes, .mjs for a module that needs no library, .json for JSON, and .safetensors. ' +
    'A model of ONNX is read too.',
  options: {},
  examples: [
    'npx wasmlp convert model.safetensors model.onnx',
    'npx wasmlp convert model.safetensors model.mjs',
    'npx wasmlp convert model.onnx model.safetensors',
  ],
  async run({ operands }) {
    const [model, file] = operands as [string, string];
    const write = writerFor(file);
    const network = await networkIn(model);
    await checkWritable(file);
    await write(network);
    const note = network.columns === undefined ? '' : encodedNote(file);
    sayLine(process.stderr, `Saved ${file}.${note}`);
  },
});
