/** Whether an optimizer keeps a state is known without the table of its moments: the two agree. */
import { expect, it } from 'vitest';
import { keepsState, PLAIN_SGD } from '../../src/options/optimizers.js';
import { momentsOf, type UpdateRule, updateRuleOf } from '../../src/options/update-rules.js';

const RULES: Readonly<Record<UpdateRule, object>> = {
  sgd: {},
  momentum: { momentum: 0.9 },
  nesterov: { momentum: 0.9, nesterov: true },
  adam: { type: 'adam' },
  adamw: { type: 'adamw' },
  rmsprop: { type: 'rmsprop' },
  adagrad: { type: 'adagrad' },
};

it.each(Object.entries(RULES))('%s keeps a state where it has moments', (rule, options) => {
  const optimizer = { ...PLAIN_SGD, ...options };
  expect(updateRuleOf(optimizer)).toBe(rule);
  expect(keepsState(optimizer)).toBe(momentsOf(optimizer).length > 0);
});
