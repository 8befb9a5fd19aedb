/** How a page looks: light and dark, narrow and wide, on paper. Its hash is in the policy of the page, so that no other style applies. */

/** What a test compares with the hash of STYLE. */
export const STYLE_HASH = 'sha256-TEJPUqWUQl527g4r6DtRHN0X6xAgb9KUMOE03u1fx4g=';

/** How opaque the darkest shade is, and points, which lie on each other. */
export const MOST_SHADE = 0.5;
export const POINTS = 0.72;

/** Shades of cells, from 0 to 9, of which the text keeps its contrast. */
const SHADES = Array.from({ length: 10 }, (_, i) => {
  const part = ((i + 1) / 10) ** 1.2;
  const alpha = Number((0.06 + (MOST_SHADE - 0.06) * part).toFixed(3));
  return `.r${i}{background:rgb(var(--right)/${alpha})}.w${i}{background:rgb(var(--wrong)/${alpha})}`;
}).join('\n');

/** Colours by name: [light, dark]. Contrast of texts is at least 4.5, of lines and points at least 3. */
export const COLOURS = {
  page: ['#f6f5f2', '#131619'],
  sheet: ['#ffffff', '#1b1f24'],
  ink: ['#1f2429', '#e7e9ec'],
  soft: ['#57606a', '#a3acb7'],
  line: ['#dcdad5', '#343b44'],
  first: ['#1f62c4', '#7db2ff'],
  second: ['#b0520f', '#f2a25c'],
  warn: ['#fdf3e4', '#2f2617'],
} as const;

/** As RGB, for shades: the text on them keeps its contrast up to MOST_SHADE. */
export const SHADED = { right: ['47 111 214', '76 141 255'], wrong: ['201 94 20', '224 122 48'] } as const;

function variables(index: 0 | 1): string {
  return Object.entries({ ...COLOURS, ...SHADED })
    .map(([key, colours]) => `--${key}:${colours[index]}`)
    .join(';');
}

