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
  if (!/\.onnx$/i.test(path)) {
    return await loadFile(path).catch((error: Error) => {
      if (!error.message.includes('it is an ensemble')) throw error;
      const mend = 'Read it in a program, by loadEnsemble of wasmlp/search';
      throw new WrongUse(`${JSON.stringify(path)} is an ensemble, expected a single network. ${mend}.`);
    });
  }
  const bytes = await readFile(path).catch((cause) => {
    throw notRead(path, cause);
  });
  return await Network.fromONNX(bytes);
}

/** A form in which a network is written. */
interface Form {
  /** What the file holds; undefined where saveFile writes it. */
  readonly contentOf?: (network: Network) => string | Uint8Array | Promise<string>;
  /** The same in a program whose network is called `network`. */
  readonly code?: string;
}

const MODULE: Form = { contentOf: (network) => network.toModule(), code: 'await network.toModule()' };

/** By the ending of the file. */
const FORMS: Readonly<Record<string, Form>> = {
  '.safetensors': {},
  '.json': { contentOf: (network) => JSON.stringify(network), code: 'JSON.stringify(network)' },
  '.onnx': { contentOf: (network) => network.toONNX(), code: 'network.toONNX()' },
  '.mjs': MODULE,
  '.js': MODULE,
};

function formOf(path: string): Form | undefined {
  return FORMS[/\.\w+$/.exec(path.toLowerCase())?.[0] ?? ''];
}

/** How a network is written to a file of this name. Throws WrongUse for an ending that says no form. */
export function writerFor(path: string): (network: Network) => Promise<void> {
  const form = formOf(path);
  if (form === undefined) {
    const endings = Object.keys(FORMS).join(', ');
    throw new WrongUse(`${JSON.stringify(path)} does not end as a model does, expected one of ${endings}.`);
  }
  const { contentOf } = form;
  if (contentOf === undefined) return (network) => saveFile(network, path);
  return async (network) => await writeWhole(path, await contentOf(network));
}

/** Writes the network to standard output. */
export async function writeBytes(network: Network): Promise<void> {
  process.stdout.write(network.save());
}

/** What makes the content of a file in a program; undefined where saveFile writes it. */
export function contentCode(path: string): string | undefined {
  return formOf(path)?.code;
}

/** What to know of a file in which a network with columns takes numbers; empty for other files. */
export function encodedNote(path: string): string {
  if (!/\.onnx$/i.test(path)) return '';
  return ' Its inputs are numbers: the columns as the network encodes them, whose names are in its metadata.';
}
