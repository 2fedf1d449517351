/// How the page looks.
enum PageStyle {
    /// The style sheet.
    static let text = #"""

        :root { color-scheme: light dark; --page: #fff; --ink: #1c2128; --quiet: #57606a; --line: #d5dae0;
          --soft: #f3f5f7; --accent: #1a5fb4; --wrong: #a83f0a; --right-fill: #1a5fb4;
          --wrong-fill: #d9571b; }
        @media screen and (prefers-color-scheme: dark) {
          :root { --page: #14171b; --ink: #e6e9ed; --quiet: #a3acb6; --line: #3a414a; --soft: #1f242a;
            --accent: #86b7f5; --wrong: #f4a981; --right-fill: #2a6fc4; --wrong-fill: #c24a12; }
        }
        *, ::before, ::after { box-sizing: border-box; }
        html { scroll-padding-top: 4rem; }
        body { margin: 0; background: var(--page); color: var(--ink);
          font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
          sans-serif; }
        header, main { max-width: 78rem; margin: 0 auto; padding: 0 1.25rem; }
        header { padding-top: 2.5rem; padding-bottom: 1.5rem; }
        h1, h2, h3, h4, p, dd, dt, li, tbody th, .name { overflow-wrap: anywhere; }
        h1 { margin: 0 0 .75rem; font-size: clamp(1.6rem, 1.2rem + 2vw, 2.4rem); line-height: 1.2; }
        h2 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
        h3 { margin: 2rem 0 .5rem; font-size: 1.1rem; line-height: 1.35; }
        p { margin: 0 0 1rem; max-width: 44rem; }
        a { color: var(--accent); }
        .summary { font-size: 1.15rem; white-space: pre-line; }
        section { padding: 2.5rem 0 1rem; }
        section + section { border-top: 1px solid var(--line); }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr));
          gap: 1.25rem 2rem;
          margin: 2rem 0 0; }
        .figures div { border-left: 3px solid var(--accent); padding-left: 1rem; max-width: 22rem; }
        dt { color: var(--quiet); }
        dd { margin: 0; }
        .value { display: block; font-size: 1.9rem; line-height: 1.25; font-weight: 600;
          font-variant-numeric: tabular-nums; }
        .interval { color: var(--quiet); font-size: .9rem; }
        nav { position: sticky; top: 0; z-index: 3; background: var(--page);
          border-block: 1px solid var(--line); }
        nav ul { display: flex; gap: .25rem; max-width: 78rem; margin: 0 auto; padding: 0 .75rem;
          list-style: none;
          overflow-x: auto; }
        nav a { display: block; padding: .7rem .5rem; white-space: nowrap; text-decoration: none; }
        nav a:focus-visible { outline-offset: -3px; }
        nav a:hover { text-decoration: underline; }
        button, select { font: inherit; color: var(--ink); background: var(--page);
          border: 1px solid var(--quiet);
          border-radius: .4rem; padding: .35rem .8rem; max-width: 100%; }
        button { cursor: pointer; }
        button:hover { background: var(--soft); }
        button[aria-pressed="true"] { background: var(--accent); border-color: var(--accent);
          color: var(--page); }
        .controls, .more, .heat-toggle { display: none; }
        .js .controls { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem;
          margin-bottom: 1.25rem; }
        .controls label { display: inline-flex; align-items: center; gap: .5rem; min-width: 0;
          max-width: 100%; }
        .controls select { min-width: 0; width: 22rem; text-overflow: ellipsis; }
        .controls .status { margin: 0; color: var(--quiet); }
        .js .more { display: block; margin: 1.5rem auto 0; padding: .6rem 1.6rem; }
        [hidden] { display: none !important; }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr));
          gap: 1.25rem;
          margin: 0; padding: 0; list-style: none; align-items: start; }
        .card { border: 1px solid var(--line); border-radius: .6rem; padding: .9rem;
          content-visibility: auto;
          contain-intrinsic-size: auto 18rem auto 31rem; }
        .js .cards:not(.ready) > :nth-child(n+61) { display: none; }
        .pictures { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: .4rem; }
        .pictures > * { width: 100%; aspect-ratio: 4/3; object-fit: contain; margin: 0;
          background: var(--soft);
          border-radius: .3rem; }
        .missing { display: grid; place-items: center; color: var(--quiet); }
        .js .card:not(.heated) .heat { display: none; }
        .js .card.heated .photo { display: none; }
        .card h3 { margin: .8rem 0 .6rem; font-size: 1rem; }
        .card h3 span { display: grid; grid-template-columns: 5.2rem 1fr; gap: .25rem; }
        .card h3 span + span bdi { color: var(--wrong); }
        #unlike .card h3 span + span bdi { color: inherit; }
        .card small { color: var(--quiet); font-size: .875rem; font-weight: 400; }
        .js .heat-toggle { display: block; margin: 0 0 .7rem; padding: .15rem .7rem; font-size: .875rem; }
        .shares, .nearest { list-style: none; margin: 0 0 .6rem; padding: 0; font-size: .875rem; }
        .shares li { display: grid; grid-template-columns: 1fr auto; column-gap: .75rem;
          margin-bottom: .3rem; }
        .shares span { font-variant-numeric: tabular-nums; }
        .bar { display: block; width: 100%; height: 5px; border-radius: 2px; grid-column: 1 / -1; }
        .bar rect { fill: var(--line); }
        .bar .part { fill: var(--accent); }
        td .bar { width: 7rem; margin: .15rem 0 0 auto; }
        .path { color: var(--quiet); font-size: .8rem; margin: 0; }
        .card h4 { margin: .7rem 0 .35rem; font-size: .8rem; font-weight: 400; color: var(--quiet); }
        .nearest { display: grid; grid-template-columns: repeat(3, 1fr); gap: .5rem; margin: 0;
          font-size: .8rem;
          line-height: 1.3; }
        .nearest img { display: block; width: 100%; aspect-ratio: 1; object-fit: cover;
          border-radius: .3rem;
          background: var(--soft); margin-bottom: .2rem; }
        .scroll { overflow: auto; margin-bottom: 1rem; max-width: 100%; }
        table { border-collapse: separate; border-spacing: 0; font-variant-numeric: tabular-nums; }
        th, td { padding: .4rem .75rem; text-align: right; border-bottom: 1px solid var(--line);
          vertical-align: top; white-space: nowrap; }
        th { font-weight: 600; background: var(--page); }
        thead th { vertical-align: bottom; }
        tbody th, thead th:first-child, .name { text-align: left; }
        tbody th, td.name { font-weight: 400; min-width: 8rem; max-width: 24rem; white-space: normal; }
        .tall tbody th { position: sticky; left: 0; }
        .tall thead th { position: sticky; top: 0; z-index: 2; }
        th button { border: 0; padding: 0; font-weight: 600; background: none; text-align: inherit; }
        th button::after { content: " ↕"; color: var(--quiet); }
        th[aria-sort="ascending"] button::after { content: " ↑"; color: var(--accent); }
        th[aria-sort="descending"] button::after { content: " ↓"; color: var(--accent); }
        .matrix { border-spacing: 2px; }
        .matrix th { border: 0; }
        .matrix tbody th { position: sticky; left: 0; z-index: 1; max-width: 14rem; }
        .matrix thead th:not(:first-child) { padding: .4rem .2rem; text-align: center; }
        .matrix thead th span { display: inline-block; writing-mode: vertical-rl; transform: rotate(180deg);
          text-align: left; max-height: 12rem; white-space: normal; overflow-wrap: anywhere; }
        .matrix thead th:first-child { font-weight: 400; color: var(--quiet); font-size: .8rem;
          white-space: normal; }
        .matrix td { min-width: 2.6rem; padding: .35rem .3rem; text-align: center; border: 0;
          border-radius: .2rem; }
        .matrix td a { display: block; color: var(--ink); }
        .matrix td a[aria-current] { outline: 3px solid var(--accent); outline-offset: 3px; }
        .matrix .zero { color: var(--quiet); }
        p [class^="right-"], p [class^="wrong-"] { padding: .1rem .35rem; border-radius: .2rem; }
        .right-1 { background: color-mix(in srgb, var(--right-fill) 12%, var(--page)); }
        .right-2 { background: color-mix(in srgb, var(--right-fill) 20%, var(--page)); }
        .right-3 { background: color-mix(in srgb, var(--right-fill) 29%, var(--page)); }
        .right-4 { background: color-mix(in srgb, var(--right-fill) 38%, var(--page)); }
        .right-5 { background: color-mix(in srgb, var(--right-fill) 48%, var(--page)); }
        .wrong-1 { background: color-mix(in srgb, var(--wrong-fill) 18%, var(--page)); }
        .wrong-2 { background: color-mix(in srgb, var(--wrong-fill) 30%, var(--page)); }
        .wrong-3 { background: color-mix(in srgb, var(--wrong-fill) 41%, var(--page)); }
        .wrong-4 { background: color-mix(in srgb, var(--wrong-fill) 52%, var(--page)); }
        .wrong-5 { background: color-mix(in srgb, var(--wrong-fill) 62%, var(--page)); }
        .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr));
          gap: 1.5rem 2.5rem; margin: 1rem 0; }
        figure { margin: 0; max-width: 34rem; }
        figcaption { margin-bottom: .5rem; color: var(--quiet); font-size: .9rem; }
        figcaption h3 { margin: 0; color: var(--ink); }
        figcaption strong { color: var(--ink); }
        .keys { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .9rem; }
        .key { display: inline-flex; align-items: center; gap: .35rem; }
        .chart { display: block; width: 100%; height: auto; }
        .chart text { fill: var(--quiet); font-size: 11.5px; font-family: inherit; }
        svg path { fill: none; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
        .grid { stroke: var(--line); stroke-width: 1; }
        path.training { stroke: var(--quiet); stroke-dasharray: 5 5; }
        path.validation { stroke: var(--accent); }
        .ideal { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 4 4; }
        .kept { stroke: var(--wrong); stroke-width: 1.5; }
        .gap { stroke: var(--wrong); stroke-width: 1.5; stroke-opacity: .6; }
        .dots { stroke: var(--accent); stroke-width: 4.5; stroke-opacity: .45; }
        .bins { stroke: var(--accent); stroke-width: 8; }
        .count { fill: var(--accent); fill-opacity: .55; }
        .band { fill: var(--accent); fill-opacity: .25; }
        details { margin: .5rem 0 1rem; }
        summary { cursor: pointer; color: var(--accent); width: fit-content; }
        .badge { display: inline-block; border: 1px solid currentColor; border-radius: 1rem;
          padding: 0 .6rem;
          font-size: .8rem; font-weight: 400; color: var(--quiet); white-space: nowrap; }
        .badge.good { color: var(--accent); }
        .badge.bad { color: var(--wrong); }
        .notes { list-style: none; margin: 0 0 1rem; padding: 0; max-width: 56rem; }
        .notes li { display: grid; grid-template-columns: 5.5rem 1fr; gap: .75rem; padding: .5rem 0; }
        .notes li + li { border-top: 1px solid var(--line); }
        .notes .badge { justify-self: start; align-self: start; white-space: normal; }
        .entries { margin: 0 0 1rem; max-width: 64rem; }
        .entries div { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .25rem 1.5rem;
          padding: .4rem 0; border-bottom: 1px solid var(--line); }
        .entries dd, .notes span { white-space: pre-line; }
        pre { margin: 0 0 1.5rem; padding: 1rem; background: var(--soft); border-radius: .4rem; }
        code { font: .875rem/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono",
          monospace;
          white-space: pre-wrap; overflow-wrap: anywhere; }
        @media (max-width: 40rem) {
          header { padding-top: 1.5rem; }
          section { padding-top: 2rem; }
          .entries div { grid-template-columns: 1fr; }
          .notes li { grid-template-columns: 1fr; gap: .25rem; }
          th, td { padding: .4rem .5rem; }
          tbody th, td.name { min-width: 6.8rem; font-size: .9rem; }
          .figures { grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 1.25rem 1rem; }
          .figures div { padding-left: .75rem; }
          .value { font-size: 1.5rem; }
        }
        @media screen { .tall { max-height: 36rem; } }
        @page { margin: 1.5cm; }
        @media print {
          :root { color-scheme: light; }
          html { font-size: 11px; }
          nav, .js .controls, .js .more, .js .heat-toggle { display: none; }
          header, main { max-width: none; padding-inline: 0; }
          .card, tr, figure, .entries div, .notes li { break-inside: avoid; }
          .card { content-visibility: visible; }
          .cards { grid-template-columns: repeat(3, 1fr); gap: .75rem; }
          .js .card .pictures .photo, .js .card .pictures .heat { display: block; }
          .scroll { overflow: visible; }
          .tall th, .matrix tbody th { position: static; }
          h2, h3 { break-after: avoid; }
          .matrix td, .bar, p span, .chart { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          .matrix { font-size: 8pt; }
          .matrix { break-inside: avoid; }
          .matrix td { min-width: 1.5rem; }
          .matrix thead th span { white-space: nowrap; overflow: hidden; }
          th button::after { content: ""; }
          pre { border: 1px solid var(--line); }
        }

        """#
}
