/** Makes a contender of a training or a prediction: what others must agree with, and how much work one run is. */
import type { Contender } from './timing.js';

/** Trains a number of epochs, with samples in their order. Returns the mean loss of the last epoch, each sample before its step. */
export type Train = (epochs: number) => number | Promise<number>;
/** Predicts the rows of the problem once, given in the form that the library wants. Returns the outputs end to end. */
export type Predict = () => ArrayLike<number> | Promise<ArrayLike<number>>;

/** The least length of a run. */
const RUN_SECONDS = 0.05;

/** The result is the losses of two epochs: if an epoch is one step, the first loss says nothing about the step. */
export async function trainingContender(train: Train, samples: number, seconds = RUN_SECONDS): Promise<Contender> {
  const result = [await train(1), await train(1)];
  const epochs = await timesPerRun(async (count) => {
    await train(count);
  }, seconds);
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

/** Doubles until a run is so long that the cost of the timer and the call does not matter. */
async function timesPerRun(run: (times: number) => Promise<void>, seconds = RUN_SECONDS): Promise<number> {
  for (let times = 1; ; times *= 2) {
    const start = performance.now();
    await run(times);
    if (performance.now() - start >= seconds * 1000) return times;
  }
}
