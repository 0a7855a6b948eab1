/** The whole look of the report. Colours are those of one palette; dark mode changes the palette only. */
export const styles = `
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #ffffff; --ink: #17202e; --soft: #5b6778; --line: #e2e6ec;
  --blue: #2562cc; --green: #0f7a57; --amber: #97590a; --red: #d13d4b; --violet: #7a5bd0; --grid: #e9edf2;
  --blue-soft: #dfe9fb; --red-soft: #fbe3e5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0e131b; --card: #171e29; --ink: #e8edf5; --soft: #9aa7ba; --line: #273142;
    --blue: #6ea0ff; --green: #43c59a; --amber: #e6a947; --red: #ff7480; --violet: #a78df5; --grid: #222c3b;
    --blue-soft: #1d2f52; --red-soft: #43222a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
main, header, footer { max-width: 1120px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 36px; padding-bottom: 8px; }
h1 { font-size: 27px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -.02em; }
h2 { font-size: 19px; margin: 40px 0 4px; letter-spacing: -.01em; }
h3 { font-size: 14px; margin: 0 0 10px; font-weight: 600; }
p { margin: 0 0 12px; max-width: 75ch; }
.lead, footer, figcaption { color: var(--soft); }
figcaption { font-size: 13px; }
figcaption { margin-top: 10px; }
nav { margin-top: 14px; display: flex; flex-wrap: wrap; gap: 6px 14px; font-size: 13px; }
a { color: var(--blue); text-decoration: none; }
a:hover { text-decoration: underline; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 170px), 1fr)); gap: 12px; margin: 16px 0; }
.cards.four { grid-template-columns: repeat(4, 1fr); }
.grid + figure { margin-top: 12px; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr)); gap: 12px; margin: 12px 0; }
.card, figure { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 16px 18px; margin: 0; min-width: 0; }
.wide { margin: 12px 0; }
.card > .big { display: block; font-size: 25px; font-weight: 650; letter-spacing: -.02em; line-height: 1.25; }
.card > .label { color: var(--soft); font-size: 13px; }
.cards .card { padding: 14px 16px; } .cards .big { font-size: 22px; }
.card > .also { display: block; font-size: 13px; color: var(--soft); margin-top: 4px; }
.balance { display: flex; flex-wrap: wrap; align-items: stretch; gap: 8px; margin: 16px 0; }
.balance .card { flex: 1 1 150px; }
.balance .sign { align-self: center; font-size: 22px; color: var(--soft); }
.good { color: var(--green); } .warn { color: var(--amber); } .bad { color: var(--red); } .soft { color: var(--soft); }
.none { color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
caption { text-align: left; font-weight: 600; font-size: 14px; padding-bottom: 8px; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: 12px; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
tbody tr:last-child > * { border-bottom: 0; }
tbody th { min-width: 13ch; color: var(--ink); font-size: 14px; font-weight: 500; }
tr > :first-child { padding-left: 0; } tr > :last-child { padding-right: 0; }
td.n, th.n { text-align: right; overflow-wrap: normal; }
small { font-size: .55em; font-weight: 500; color: var(--soft); letter-spacing: 0; }
td.n { white-space: nowrap; }
.name { overflow-wrap: anywhere; }
ul.plain { margin: 0; padding-left: 18px; } ul.plain li { margin: 3px 0; }
.reason { display: inline-block; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 0 6px; margin: 1px 4px 1px 0; font-size: 12px; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { fill: var(--soft); font: 11px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
svg .value { fill: var(--ink); font-weight: 600; }
svg .grid-line { stroke: var(--grid); stroke-width: 1; }
svg .axis-line { stroke: var(--line); stroke-width: 1; }
.bars { display: grid; grid-template-columns: minmax(80px, max-content) 1fr max-content; gap: 7px 12px; align-items: center; font-size: 13px; margin: 0; padding: 0; list-style: none; }
.bars li { display: contents; }
.bars .track { background: var(--grid); border-radius: 4px; height: 14px; overflow: hidden; }
.bars .fill { height: 100%; border-radius: 4px; background: var(--blue); }
.bars .amount { text-align: right; font-weight: 600; }
.split { display: flex; gap: 2px; height: 18px; border-radius: 6px; overflow: hidden; background: var(--grid); }
.split span { display: block; min-width: 1px; }
.split-bar + .split-bar { margin-top: 16px; }
.split-legend { list-style: none; margin: 10px 0 0; padding: 0; display: grid; gap: 4px; font-size: 13px; }
.split-legend li { display: grid; grid-template-columns: 10px 1fr max-content; gap: 8px; align-items: center; }
.split-legend i { width: 10px; height: 10px; border-radius: 3px; }
.split-legend .amount { text-align: right; font-weight: 600; }
.meter { display: inline-flex; align-items: center; gap: 8px; justify-content: flex-end; }
.meter-track { width: 56px; height: 6px; border-radius: 3px; background: var(--grid); overflow: hidden; }
.meter-track span { display: block; height: 100%; border-radius: 3px; }
.delta { font-size: 12px; font-weight: 600; padding: 1px 7px; border-radius: 99px; white-space: nowrap; }
.delta.up { color: var(--green); background: color-mix(in srgb, var(--green) 13%, transparent); }
.delta.down { color: var(--red); background: color-mix(in srgb, var(--red) 13%, transparent); }
.pill { display: inline-block; font-size: 12px; font-weight: 600; padding: 1px 8px; border-radius: 99px; background: var(--grid); color: var(--soft); white-space: nowrap; }
.pill.good { color: var(--green); background: color-mix(in srgb, var(--green) 13%, transparent); }
.pill.warn { color: var(--amber); background: color-mix(in srgb, var(--amber) 13%, transparent); }
.pill.bad { color: var(--red); background: color-mix(in srgb, var(--red) 13%, transparent); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 12px; color: var(--soft); margin-top: 8px; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 6px; }
footer { padding-top: 28px; padding-bottom: 48px; font-size: 13px; }
@media (max-width: 640px) {
  body { font-size: 14px; }
  main, header, footer { padding-left: 14px; padding-right: 14px; }
  .card, figure { padding: 14px; }
  svg text { font-size: 16px; }
  svg.chart .minor { display: none; }
  .bars { display: block; }
  .bars li { display: grid; grid-template-columns: 1fr max-content; gap: 2px 10px; margin-bottom: 8px; }
  .bars .track { grid-column: 1 / -1; grid-row: 2; height: 8px; }
  .balance { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; } .balance .sign { display: none; }
  .cards, .cards.four { grid-template-columns: 1fr 1fr; }
  .card > .big { font-size: 21px; }
  table.stack caption { display: block; width: 100%; }
  table.stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.stack, table.stack tbody, table.stack tr, table.stack td, table.stack th { display: block; width: 100%; }
  table.stack tr { border-bottom: 1px solid var(--line); padding: 8px 0; }
  table.stack tr:last-child { border-bottom: 0; }
  table.stack tbody th, table.stack td { border: 0; padding: 1px 0; }
  table.stack td { display: flex; justify-content: space-between; gap: 16px; text-align: right; white-space: normal; }
  table.stack td::before { content: attr(data-label); color: var(--soft); text-align: left; flex: none; }
}
`;
