/**
 * Times contenders fairly: taking turns, several rounds, medians. Knows neither threads nor processes.
 *
 * A shared machine changes its speed from second to second; contenders that take turns share that fate, so the ratio of
 * their medians holds where the figures themselves do not.
 */
import type { Measurement } from './report.js';
import type { Answer, Question } from './timing.js';

export interface Effort {
  /** Turns that each contender takes. */
  readonly rounds: number;
  /** Length of a turn. */
  readonly seconds: number;
}

/** A contender in a place of its own, where the others cannot disturb it. */
export interface Participant {
  readonly name: string;
  ask(question: Question): Promise<Answer>;
  close(): unknown;
}

/** The rates of the participants, in their order. Whether they compute the same is checked before. */
export async function takeTurns(participants: readonly Participant[], effort: Effort): Promise<Measurement[]> {
  const rates = participants.map((): number[] => []);
  for (let round = 0; round < effort.rounds; round++) {
    for (const [index, participant] of participants.entries()) {
      rates[index]?.push(...(await participant.ask({ kind: 'turn', seconds: effort.seconds })));
    }
  }
  return participants.map(({ name }, index) => {
    const sorted = (rates[index] as number[]).sort((a, b) => a - b);
    const at = (position: number): number => sorted[position] ?? Number.NaN;
    return { name, median: at(sorted.length >> 1), low: at(0), high: at(sorted.length - 1) };
  });
}

/** Whether all numbers lie within `tolerance`, relative to the largest that is expected. */
export function agrees(expected: Answer, came: Answer, tolerance: number): boolean {
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const near = (value: number, i: number): boolean => Math.abs(value - (came[i] ?? Number.NaN)) <= tolerance * scale;
  return came.length === expected.length && expected.every(near);
}
