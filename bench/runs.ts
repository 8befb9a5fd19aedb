/** Makes a training or a prediction into a contender: what it must agree on, and how much of it is one run. */
import type { Contender } from './timing.js';

/** Trains a number of epochs, samples in their order; the mean loss of the last over its samples, each before its step. */
export type Train = (epochs: number) => number | Promise<number>;
/** Predicts the rows of the problem once, from the form the library wants them in; outputs end to end. */
export type Predict = () => ArrayLike<number> | Promise<ArrayLike<number>>;

/** Runs last this long at least, where one epoch or call does not last longer. */
const RUN_SECONDS = 0.05;

/** Checked on the losses of two epochs: with one step in an epoch, the first loss says nothing about the step. */
export async function trainingContender(train: Train, samples: number): Promise<Contender> {
  const result = [await train(1), await train(1)];
  const epochs = await timesPerRun(async (count) => {
    await train(count);
  });
  return { result, work: samples * epochs, run: () => Promise.resolve(train(epochs)) };
}

export async function predictingContender(predict: Predict, rows: number): Promise<Contender> {
  const result = Array.from(await predict());
  const repeat = async (count: number): Promise<void> => {
    for (let call = 0; call < count; call++) {
      const outputs = predict();
      if (outputs instanceof Promise) await outputs;
    }
  };
  const calls = await timesPerRun(repeat);
  return { result, work: rows * calls, run: () => repeat(calls) };
}

/** Doubles until a run is long enough for the timer and the call to be lost in it. */
async function timesPerRun(run: (times: number) => Promise<void>): Promise<number> {
  for (let times = 1; ; times *= 2) {
    const start = performance.now();
    await run(times);
    if (performance.now() - start >= RUN_SECONDS * 1000) return times;
  }
}
