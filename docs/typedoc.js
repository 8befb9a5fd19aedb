/** How TypeDoc writes the reference: a page of Markdown for each class, function and type, from the comments of src/. */

/** The entry points, in the order of the sidebar. */
export const ENTRY_POINTS = ['wasmlp', 'browser', 'slim', 'csv', 'node', 'report', 'search', 'cluster'];

/** The name by which a program imports an entry point. @param {string} name */
export function importName(name) {
  return name === 'wasmlp' ? name : `wasmlp/${name}`;
}

/** @type {Partial<import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions>} */
export default {
  name: 'Reference',
  tsconfig: 'tsconfig.json',
  entryPoints: ENTRY_POINTS.map((name) => `.vitepress/reference/${name}.ts`),
  sort: ['source-order'],
  groupOrder: ['Classes', 'Functions', 'Methods', 'Constructors', 'Accessors', 'Properties', '*'],
  plugin: ['typedoc-plugin-markdown'],
  out: '.vitepress/source/reference',
  readme: 'none',
  excludeInternal: true,
  excludePrivate: true,
  disableSources: true,
  treatWarningsAsErrors: true,
  logLevel: 'Warn',
  entryFileName: 'index',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  sanitizeComments: true,
  useCodeBlocks: true,
  expandParameters: true,
  parametersFormat: 'table',
  propertiesFormat: 'list',
  pageTitleTemplates: {
    index: 'Reference',
    module: ({ name }) => importName(name),
    member: ({ name }) => name,
  },
};
