/** When the page draws, with frames and a clock from the test. */
import { afterEach, expect, test, vi } from 'vitest';
import { startFrames } from '../../../examples/playground/frames.js';
import { Trainer } from '../../../examples/playground/trainer.js';

const MILLISECONDS = 16;

/** All that there is to draw. */
const ALL = ['answers', 'network', 'curves', 'words'];

/** Records the drawings of a page, and runs its frames. A part takes so many milliseconds. */
function stage({ isCalm, milliseconds = 0 }: { isCalm: boolean; milliseconds?: number }) {
  const waiting: ((now: number) => void)[] = [];
  vi.stubGlobal('matchMedia', (query: string) => ({
    matches: isCalm && query === '(prefers-reduced-motion: reduce)',
  }));
  vi.stubGlobal('requestAnimationFrame', (onFrame: (now: number) => void) => waiting.push(onFrame));
  const trainer = new Trainer({ onEpoch: () => undefined, onFit: () => undefined });
  const onFrame = vi.spyOn(trainer, 'onFrame');
  const isRunning = vi.spyOn(trainer, 'isRunning', 'get').mockReturnValue(false);
  const drawn: string[] = [];
  let now = 1000;
  let spent = 0;
  const parts = ['answers', 'network', 'curves'].map((part) => () => {
    spent += milliseconds;
    drawn.push(part);
  });
  vi.spyOn(performance, 'now').mockImplementation(() => spent);
  const requestDraw = startFrames(trainer, { parts, all: [...parts, () => void drawn.push('words')] });
  /** The drawings of so many frames. */
  const frames = (count: number): string[] => {
    drawn.length = 0;
    for (let frame = 0; frame < count; frame++) {
      now += MILLISECONDS;
      for (const draw of waiting.splice(0)) draw(now);
    }
    return [...drawn];
  };
  return { requestDraw, frames, onFrame, run: (value: boolean) => isRunning.mockReturnValue(value) };
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('sleeps while nothing trains and nothing is new', () => {
  const { requestDraw, frames, onFrame } = stage({ isCalm: false });
  expect(frames(9)).toEqual([]);
  requestDraw();
  requestDraw();
  expect(frames(9)).toEqual(ALL);
  expect(onFrame).toHaveBeenCalledTimes(1);
});

test('draws a part with each frame of a training, and all when something else is new', () => {
  const { requestDraw, frames, onFrame, run } = stage({ isCalm: false });
  run(true);
  requestDraw();
  expect(frames(5)).toEqual([...ALL, 'answers', 'network', 'curves', 'answers']);
  requestDraw();
  expect(frames(2)).toEqual([...ALL, 'network']);
  expect(onFrame).toHaveBeenCalledTimes(7);
  run(false);
  requestDraw();
  expect(frames(5)).toEqual(ALL);
});

test('draws twice a second where less motion is asked for, and trains as fast', () => {
  const { requestDraw, frames, onFrame, run } = stage({ isCalm: true });
  run(true);
  requestDraw();
  expect(frames(1)).toEqual(ALL);
  const second = Math.ceil(1000 / MILLISECONDS);
  expect(frames(10 * second)).toHaveLength(19 * ALL.length);
  expect(onFrame).toHaveBeenCalledTimes(1 + 10 * second);
});

test('draws slow parts in a frame each, and none twice, so that no task is long', () => {
  const { requestDraw, frames } = stage({ isCalm: false, milliseconds: 20 });
  requestDraw();
  expect([frames(1), frames(1)]).toEqual([['answers'], ['network']]);
  // What is asked for meanwhile comes last: it cannot keep the other parts waiting for ever.
  requestDraw();
  expect([frames(1), frames(1), frames(1)]).toEqual([['curves'], ['words', 'answers'], ['network']]);
  expect(frames(5)).toEqual([]);
});
