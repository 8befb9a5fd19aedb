/**
 * Actors of reinforcement learning, in the forms in which Stable-Baselines3, Godot RL Agents and Brax export them. The graphs are made
 * here, after the programs in the documentation of these and the operators that torch.onnx and tf2onnx write for them.
 */
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { modelOf, node, type TestGraph, type TestNode, type TestTensor } from '../../support/formats/onnx-graphs.js';
import { differenceIn, positiveTensor, randomTensor, wholeTensor } from '../../support/formats/onnxruntime.js';
import { expectRefused } from '../../support/refusals.js';

/** A Linear of PyTorch. */
const linear = (from: string, name: string): TestNode =>
  node('Gemm', [from, `${name}.weight`, `${name}.bias`], name, { attributes: { alpha: 1, beta: 1, transB: 1 } });
const linearTensors = (name: string, units: number, inputs: number): TestTensor[] => [
  randomTensor(`${name}.weight`, [units, inputs]),
  randomTensor(`${name}.bias`, [units]),
];

const OBSERVATIONS = { name: 'input', dims: [0, 3] };
const BODY: TestNode[] = [
  node('Flatten', ['input'], 'flat', { attributes: { axis: 1 } }),
  linear('flat', 'policy.0'),
  node('Tanh', ['policy.0'], 'policy.1'),
  linear('policy.1', 'policy.2'),
  node('Tanh', ['policy.2'], 'policy.3'),
  linear('flat', 'value.0'),
  node('Tanh', ['value.0'], 'value.1'),
  linear('value.1', 'value_net'),
];
const BODY_TENSORS: TestTensor[] = [
  ...linearTensors('policy.0', 5, 3),
  ...linearTensors('policy.2', 4, 5),
  ...linearTensors('value.0', 5, 3),
  ...linearTensors('value_net', 1, 5),
];

/** PPO of a Box space, deterministic: actions, values and the log-probability of the actions. */
const SB3_PPO: TestGraph = {
  inputs: [OBSERVATIONS],
  outputs: ['33', '23', '31'],
  nodes: [
    ...BODY,
    linear('policy.3', 'action_net'),
    node('Identity', ['value_net'], '23'),
    node('Shape', ['action_net'], 'shape'),
    node('ConstantOfShape', ['shape'], 'ones', { attributes: { value: { dims: [1], values: [1] } } }),
    node('Exp', ['log_std'], 'std'),
    node('Mul', ['ones', 'std'], 'scale'),
    node('Expand', ['action_net', 'shape'], 'mean'),
    node('Sub', ['mean', 'mean'], 'difference'),
    node('Div', ['difference', 'scale'], 'z'),
    node('Mul', ['z', 'z'], 'squares'),
    node('ReduceSum', ['squares', 'axis'], '31', { attributes: { keepdims: 0 } }),
    node('Reshape', ['mean', 'action_shape'], '33'),
  ],
  tensors: [
    ...BODY_TENSORS,
    ...linearTensors('action_net', 2, 4),
    randomTensor('log_std', [2]),
    wholeTensor('axis', 1),
    wholeTensor('action_shape', -1, 2),
  ],
};

/** PPO of a Discrete space: the action is the index of the greatest probability. */
const SB3_CLASSES: TestGraph = {
  inputs: [OBSERVATIONS],
  outputs: [{ name: 'actions', type: 7 }, '23', '31'],
  nodes: [
    ...BODY,
    linear('policy.3', 'action_net'),
    node('Identity', ['value_net'], '23'),
    node('ReduceLogSumExp', ['action_net'], 'lse', { attributes: { axes: [-1], keepdims: 1 } }),
    node('Sub', ['action_net', 'lse'], 'logits'),
    node('Softmax', ['logits'], 'probs', { attributes: { axis: -1 } }),
    node('ArgMax', ['probs'], 'best', { attributes: { axis: 1, keepdims: 0 } }),
    node('Unsqueeze', ['best', 'axis'], 'column'),
    node('GatherElements', ['logits', 'column'], '31', { attributes: { axis: -1 } }),
    node('Reshape', ['best', 'flat_shape'], 'actions'),
  ],
  tensors: [
    ...BODY_TENSORS,
    ...linearTensors('action_net', 4, 4),
    wholeTensor('axis', -1),
    wholeTensor('flat_shape', -1),
  ],
};

