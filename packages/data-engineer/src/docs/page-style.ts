// The page's style sheet: light and dark by the reader's setting, narrow and wide screens.

export const pageStyle = `:root { color-scheme: light dark; --line: #8886; --soft: #8881; --accent: #0b57d0; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --accent: #8ab4f8; --paper: #121316; } }
* { box-sizing: border-box; }
html { background: var(--paper); scroll-padding-top: 1rem; }
body { font: 15px/1.55 system-ui, sans-serif; margin: 0 auto; max-width: 100rem; padding: 0 1rem 4rem; overflow-wrap: anywhere; }
nav { font-size: 13px; padding-top: 1.5rem; }
nav details > ul { max-height: 45vh; overflow-y: auto; }
nav ul { list-style: none; margin: .5rem 0; padding: 0; }
nav li { padding: .1rem 0; }
nav .l3 { padding-left: 1rem; }
nav .l4 { padding-left: 2rem; }
nav summary { font-weight: 600; cursor: pointer; }
@media (min-width: 70rem) {
  body { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 2.5rem; }
  nav details > ul { max-height: none; }
  nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding-bottom: 1rem; }
}
a { color: var(--accent); }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .5rem; }
h1, h2, h3, h4 { line-height: 1.25; margin: 2.25rem 0 .75rem; }
h1 { font-size: 1.9rem; }
h2 { font-size: 1.45rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
h3 { font-size: 1.1rem; }
h4 { font-size: 1rem; }
.wide, .diagram { overflow-x: auto; margin: .75rem 0; }
.diagram { border: 1px solid var(--line); border-radius: 6px; }
.legend { font-size: 13px; }
table { border-collapse: collapse; font-size: 13px; overflow-wrap: normal; }
th, td { border: 1px solid var(--line); padding: .3rem .55rem; text-align: left; vertical-align: top; max-width: 32rem; }
td:not(:first-child) { min-width: 5rem; }
th { background: var(--soft); white-space: nowrap; }
code { font: 12px/1.4 ui-monospace, monospace; background: var(--soft); padding: .05rem .25rem; border-radius: 3px; }
svg { display: block; }
svg text { font: 12px ui-monospace, monospace; fill: currentColor; }
svg .name { font-weight: 700; }
svg .key { font-weight: 600; }
svg .type { opacity: .75; font-weight: 400; }
svg .end { font-size: 11px; font-weight: 600; }
svg rect { fill: var(--paper); stroke: currentColor; stroke-opacity: .6; }
svg path { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
svg .link:hover path { stroke-width: 4; }
.c0 { stroke: #1a73e8; } .c1 { stroke: #c5421b; } .c2 { stroke: #188038; } .c3 { stroke: #9334e6; } .c4 { stroke: #a06a00; } .c5 { stroke: #0b7f8a; } .c6 { stroke: #c2185b; } .c7 { stroke: #5f6368; }
@media (prefers-color-scheme: dark) {
  .c0 { stroke: #8ab4f8; } .c1 { stroke: #ff9e80; } .c2 { stroke: #81c995; } .c3 { stroke: #d7aefb; } .c4 { stroke: #fdd663; } .c5 { stroke: #78d9ec; } .c6 { stroke: #f48fb1; } .c7 { stroke: #bdc1c6; }
}
@media print { nav { display: none; } body { display: block; } }`;
