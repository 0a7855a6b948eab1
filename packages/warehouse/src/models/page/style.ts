/** The style sheet of the page. Colours keep a contrast of 4.5 in both schemes, and never carry a meaning alone. */
export const STYLE: string = `
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #57606a; --line: #d0d7de; --page: #f6f8fa; --card: #fff;
  --link: #0550ae; --good: #1a7f37; --bad: #b91c26; --warn: #8a5a00; --edge: #8c959f; --mark: #fff3c4; --source: #eef1f4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9aa5b1; --line: #30363d; --page: #0d1117;
  --card: #161b22; --link: #79b8ff; --good: #56d364; --bad: #ff8e88; --warn: #e3b341; --edge: #6e7681; --mark: #4d3b00;
  --source: #21262d; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
p { margin: 0 0 .5rem; overflow-wrap: anywhere; }
a { color: var(--link); }
.dim { color: var(--dim); } .good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.kind, .tag { font-size: .75rem; font-weight: 400; color: var(--dim); border: 1px solid var(--line); border-radius: 1rem;
  padding: .1rem .55rem; white-space: nowrap; }
.picture { overflow: auto; max-height: 80vh; background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  margin: 1rem 0; }
.graph { display: block; }
.edge { fill: none; stroke: var(--edge); stroke-width: 1.5; }
.node rect { fill: var(--card); stroke: var(--edge); stroke-width: 1.5; }
.node.source rect { fill: var(--source); }
.node text { font: 600 13px system-ui, sans-serif; fill: var(--ink); }
.node .what { font-weight: 400; font-size: 11px; fill: var(--dim); }
.node .what.success { fill: var(--good); } .node .what.failed { fill: var(--bad); } .node .what.skipped { fill: var(--warn); }
.node:focus-visible { outline: none; } .node:focus-visible rect, .node:hover rect { stroke: var(--link); stroke-width: 3; }
.tracing .node:not(.traced), .tracing .edge:not(.traced) { opacity: .25; }
.tracing .traced rect, .tracing .edge.traced { stroke: var(--link); stroke-width: 2.5; }
label { display: block; margin-bottom: 1rem; }
input { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: .4rem;
  padding: .4rem .6rem; width: 20rem; max-width: 100%; display: block; }
.table { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin-bottom: 1rem; }
.links { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; }
table { width: 100%; table-layout: fixed; border-collapse: collapse; margin: .75rem 0 .25rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--dim); font-size: .85rem; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-top: 1px solid var(--line); vertical-align: top;
  overflow-wrap: anywhere; }
thead th { font-size: .8rem; color: var(--dim); font-weight: 600; }
tbody th { font-weight: 600; }
th:first-child { width: 26%; }
tr.used { background: var(--mark); } tr:target { background: var(--mark); }
.column { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; border-bottom: 2px dotted var(--edge);
  padding: 0; cursor: pointer; text-align: left; overflow-wrap: anywhere; }
.column[aria-pressed="true"] { border-bottom: 2px solid var(--link); color: var(--link); }
.sample { margin: .25rem 0 0; padding-left: 1.1rem; font: .85em ui-monospace, monospace; }
details { margin-top: .5rem; } summary { cursor: pointer; color: var(--link); width: max-content; }
pre { overflow: auto; background: var(--page); border: 1px solid var(--line); border-radius: .4rem; padding: .75rem;
  font: 13px/1.45 ui-monospace, monospace; margin: .5rem 0 0; }
[hidden] { display: none; }
@media (max-width: 40rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, th, td { display: block; }
  th:first-child { width: auto; }
  tr { border-top: 1px solid var(--line); padding: .4rem 0; }
  th, td { border: 0; padding: .1rem 0; }
  td:empty { display: none; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--dim); }
}
@media print { .picture { overflow: visible; max-height: none; } input, label { display: none; } }
`;