/** SAC: the mean of the actions, squashed. */
const SB3_SAC: TestGraph = {
  inputs: [OBSERVATIONS],
  outputs: ['12'],
  nodes: [
    node('Flatten', ['input'], 'flat'),
    linear('flat', 'latent_pi.0'),
    node('Relu', ['latent_pi.0'], 'latent_pi.1'),
    linear('latent_pi.1', 'mu'),
    node('Tanh', ['mu'], '12'),
  ],
  tensors: [...linearTensors('latent_pi.0', 6, 3), ...linearTensors('mu', 2, 6)],
};

/** SAC of CleanRL: actions in the bounds of the environment. */
const SCALED_ACTIONS: TestGraph = {
  ...SB3_SAC,
  outputs: ['y'],
  nodes: [...SB3_SAC.nodes, node('Mul', ['12', 'action_scale'], 'scaled'), node('Add', ['scaled', 'action_bias'])],
  tensors: [...(SB3_SAC.tensors ?? []), positiveTensor('action_scale', [1, 2]), randomTensor('action_bias', [1, 2])],
};

/** Godot RL Agents: a dictionary of one observation, which is concatenated, and a state that passes through. */
const GODOT: TestGraph = {
  inputs: [
    { name: 'obs', dims: [0, 3] },
    { name: 'state_ins', dims: [0] },
  ],
  outputs: ['output', 'state_outs'],
  nodes: [
    node('Flatten', ['obs'], 'flat_obs', { attributes: { axis: 1 } }),
    node('Concat', ['flat_obs'], 'features', { attributes: { axis: 1 } }),
    linear('features', 'policy.0'),
    node('Tanh', ['policy.0'], 'policy.1'),
    linear('policy.1', 'output'),
    node('Identity', ['state_ins'], 'state_outs'),
  ],
  tensors: [...linearTensors('policy.0', 5, 3), ...linearTensors('output', 2, 5)],
};

/** Brax, by tf2onnx: normalized observations, swish, and the location of a distribution whose scale nobody uses. */
const BRAX: TestGraph = {
  inputs: [{ name: 'obs', dims: [1, 3] }],
  outputs: ['continuous_actions'],
  nodes: [
    node('Sub', ['obs', 'mean'], 'sub:0'),
    node('Div', ['sub:0', 'std'], 'truediv:0'),
    node('MatMul', ['truediv:0', 'hidden_0/kernel'], 'hidden_0/MatMul:0'),
    node('Add', ['hidden_0/MatMul:0', 'hidden_0/bias'], 'hidden_0/BiasAdd:0'),
    node('Sigmoid', ['hidden_0/BiasAdd:0'], 'hidden_0/Sigmoid:0'),
    node('Mul', ['hidden_0/BiasAdd:0', 'hidden_0/Sigmoid:0'], 'hidden_0/mul:0'),
    node('MatMul', ['hidden_0/mul:0', 'hidden_1/kernel'], 'hidden_1/MatMul:0'),
    node('Add', ['hidden_1/MatMul:0', 'hidden_1/bias'], 'hidden_1/BiasAdd:0'),
    {
      ...node('Split', ['hidden_1/BiasAdd:0'], '', { attributes: { axis: 1, split: [2, 2] } }),
      outputs: ['split:0', 'split:1'],
    },
    node('Tanh', ['split:0'], 'continuous_actions'),
  ],
  tensors: [
    randomTensor('mean', [3]),
    positiveTensor('std', [3]),
    randomTensor('hidden_0/kernel', [3, 6]),
    randomTensor('hidden_0/bias', [6]),
    randomTensor('hidden_1/kernel', [6, 4]),
    randomTensor('hidden_1/bias', [4]),
  ],
  operatorSet: 11,
};

/** The same, where jax2tf takes the location by a slice. */
const BRAX_SLICE: TestGraph = {
  ...BRAX,
  nodes: BRAX.nodes.map((each) =>
    each.operator === 'Split' ? node('Slice', ['hidden_1/BiasAdd:0', 'from', 'to', 'axes', 'steps'], 'split:0') : each,
  ),
  tensors: [
    ...(BRAX.tensors ?? []),
    wholeTensor('from', 0),
    wholeTensor('to', 1),
    wholeTensor('axes', 1),
    wholeTensor('steps', 1),
  ],
};

it.each([
  ['Stable-Baselines3, PPO', SB3_PPO, '33'],
  ['Stable-Baselines3, PPO of classes, by its value', SB3_CLASSES, '23'],
  ['Stable-Baselines3, SAC', SB3_SAC, '12'],
  ['scaled actions', SCALED_ACTIONS, 'y'],
  ['Godot RL Agents', GODOT, 'output'],
  ['Brax', BRAX, 'continuous_actions'],
  ['Brax by a slice', BRAX_SLICE, 'continuous_actions'],
] as const)('%s answers as in ONNX Runtime', async (name, graph, output) => {
  const isChosen = name.endsWith('by its value');
  const rows = graph.inputs?.[0]?.dims?.[0] === 1 ? 1 : 5;
  const options = isChosen ? { output } : {};
  expect(await differenceIn(graph, name, { output, rows, options })).toBeUndefined();
});

