/**
 * How good a network is: thresholds, calibration, importance of columns, and a page of HTML.
 *
 * @module report
 */
export * from '../../../src/report.js';
