/** When the page draws, with frames and a clock from the test. */
import { afterEach, expect, test, vi } from 'vitest';
import { startFrames } from '../../../examples/playground/frames.js';
import { Trainer } from '../../../examples/playground/trainer.js';

const MILLISECONDS = 16;

/** Records the drawings of a page, partial or whole, and runs its frames. */
function stage({ isCalm }: { isCalm: boolean }) {
  const waiting: ((now: number) => void)[] = [];
  vi.stubGlobal('matchMedia', (query: string) => ({
    matches: isCalm && query === '(prefers-reduced-motion: reduce)',
  }));
  vi.stubGlobal('requestAnimationFrame', (onFrame: (now: number) => void) => waiting.push(onFrame));
  const trainer = new Trainer({ onEpoch: () => undefined, onFit: () => undefined });
  const onFrame = vi.spyOn(trainer, 'onFrame');
  const isRunning = vi.spyOn(trainer, 'isRunning', 'get').mockReturnValue(false);
  const drawn: string[] = [];
  const parts = ['answers', 'network', 'curves'].map((part) => () => void drawn.push(part));
  const requestDraw = startFrames(trainer, { parts, drawAll: () => void drawn.push('all') });
  let now = 1000;
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
});

test('sleeps while nothing trains and nothing is new', () => {
  const { requestDraw, frames, onFrame } = stage({ isCalm: false });
  expect(frames(9)).toEqual([]);
  requestDraw();
  requestDraw();
  expect(frames(9)).toEqual(['all']);
  expect(onFrame).toHaveBeenCalledTimes(1);
});

test('draws a part with each frame of a training, and all when something else is new', () => {
  const { requestDraw, frames, onFrame, run } = stage({ isCalm: false });
  run(true);
  requestDraw();
  expect(frames(5)).toEqual(['all', 'answers', 'network', 'curves', 'answers']);
  requestDraw();
  expect(frames(2)).toEqual(['all', 'network']);
  expect(onFrame).toHaveBeenCalledTimes(7);
  run(false);
  requestDraw();
  expect(frames(5)).toEqual(['all']);
});

test('draws twice a second where less motion is asked for, and trains as fast', () => {
  const { requestDraw, frames, onFrame, run } = stage({ isCalm: true });
  run(true);
  requestDraw();
  expect(frames(1)).toEqual(['all']);
  const second = Math.ceil(1000 / MILLISECONDS);
  expect(frames(10 * second)).toHaveLength(19);
  expect(onFrame).toHaveBeenCalledTimes(1 + 10 * second);
});