it('a policy of classes is a softmax, whose likeliest class is the action', async () => {
  const network = await Network.fromONNX(modelOf(SB3_CLASSES));
  expect(network.layers.map(({ units, activation }) => [units, activation])).toEqual([
    [5, 'tanh'],
    [4, 'tanh'],
    [4, 'softmax'],
  ]);
});

it('a state takes no column of a sample', async () => {
  expect((await Network.fromONNX(modelOf(GODOT))).inputs).toBe(3);
});

it.each([
  ['of one number for each row', [0], 1],
  ['of whole numbers', [0, 2], 7],
  ['of truth values', [0, 2], 9],
  ['of text', [0], 8],
])('a state %s passes through under any name', async (_, dims, type) => {
  const graph: TestGraph = {
    ...GODOT,
    inputs: [
      { name: 'obs', dims: [0, 3] },
      { name: 'carry', dims, type },
    ],
    outputs: ['output', 'carried', 'carry'],
    nodes: [...GODOT.nodes.slice(0, -1), node('Identity', ['carry'], 'carried')],
  };
  const network = await Network.fromONNX(modelOf(graph));
  expect([network.inputs, network.outputs]).toEqual([3, 2]);
  const changed = { ...graph, nodes: [...graph.nodes.slice(0, -1), node('Neg', ['carry'], 'carried')] };
  if (type === 8)
    await expectRefused(() => Network.fromONNX(modelOf(changed)), 'ERR_UNSUPPORTED', /input "carry" is not rows/);
});

describe('several outputs', () => {
  const heads = (...outputs: string[]): TestGraph => ({
    inputs: [OBSERVATIONS],
    outputs,
    nodes: [
      linear('input', 'body'),
      node('Relu', ['body'], 'relu'),
      linear('relu', 'a'),
      linear('relu', 'b'),
      ...outputs.map((name, i) => node('Identity', [i === 0 ? 'a' : 'b'], name)),
    ],
    tensors: [...linearTensors('body', 4, 3), ...linearTensors('a', 2, 4), ...linearTensors('b', 1, 4)],
  });

  it.each(['value', 'values', 'policy/value:0', 'critic', 'log_prob'])(
    '%s is not an answer beside others',
    async (name) => {
      expect((await Network.fromONNX(modelOf(heads('action', name)))).outputs).toBe(2);
    },
  );

  it('are named where several could be meant, and one is chosen by name', async () => {
    const model = modelOf(heads('age', 'height'));
    const message =
      /^fromONNX: 2 of the model's outputs \("age", "height"\) are numbers, .* Choose one: output: "age" or "height"\./;
    await expectRefused(() => Network.fromONNX(model), 'ERR_UNSUPPORTED', message);
    expect((await Network.fromONNX(model, { output: 'height' })).outputs).toBe(1);
    expect((await Network.fromONNX(model, { output: 'age' })).outputs).toBe(2);
    const wrong = /^fromONNX: output is "weight", and the model has "age", "height"\.$/;
    await expectRefused(() => Network.fromONNX(model, { output: 'weight' }), 'ERR_INVALID_OPTION', wrong);
    const type = /^fromONNX: output is 1, expected the name of an output/;
    await expectRefused(() => Network.fromONNX(model, { output: 1 as never }), 'ERR_INVALID_TYPE', type);
  });

  it('one of them that cannot be followed is not left out in silence', async () => {
    const graph = heads('answer', 'other');
    const nodes = graph.nodes.map((each) =>
      each.name === 'the Identity' && each.outputs[0] === 'other' ? node('Erf', ['b'], 'other') : each,
    );
    const message =
      /2 of the model's outputs .*\(of "other": node "the Erf" is an Erf, .*\)\. Choose one: output: "answer"/;
    await expectRefused(() => Network.fromONNX(modelOf({ ...graph, nodes })), 'ERR_UNSUPPORTED', message);
    const network = await Network.fromONNX(modelOf({ ...graph, nodes }), { output: 'answer' });
    expect(network.outputs).toBe(2);
    await expectRefused(
      () => Network.fromONNX(modelOf({ ...graph, nodes }), { output: 'other' }),
      'ERR_UNSUPPORTED',
      /node "the Erf" is an Erf/,
    );
  });
});
