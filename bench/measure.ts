/**
 * Times contenders fairly: they take turns, in several rounds, and medians count. Knows neither threads nor processes.
 *
 * A shared machine changes its speed from second to second. Contenders that take turns are all affected alike: so the ratio of
 * their medians is reliable, even where the figures themselves are not.
 */
import type { Measurement } from './report.js';
import type { Answer, Question } from './timing.js';

export interface Effort {
  /** Turns that each contender takes. */
  readonly rounds: number;
  /** Length of a turn. */
  readonly seconds: number;
}

/** A contender in a place of its own, such as a process, where the others cannot disturb it. */
export interface Participant {
  readonly name: string;
  ask(question: Question): Promise<Answer>;
  close(): unknown;
}

/** The rates of the participants, in their order. The caller has checked that they compute the same. */
export async function takeTurns(participants: readonly Participant[], effort: Effort): Promise<Measurement[]> {
  const turns = participants.map((): Answer[] => []);
  for (let round = 0; round < effort.rounds; round++) {
    for (const [index, participant] of participants.entries()) {
      turns[index]?.push(await participant.ask({ kind: 'turn', seconds: effort.seconds }));
    }
  }
  return participants.map(({ name }, index) => measurementOf(name, turns[index] as Answer[]));
}

/** Summarizes turns. Each has given a rate, and perhaps the peak at that moment. */
export function measurementOf(name: string, turns: readonly Answer[]): Measurement {
  const rates = turns.map(([rate = Number.NaN]) => rate);
  const measured = { name, median: median(rates), low: Math.min(...rates), high: Math.max(...rates) };
  const peaks = turns.flatMap(([, peak = []]) => peak);
  if (peaks.length === 0) return measured;
  return { ...measured, peak: median(peaks), ofPeak: median(peaks.map((peak, i) => (rates[i] as number) / peak)) };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Whether all differences are within `tolerance`, relative to the largest expected number. */
export function agrees(expected: Answer, came: Answer, tolerance: number): boolean {
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const near = (value: number, i: number): boolean => Math.abs(value - (came[i] ?? Number.NaN)) <= tolerance * scale;
  return came.length === expected.length && expected.every(near);
}
