/** How the page looks: light and dark as the reader's system says, readable from a phone to a wide screen. */
import { Markup } from './escape.js'

export const STYLE = new Markup(`
:root { color-scheme: light dark;
  --paper: #f6f7f9; --card: #fff; --ink: #1b2430; --soft: #5d6b7c; --line: #dde3ea; --grid: #e9edf2;
  --good: #15803d; --good-paper: #e7f6ec; --bad: #c81e3a; --bad-paper: #fdebee; --warn: #a16207; --warn-paper: #fdf5dc;
  --ok: #2f6fdb; --refused: #8aa7d6; --unknown: #d6409f; --p50: #0d9488; --p99: #9333ea; --band: #e08a1e; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #10151c; --card: #171e27; --ink: #e6ebf2; --soft: #94a3b5; --line: #2a3441; --grid: #222c38;
  --good: #4ade80; --good-paper: #12291c; --bad: #ff6b81; --bad-paper: #34161d; --warn: #facc15; --warn-paper: #2e2610;
  --ok: #5b9bff; --refused: #44618f; --unknown: #f472b6; --p50: #2dd4bf; --p99: #c084fc; --band: #f5a742; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 20px; margin: 0; letter-spacing: -.01em; }
h2 { font-size: 16px; margin: 36px 0 12px; }
a { color: inherit; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, 'DejaVu Sans Mono', monospace; font-size: 12.5px; }
header { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: baseline; margin-bottom: 16px; }
header p { margin: 0; color: var(--soft); font-size: 13.5px; overflow-wrap: anywhere; }
.verdict { border-radius: 12px; padding: 14px 18px; font-size: 19px; font-weight: 650; border: 1px solid currentColor; }
.verdict small { display: block; font-size: 13.5px; font-weight: 400; color: var(--ink); }
.holds { color: var(--good); background: var(--good-paper); }
.broken { color: var(--bad); background: var(--bad-paper); }
.failed, .interrupted { color: var(--warn); background: var(--warn-paper); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(135px, 1fr)); gap: 12px; margin: 16px 0 0; }
.tile, .card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.tile { padding: 11px 14px; }
.tile b { display: block; font-size: 20px; font-variant-numeric: tabular-nums; letter-spacing: -.01em; }
.tile span { color: var(--soft); font-size: 12.5px; }
.card { padding: 14px; }
.scroll { overflow-x: auto; }
.chart svg { display: block; min-width: 760px; width: 100%; height: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0 0 10px; padding: 0; list-style: none; color: var(--soft); font-size: 12.5px; }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th { color: var(--soft); font-weight: 500; text-align: left; white-space: nowrap; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.name { white-space: nowrap; font-weight: 550; }
.what { color: var(--soft); min-width: 220px; }
.mark { font-weight: 650; min-width: 90px; }
.mark.good { color: var(--good); } .mark.bad { color: var(--bad); } .mark.warn { color: var(--warn); }
.finding { border-left: 4px solid var(--bad); margin-bottom: 12px; scroll-margin-top: 12px; }
.finding:target { outline: 2px solid var(--bad); }
.finding h3 { margin: 0 0 2px; font-size: 15px; }
.finding p { margin: 0 0 8px; color: var(--soft); font-size: 13.5px; }
pre { margin: 8px 0 0; padding: 10px 12px; background: var(--paper); border-radius: 8px; overflow-x: auto; white-space: pre; }
details { margin-top: 12px; } summary { cursor: pointer; color: var(--soft); }
.empty { color: var(--soft); margin: 0; }
@media (max-width: 560px) { main { padding: 16px 10px 48px; } .card { padding: 10px; } th, td { padding: 5px 7px; } }
`)
