/** Emphasis for terminals. Text stays plain where output is a file or a pipe, or where NO_COLOR is set. */
import { styleText } from 'node:util';

/** Columns to draw in: those of the terminal, within limits, or 80 where output is not a terminal. */
export const columns = Math.min(Math.max(process.stdout.columns ?? 80, 40), 80);

const colored = process.stdout.isTTY === true && process.stdout.hasColors();

/**
 * @param {Parameters<typeof styleText>[0]} format
 * @returns {(text: string) => string}
 */
function style(format) {
  return (text) => (colored ? styleText(format, text) : text);
}

export const bold = style('bold');
export const dim = style('dim');
export const cyan = style('cyan');
export const green = style('green');
export const red = style('red');

/**
 * 1234567.8 as 1,234,568.
 * @param {number} value
 */
export function grouped(value) {
  return Math.round(value).toLocaleString('en-US');
}

/**
 * 0.9749 as 97.5%.
 * @param {number} share
 */
export function percent(share) {
  return `${(100 * share).toFixed(1)}%`;
}