export const STYLE = `
:root{color-scheme:light dark;${variables(0)}}
@media (prefers-color-scheme:dark){:root{${variables(1)}}}
@media print{:root{color-scheme:light;${variables(0)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:68rem;margin:0 auto;padding:0 clamp(.75rem,3vw,2rem)}
header{padding-top:clamp(1.5rem,5vw,3.5rem)}
h1{font-size:clamp(1.5rem,1.1rem + 2.2vw,2.4rem);line-height:1.2;margin:.2rem 0 .8rem;font-weight:650;letter-spacing:-.012em}
h2{font-size:1.25rem;line-height:1.3;margin:0 0 .6rem;font-weight:650}
p{margin:.5rem 0;max-width:44rem}
.kind{margin:0;color:var(--soft);font-size:.875rem}
.verdict{font-size:1.125rem}
.soft,figcaption,caption,summary,footer{color:var(--soft)}
section{background:var(--sheet);border:1px solid var(--line);border-radius:.75rem;padding:clamp(.9rem,2.5vw,1.75rem);margin:1.25rem 0}
.notes{background:var(--warn)}
.notes ul{padding-left:1.2rem;margin:.4rem 0}
.notes li{margin:.5rem 0;max-width:48rem}
.pair{display:grid;gap:1.25rem;margin:1.25rem 0;grid-template-columns:minmax(0,1fr)}
.pair section{margin:0}
.pair>:only-child{grid-column:1/-1}
@media (min-width:60rem){.pair{grid-template-columns:repeat(2,minmax(0,1fr))}}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(9.5rem,100%),1fr));gap:.75rem;margin:1.5rem 0 0;padding:0;list-style:none}
.tiles li{background:var(--sheet);border:1px solid var(--line);border-radius:.75rem;padding:.8rem 1rem}
.tiles b{display:block;font-variant-numeric:tabular-nums;font-size:1.6rem;line-height:1.25;font-weight:650;letter-spacing:-.01em}
.tiles span{display:block;font-size:.875rem}
.tiles span:last-child{color:var(--soft)}
.tiles svg{max-width:none;height:.5rem;margin:.35rem 0}
figure{margin:1rem 0 0}
figcaption{font-size:.875rem;margin-top:.25rem;max-width:44rem}
svg{display:block;width:100%;height:auto;max-width:36rem;overflow:visible}
svg text{font:12.5px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:var(--soft)}
svg .axis{fill:var(--ink)}
.grid{fill:none;stroke:var(--line);stroke-width:1}
.even{fill:none;stroke:var(--soft);stroke-width:1.25;stroke-dasharray:2 4}
.a,.b{fill:none;stroke:var(--first);stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.b{stroke:var(--second);stroke-dasharray:7 4}
.dots{fill:none;stroke:var(--first);stroke-width:5.5;stroke-linecap:round;stroke-opacity:${POINTS}}
.dot{fill:var(--first)}
.mark{fill:none;stroke:var(--soft);stroke-width:1.25}
.fill{fill:var(--first)}
.rest{fill:var(--line)}
.whisker{stroke:var(--ink);stroke-width:1.5;fill:none}
.key{display:inline-block;width:1.6rem;height:0;border-top:.16rem solid var(--first);vertical-align:.25em;margin-right:.35rem}
.key.two{border-top:.16rem dashed var(--second)}
.legend span{margin-right:1rem;white-space:nowrap}
.wide{overflow-x:auto;margin:.6rem 0 0;position:relative}
:focus-visible{outline:.15rem solid var(--first);outline-offset:.15rem}
table{border-collapse:collapse;font-size:.9375rem;font-variant-numeric:tabular-nums;width:100%;overflow-wrap:normal}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.soft{font-size:.9375rem}
table small{display:block;font-size:.8125rem;line-height:1.4;color:var(--soft);max-width:38rem}
th,td{text-align:left;vertical-align:top;padding:.38rem .8rem .38rem 0;border-bottom:1px solid var(--line);font-weight:400}
thead th{color:var(--soft);font-size:.875rem;vertical-align:bottom;border-bottom-color:var(--soft)}
th[scope=row]{min-width:6.5rem;max-width:min(30rem,44vw);overflow-wrap:anywhere;position:sticky;left:0;background:var(--sheet)}
td bdi{overflow-wrap:anywhere}
td.more{min-width:7rem;overflow-wrap:anywhere}
.number{text-align:right}
thead .number{min-width:4.5rem}
td.number{white-space:nowrap}
td:last-child,th:last-child{padding-right:0}
.bar{width:45%;min-width:5rem}
.bar svg{max-width:none;height:1.1em;margin-top:.22em}
.whisker{vector-effect:non-scaling-stroke}
.confusion{width:auto}
.confusion th,.confusion td{padding:.4rem .55rem;border:2px solid var(--sheet);text-align:center;vertical-align:middle;min-width:3.1rem}
.confusion thead th{max-width:7rem;font-size:.8125rem;color:var(--ink);vertical-align:bottom}
.confusion th[scope=row]{text-align:right;font-size:.8125rem;min-width:5.5rem;max-width:min(11rem,34vw)}
.confusion .zero{color:var(--soft)}
.confusion small{font-size:.75rem;color:inherit}
.confusion .corner{color:var(--soft);text-align:right}
dl{display:grid;grid-template-columns:minmax(7rem,max-content) minmax(0,1fr);gap:.3rem 1.2rem;margin:.5rem 0}
dt{color:var(--soft)}
dd{margin:0}
details{margin-top:.7rem}
summary{cursor:pointer;font-size:.875rem}
pre{overflow-x:auto;margin:.8rem 0 0;padding:1rem;border:1px solid var(--line);border-radius:.5rem;background:var(--page);font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:normal;tab-size:2}
footer{padding-top:.5rem;padding-bottom:3rem;font-size:.875rem}
@media (max-width:30rem){svg text{font-size:15px}.dots{stroke-width:7}dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin-bottom:.5rem}}
@media print{.confusion td,svg{-webkit-print-color-adjust:exact;print-color-adjust:exact}body{background:#fff}section,.tiles li{border-color:var(--line);break-inside:avoid}.wide,pre{overflow:visible}pre{white-space:pre-wrap}header{padding-top:0}section.long{break-inside:auto}tr,figure{break-inside:avoid}}
${SHADES}
`;
