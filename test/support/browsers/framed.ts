/** Pages that are looked at in a frame: for Firefox, which we cannot talk to from outside. */
import { readFileSync } from 'node:fs';

const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>Looks at pages in a frame</title>
<link rel="icon" href="data:,">
<iframe title="The page" width="1280" height="720"></iframe>
<script type="module" src="look.js"></script>`;

/** The pages for a server. `look`: a module beside this one, which opens pages by frame.js and sets the global `outcome`. */
export function framed(look: string): Record<string, string> {
  const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
  return { '': PAGE, 'frame.js': read('frame.js'), 'look.js': read(look) };
}
