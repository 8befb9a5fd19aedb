/** The program that does by the API what `train` does: what `--code` prints. */

import type { CsvFormat } from 'wasmlp/csv';
import { dealCode } from './deal.js';
import { contentCode } from './model-file.js';
import { OPEN_COLUMNS_CODE } from './open-columns.js';
import { createOptionsOf, fitOptionsOf, layersOf, type Plan } from './plan.js';

export interface Files {
  /** The table, or `-` for standard input. */
  readonly table: string;
  /** The rows that test, where they are a file. */
  readonly test: string | undefined;
  /** The model that is written. */
  readonly model: string;
  readonly format: CsvFormat;
}

export function programOf(plan: Plan, files: Files): string {
  const { inferred, asked, categories, settings, testShare, validation, seed, group } = plan;
  const reads = files.table === '-' ? 'parseRows' : 'readRows';
  const validates = validation.length > 0;
  const deals = testShare > 0 || validates;
  const last = { units: '\u0000outputs', activation: '\u0000activation' } as unknown as Parameters<typeof layersOf>[1];
  const layers = layersOf(settings, last).map((layer) => `    ${literal(layer)},`);
  const own = Object.keys(categories).length > 0;
  const columns = own ? literal({ '\u0000options.inputs': 0, ...categories }) : 'options.inputs';
  const others = testShare > 0 ? 'others' : 'rows';
  const lines = [
    `import { inferColumns, Network } from 'wasmlp';`,
    ...(files.table === '-' ? [`import { parseRows } from 'wasmlp/csv';`] : []),
    ...importsOf(files),
    '',
    `const rows = ${rowsCode(plan, reads, files.table === '-' ? 'process.stdin' : literal(files.table), files)};`,
    `const { options, outputs, activation } = inferColumns(rows, ${literal(asked)});`,
    ...(testShare > 0 ? [`const [others, test] = deal(rows, ${testShare}, ${seed});`] : []),
    ...(files.test === undefined ? [] : [`const test = ${rowsCode(plan, 'readRows', literal(files.test), files)};`]),
    ...(validates
      ? [`const [training, validation] = deal(${others}, ${settings.validation}, ${seed + 1});`]
      : [`const training = ${others};`]),
    '',
    'const network = await Network.create({',
    '  ...options,',
    `  inputs: open(${columns}),`,
    '  layers: [',
    ...layers,
    '  ],',
    ...propertiesOf(createOptionsOf(plan)),
    '});',
    'clearFlags(network);',
    'const history = await network.fit(training, {',
    ...propertiesOf(fitOptionsOf(plan)),
    ...(validates ? ['  validation,'] : []),
    '});',
    `console.log(\`\${history.epochs.length} epochs, the best is \${history.bestEpoch}\`);`,
    ...(testShare > 0 || files.test !== undefined ? ['console.log(String(network.report(test)));'] : []),
    savingCode(files.model),
    '',
    OPEN_COLUMNS_CODE.trimEnd(),
    ...(deals ? ['', dealCode(inferred.options.labels === undefined ? undefined : group).trimEnd()] : []),
    '',
  ];
  return lines.join('\n');
}

/** What the program needs of Node. */
function importsOf({ table, test, model }: Files): string[] {
  const isWritten = contentCode(model) !== undefined;
  const names = [...(test !== undefined || table !== '-' ? ['readRows'] : []), ...(isWritten ? [] : ['saveFile'])];
  return [
    ...(names.length > 0 ? [`import { ${names.join(', ')} } from 'wasmlp/node';`] : []),
    ...(isWritten ? [`import { writeFile } from 'node:fs/promises';`] : []),
  ];
}

/** Writes the network in the form of the file's ending, as the command does. */
function savingCode(model: string): string {
  const content = contentCode(model);
  const file = literal(model);
  return content === undefined ? `await saveFile(network, ${file});` : `await writeFile(${file}, ${content});`;
}

/** Reads rows; those without a target are left out. */
function rowsCode({ blanks, target }: Plan, call: string, source: string, { format }: Files): string {
  const options = Object.keys(format).length === 0 ? '' : `, ${literal(format)}`;
  const read = `await ${call}(${source}${options})`;
  if (blanks.length === 0) return read;
  const targets = Array.isArray(target) ? (target as readonly string[]) : [target as string];
  const tests = targets.map((name) => `!${literal(blanks)}.includes(row[${literal(name)}])`);
  return `(${read}).filter((row) => ${tests.join(' && ')})`;
}

function propertiesOf(options: object): string[] {
  return Object.entries(options).map(([key, value]) => `  ${keyOf(key)}: ${literal(value)},`);
}

/** A value as a program writes it. A text that begins with a zero character is code. */
function literal(value: unknown): string {
  if (typeof value === 'string') return value.startsWith('\u0000') ? value.slice(1) : quoted(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const parts = Object.entries(value).map(([key, inner]) => {
    if (key.startsWith('\u0000')) return `...${key.slice(1)}`;
    const code = literal(inner);
    return keyOf(key) === code ? code : `${keyOf(key)}: ${code}`;
  });
  return `{ ${parts.join(', ')} }`;
}

function keyOf(key: string): string {
  // As a plain key, this one would set the prototype.
  if (key === '__proto__') return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
}

function quoted(text: string): string {
  const json = JSON.stringify(text).replace(/[\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);
  return text.includes("'") ? json : `'${json.slice(1, -1).replaceAll('\\"', '"')}'`;
}
