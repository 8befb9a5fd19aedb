/** Ensembles: several networks that answer as one, with the mean of their outputs. */

import type { Row } from '../columns/types.js';
import { type Classification, classificationsOf, rowsOf } from '../data/classification.js';
import type { Samples, Shape } from '../data/samples.js';
import type { Labels } from '../data/targets.js';
import type { Bytes } from '../formats/bytes.js';
import { givenFile } from '../formats/given-file.js';
import { readHeader, readTensors } from '../formats/safetensors/read-safetensors.js';
import { writeSafetensors } from '../formats/safetensors/write-safetensors.js';
import { checkObject, explained } from '../foundation/checks.js';
import { codedError, describe } from '../foundation/errors.js';
import { float32, float64 } from '../foundation/memory.js';
import { Network } from '../index.js';
import { reportOn } from '../network/answering.js';
import { partsOf } from '../network/parts.js';
import type { Report, ReportOptions } from '../report/report.js';
import { argumentsOf } from './settings.js';

/**
 * An ensemble of networks that take the same inputs and give the same outputs. The networks stay yours: train them on, or dispose of them,
 * as you like. Throws ERR_INVALID_TYPE for anything but networks, and ERR_INVALID_OPTION where they do not go together.
 */
export function ensemble(networks: readonly Network[]): Ensemble {
  if (!Array.isArray(networks) || networks.length === 0) {
    throw codedError('ERR_INVALID_TYPE', `ensemble: networks is ${describe(networks)}, expected an array of networks.`);
  }
  // Holes too.
  Array.from(networks).forEach((network, i) => {
    if (!(network instanceof Network)) {
      throw codedError('ERR_INVALID_TYPE', `ensemble: networks[${i}] is ${describe(network)}, expected a network.`);
    }
    checkAlike(networks[0] as Network, network, i);
  });
  return new Ensemble(Object.freeze([...networks]));
}

function checkAlike(first: Network, other: Network, index: number): void {
  const facts = ({ inputs, outputs, labels, columns, target, layers }: Network): Record<string, unknown> => ({
    inputs: columns === undefined ? inputs : undefined,
    outputs,
    labels,
    columns: columns && Object.keys(columns),
    target,
    activation: layers.at(-1)?.activation,
  });
  const [a, b] = [facts(first), facts(other)];
  for (const name of Object.keys(a)) {
    const [one, two] = [JSON.stringify(a[name]), JSON.stringify(b[name])];
    if (one === two) continue;
    const mend = 'All networks of an ensemble take the same inputs and give the same outputs.';
    throw codedError(
      'ERR_INVALID_OPTION',
      `ensemble: networks[${index}] has ${name} ${two}, networks[0] ${one}. ${mend}`,
    );
  }
}

/** What the header of a file says. */
const ENSEMBLE = 'wasmlp.ensemble';
const VERSION = '1';
const MEMBER = /^network\.\d+$/;

/** Reads what `save` of an ensemble returned. Rejects as `Network.load` does. */
export async function loadEnsemble(file: Uint8Array | ArrayBuffer): Promise<Ensemble> {
  return await explained(async () => {
    const bytes = givenFile('load', file);
    if (!(bytes instanceof Uint8Array)) {
      throw codedError(
        'ERR_INVALID_TYPE',
        `loadEnsemble: file is ${describe(file)}, expected bytes: those of a file are read by readFile.`,
      );
    }
    const header = readHeader(bytes, 'loadEnsemble');
    const version = header.metadata.get(ENSEMBLE);
    if (version !== undefined && version !== VERSION) {
      throw codedError(
        'ERR_MODEL_VERSION',
        `loadEnsemble: the file is of version ${describe(version)}, and only ${VERSION} is read. Update wasmlp.`,
      );
    }
    const members = header.tensors.filter(({ name }) => MEMBER.test(name));
    if (members.length === 0 || members.length !== header.tensors.length) {
      throw codedError(
        'ERR_MODEL_FORMAT',
        'loadEnsemble: the file is no ensemble. Use Network.load for a single network.',
      );
    }
    const tensors = readTensors(bytes, header, () => 'U8');
    const files = members.map((_, i) => tensors.get(`network.${i}`)?.values as Uint8Array | undefined);
    if (files.includes(undefined)) throw codedError('ERR_MODEL_FORMAT', 'loadEnsemble: the file lacks a network.');
    return ensemble(await Promise.all(files.map((values) => Network.load(values as Uint8Array))));
  });
}

