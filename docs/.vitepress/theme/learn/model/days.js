/** Four days: how sunny each was, and whether we went swimming. One neuron judges them. Knows no page. */
import { setNeuron } from './neuron.js';

/** Sun from 0 to 1; 1 where we went. */
export const DAYS = [
  { name: 'Monday', sun: 0.1, target: 0 },
  { name: 'Tuesday', sun: 0.4, target: 0 },
  { name: 'Wednesday', sun: 0.6, target: 1 },
  { name: 'Thursday', sun: 0.9, target: 1 },
];

/**
 * Answers, errors and the mean squared error of a neuron with one input.
 * @param {import('wasmlp').Network} neuron
 * @param {{ weight: number, bias: number }} parameters
 */
export function judge(neuron, { weight, bias }) {
  setNeuron(neuron, [weight], bias);
  const suns = DAYS.map(({ sun }) => [sun]);
  const answers = neuron.predict(suns);
  const days = DAYS.map((day, i) => {
    const answer = answers[i]?.[0] ?? 0;
    const error = day.target - answer;
    return { ...day, answer, error, squared: error ** 2 };
  });
  const targets = DAYS.map(({ target }) => [target]);
  return { days, loss: neuron.evaluate(suns, targets).loss };
}
