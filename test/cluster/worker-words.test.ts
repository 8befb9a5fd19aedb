/** What a worker says. */
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { beginsText, endsText, lostLockText } from '../../src/cluster/worker-words.js';
import type { TaskOutcome } from '../../src/search/task.js';

const ID = '0123456789abcdef0123456789abcdef01234567';

it.each([
  `could not renew lock for job ${ID}`,
  `Missing lock for job ${ID}. moveToFinished`,
  `Missing key for job ${ID}. moveToFinished`,
  `Lock mismatch for job ${ID}. Cmd moveToFinished from active`,
  `Job ${ID} is not in the active state. moveToFinished`,
])('of %s, that nothing is lost', (message) => {
  const text = lostLockText(message);
  expect(text).toMatch(/another worker.*Nothing is lost$/);
  // What begins as an address is about a server that is away.
  expect(text).not.toMatch(/:|job|lock/);
});

it('of other faults nothing', () => {
  expect(lostLockText('connect ECONNREFUSED 127.0.0.1:6379')).toBeUndefined();
});

it('knows the messages of the BullMQ that is installed', () => {
  const { finishedErrors } = createRequire(import.meta.url)('bullmq/dist/cjs/classes/finished-errors.js') as {
    finishedErrors(fault: object): Error;
  };
  for (const code of [-1, -2, -3, -6]) {
    const { message } = finishedErrors({ code, jobId: ID, command: 'moveToFinished', state: 'active' });
    expect(lostLockText(message)).toBeDefined();
  }
});

it('of a training when it begins and ends', () => {
  expect(beginsText(ID)).toBe('training 01234567 begins');
  const outcome = { result: { epochs: 30, history: { seconds: 1.26 } } } as unknown as TaskOutcome;
  expect(endsText(ID, outcome)).toBe('training 01234567 ends after 30 epochs, in 1.3 s');
  const failed = { failure: { code: 'ERR_DIVERGED', message: 'm' } };
  expect(endsText(ID, failed)).toBe('training 01234567 failed: ERR_DIVERGED');
});
