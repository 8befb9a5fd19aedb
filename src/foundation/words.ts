/**
 * Words of other libraries (brain.js, synaptic, ml5, TensorFlow.js, Keras, scikit-learn, SciPy, PyTorch), each with what it is called here. A
 * chunk of its own: only a call that was refused because of such a word loads it.
 */
import { suggest } from './spelling.js';

/** A word that is no option here, and those that are. */
export interface UnknownWord {
  readonly word: string;
  readonly known: readonly string[];
}

/** Kinds of options, each told by one that no other kind has; of several that match, the first. */
const KINDS = {
  create: 'layers',
  fit: 'batchSize',
  layer: 'units',
  earlyStopping: 'patience',
  stopAt: 'seconds',
  optimizer: 'learningRate',
  sparse: 'starts',
} as const;

type Kind = keyof typeof KINDS;

/** What words mean. For each kind: the name of its option, with an example after a colon, or a sentence. */
interface Meaning extends Partial<Readonly<Record<Kind, string>>> {
  /** In lower case, without underscores, one blank between two. */
  readonly words: string;
}

/** Stands between what an option is called here and an example of it. */
const EXAMPLE = '|';

const inFit = (options: string): string => `It belongs to fit: network.fit(inputs, targets, { ${options} }).`;
const atCreate = (options: string): string => `It belongs to Network.create: ${options}.`;
const hiddenLayer = (option: string): string => `layers: [{ units: 8, ${option} }, { units: 1 }]`;

/** An option of fit: what to write there, and what a caller of create is told. */
const ofFit = (options: string): Pick<Meaning, 'fit' | 'create'> => ({ fit: options, create: inFit(options) });
/** An option of create. */
const ofCreate = (options: string): Pick<Meaning, 'create' | 'fit' | 'layer'> => ({
  create: options,
  fit: atCreate(options),
  layer: atCreate(options),
});
/** An option of layers. */
const ofLayer = (option: string): Pick<Meaning, 'create' | 'fit' | 'layer'> => ({
  create: hiddenLayer(option),
  fit: atCreate(hiddenLayer(option)),
  layer: option,
});
/** An option of optimizers of that type. */
const ofOptimizer = (type: string, option: string): Pick<Meaning, 'create' | 'fit' | 'layer' | 'optimizer'> => ({
  ...ofCreate(`optimizer: { type: '${type}', ${option} }`),
  optimizer: option,
});

const ACCURACY = 'Leave it out: accuracy is reported by itself where targets are classes.';
const GOES_ON = 'Leave it out: every fit goes on from the weights that the network has.';

