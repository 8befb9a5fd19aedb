/** Reads a page of HTML as strictly as XML, but for the elements that HTML ends by itself. Knows no browser. */

export interface Element {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** The text in it and in the elements in it. */
  text: string;
}

const VOID = new Set(['meta', 'link', 'br']);
const TAG = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z:-]+(?:="[^"<>]*")?)*)\s*(\/?)>/y;

/** The elements of a page, in order. Throws where a tag is not closed, a quote is missing, or a character is not escaped. */
export function elementsOf(html: string): Element[] {
  const begin = '<!doctype html>\n';
  if (!html.startsWith(begin)) throw new Error('no doctype');
  const found: Element[] = [];
  const open: Element[] = [];
  let at = begin.length;
  while (at < html.length) {
    const next = html.indexOf('<', at);
    const text = unescaped(html.slice(at, next < 0 ? html.length : next));
    for (const element of open) element.text += text;
    if (next < 0) break;
    TAG.lastIndex = next;
    const tag = TAG.exec(html);
    if (tag === null) throw new Error(`no tag: ${html.slice(next, next + 80)}`);
    const [whole, closes, name = '', attributes = '', isEmpty] = tag;
    at = next + whole.length;
    if (closes !== '') {
      const last = open.pop();
      if (last?.tag !== name) throw new Error(`</${name}> ends <${last?.tag}>: ${html.slice(next - 80, at)}`);
      continue;
    }
    const element = { tag: name, attributes: attributesOf(attributes), text: '' };
    found.push(element);
    if (!VOID.has(name) && isEmpty === '') open.push(element);
  }
  if (open.length > 0) throw new Error(`<${open[0]?.tag}> is not closed`);
  return found;
}

function attributesOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/([a-zA-Z:-]+)(?:="([^"]*)")?/g)) {
    if (found.has(name)) throw new Error(`${name} stands there twice`);
    found.set(name, unescaped(value));
  }
  return found;
}

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d+)|(lt|gt));|&/g, (whole, code?: string, word?: string) => {
    if (code === undefined && word === undefined) throw new Error(`an & is not escaped: ${text.slice(0, 80)}`);
    return code === undefined ? ({ '&lt;': '<', '&gt;': '>' }[whole] as string) : String.fromCodePoint(Number(code));
  });
}
