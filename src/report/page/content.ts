/** What a page of a report is made from: plain data. Types only. */
import type { CalibrationBin } from '../calibration.js';
import type { ColumnImportance } from '../importance.js';
import type { Report } from '../report.js';
import type { CurvePoint, Point } from '../thinning.js';

/** All of it may be read from JSON, but for figures that are NaN, which JSON calls null: both are shown as a dash. */
export interface PageContent {
  /** The heading: `income, from adult.csv`. */
  title: string;
  /** Version of the library that trained the network. */
  version: string;
  /** The seed of the network. */
  seed: number;
  /** Options and what they were, in the order of the page: `{ layers: '32 relu, 1 sigmoid', epochs: 40, 'learning rate': 0.001 }`. */
  settings: Readonly<Record<string, string | number | boolean>>;
  /** How good the network is on samples that it was not trained on. */
  report: Report;
  /** What is predicted: the name of the target column, one for each output of a NumberReport. */
  target?: string | readonly string[] | undefined;
  /** Of two classes: the threshold that the report was made with, where it was. */
  threshold?: number | undefined;
  /** How many rows there were for what: `{ training: 800, validation: 100, test: 100 }`. */
  rows?: Readonly<Record<string, number>> | undefined;
  /** The columns of the table, in its order. */
  columns?: readonly PageColumn[] | undefined;
  /** The epochs of the fit: `history.epochs`. Many are thinned. */
  epochs?: readonly CurvePoint[] | undefined;
  /** The epoch whose weights the network has. */
  bestEpoch?: number | undefined;
  /** Of a network of two classes, by `calibration`. */
  calibration?: readonly CalibrationBin[] | undefined;
  /** By `permutationImportance`, in any order. */
  importance?: readonly ColumnImportance[] | undefined;
  /** What `importance` is a drop of, in words: `area under the ROC curve`. Default: nothing is said. */
  importanceOf?: string | undefined;
  /** Of a network of numbers, by `predictedAgainstTrue`: for each output its points. */
  points?: readonly (readonly Point[])[] | undefined;
  /** The search that found the settings: `{ score: 'loss', parameters, trials: study.trials }`. */
  search?: PageSearch | undefined;
  /** `history.hints`, and others that the caller has. */
  hints?: readonly { readonly code?: string | undefined; readonly message: string }[] | undefined;
  /** The program that does the same by the API. */
  program?: string | undefined;
}

/** A column of the table that the network was trained on. */
export interface PageColumn {
  name: string;
  /** `number`, `category`, `ignored`, `target` …: any word. */
  kind: string;
  /** More about it, in words: its values, how many blanks, why it is ignored. */
  note?: string | undefined;
}

/** What a search tried. */
export interface PageSearch {
  /** What the score of a trial is, in words: `loss`. */
  score: string;
  /** Which score is the best one. Default 'lowest'. */
  best?: 'lowest' | 'highest' | undefined;
  /** How trials were judged, in words: `over 5 folds`. Default: nothing is said. */
  judged?: string | undefined;
  /** What trials drew: each has a picture. */
  parameters: readonly PageParameter[];
  /** `study.trials`, in any order. Those without a score have failed. */
  trials: readonly PageTrial[];
}

/** One thing that trials drew. */
export interface PageParameter {
  name: string;
  /** What the page calls it. Default: its name. */
  title?: string | undefined;
  /** Whether small values were as likely as large ones: its axis is logarithmic. Default false. */
  log?: boolean | undefined;
  /** Of a choice: its values, in their order. Default: numbers have an axis, other values lie in the order of the trials. */
  values?: readonly unknown[] | undefined;
}

export interface PageTrial {
  number: number;
  /** By name; a trial may lack some. */
  parameters: Readonly<Record<string, unknown>>;
  /** 'completed': it trained all its epochs. */
  state: string;
  score?: number | null | undefined;
  epochs?: number | null | undefined;
}
