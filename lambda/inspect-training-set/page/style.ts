import { Html } from './html';

/** The look of the page: light or dark as the reader's system is, black on white on paper. */
export const style = new Html(`
:root { color-scheme: light dark; --back: #ffffff; --text: #1c2430; --quiet: #5b6675; --line: #d9dee5; --soft: #f4f6f9;
  --data: #4a7fc1; --reference: #d9730d; --good: #1a7f4b; --bad: #c62f2f; --warn: #b7791f; }
@media (prefers-color-scheme: dark) { :root { --back: #12161c; --text: #e3e8ef; --quiet: #97a3b3; --line: #2d3642; --soft: #1a212a;
  --data: #5d92d6; --reference: #f0964a; --good: #4cc38a; --bad: #f26d6d; --warn: #e0b04c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 2rem 1.25rem 4rem; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .35rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .5rem; }
p { margin: .35rem 0; max-width: 50rem; }
.quiet, caption { color: var(--quiet); }
.result { white-space: nowrap; }
.verdict { display: inline-block; padding: .1rem .6rem; border-radius: 1rem; border: 1px solid currentColor; font-weight: 600; font-size: .9rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.25rem; margin: 1rem 0 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .25rem 0 .5rem; font-size: .875rem; }
th, td { text-align: left; vertical-align: middle; padding: .4rem .9rem .4rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--quiet); font-weight: 600; font-size: .8rem; border-bottom-width: 2px; vertical-align: bottom; }
tbody th { font-weight: 600; } th .quiet { font-weight: 400; font-size: .875rem; }
.number { text-align: right; white-space: nowrap; }
.tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 0 2.5rem; align-items: start; }
code { font: .85em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.tag { font-weight: 400; font-size: .75rem; color: var(--quiet); border: 1px solid var(--line); border-radius: .3rem; padding: 0 .3rem; margin-left: .35rem; white-space: nowrap; }
.bar { display: block; width: 5.5rem; height: .4rem; border-radius: .2rem; margin-top: .2rem; print-color-adjust: exact; -webkit-print-color-adjust: exact;
  background: linear-gradient(var(--tone, var(--data)), var(--tone, var(--data))) 0 / var(--share) 100% no-repeat var(--line); }
.bar.bad { --tone: var(--bad); } .bar.warn { --tone: var(--warn); } .bar.good { --tone: var(--good); } .bar.none { --tone: var(--quiet); }
.number .bar { margin-left: auto; }
.bar.limited { position: relative; } .bar.limited::after { content: ""; position: absolute; left: 50%; top: -.15rem; bottom: -.15rem; border-left: 1px solid var(--text); }
svg.distribution { display: block; overflow: visible; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
svg rect { fill: var(--data); } svg .axis { stroke: var(--line); } svg text { fill: var(--quiet); font-size: 9.5px; }
svg .reference { fill: none; stroke: var(--reference); stroke-width: 1.5; stroke-linejoin: round; }
.key { display: inline-block; width: .8rem; height: .6rem; margin-right: .3rem; background: var(--data); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.key.line { background: none; height: 0; border-top: 2px solid var(--reference); vertical-align: middle; }
@media print { :root { color-scheme: light; --back: #fff; --text: #000; --quiet: #444; --line: #ccc; --data: #4a7fc1; --reference: #c75f00; }
  body { max-width: none; padding: 0; font-size: 10pt; } tr, h2, dl { break-inside: avoid; } h2 { break-after: avoid; } thead { display: table-header-group; } .scroll { overflow: visible; } }
`);
