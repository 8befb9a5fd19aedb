/** The columns of a table as users write them. Types only. */

/** One row of a table: cells by the names of the columns. */
export type Row = Readonly<Record<string, unknown>>;

/** How a column becomes inputs. */
export interface ColumnOptions {
  /**
   * `number` and `boolean` are one input each; `category` is one input per value, 1 for the value of the row and else 0; `words` is one input
   * per value: how often that word occurs.
   */
  type: 'number' | 'boolean' | 'category' | 'words';
  /** For `category` and `words`: what each input stands for, compared as text without blanks around it. */
  values?: readonly string[] | undefined;
  /**
   * For `category` and `words`. True: one more input for all values that are not listed, or how many words are not. Default false: such a
   * value of a category is refused, and such words do not count.
   */
  other?: boolean | undefined;
  /**
   * Default false: a blank is refused. True: one more input says that the cell is blank. A blank number is then the median of the samples
   * that the first fit trains on; of other columns all inputs but this one are 0.
   */
  missing?: boolean | undefined;
}

/**
 * The columns of a table by name, in the order of the network's inputs. An array is a category with these values. Names that are whole
 * numbers come first, as in every object.
 */
export type Columns = Readonly<Record<string, 'number' | 'boolean' | readonly string[] | ColumnOptions>>;
