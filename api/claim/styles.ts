/** Of all claim pages; in the page itself, so that nothing else is fetched. */
export const styles = `
:root { color-scheme: light dark; --ink: #16202e; --soft: #526072; --line: #d5dce5; --ground: #f1f4f8; --card: #ffffff;
  --accent: #1d4fa8; --accent-ink: #ffffff; --tint: #eaf1fc; --warn: #8a3b00; --warn-tint: #fff4e5; --warn-line: #f0cf9d; --code: #f5f7fa; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6ebf2; --soft: #9fadbf; --line: #334054; --ground: #0f1520; --card: #182130;
    --accent: #7fb0ff; --accent-ink: #0b1524; --tint: #1c2c47; --warn: #ffc98a; --warn-tint: #33240f; --warn-line: #6b4a1c; --code: #111927; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
header, main, footer { max-width: 46rem; margin: 0 auto; padding: 0 1.25rem; }
header { display: flex; align-items: center; gap: .6rem; padding-top: 1.75rem; padding-bottom: 1rem; font-weight: 650; letter-spacing: .01em; }
header svg { width: 1.6rem; height: 1.6rem; fill: var(--accent); }
main { background: var(--card); border: 1px solid var(--line); border-radius: .9rem; padding: 2rem 2.25rem 2.25rem; }
footer { color: var(--soft); font-size: .875rem; padding-top: 1.1rem; padding-bottom: 2.5rem; }
h1 { font-size: 1.65rem; line-height: 1.25; margin: 0 0 .6rem; letter-spacing: -.01em; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
p { margin: .5rem 0; }
.lead { color: var(--soft); margin-bottom: 1.4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; margin: 1.25rem 0; border: 1px solid var(--line); border-radius: .6rem; overflow: hidden; }
dt, dd { margin: 0; padding: .55rem 1rem; border-top: 1px solid var(--line); }
dt:first-of-type, dt:first-of-type + dd { border-top: 0; }
dt { color: var(--soft); background: var(--code); }
dd { overflow-wrap: anywhere; }
dd span { display: block; }
code, pre, dd.code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .875rem; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1rem; margin: .6rem 0; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.secret { max-height: 17rem; white-space: pre; -webkit-user-select: all; user-select: all; }
pre.secret.short { white-space: pre-wrap; }
fieldset { border: 0; margin: 1.5rem 0 0; padding: 0; min-width: 0; }
legend { font-weight: 600; padding: 0; margin-bottom: .5rem; }
label { display: grid; grid-template-columns: auto 1fr; gap: 0 .75rem; align-items: start; padding: .7rem .9rem; margin-top: .5rem; border: 1px solid var(--line); border-radius: .6rem; cursor: pointer; }
label:hover { border-color: var(--accent); }
label:has(:checked) { border-color: var(--accent); background: var(--tint); }
label:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px; }
label input { margin: .3rem 0 0; width: 1.05rem; height: 1.05rem; accent-color: var(--accent); }
label small { grid-column: 2; color: var(--soft); font-size: .875rem; }
.only { display: none; }
form:has(#PEM:checked):has(#ED25519:checked) .only { display: block; }
.button { display: inline-block; padding: .75rem 1.4rem; border: 0; border-radius: .6rem; background: var(--accent); color: var(--accent-ink); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
form .button { margin-top: 1.5rem; }
.button:hover { filter: brightness(1.08); }
.button:focus-visible, pre:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
.note { margin: 1.1rem 0 0; padding: .7rem 1rem; border: 1px solid var(--warn-line); border-radius: .6rem; background: var(--warn-tint); color: var(--warn); }
.hint { color: var(--soft); font-size: .9rem; }
@media (max-width: 34rem) {
  header, footer { padding-left: 1rem; padding-right: 1rem; }
  main { border-left: 0; border-right: 0; border-radius: 0; padding: 1.5rem 1rem 1.75rem; }
  dl { grid-template-columns: 1fr; }
  dt { padding-bottom: 0; background: none; font-size: .875rem; }
  dd { padding-top: .1rem; border-top: 0; }
  .button { display: block; width: 100%; text-align: center; } }
`
