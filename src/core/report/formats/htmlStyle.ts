/** The style of an HTML report. Colours are told apart in light and dark, and no mark is told by colour alone. */
export const HTML_STYLE = `
:root { color-scheme: light dark; --ink: #1d1830; --soft: #5b566b; --line: #d5d2dd; --page: #fff; --shade: #f5f4f8;
  --shadow: #5a45b5; --stated: #b3261e; --mark: #ffe49c; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceaf3; --soft: #b0abbf; --line: #454056; --page: #16131f; --shade: #211d2e;
  --shadow: #a795ff; --stated: #ff9b8f; --mark: #6b5200; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 2rem 1.25rem; color: var(--ink); background: var(--page);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; }
.verdict { font-size: 1.1rem; font-weight: 600; border-left: 4px solid var(--shadow); padding: .5rem 0 .5rem 1rem; margin: 0 0 1rem; }
.totals { display: flex; flex-wrap: wrap; gap: .5rem 2.25rem; margin: 1.25rem 0; }
.totals div { display: flex; flex-direction: column-reverse; }
.totals dd { margin: 0; font-size: 1.45rem; font-weight: 600; }
.totals dt, .note, caption { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; padding: 0 0 .5rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
thead th { background: var(--shade); }
td.figure, th.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.id { min-width: 7rem; }
code, td.text { font-family: ui-monospace, monospace; font-size: .85rem; overflow-wrap: anywhere; }
td.text { min-width: 20rem; }
mark { color: inherit; background: var(--mark); border-bottom: 2px solid var(--shadow); padding: 0 .1em; }
mark.stated { border-bottom: 2px double var(--stated); }
svg { display: block; width: 100%; max-width: 44rem; }
svg rect.shadow { fill: var(--shadow); }
svg rect.stated { fill: var(--stated); }
svg line { stroke: var(--line); }
svg text { fill: var(--soft); font-size: 12px; }
.key::before { content: ""; display: inline-block; width: .8em; height: .8em; margin: 0 .4em 0 0; background: var(--shadow); }
.key.stated::before { background: var(--stated); }
.key { margin-right: 1.25rem; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } .scroll { overflow: visible; } tr { break-inside: avoid; }
  h2 { break-after: avoid; } thead { display: table-header-group; } mark, svg rect, .key::before { print-color-adjust: exact; } }
`;

/** SHA-256 of the style, by which the page's policy allows it alone. */
export const HTML_STYLE_HASH = 'QvbpZXT7zyHVzxOozhSR4BmuUPqBwFPzc20Mn4bH0qc=';
