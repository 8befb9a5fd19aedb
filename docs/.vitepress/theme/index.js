/**
 * The theme of the site: VitePress's own without its fonts, which would be most of what a page fetches, with the start page and a notice for
 * browsers that load no modules.
 */
import DefaultTheme from 'vitepress/theme-without-fonts';
import { defineAsyncComponent } from 'vue';
import { inOwnTask } from './later.js';
import SiteLayout from './SiteLayout.vue';
import StartPage from './StartPage.vue';
import '../../../examples/playground/colors.css';
import './style.css';

// VitePress wants the theme as the default export.
export default {
  extends: DefaultTheme,
  Layout: SiteLayout,
  enhanceApp({ app }) {
    app.component('StartPage', StartPage);
    // Only its own page loads it.
    app.component(
      'LearnPage',
      defineAsyncComponent({ loader: () => import('./learn/LearnPage.vue'), hydrate: inOwnTask }),
    );
  },
};
