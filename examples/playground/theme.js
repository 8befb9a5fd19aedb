/** Light or dark: as the system has it, unless the visitor decides. The choice is remembered where the browser allows it. */
import { byId } from './page.js';

const KEY = 'wasmlp-playground-theme';

/** @param {() => void} onChange Called when the colours change. */
export function startTheme(onChange) {
  const select = byId('theme', HTMLSelectElement);
  const apply = () => {
    if (select.value === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = select.value;
    onChange();
  };
  const stored = remembered();
  if (stored === 'light' || stored === 'dark') select.value = stored;
  select.addEventListener('change', () => {
    remember(select.value);
    apply();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange);
  apply();
}

/** Blocked storage throws: then the choice lasts as long as the page. */
function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** @param {string} theme */
function remember(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    return;
  }
}