/** Networks that answer together. */
export class Ensemble {
  readonly networks: readonly Network[];

  /** @internal Use `ensemble` or `loadEnsemble`. */
  constructor(networks: readonly Network[]) {
    this.networks = networks;
  }

  /** The mean of the networks' outputs, in the shape of `Network.predict`. */
  predict(inputs: readonly number[] | Float32Array | Row): Float32Array;
  predict(inputs: readonly (readonly number[] | Float32Array)[] | readonly Row[]): Float32Array[];
  predict(inputs: Samples | Row | readonly Row[]): Float32Array | Float32Array[];
  predict(inputs: Samples | Row | readonly Row[]): Float32Array | Float32Array[] {
    const { values, shape } = this.#answers('predict', inputs as Samples);
    return shape === 'rows' ? rowsOf(values, values.length / (inputs as readonly unknown[]).length) : values;
  }

  /** The likeliest class by the mean of the probabilities, as `Network.classify`. */
  classify(inputs: readonly number[] | Row): Classification;
  classify(inputs: readonly (readonly number[] | Float32Array)[] | readonly Row[]): Classification[];
  classify(inputs: Samples): Classification | Classification[];
  classify(inputs: Samples | Row | readonly Row[]): Classification | Classification[];
  classify(inputs: Samples | Row | readonly Row[]): Classification | Classification[] {
    const { model } = partsOf(this.#first);
    model.parts.numbers?.checkClassifies('classify', model.spec);
    return classificationsOf(this.#answers('classify', inputs as Samples), model.spec);
  }

  /** How good the ensemble is, as `Network.report`. */
  report(inputs: Samples, targets: Samples | Labels, options?: ReportOptions): Report;
  report(rows: Row | readonly Row[], options?: ReportOptions): Report;
  report(rows: Row | readonly Row[], targets: Samples | Labels | undefined, options?: ReportOptions): Report;
  report(given: Samples | Row | readonly Row[], ...others: [unknown?, unknown?]): Report {
    const [targets, options = {}] = argumentsOf(...others);
    const { threshold } = checkObject('report: options', options, ['threshold']);
    const { model } = partsOf(this.#first);
    const outputs = (): Float32Array => this.#answers('report', given as Samples).values;
    return reportOn(model, given as Samples, targets as Labels, threshold, { outputs });
  }

  /** A file that `loadEnsemble` reads: a safetensors file with the files of the networks. */
  save(): Bytes {
    const tensors = new Map(
      this.networks.map((network, i) => {
        const values = network.save();
        return [`network.${i}`, { shape: [values.length], values }];
      }),
    );
    return writeSafetensors(tensors, { [ENSEMBLE]: VERSION });
  }

  /** How many networks it has, and their shapes. */
  toString(): string {
    const shapes = this.networks.map(({ inputs, layers }) => [inputs, ...layers.map(({ units }) => units)].join('-'));
    return `Ensemble of ${shapes.length} network${shapes.length === 1 ? '' : 's'}: ${shapes.join(', ')}`;
  }

  /** What Node's console.log shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  get #first(): Network {
    return this.networks[0] as Network;
  }

  /** Sums are doubles: the mean does not depend on how many networks there are. */
  #answers(call: string, inputs: Samples): { readonly values: Float32Array; readonly shape: Shape } {
    const predictions = this.networks.map((network) => partsOf(network).model.predict(call, inputs));
    const { values, shape } = predictions[0] as (typeof predictions)[number];
    const sums = float64(values.length);
    for (const prediction of predictions) {
      prediction.values.forEach((value, i) => {
        sums[i] = (sums[i] as number) + value;
      });
    }
    const means = float32(values.length);
    sums.forEach((sum, i) => {
      means[i] = sum / this.networks.length;
    });
    return { values: means, shape };
  }
}
