/** Reads models in every form that the library reads by one file, and writes them in every form that it writes, by the ending of the name. */
import { readFile } from 'node:fs/promises';
import { Network } from 'wasmlp';
import { loadFile, saveFile } from 'wasmlp/node';
import { checkThere, notRead, writeWhole } from './files.js';
import { WrongUse } from './wrong-use.js';

/** A network from a file: safetensors, a checkpoint, JSON, or ONNX by its ending. */
export async function networkIn(path: string): Promise<Network> {
  if (path === '-') throw new WrongUse('the model is -, expected a file: standard input is for the table.');
  if (/\.(csv|tsv|txt)$/i.test(path)) {
    throw new WrongUse(`the model is ${JSON.stringify(path)}, which is called like a table. Name the model first.`);
  }
  if (/\.m?js$/i.test(path)) {
    const came = `the model is ${JSON.stringify(path)}, a module, which answers in a page`;
    throw new WrongUse(`${came}. Give the .safetensors that it was made of.`);
  }
  await checkThere(path);
  if (!/\.onnx$/i.test(path)) return await loadFile(path);
  const bytes = await readFile(path).catch((cause) => {
    throw notRead(path, cause);
  });
  return await Network.fromONNX(bytes);
}

type Write = (network: Network, path: string) => Promise<void>;

const WRITERS: Readonly<Record<string, Write>> = {
  '.safetensors': async (network, path) => await saveFile(network, path),
  '.json': async (network, path) => await writeWhole(path, JSON.stringify(network)),
  '.onnx': async (network, path) => await writeWhole(path, network.toONNX()),
  '.mjs': async (network, path) => await writeWhole(path, await network.toModule()),
  '.js': async (network, path) => await writeWhole(path, await network.toModule()),
};

/** How a network is written to a file of this name. Throws WrongUse for an ending that says no form. */
export function writerFor(path: string): (network: Network) => Promise<void> {
  const [ending = ''] = /\.\w+$/.exec(path.toLowerCase()) ?? [];
  const write = WRITERS[ending];
  if (write !== undefined) return (network) => write(network, path);
  const endings = Object.keys(WRITERS).join(', ');
  throw new WrongUse(`${JSON.stringify(path)} does not end as a model does, expected one of ${endings}.`);
}

/** What to know of a file in which a network with columns takes numbers; empty for other files. */
export function encodedNote(path: string): string {
  if (!/\.onnx$/i.test(path)) return '';
  return ' Its inputs are numbers: the columns as the network encodes them, whose names are in its metadata.';
}