const MEANINGS: readonly Meaning[] = [
  { words: 'indptr rowptr crowindices', sparse: 'starts' },
  { words: 'indices index col cols colindices', sparse: 'columns' },
  { words: 'data val vals', sparse: 'values' },
  { words: 'iterations maxiter maxiterations nepochs numepochs nbepoch epochs', ...ofFit('epochs: 100') },
  {
    words: 'lr rate learningrate learningrateinit eta',
    ...ofOptimizer('sgd', 'learningRate: 0.1'),
    fit: 'learningRate: 0.1',
  },
  {
    words: 'powert schedule scheduler lrscheduler',
    ...ofFit("learningRate: { type: 'step', every: 10, factor: 0.1 }"),
  },
  {
    words: 'hiddenlayers hiddenlayersizes hidden hiddenunits hiddensize neurons nodes units',
    ...ofCreate('layers: [{ units: 3 }, { units: 1 }], hidden layers first, the output layer last'),
    layer: 'units: 3',
  },
  { words: 'size outfeatures', layer: 'units: 3' },
  {
    words: 'inputsize inputrange inputdim inputshape infeatures input numinputs',
    ...ofCreate('inputs: 2, which is the width of a sample'),
  },
  {
    words: 'outputsize outputrange outputdim output numoutputs',
    create: 'layers: [{ units: 8 }, { units: 1 }], where the last layer has as many units as there are outputs',
    layer: 'units: 1',
  },
  { words: 'activation activationfunction', ...ofLayer("activation: 'relu'") },
  { words: 'leakyrelualpha negativeslope', ...ofLayer("activation: 'leakyRelu'") },
  { words: 'usebias fitintercept', ...ofLayer('bias: true') },
  { words: 'kernelinitializer weightinitializer init', ...ofLayer("initializer: 'heNormal'") },
  { words: 'biasinitializer', layer: 'Leave it out: biases begin at 0.' },
  {
    words: 'alpha kernelregularizer regularizer regularization l2 l2decay weightdecay',
    ...ofLayer('l2: 0.0001'),
    optimizer: 'weightDecay: 0.0001',
  },
  { words: 'dropout dropoutrate droprate', ...ofLayer('dropout: 0.2') },
  {
    words: 'errorthresh errorthreshold error threshold targeterror minerror maxerror goal',
    ...ofFit('stopAt: { loss: 0.005 }'),
    earlyStopping: 'It stands beside earlyStopping: stopAt: { loss: 0.005 }.',
    stopAt: 'loss: 0.005',
  },
  {
    words: 'timeout maxtime timelimit maxseconds maxduration time',
    ...ofFit('stopAt: { seconds: 10 }'),
    stopAt: 'seconds: 10',
  },
  {
    words: 'earlystopping patience niternochange',
    ...ofFit('earlyStopping: { patience: 10 }'),
    earlyStopping: 'patience: 10',
  },
  {
    words: 'tol tolerance mindelta',
    ...ofFit('earlyStopping: { patience: 10, minDelta: 0.0001 }'),
    earlyStopping: 'minDelta: 0.0001',
  },
  { words: 'restorebestweights', earlyStopping: 'restoreBest' },
  {
    words: 'monitor mode baseline',
    earlyStopping: 'Leave it out: the validation loss is watched, or the loss where nothing validates.',
  },
  {
    words: 'log logperiod verbose callback callbacks callbackperiod debug onepochend ontrainend every display',
    ...ofFit('onEpoch: ({ epoch, loss }) => console.log(epoch, loss)'),
  },
  { words: 'onbatchend', ...ofFit('onProgress: ({ samples }) => console.log(samples)') },
  { words: 'momentum', ...ofOptimizer('sgd', 'momentum: 0.9') },
  { words: 'nesterov nesterovsmomentum usenesterov', ...ofOptimizer('sgd', 'momentum: 0.9, nesterov: true') },
  { words: 'optimizer optimiser solver praxis method algorithm', ...ofCreate("optimizer: 'adam'") },
  {
    words: 'loss cost costfunction lossfunction lossfn criterion objective',
    ...ofCreate("loss: 'meanSquaredError'"),
  },
  { words: 'metrics', create: ACCURACY, fit: ACCURACY },
  { words: 'beta1 beta2 betas', ...ofOptimizer('adam', 'beta1: 0.9, beta2: 0.999') },
  { words: 'epsilon', ...ofOptimizer('adam', 'epsilon: 1e-8') },
  // Too short to be taken for it with certainty.
  { words: 'eps', ...ofOptimizer('adam', 'epsilon: 1e-8'), optimizer: `${EXAMPLE}epsilon: 1e-8` },
  { words: 'decayrate rho', ...ofOptimizer('rmsprop', 'decay: 0.99') },
  {
    words: 'clipnorm gradclip maxgradnorm clipgradnorm',
    ...ofFit('clipNorm: 1'),
    optimizer: inFit('clipNorm: 1'),
  },
  { words: 'clipvalue clipgradvalue', ...ofFit('clipValue: 0.5'), optimizer: inFit('clipValue: 0.5') },
  { words: 'batchsize batch minibatchsize', ...ofFit('batchSize: 32') },
  { words: 'shuffle', ...ofFit('shuffle: true') },
  { words: 'seed randomstate randomseed manualseed', ...ofCreate('seed: 42') },
  {
    words: 'validation validationsplit validationfraction valsplit testsize crossvalidate',
    ...ofFit('validation: 0.2'),
  },
  { words: 'validationdata validationset', ...ofFit('validation: { inputs: […], targets: […] }') },
  { words: 'classweight classweights', ...ofFit('classWeights: [1, 3]') },
  { words: 'sampleweight sampleweights', ...ofFit('sampleWeights: [1, 2, 1]') },
  {
    words: 'stepsperepoch validationsteps',
    fit: 'Leave it out: an epoch is one pass over all samples, or over the stream of fitStream.',
  },
  { words: 'initialepoch warmstart keepnetworkintact', create: GOES_ON, fit: GOES_ON },
  { words: 'labels classes classnames', ...ofCreate("labels: ['cat', 'dog']") },
  { words: 'normalize normalise scale scaler standardize', ...ofCreate("normalize: 'standard'") },
  { words: 'worker useworker', ...ofFit('background: true') },
  { words: 'yieldevery', fit: 'Leave it out: fit lets the event loop run every few milliseconds.' },
  { words: 'abortsignal abort', ...ofFit('signal: controller.signal') },
];

