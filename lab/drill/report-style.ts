/** The report's look; colours by name, so that the charts follow light and dark. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --page:#f6f7f9; --card:#fff; --ink:#1d2530; --soft:#5c6876; --line:#dfe3e8;
  --good:#3a9d74; --refused:#d0435a; --unknown:#e39a2d; --lost:#8a56cf; --accent:#2f66cf; --bar:#b9d8ca; }
@media (prefers-color-scheme: dark) { :root { --page:#12161c; --card:#1a2029; --ink:#e6eaf0; --soft:#9aa6b4;
  --line:#303946; --good:#4fbf91; --refused:#f0697d; --unknown:#f0b455; --lost:#b18af0; --accent:#7ba6ff; --bar:#2f5a48; } }
* { box-sizing: border-box }
body { margin:0; background:var(--page); color:var(--ink); font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif }
main { max-width:1080px; margin:0 auto; padding:32px 20px 64px }
h1 { font-size:28px; line-height:1.2; margin:0 0 4px } h2 { font-size:19px; margin:0 0 12px }
p { margin:0 0 12px } .soft { color:var(--soft) } .small { font-size:14px }
.verdict { display:inline-block; margin:14px 0 18px; padding:6px 14px; border-radius:99px; font-weight:600; color:#fff; background:var(--good) }
.verdict.failed { background:var(--refused) }
@media (prefers-color-scheme: dark) { .verdict { color:#10151b } }
section { background:var(--card); border:1px solid var(--line); border-radius:12px; padding:20px 22px; margin:18px 0; overflow-x:auto }
.tiles { display:grid; grid-template-columns:repeat(auto-fit,minmax(170px,1fr)); gap:14px; margin:6px 0 4px }
.tile { background:var(--card); border:1px solid var(--line); border-radius:12px; padding:14px 18px }
.tile b { display:block; font-size:27px; line-height:1.25; font-variant-numeric:tabular-nums }
table { border-collapse:collapse; width:100%; font-size:15px } th,td { text-align:left; padding:7px 12px 7px 0; border-bottom:1px solid var(--line); vertical-align:top }
th { color:var(--soft); font-weight:600 } td.number { font-variant-numeric:tabular-nums; white-space:nowrap }
tr:last-child td { border-bottom:0 }
.holds { color:var(--good); font-weight:600; white-space:nowrap } .fails { color:var(--refused); font-weight:600; white-space:nowrap }
svg { display:block; width:100%; min-width:640px; height:auto; margin:4px 0 10px; font:12px system-ui,sans-serif }
svg .grid { stroke:var(--line) } svg .grid.important { stroke:var(--soft); stroke-dasharray:4 4 }
svg .label { fill:var(--soft) } svg path { fill:none; stroke-width:1.8; stroke-linejoin:round }
svg path { stroke-linecap:round } svg .median { stroke:var(--accent) } svg .slowest { stroke:var(--unknown); stroke-width:1.1; opacity:.8 }
svg rect.good { fill:var(--bar) } svg rect.refused { fill:var(--refused) } svg rect.unknown { fill:var(--unknown) } svg rect.lost { fill:var(--lost) }
svg .mark line { stroke:var(--ink); opacity:.55 } svg .mark circle { fill:var(--ink) } svg .mark text { fill:var(--card); font-weight:700; font-size:11px }
.key { display:flex; flex-wrap:wrap; gap:4px 18px; font-size:14px; color:var(--soft); margin:0 0 10px; padding:0; list-style:none }
.key i { display:inline-block; width:11px; height:11px; border-radius:3px; margin-right:6px; vertical-align:-1px }
ol.marks { columns:2; font-size:14px; margin:8px 0 0; padding-left:22px } @media (max-width:700px) { ol.marks { columns:1 } }
td.kind { color:var(--soft); white-space:nowrap } tr.fault td, tr.story td { font-weight:600 }
details summary { cursor:pointer; color:var(--accent); margin-top:10px } pre { white-space:pre-wrap; font-size:13px; background:var(--page); padding:12px; border-radius:8px }
`;
