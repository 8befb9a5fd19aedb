/** One page of HTML about a trained network, from plain data: one file that needs no other, and no script. */
import { classesSection, confusionSection } from './classes.js';
import type { PageContent } from './content.js';
import { figuresSection, targetOf, tiles, verdict } from './figures.js';
import { escaped, grouped, name, section, shortened, table } from './html.js';
import { calibrationSection, importanceSection, lossSection, pointsFigure } from './pictures.js';
import { searchSections } from './search.js';
import { STYLE, STYLE_HASH } from './style.js';

/** What of the data a page has at most, so that it stays below a megabyte. */
const MOST = { columns: 500, hints: 50, settings: 100, pictures: 6, characters: 100_000 } as const;

/**
 * The page, as the text of an HTML file: the figures of the report beside what the simplest answer would score, the confusion of classes or
 * predicted against true numbers, calibration, importance, the loss curve, what a search tried, columns, settings, hints and the program. It loads nothing and runs
 * nothing, and what is in the data stays text. Parts that `content` lacks are left out; of many classes, columns, epochs and hints it shows
 * some and says so.
 */
export function reportPage(content: PageContent): string {
  const { title, version, seed, report, target } = content;
  const policy = `default-src 'none'; style-src '${STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const sections = [
    notes(content),
    ...(report.kind === 'classes' ? [confusionSection(report, content.threshold), classesSection(report)] : []),
    pair([...points(content), calibrated(content), learning(content)]),
    content.importance === undefined ? '' : importanceSection(content.importance, content.importanceOf),
    figuresSection(report, target),
    ...(content.search === undefined ? [] : searchSections(content.search)),
    columns(content),
    settings(content),
    program(content),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(shortened(title, 200))}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header>
<p class="kind">Report on a neural network</p>
<h1>${name(title, 200)}</h1>
<p class="verdict">${verdict(report, target)}</p>
${tiles(report)}
</header>
<main>
${sections.filter((part) => part !== '').join('\n')}
</main>
<footer>
<p>Made by wasmlp ${escaped(version)}, seed ${seed}. The page is one file: it loads nothing and runs no script.</p>
</footer>
</body>
</html>
`;
}

/** Sections side by side, where the page is wide. */
function pair(sections: readonly string[]): string {
  const found = sections.filter((part) => part !== '');
  return found.length === 0 ? '' : `<div class="pair">\n${found.join('\n')}\n</div>`;
}

function notes({ hints = [] }: PageContent): string {
  if (hints.length === 0) return '';
  const items = hints.slice(0, MOST.hints).map(({ message }) => `<li>${escaped(shortened(message, 2000))}</li>`);
  return section('hints', 'What stands out', `<ul>\n${items.join('\n')}\n</ul>`, 'notes');
}

/** For one target a picture beside another one, for several a section of their own each. */
function points({ points: given = [], report, target }: PageContent): string[] {
  return given.slice(0, MOST.pictures).map((some, i) => {
    const of = targetOf(target, i);
    const picture = pointsFigure(`points-${i}-chart`, of, some, report.samples);
    return picture === '' ? '' : section(`points-${i}`, `Predicted against true: ${name(of)}`, picture);
  });
}

function learning({ epochs = [], bestEpoch }: PageContent): string {
  return lossSection(epochs, bestEpoch);
}

function calibrated({ calibration = [], report }: PageContent): string {
  const label = report.kind === 'classes' ? name(report.labels[1] ?? '', 40) : '';
  return calibrationSection(calibration, `“${label}”`);
}

function columns({ columns: given = [], rows = {} }: PageContent): string {
  const counts = Object.entries(rows).map(([what, count]) => `${grouped(count)} for ${escaped(what)}`);
  const parts = counts.length === 0 ? '' : `<p>Rows: ${counts.join(', ')}.</p>\n`;
  if (given.length === 0) return parts === '' ? '' : section('columns', 'The data', parts);
  const listed = given.slice(0, MOST.columns);
  const body = listed.map(({ name: column, kind, note = '' }) => [
    name(column),
    escaped(kind),
    escaped(shortened(note, 300)),
  ]);
  const cut = given.length > listed.length ? ` The first ${listed.length} of ${grouped(given.length)}.` : '';
  const says = `What the network makes of each column of the table.${cut}`;
  const headings = [{ heading: 'column' }, { heading: 'kind' }, { heading: 'more', kind: 'more' as const }];
  return section('columns', 'The data', parts + table('Columns', says, headings, body), 'long');
}

function settings({ settings: given, seed }: PageContent): string {
  const entries = Object.entries({ ...given, seed }).slice(0, MOST.settings);
  const list = entries.map(
    ([key, value]) => `<dt>${escaped(shortened(key, 60))}</dt><dd>${escaped(shortened(`${value}`, 1000))}</dd>`,
  );
  return section('settings', 'Settings', `<dl>\n${list.join('\n')}\n</dl>`);
}

function program({ program: given, search }: PageContent): string {
  if (given === undefined) return '';
  const text = escaped(shortened(given, MOST.characters));
  const says =
    search === undefined ? 'This program does the same.' : 'This program trains the best network. It does not search.';
  const code = `<p id="program-says">${says}</p>\n<pre role="region" aria-labelledby="program-says" tabindex="0"><code>${text}</code></pre>`;
  return section('program', 'Program', code, 'long');
}