/** Activations, losses, optimizers, initializers and normalizations by their names here, with those of other libraries. */
const VALUES: Readonly<Record<string, string>> = {
  sigmoid: 'logistic',
  linear: 'identity none',
  leakyRelu: 'leakyrelu lrelu',
  relu: 'rectifier rectifiedlinear',
  silu: 'swish',
  tanh: 'hyperbolictangent',
  meanSquaredError: 'mse mseloss l2 l2loss squarederror',
  meanAbsoluteError: 'mae l1 l1loss absoluteerror',
  huber: 'smoothl1 smoothl1loss huberloss',
  binaryCrossEntropy: 'bce bceloss bcewithlogitsloss logloss sigmoidcrossentropy',
  categoricalCrossEntropy:
    'cce crossentropy crossentropyloss nll nllloss sparsecategoricalcrossentropy softmaxcrossentropy',
  sgd: 'momentum nesterov gradientdescent',
  adam: 'praxis',
  glorotUniform: 'xavier xavieruniform',
  glorotNormal: 'xaviernormal',
  heUniform: 'kaiming kaiminguniform',
  heNormal: 'kaimingnormal',
  zeros: 'zero',
  standard: 'zscore standardscaler',
  minMax: 'minmaxscaler',
};

/** Puts what the word is called here into the message of the error, or else a name that is spelled alike. */
export function explain(error: Error, { word, known }: UnknownWord): void {
  const plain = word.toLowerCase().replace(/[^a-z0-9]/g, '');
  const value = known.find((name) => isAmong(plain, VALUES[name]));
  const advice = value === undefined ? adviceFor(plain, known) || suggest(word, known) : `Did you mean "${value}"? `;
  if (advice === '') return;
  const [meant = '', example = ''] = advice.split(EXAMPLE);
  error.message = error.message.replace(/(?=(?:Known|Expected one of): )/, () => meant);
  if (example !== '') error.message += ` Write ${example}.`;
}

function adviceFor(plain: string, known: readonly string[]): string {
  const kind = (Object.keys(KINDS) as Kind[]).find((name) => known.includes(KINDS[name]));
  const advice = kind && MEANINGS.find(({ words }) => isAmong(plain, words))?.[kind];
  if (advice === undefined) return '';
  const [option = ''] = advice.split(':');
  if (advice.startsWith(EXAMPLE)) return advice;
  if (advice.endsWith('.')) return `${advice} `;
  // Of optimizers, each has only some options.
  if (!known.includes(option)) return '';
  return `Did you mean "${option}"? ${option === advice ? '' : EXAMPLE + advice}`;
}

function isAmong(word: string, words: string | undefined): boolean {
  return words?.split(' ').includes(word) ?? false;
}
