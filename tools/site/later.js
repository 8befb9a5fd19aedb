/**
 * Makes the parts of VitePress's layout wake up one by one, each in a task of its own: all in one, they take longer than 50 ms. Knows no page.
 */
import { fileURLToPath } from 'node:url';

const PARTS = /^\.\/components\/(VPNav|VPLocalNav|VPSidebar|VPContent)\.vue$/;
/** Modules that are no files begin with a 0. */
const PREFIX = '\0later:';
const STRATEGY = fileURLToPath(new URL('../../docs/.vitepress/theme/later.js', import.meta.url));

/** A plugin for the build of the pages. */
export function later() {
  return {
    name: 'later',
    /** Before Vite's own. @type {'pre'} */
    enforce: 'pre',
    /** @param {string} id @param {string} [importer] */
    resolveId(id, importer) {
      const [, part] = (importer?.endsWith('theme-default/Layout.vue') && PARTS.exec(id)) || [];
      return part === undefined ? undefined : PREFIX + part;
    },
    /** @param {string} id */
    load(id) {
      if (!id.startsWith(PREFIX)) return undefined;
      return `
        import { defineAsyncComponent } from 'vue';
        import { inOwnTask } from ${JSON.stringify(STRATEGY)};
        import Part from 'vitepress/dist/client/theme-default/components/${id.slice(PREFIX.length)}.vue';
        export default defineAsyncComponent({ loader: async () => Part, hydrate: inOwnTask });
      `;
    },
  };
}
