/** The forecast of a cluster: what lets no more through, and the figures that follow. */
import { describe, expect, it } from 'vitest';
import { forecast, machinesTable, type Parts } from '../../bench/cluster/machines.js';

const PARTS: Parts = {
  coordinator: 0.001,
  server: 0.004,
  serverCores: 8,
  worker: 0.1,
  gap: 0.15,
  connections: 10,
  mostConnections: 500,
};

describe('the forecast of a cluster', () => {
  it.each([
    // Trials of 1.75 s, which take a core 2 s.
    ['cores', 10, 1.75, PARTS, 4096, 40],
    ['connections', 60, 1.75, PARTS, 4096, 200],
    ['trials in the queue', 10, 1.75, PARTS, 30, 15],
    ['coordinator', 10, 1.75, { ...PARTS, coordinator: 0.05 }, 4096, 20],
    ['server', 10, 1.75, { ...PARTS, server: 0.8 }, 4096, 10],
  ])('is limited by %s', (limit, machines, seconds, parts, inFlight, rate) => {
    const found = forecast(machines, seconds, parts, inFlight);
    expect(found.limit).toBe(limit);
    expect(found.rate).toBeCloseTo(rate, 10);
    expect(found.busy).toBeCloseTo((rate * seconds) / (machines * 8), 10);
    expect(found.coordinator).toBeCloseTo(rate * parts.coordinator, 10);
    expect(found.server).toBeCloseTo((rate * parts.server) / 8, 10);
  });

  it('has a row for each number of machines and length of a training', () => {
    const lines = machinesTable({ ...PARTS, worker: 0, gap: 0 }, 4096).split('\n');
    expect(lines).toHaveLength(2 + 4 * 3);
    expect(lines[2]).toBe('| 1 | 1 s | 8.0 | 100% | 0.8% | 0.4% | cores |');
    expect(lines.at(-1)).toBe('| 1000 | 60 s | 6.7 | 5.0% | 0.7% | 0.3% | connections |');
  });
});
