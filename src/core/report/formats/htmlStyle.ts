/**
 * The style of an HTML report. Colours are told apart in light and dark, and no mark is told by colour alone. Which of both it is says the
 * reader's system, and where VS Code shows the report, its theme.
 */
export const HTML_STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1d1830, #eceaf3); --soft: light-dark(#5b566b, #b0abbf);
  --line: light-dark(#d5d2dd, #454056); --page: light-dark(#fff, #16131f); --shade: light-dark(#f5f4f8, #211d2e);
  --shadow: light-dark(#5a45b5, #a795ff); --stated: light-dark(#b3261e, #ff9b8f); --mark: light-dark(#ffe49c, #6b5200); }
:root:has(> .vscode-light, > .vscode-high-contrast-light) { color-scheme: light; }
:root:has(> .vscode-dark, > .vscode-high-contrast:not(.vscode-high-contrast-light)) { color-scheme: dark; }
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
export const HTML_STYLE_HASH = '5sGwiEwcMicFonwafEYaSXFnn8Stk4nH/hqHR8yshNY=';
