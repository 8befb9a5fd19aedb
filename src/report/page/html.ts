/** Text and numbers as HTML: everything that comes from data goes through here. Knows no report. */

/** Text in the content or in a quoted attribute of HTML. What HTML forbids (control characters, halves of characters) becomes U+FFFD. */
export function escaped(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\t\n])\p{Cc}|\p{Cs}|\p{Noncharacter_Code_Point}/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A text that is cut where it has more than `most` characters. */
export function shortened(text: string, most: number): string {
  // A character takes two units at most.
  if (text.length <= most) return text;
  const characters = Array.from(text.slice(0, 2 * most));
  return characters.length > most || text.length > 2 * most ? `${characters.slice(0, most - 1).join('')}…` : text;
}

/** A name from the data, whatever its direction: what stands beside it keeps its own. */
export function name(text: string, most = 60): string {
  return `<bdi>${escaped(shortened(text, most))}</bdi>`;
}

/** A name in a sentence. */
export function quoted(text: string): string {
  return `“${name(text, 40)}”`;
}

/** What a figure may be that went through JSON. */
export type Given = number | null | undefined;

export function exists(value: Given): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Four digits of a figure; a dash where it does not exist. */
export function figure(value: Given): string {
  if (!exists(value)) return '–';
  return `${Number(value.toPrecision(4))}`.replace('-', '−');
}

/** 0.954 as 95.4%. What is not all is never 100%, and what is something never 0%. */
export function percent(value: Given): string {
  if (!exists(value)) return '–';
  if (value > 0 && value < 0.0005) return '&lt; 0.1%';
  if (value < 1 && value >= 0.9995) return '&gt; 99.9%';
  return `${(100 * value).toFixed(1)}%`;
}

/** 1234567 as 1,234,567. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 row`, `2,345 rows`. */
export function countOf(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A section with a heading. Its id is unique in the page. `kind` is one of style.ts. */
export function section(
  id: string,
  heading: string,
  content: string,
  kind: 'plain' | 'notes' | 'long' = 'plain',
): string {
  return `<section class="${kind}" aria-labelledby="${id}">\n<h2 id="${id}">${heading}</h2>\n${content}\n</section>`;
}

export interface Column {
  /** HTML. */
  readonly heading: string;
  /** Numbers end at the right; bars and sentences take the room that is left. */
  readonly kind?: 'number' | 'bar' | 'more';
}

/**
 * A table in a frame that scrolls by the keyboard where it is wider than the page, below what is to be said about it. Cells are HTML; the
 * first of each row is its heading.
 */
export function table(
  caption: string,
  says: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const kindOf = (column: number): string => {
    const kind = columns[column]?.kind;
    return kind === undefined ? '' : ` class="${kind}"`;
  };
  const head = columns.map(({ heading }, i) => `<th scope="col"${kindOf(i)}>${heading}</th>`).join('');
  const body = rows.map(([first, ...cells]) => {
    const data = cells.map((cell, i) => `<td${kindOf(i + 1)}>${cell}</td>`).join('');
    return `<tr><th scope="row"${kindOf(0)}>${first}</th>${data}</tr>`;
  });
  const inner = `<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>`;
  return framed(caption, says, `<table>\n<caption>${caption}</caption>\n${inner}\n</table>`);
}

/** A table of any kind in such a frame. */
export function framed(caption: string, says: string, tableHtml: string): string {
  const text = says === '' ? '' : `<p class="soft">${says}</p>\n`;
  return `${text}<div class="wide" role="region" aria-label="${caption}" tabindex="0">\n${tableHtml}\n</div>`;
}

/** What is there for those who look closer. */
export function details(summary: string, content: string): string {
  return `<details>\n<summary>${summary}</summary>\n${content}\n</details>`;
}
