/** Work in turns: so many at a time, in order, and no more after the first error. */
import { describe, expect, it } from 'vitest';
import { inTurns } from '../../src/search/crew.js';
import { turns } from '../support/event-loop.js';
import { thrownBy } from '../support/refusals.js';

const open = (): AbortSignal => new AbortController().signal;

describe('work in turns', () => {
  it('begins in order, at most so many at a time', async () => {
    const begun: number[] = [];
    let [now, most, next] = [0, 0, 0];
    await inTurns(3, open(), () => {
      if (next === 10) return undefined;
      const index = next++;
      return async () => {
        begun.push(index);
        most = Math.max(most, ++now);
        // The event loop may have its turn between one beginning and the next.
        await turns(10);
        now--;
      };
    });
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(most).toBe(3);
  });

  it('ends with the first error, and begins nothing after it', async () => {
    let next = 0;
    const error = await thrownBy(() =>
      inTurns(2, open(), () => {
        const index = next++;
        return async () => {
          await Promise.resolve();
          if (index === 3) throw new Error('third');
        };
      }),
    );
    expect(error).toMatchObject({ message: 'third' });
    const begun = next;
    await new Promise((resolve) => setImmediate(resolve));
    expect(next).toBeLessThanOrEqual(begun + 1);
  });

  it('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    let next = 0;
    const error = await thrownBy(() =>
      inTurns(1, controller.signal, () => async () => {
        if (++next === 4) controller.abort('enough');
      }),
    );
    expect([error, next]).toEqual(['enough', 4]);
  });
});
