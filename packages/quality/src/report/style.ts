/** The style sheet of the report. Colours keep a contrast of 4.5 in both schemes, and never carry a meaning alone. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #59636e; --line: #d8dee4; --page: #f6f8fa; --card: #fff;
  --good: #1a7f37; --bad: #cf222e; --warn: #9a6700; --track: #e7ebef; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9aa5b1; --line: #30363d; --page: #0d1117;
  --card: #161b22; --good: #3fb950; --bad: #ff7b72; --warn: #d29922; --track: #2a3038; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
header { display: flex; gap: 1.25rem; align-items: center; flex-wrap: wrap; margin-bottom: 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .75rem; }
p { margin: 0; }
.dim { color: var(--dim); }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.verdict { font-weight: 600; }
.gauge { width: 5.5rem; height: 5.5rem; flex: none; }
.gauge text { font: 600 22px system-ui, sans-serif; fill: var(--ink); text-anchor: middle; }
.gauge .dim { font-size: 10px; font-weight: 400; fill: var(--dim); }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line);
  border-radius: .5rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--dim); padding: 0 0 .5rem; }
th, td { text-align: left; padding: .5rem .75rem; border-top: 1px solid var(--line); vertical-align: top;
  overflow-wrap: anywhere; }
thead th { border-top: 0; font-size: .8rem; color: var(--dim); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; }
.number { text-align: right; white-space: nowrap; }
.bar { display: block; height: .45rem; min-width: 6rem; border-radius: 1rem; background: var(--track); overflow: hidden;
  margin-top: .3rem; }
.bar.bad { background: var(--bad); } .bar.warn { background: var(--warn); }
.bar i { display: block; height: 100%; background: var(--good); }
details { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; margin-bottom: .5rem; }
summary { cursor: pointer; padding: .6rem .75rem; font-weight: 600; overflow-wrap: anywhere; }
details table { border: 0; font-size: .9rem; }
code { font: .9em ui-monospace, monospace; }
@media (max-width: 40rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, th, td { display: block; }
  tr { border-top: 1px solid var(--line); padding: .5rem 0; }
  tr:first-child { border-top: 0; }
  th, td { border: 0; padding: .15rem .75rem; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--dim); }
  td.number { display: inline-block; text-align: left; }
}
@media print { body { background: none; } details > * { display: block; } }
`;
